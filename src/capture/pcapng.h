/* One block of a pcapng file and what is in it. Private to this folder. */
#pragma once

#include "capture/format.h"

/* The block at the window's front. */
struct block {
	uint32_t type, len;
	struct cur body; /* as far as it is there; without the length behind it */
	bool whole;
};

/* Is it a block with something for us? All others are skipped. */
bool block_is_read(uint32_t type);
/* Takes in a block that is read: a section, an interface, its statistics, or a frame for the batch.
 * Of a block that is not whole only a frame is taken, if bytes of it are there. */
int block_read(
	struct capture *c, struct block *b, struct frame_batch *batch, struct err *e) MUST_USE;
