#include "rules/sources.h"

#include <string.h>

enum { V4_HEAD = 12, FILTER_BITS = 20 };

static int compare(const struct addr *a, const struct addr *b)
{
	return memcmp(a->b, b->b, sizeof(a->b));
}

static struct addr next_of(struct addr a)
{
	for (int i = 15; i >= 0 && ++a.b[i] == 0; i--)
		;
	return a;
}

/* More than a /8 of IPv4, or than a /32 of IPv6: such rules would stand in every list. */
static bool is_large(const struct address_range *r)
{
	size_t same = addr_is_v4(&r->low) && addr_is_v4(&r->high) ? V4_HEAD + 1 : 4;

	return memcmp(r->low.b, r->high.b, same) != 0;
}

bool sources_add(struct sources *s, struct rules_pool *pool, const struct rule *rule, uint32_t place)
{
	const struct addresses *src = rule->src;

	if (src->any || src->yes_count == 0 || rule->both_ways)
		return false;
	for (uint32_t i = 0; i < src->yes_count; i++)
		if (is_large(&src->yes[i]))
			return false;
	for (uint32_t i = 0; i < src->yes_count; i++) {
		struct source_entry *entry = pool_add(pool, &s->entries, &s->entry_count);
		if (!entry)
			return false;
		*entry = (struct source_entry){src->yes[i].low, src->yes[i].high, place};
	}
	return true;
}

static int compare_addr(const void *a, const void *b)
{
	return compare(a, b);
}

static int compare_entries(const void *a, const void *b)
{
	const struct source_entry *x = a, *y = b;

	return compare(&x->low, &y->low);
}

/* Every place where the set of rules may change, once; the first one is 0. */
static bool starts_make(struct sources *s, struct rules_pool *pool)
{
	size_t kept = 0;

	s->starts = pool_alloc(pool, (s->entry_count * 2 + 1) * sizeof(*s->starts));
	if (!s->starts)
		return false;
	for (size_t i = 0; i < s->entry_count; i++) {
		s->starts[1 + 2 * i] = s->entries[i].low;
		s->starts[2 + 2 * i] = next_of(s->entries[i].high);
	}
	qsort(s->starts, s->entry_count * 2 + 1, sizeof(*s->starts), compare_addr);
	for (size_t i = 1; i < s->entry_count * 2 + 1; i++)
		if (compare(&s->starts[i], &s->starts[kept]) != 0)
			s->starts[++kept] = s->starts[i];
	s->count = kept + 1;
	return true;
}

/* Entries by their start; those that are open at a range are kept in `open`. */
static bool lists_make(struct sources *s, struct rules_pool *pool)
{
	AUTO(free) uint32_t *open = calloc(s->entry_count + 1, sizeof(*open));
	size_t open_count = 0, next = 0;

	s->offsets = pool_alloc(pool, (s->count + 1) * sizeof(*s->offsets));
	if (!open || !s->offsets)
		return false;
	qsort(s->entries, s->entry_count, sizeof(*s->entries), compare_entries);
	for (size_t i = 0; i < s->count; i++) {
		size_t kept = 0;
		while (next < s->entry_count && compare(&s->entries[next].low, &s->starts[i]) <= 0)
			open[open_count++] = (uint32_t)next++;
		s->offsets[i] = (uint32_t)s->list_count;
		for (size_t j = 0; j < open_count; j++) {
			if (compare(&s->entries[open[j]].high, &s->starts[i]) < 0)
				continue;
			uint32_t *place = pool_add(pool, &s->list, &s->list_count);
			if (!place)
				return false;
			*place = s->entries[open[j]].rule;
			open[kept++] = open[j];
		}
		open_count = kept;
	}
	s->offsets[s->count] = (uint32_t)s->list_count;
	return true;
}

/* The last range that begins at the address or before it. */
static size_t range_of(const struct sources *s, const struct addr *a, size_t low, size_t high)
{
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;
		if (compare(&s->starts[middle], a) <= 0)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* The same among the IPv4 ones; low may begin before them, as the range that reaches into them. */
static size_t range_of_v4(const struct sources *s, uint32_t a, size_t low, size_t high)
{
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;
		if (s->v4[middle] <= a)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* Nearly all packets come from addresses that no list has: one look tells. */
static uint32_t filter_bit(uint32_t v4)
{
	return (v4 >> 8) * UINT32_C(2654435761) >> (32 - FILTER_BITS);
}

static void filter_add(struct sources *s, const struct source_entry *entry)
{
	if (!addr_is_v4(&entry->low) || !addr_is_v4(&entry->high))
		return;
	for (uint32_t net = addr_v4(&entry->low) >> 8; net <= addr_v4(&entry->high) >> 8; net++) {
		uint32_t bit = filter_bit(net << 8);
		s->filter[bit / 64] |= UINT64_C(1) << bit % 64;
	}
}

static bool filter_has(const struct sources *s, uint32_t v4)
{
	uint32_t bit = filter_bit(v4);

	return s->filter[bit / 64] >> bit % 64 & 1;
}

bool sources_build(struct sources *s, struct rules_pool *pool)
{
	if (s->entry_count == 0)
		return true;
	if (!starts_make(s, pool) || !lists_make(s, pool))
		return false;
	s->v4 = pool_alloc(pool, s->count * sizeof(*s->v4));
	s->filter = pool_alloc(pool, (1 << FILTER_BITS) / 8);
	if (!s->v4 || !s->filter)
		return false;
	for (size_t i = 0; i < s->entry_count; i++)
		filter_add(s, &s->entries[i]);
	for (size_t i = 0; i < s->count; i++)
		s->v4[i] = addr_is_v4(&s->starts[i]) ? addr_v4(&s->starts[i]) : 0;
	for (uint32_t i = 0; i < 65536; i++) {
		struct addr a = addr_from_v4(i << 16);
		s->v4_first[i] = (uint32_t)range_of(s, &a, 0, s->count);
	}
	struct addr last = addr_from_v4(UINT32_MAX);
	s->v4_first[65536] = (uint32_t)range_of(s, &last, 0, s->count);
	return true;
}

size_t sources_find(const struct sources *s, const struct addr *src, struct rule_list *ret)
{
	size_t range;

	if (s->entry_count == 0)
		return 0;
	if (addr_is_v4(src)) {
		uint32_t v4 = addr_v4(src), head = v4 >> 16;
		if (!filter_has(s, v4))
			return 0;
		range = range_of_v4(s, v4, s->v4_first[head], s->v4_first[head + 1] + 1);
	} else {
		range = range_of(s, src, 0, s->count);
	}
	*ret = (struct rule_list){s->list + s->offsets[range], s->offsets[range + 1] - s->offsets[range]};
	return ret->count > 0;
}
