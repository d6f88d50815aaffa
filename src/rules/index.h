/* Which rules can match a unit at all: few, found without judging each. Immutable; lies in the pool of its set. */
#pragma once

#include "rules/set.h"

struct index;

int index_new(const struct rules *r, struct index **ret, struct err *e) MUST_USE;
struct look;
/* Fills look->s->candidates, ascending, with the rules that the unit must be judged by; look->app is the
 * transaction at hand, or NULL. */
void index_find(const struct index *x, struct look *look);
