/* When a capture had accesses in coarser rows, and how many: by quarter of an hour, which is as
 * fine as the roll-ups are. For the ledger. */
#pragma once

#include "flow/rows.h"

#include <stdbool.h>

enum { COARSE_SPANS = 4096, COARSE_SLOTS = 2 * COARSE_SPANS };

/* All zero at first. */
struct coarse_log {
	/* Quarters as they came. Those beyond COARSE_SPANS (six weeks without a pause) are one
	 * more, the last, which lasts from the first of them to the last. */
	struct approximation spans[COARSE_SPANS + 1];
	size_t count;
	uint16_t slots[COARSE_SLOTS];	 /* open addressing: span plus 1, 0 is empty */
	uint16_t last;			 /* slot of the one before: time stands nearly still */
	uint64_t coarse, without_source; /* sums */
};

/* One access in a row of that level. */
void coarse_add(struct coarse_log *log, uint32_t time_s, enum approximate_level level);
/* One detection in such a row. */
void coarse_add_detection(struct coarse_log *log, uint32_t time_s, enum approximate_level level);
void coarse_clear(struct coarse_log *log);
