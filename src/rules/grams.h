/* The literals that rules look for in one buffer, found in one pass: of each literal a rare run of `width` bytes stands in a hash
 * table behind a bit map; what hits is compared as a whole. bench_rules says what it costs. */
#pragma once

#include "rules/rule.h"

enum { GRAM_WIDE = 4, GRAM_SHORT = 2 };

struct gram_entry {
	const struct content *content;
	uint32_t gram, rule;
	uint32_t last;    /* the run at the content's end: told apart without a look at the content, which lies elsewhere */
	uint16_t at, len; /* where the run lies in the content; its length */
};

struct grams {
	unsigned width, shift;      /* of the bit map: 2^(32 - shift) bits */
	uint64_t *map;
	struct gram_slot {
		uint32_t gram, first; /* first: entry + 1; 0: none */
	} *slots;                   /* by hash */
	uint32_t slot_mask;
	struct gram_entry *entries; /* sorted by gram */
	size_t count;
};

/* How often each run of GRAM_WIDE bytes stands in the literals of a set: the rare ones tell most. */
struct gram_counts;
struct gram_counts *gram_counts_new(void);
void gram_counts_free(struct gram_counts *c);
void gram_counts_add(struct gram_counts *c, const struct content *content);

/* The width for a literal. */
static inline unsigned gram_width(const struct content *content)
{
	return content->len < GRAM_WIDE ? GRAM_SHORT : GRAM_WIDE;
}

/* Entries first, all of the same width; then grams_build(). c NULL: the run at the literal's beginning. False: no memory. */
bool grams_add(struct grams *g, struct rules_pool *pool, const struct gram_counts *c, const struct content *content, uint32_t rule);
bool grams_build(struct grams *g, struct rules_pool *pool);

/* Calls found(rule) for each literal that is there, maybe several times. */
void grams_find(const struct grams *g, struct bytes in, void (*found)(void *context, uint32_t rule), void *context);
/* Those that begin at one place. */
void grams_find_at(const struct grams *g, struct bytes in, size_t at, void (*found)(void *context, uint32_t rule), void *context);
