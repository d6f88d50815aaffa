/* How many rows each minute of a capture has made, level by level, against a limit.
 *
 * Minutes MINUTES apart share a counter that is never set back within a capture. So a count is
 * exact for captures of up to half a year, and otherwise never too small: no order of packets and
 * no wrong clock gets more rows out of a minute than its limit. */
#pragma once

#include "base/base.h"
#include "flow/rows.h"

#include <errno.h>
#include <stdbool.h>

enum { MINUTES = 1 << 18 };

struct minute {
	uint32_t made[LEVEL_WITHOUT_SOURCE]; /* of the levels below */
};

struct minutes {
	uint32_t limit; /* 0: none */
	struct minute *slots;
};

/* Returns 0 or -ENOMEM; minutes_done() in either case. */
int minutes_init(struct minutes *m, uint32_t limit) MUST_USE;
void minutes_done(struct minutes *m);
/* For the next capture. */
void minutes_clear(struct minutes *m);

static inline struct minute *minute_at(const struct minutes *m, uint32_t time_s)
{
	return &m->slots[time_s / 60 % MINUTES];
}

/* Whether that minute may still make a row of the level, which is counted then. */
static inline bool minutes_admit(
	const struct minutes *m, enum approximate_level level, uint32_t time_s)
{
	if (!m->limit || level == LEVEL_WITHOUT_SOURCE)
		return true;
	uint32_t *made = &minute_at(m, time_s)->made[level];
	if (*made >= m->limit)
		return false;
	++*made;
	return true;
}

/* No further row in full detail. */
static inline bool minutes_is_full(const struct minutes *m, uint32_t time_s)
{
	return m->limit && minute_at(m, time_s)->made[LEVEL_EXACT] >= m->limit;
}
