/* The summary of a payload is one line that a terminal may be given. */
#pragma once

#include "base/base.h"
#include "proto/summary.h"

#include <assert.h>

static inline void summary_check(const struct proto_payload *p)
{
	static uint8_t memory[32 * 1024];
	struct scratch s = {.data = memory, .size = sizeof(memory)};
	AUTO(buf_done) struct buf out = {.max = 8192};

	proto_summary(p, &s, &out);
	assert(!out.failed && s.used == 0);
	for (size_t i = 0; i < out.len; i++)
		assert((unsigned char)out.data[i] >= ' ' && out.data[i] != 0x7f);
}
