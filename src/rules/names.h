/* Names to values: a hash table that only grows, in a pool. */
#pragma once

#include "rules/pool.h"

#include <stdint.h>

struct name_slot {
	const char *name;
	void *value;
};

struct names {
	struct name_slot *slots;
	size_t cap, count; /* cap: a power of two, or 0 */
};

/* NULL when the name is not there. */
void *names_get(const struct names *n, const char *name);
/* Replaces what was there. The name is copied. False: no memory. */
bool names_put(struct names *n, struct rules_pool *pool, const char *name, void *value);
