/* From counted keys to the rows of a `struct top`. */
#pragma once

#include "analysis/count.h"
#include "analysis/exposure.h"
#include "analysis/rank.h"

/* Fills rows, count and keys of t, whose question and exposures are set; o is behind these. Brings
 * c into the order of the answer and forgets the keys beyond its limit. */
int top_fill(struct top *t, const struct plant *plant, const struct observed *o, struct counts *c,
	struct err *e) MUST_USE;

/* For an answer with a limit and possibly millions of keys, more than could be fetched and ranked
 * one by one: counts and ranks the keys of the answer (c and *ret_ranks, owned by the caller, in
 * its order) and sets keys and total of t. The total's sources are the numbers of distinct keys:
 * right for dimension source only. */
enum { TOP_MANY_MAX = 1000 };
bool top_is_many(const struct question *q);
int top_many(const struct analysis *a, const struct question *q, struct top *t, struct counts *c,
	struct ranks **ret_ranks, struct err *e) MUST_USE;
