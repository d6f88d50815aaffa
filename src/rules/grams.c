#include "rules/grams.h"

#include <string.h>

enum { COUNT_BITS = 18, MAP_BITS_MIN = 12, MAP_BITS_MAX = 20 };

struct gram_counts {
	uint16_t count[1 << COUNT_BITS];
};

/* ---- runs ---- */

/* All letters in lower case; 0x20 may be set in other bytes too, which only makes some runs fall together. */
static inline uint32_t gram_at(const uint8_t *at, unsigned width)
{
	uint32_t gram = 0;

	if (width == GRAM_WIDE) {
		memcpy(&gram, at, sizeof(gram));
		return gram | 0x20202020;
	}
	return (uint32_t)(at[0] | at[1] << 8) | 0x2020;
}

/* Fibonacci hashing (Knuth, The Art of Computer Programming 3, 6.4): the high bits are well mixed. */
static inline uint32_t gram_hash(uint32_t gram)
{
	return gram * UINT32_C(2654435761);
}

struct gram_counts *gram_counts_new(void)
{
	return calloc(1, sizeof(struct gram_counts));
}

void gram_counts_free(struct gram_counts *c)
{
	free(c);
}

static uint16_t *count_of(const struct gram_counts *c, uint32_t gram)
{
	return (uint16_t *)&c->count[gram_hash(gram) >> (32 - COUNT_BITS)];
}

void gram_counts_add(struct gram_counts *c, const struct content *content)
{
	for (size_t i = 0; i + GRAM_WIDE <= content->len; i++) {
		uint16_t *count = count_of(c, gram_at(content->bytes + i, GRAM_WIDE));
		*count += *count < UINT16_MAX;
	}
}

/* Bytes that packets are full of. */
static bool is_dull(uint8_t c)
{
	return c == 0 || c == ' ' || c == 0xff;
}

static unsigned badness(const struct gram_counts *c, const uint8_t *at)
{
	unsigned dull = 0;

	for (size_t i = 0; i < GRAM_WIDE; i++)
		dull += is_dull(at[i]);
	return *count_of(c, gram_at(at, GRAM_WIDE)) + dull * dull * 64;
}

/* The place of the rarest run. */
static uint16_t place_of(const struct gram_counts *c, const struct content *content)
{
	unsigned least = UINT32_MAX;
	uint16_t place = 0;

	for (uint16_t i = 0; i + GRAM_WIDE <= content->len; i++) {
		unsigned bad = badness(c, content->bytes + i);
		if (bad < least) {
			least = bad;
			place = i;
		}
	}
	return place;
}

/* ---- building ---- */

bool grams_add(struct grams *g, struct rules_pool *pool, const struct gram_counts *c, const struct content *content, uint32_t rule)
{
	struct gram_entry *entry = pool_add(pool, &g->entries, &g->count);

	if (!entry)
		return false;
	uint16_t at = c && g->width == GRAM_WIDE ? place_of(c, content) : 0;
	*entry = (struct gram_entry){.content = content, .gram = gram_at(content->bytes + at, g->width), .rule = rule,
		.last = gram_at(content->bytes + content->len - g->width, g->width), .at = at, .len = content->len};
	return true;
}

static int compare_entries(const void *a, const void *b)
{
	const struct gram_entry *x = a, *y = b;

	if (x->gram != y->gram)
		return x->gram < y->gram ? -1 : 1;
	return (x->rule > y->rule) - (x->rule < y->rule);
}

/* Runs of two bytes are few enough to have a bit each. */
static inline uint32_t map_bit(uint32_t gram, unsigned shift, unsigned width)
{
	return width == GRAM_WIDE ? gram_hash(gram) >> shift : gram;
}

static void slot_put(struct grams *g, size_t entry)
{
	uint32_t at = gram_hash(g->entries[entry].gram);
	uint32_t bit = map_bit(g->entries[entry].gram, g->shift, g->width);

	g->map[bit / 64] |= UINT64_C(1) << bit % 64;
	while (g->slots[at & g->slot_mask].first)
		at++;
	g->slots[at & g->slot_mask] = (struct gram_slot){g->entries[entry].gram, (uint32_t)entry + 1};
}

