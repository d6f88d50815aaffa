/* What goes next to a collector. After an outage the present comes first: one lane sends what was just sealed, the
 * newest first; the other what waits since longer, the oldest first and at a limited rate. */
#pragma once

#include "ship/spool.h"

enum lane { LANE_LIVE, LANE_BACKLOG, LANE_COUNT };

enum {
	LANE_LIVE_S = 300, /* what was sealed so long ago is still live */
	LANE_ROUND = 512,  /* of a lane in one look at the spool */
	LANE_COST = 16384, /* bytes that a segment counts for at least, on the backlog's lane */
};

struct lane_list {
	struct spool_file files[2 * LANE_ROUND];
	size_t count, next;
};

struct lanes {
	int64_t now_s;
	struct lane_list lists[LANE_COUNT];
	uint64_t seen, seen_bytes; /* what waits for this collector, also beyond what the lists hold */
	int64_t oldest_s, newest_s;
};

/* One look: begin, add each that waits, end. */
void lanes_begin(struct lanes *l, int64_t now_s);
void lanes_add(struct lanes *l, const struct spool_file *file);
void lanes_end(struct lanes *l);
/* Takes the next of a lane, in its order; NULL when that look had no more. It stays valid until the next look. */
const struct spool_file *lanes_next(struct lanes *l, enum lane lane);

bool lanes_is_empty(const struct lanes *l, enum lane lane);
/* A lane is used up, and there was more than it can hold. */
bool lanes_is_short(const struct lanes *l);

/* How long sending so much takes at the backlog's rate (KiB a second; 0: no limit). */
int64_t lanes_pause_ms(uint64_t bytes, uint64_t kib_s);
