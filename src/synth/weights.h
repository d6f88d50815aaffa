/* Draws an index by weight in constant time: Walker's alias method (Vose 1991). */
#pragma once

#include "base/base.h"
#include "synth/random.h"

struct weights {
	size_t count;
	double *keep;	 /* probability of staying in the own column */
	uint32_t *alias; /* where to go else */
};

/* values of 0 are never drawn; at least one must be above 0. -ENOMEM. */
int weights_init(struct weights *w, const double *values, size_t count) MUST_USE;
/* Zipf: the weight of rank i (from 0) is 1 / (i + 1)^skew. count is not 0. */
int weights_zipf(struct weights *w, size_t count, double skew) MUST_USE;
void weights_done(struct weights *w);

static inline uint32_t weights_draw(const struct weights *w, struct random *r)
{
	uint32_t column = (uint32_t)random_below(r, w->count);

	return random_unit(r) < w->keep[column] ? column : w->alias[column];
}