/* 32 bits of map for a literal: one look in 32 hits for nothing. */
static unsigned map_bits(const struct grams *g)
{
	unsigned bits = MAP_BITS_MIN;

	if (g->width == GRAM_SHORT)
		return 16;
	while (bits < MAP_BITS_MAX && (UINT64_C(1) << bits) < g->count * 32)
		bits++;
	return bits;
}

bool grams_build(struct grams *g, struct rules_pool *pool)
{
	size_t slots = 16;
	unsigned bits = map_bits(g);

	if (g->count == 0)
		return true;
	while (slots < g->count * 32)
		slots *= 2;
	qsort(g->entries, g->count, sizeof(*g->entries), compare_entries);
	g->shift = 32 - bits;
	g->slot_mask = (uint32_t)slots - 1;
	g->map = pool_alloc(pool, ((size_t)1 << bits) / 8);
	g->slots = pool_alloc(pool, slots * sizeof(*g->slots));
	if (!g->map || !g->slots)
		return false;
	for (size_t i = 0; i < g->count; i++)
		if (i == 0 || g->entries[i].gram != g->entries[i - 1].gram)
			slot_put(g, i);
	return true;
}

/* ---- finding ---- */

static bool lies_at(const struct content *c, const uint8_t *at)
{
	if (!c->nocase)
		return memcmp(at, c->bytes, c->len) == 0;
	for (size_t i = 0; i < c->len; i++)
		if (ascii_lower(at[i]) != c->bytes[i])
			return false;
	return true;
}

/* The first entry of a run; NULL: no literal has it. */
static const struct gram_entry *entries_of(const struct grams *g, uint32_t gram, uint32_t hash)
{
	for (uint32_t at = hash; g->slots[at & g->slot_mask].first; at++) {
		const struct gram_slot *slot = &g->slots[at & g->slot_mask];
		if (slot->gram == gram)
			return &g->entries[slot->first - 1];
	}
	return NULL;
}

static __attribute__((noinline)) void look_closer(const struct grams *g, struct bytes in, size_t place, uint32_t gram,
	void (*found)(void *context, uint32_t rule), void *context)
{
	const struct gram_entry *entry = entries_of(g, gram, gram_hash(gram)), *end = g->entries + g->count;

	for (; entry && entry < end && entry->gram == gram; entry++) {
		size_t start = place - entry->at;
		if (place < entry->at || in.len - start < entry->len)
			continue;
		if (gram_at(in.data + start + entry->len - g->width, g->width) == entry->last &&
			lies_at(entry->content, in.data + start))
			found(context, entry->rule);
	}
}

static inline __attribute__((always_inline)) void find(const struct grams *g, struct bytes in, unsigned width,
	void (*found)(void *context, uint32_t rule), void *context)
{
	const uint64_t *map = g->map;
	const uint8_t *at = in.data, *end = in.len >= width ? in.data + in.len - width + 1 : in.data;
	unsigned shift = g->shift;

	for (; at < end; at++) {
		uint32_t gram = gram_at(at, width), bit = map_bit(gram, shift, width);
		if (__builtin_expect(map[bit >> 6] >> (bit & 63) & 1, 0))
			look_closer(g, in, (size_t)(at - in.data), gram, found, context);
	}
}

void grams_find(const struct grams *g, struct bytes in, void (*found)(void *context, uint32_t rule), void *context)
{
	if (g->count == 0)
		return;
	if (g->width == GRAM_WIDE)
		find(g, in, GRAM_WIDE, found, context);
	else
		find(g, in, GRAM_SHORT, found, context);
}

void grams_find_at(const struct grams *g, struct bytes in, size_t at, void (*found)(void *context, uint32_t rule), void *context)
{
	if (in.len < at + g->width)
		return;
	uint32_t gram = gram_at(in.data + at, g->width), bit = map_bit(gram, g->shift, g->width);

	if (g->map[bit >> 6] >> (bit & 63) & 1)
		look_closer(g, in, at, gram, found, context);
}
