/* From counted keys to the rows of a `struct top`. */
#pragma once

#include "analysis/count.h"
#include "analysis/exposure.h"
#include "analysis/rank.h"

/* Fills rows, count and keys of t, whose question and exposures are set; o is behind these. Brings
 * c into the order of the answer and forgets the keys beyond its limit. */
int top_fill(struct top *t, const struct plant *plant, const struct observed *o, struct counts *c,
	struct err *e) MUST_USE;

/* The same when there are more keys than could be fetched and ranked one by one: counts and ranks
 * the keys of the answer (c and *ret_ranks, owned by the caller, in its order) and sets keys and
 * total of t, without sources; *ret_sources: distinct keys of the period and, second, of the one
 * compared with. Only for a dimension whose keys SQL orders as value_compare() does
 * (key_is_sorted()), and at most TOP_MANY_MAX rows. */
enum { TOP_MANY_MAX = 1000 };
int top_many(const struct analysis *a, const struct question *q, struct top *t, struct counts *c,
	struct ranks **ret_ranks, uint64_t ret_keys[2], struct err *e) MUST_USE;
