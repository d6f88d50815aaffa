/* The intervals of a trend: whole local days, or parts of them. */
#pragma once

#include "analysis/analysis.h"

/* A year of quarter-hours. */
enum { BUCKETS_MAX = 366 * 96 };

struct buckets {
	int64_t *bounds; /* count + 1 of them: [bounds[i], bounds[i + 1]); owned */
	size_t count;
	bool are_days; /* every bound starts a local day */
};

/* Intervals of interval_s begin anew with each local day, whose last one is shorter where the day
 * does not divide (25 hours at the end of summer time are 25 hours). A day that the zone dropped
 * has none. */
int buckets_make(const struct period *period, int64_t interval_s, struct buckets *ret,
	struct err *e) MUST_USE;
void buckets_done(struct buckets *b);
static inline void auto_buckets_done(struct buckets *b)
{
	buckets_done(b);
}
/* The bucket that holds t; -1 when none does. */
int64_t buckets_find(const struct buckets *b, int64_t t_s);
