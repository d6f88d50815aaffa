/* decode_frame() by value. */
#pragma once

#include "decode/decode.h"

static inline struct packet decoded(const struct frame *frame, bool look_through)
{
	struct packet packet;

	decode_frame(frame, look_through, &packet);
	return packet;
}
