/* Counts to rates, changes and ranks. */
#pragma once

#include "analysis/count.h"

/* The exposures behind the rates: one pair for all keys, or (dimension sensor) one for each. */
struct exposures {
	double now, before;
	const double *each_now, *each_before; /* as many as keys; NULL: the same for all */
};

struct ranks {
	uint32_t now, before, rise, fall; /* from 1; 0: none */
};

enum rank_by { RANK_BY_RATE, RANK_BY_PREVIOUS_RATE, RANK_BY_RISE, RANK_BY_FALL };

/* Whether what has this measure has such a rank. */
bool rank_has(enum rank_by by, const struct measure *m);
/* Below 0 when a comes first, 0 when only the order of keys decides. Both must have the rank. */
int rank_compare(enum rank_by by, const struct measure *a, const struct measure *b);
/* Without ranks. */
struct measure measure_of(const struct counted *c, double exposure, double versus_exposure);
/* Ranks every key of c (ret: c->count of them) and gives the order of the answer: by rank, then
 * what was seen only before. */
int rank_keys(const struct counts *c, const struct exposures *x, struct ranks *ret, uint32_t *order,
	struct err *e) MUST_USE;
