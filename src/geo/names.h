/* The name of each AS, once. */
#pragma once

#include "base/buf.h"

struct as_name {
	uint32_t asn; /* 0: empty */
	uint32_t at;  /* of the terminated name in texts */
};

/* Open addressing by AS number. All zero is empty. */
struct as_names {
	struct as_name *slots; /* owned */
	size_t count;
	size_t size; /* a power of two, or 0 */
	struct buf texts;
};

/* Keeps a copy of the name; the first name of a number stays. asn 0 and empty names are left out.
 * Returns 0, -E2BIG (1 GiB of names) or -ENOMEM. */
int as_names_add(struct as_names *n, uint32_t asn, const char *name, size_t len) MUST_USE;
/* Looks in the slots and texts of one; "" when unknown. Total: it ends whatever the slots hold, if
 * each `at` is a place in texts and texts are terminated. */
const char *as_name_in(const struct as_name *slots, size_t size, const char *texts, uint32_t asn);
void as_names_done(struct as_names *n);
