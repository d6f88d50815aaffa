/* Whether a block that is sent again is the block that was sent before: after a crash the capture
 * is read again, and other settings or other place data since then would cut or fill the blocks
 * differently. */
#pragma once

#include "flow/rows.h"
#include "observe/plant.h"

struct identity {
	uint64_t cut; /* hash of what the capture says: which packets are in which row of the block; and of its detections,
		       * because a capture is judged by one set of signatures */
	uint64_t filled; /* hash of what this program concluded: class, tool, country, AS, tags, group */
	uint64_t parts;	 /* at least as many as the block's partitions by month, in any table */
};

struct identity identity_of(const struct block *block, const struct plant *plant);
