/* From a key that the store answered to its place among counted keys. */
#pragma once

#include "analysis/count.h"

struct lookup {
	const struct counts *counts;
	uint32_t *sorted; /* indexes of rows in the order of keys; owned */
};

int lookup_make(const struct counts *c, struct lookup *ret, struct err *e) MUST_USE;
void lookup_done(struct lookup *l);
static inline void auto_lookup_done(struct lookup *l)
{
	lookup_done(l);
}
/* The row whose key has the store's text `cell`: *ret = -1 when there is none (a key beyond the
 * limit). */
int lookup_find(const struct lookup *l, const char *cell, int64_t *ret, struct err *e) MUST_USE;
/* The same for a key that was read already. */
int64_t lookup_value(const struct lookup *l, const struct value *key);
