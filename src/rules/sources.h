/* Rules by the addresses that their packets come from: lists of thousands of addresses cost one search. */
#pragma once

#include "rules/bins.h"
#include "rules/rule.h"

struct source_entry {
	struct addr low, high;
	uint32_t rule;
};

struct sources {
	struct source_entry *entries; /* while it is made */
	size_t entry_count;
	/* Then: ranges[i] begins at starts[i] and ends before starts[i + 1]; its rules are list[offsets[i]..offsets[i + 1]). */
	struct addr *starts;
	uint32_t *v4;                 /* starts[i] as IPv4, where it is one: small, so searched in less memory */
	uint32_t *offsets, *list;
	size_t count, list_count;
	uint64_t *filter;             /* by hash of an IPv4 /24: a list may have an address in it */
	uint32_t v4_first[65537];     /* by the first 16 bits of an IPv4 address: the first range that may hold it */
};

/* False: the rule is no such list (any source, or too large a part of all addresses), or no memory (pool_failed()). */
bool sources_add(struct sources *s, struct rules_pool *pool, const struct rule *rule, uint32_t place);
bool sources_build(struct sources *s, struct rules_pool *pool);
/* The rules whose source list has the address: one list or none. */
size_t sources_find(const struct sources *s, const struct addr *src, struct rule_list *ret);
