/* Which rules can match a unit at all: few, found without judging each. */
#pragma once

#include "rules/set.h"

struct index;

int index_new(const struct rules *r, struct index **ret, struct err *e) MUST_USE;
void index_free(struct index *x);

struct rules_scratch;
/* Marks in s (candidates, ascending) the rules that the unit must be judged by; returns how many. */
size_t index_find(const struct rules *r, const struct index *x, struct rules_scratch *s, const struct rules_unit *unit);
