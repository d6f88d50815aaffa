/* Accesses in, answers of `top` out, without a store: packets and distinct sources of each key, in fixed memory.
 *
 * Exact until the memory is full. Then the sources of the keys with the most of them are estimated (tally_sketch.h), and
 * when there are more keys than fit, the ones seen least are given up (Manku and Motwani's lossy counting, 2002): their
 * accesses are `approximate.beyond` of the answer, and a key that comes back lacks at most `beyond_each`. Accesses and distinct
 * sources of all together stay right, the latter as an estimate. Never fails for want of memory once it was made. */
#pragma once

#include "analysis/analysis.h"
#include "analysis/exposure.h"

struct tally;

struct tally_question {
	const enum dimension *dimensions; /* one or more, none twice */
	size_t count;
	const struct expr *where; /* NULL: all. Lives as long as the tally */
	size_t memory_bytes;
};

/* NULL without memory. */
struct tally *tally_new(const struct tally_question *q);
void tally_free(struct tally *t);
AUTO_RELEASE(struct tally, tally_free);

/* Counts an access if the filter takes it. plant is the one that the access was observed with; sensor is the number of
 * the access's sensor in the plant of tally_top(). Looks at the payload during the call only. All
 * accesses have the same labels, which live until tally_top(). */
void tally_add(struct tally *t, const struct access *a, const struct plant *plant, uint16_t sensor);

/* The answer for the dimension dimensions[at]. by says what was observed; period is what the captures cover. Frees what only
 * counting needs: nothing can be added any more. */
int tally_top(struct tally *t, size_t at, const struct captured *by, const struct period *period,
	size_t limit, struct top **ret, struct err *e) MUST_USE;
