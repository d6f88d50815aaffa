/* The prefixes cut the addresses into ranges, in each of which one prefix is the longest; what is wider and holds it too is
 * its parent. IPv4 sources are nearly always decided by the first look, at the ranges that begin in their /16. */
#include "observe/groups.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "base/zone.h"
#include "observe/plant_parts.h"

enum { V4_HEADS = 1 << 16, WORD_BITS = 64, NAMES_BYTES = GROUPS_MAX * GROUP_NAME_SIZE, NONE = UINT32_MAX };

struct entry {
	struct prefix prefix;
	uint32_t order; /* in which they were added */
	uint32_t parent;
	uint16_t group;
	struct group_time time;
};

struct as_entry {
	uint32_t asn, order;
	uint16_t group;
	struct group_time time;
};

/* From this address to the next one's. */
struct range {
	struct addr from;
	uint32_t entry; /* NONE: in no prefix */
};

struct groups {
	struct intern *names;
	struct entry *entries; /* by address and length once they are indexed */
	size_t count, room;
	struct as_entry *as_entries;
	size_t as_count, as_room;
	struct range *ranges;
	size_t range_count;
	uint64_t touched[V4_HEADS / WORD_BITS]; /* the /16 in which a prefix is */
	uint32_t heads[V4_HEADS + 1]; /* first range that begins after the first address of the /16 */
};

struct groups *groups_new(void)
{
	AUTO(groups_free) struct groups *g = calloc(1, sizeof(*g));

	if (g)
		g->names = intern_new(GROUPS_MAX, NAMES_BYTES);
	return g && g->names ? TAKE(g) : NULL;
}

void groups_free(struct groups *g)
{
	if (!g)
		return;
	intern_free(g->names);
	free(g->entries);
	free(g->as_entries);
	free(g->ranges);
	free(g);
}

const struct intern *groups_names(const struct groups *g)
{
	return g->names;
}

static int no_memory(struct err *e)
{
	return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
}

int groups_name(struct groups *g, const char *name, struct err *e)
{
	assert(group_is_name(name));
	uint16_t number = intern_add(g->names, name, strlen(name));

	if (number != INTERN_FULL)
		return number;
	return err_set(e, E2BIG, TR("more than %d source groups", "発信元グループが %d を超えています"), GROUPS_MAX - 1);
}

/* Room for one more of size bytes. */
static int grow(void **items, size_t *room, size_t count, size_t size, struct err *e)
{
	if (count < *room)
		return 0;
	if (count == GROUP_ENTRIES_MAX)
		return err_set(e, E2BIG,
			TR("more than %d prefixes in source groups",
				"発信元グループのプレフィックスが %d を超えています"),
			GROUP_ENTRIES_MAX);
	size_t more = *room ? 2 * *room : 64;
	void *grown = reallocarray(*items, more, size);
	if (!grown)
		return no_memory(e);
	*items = grown;
	*room = more;
	return 0;
}

int groups_add_prefix(struct groups *g, uint16_t group, const struct prefix *prefix, struct group_time time,
	struct err *e)
{
	int r = grow((void **)&g->entries, &g->room, g->count, sizeof(*g->entries), e);

	if (r < 0)
		return r;
	g->entries[g->count] = (struct entry){
		.prefix = *prefix, .order = (uint32_t)g->count, .parent = NONE, .group = group, .time = time};
	g->count++;
	return 0;
}

int groups_add_as(struct groups *g, uint16_t group, uint32_t asn, struct group_time time, struct err *e)
{
	int r = grow((void **)&g->as_entries, &g->as_room, g->as_count, sizeof(*g->as_entries), e);

	if (r < 0)
		return r;
	g->as_entries[g->as_count] = (struct as_entry){asn, (uint32_t)g->as_count, group, time};
	g->as_count++;
	return 0;
}

/* --- index ----------------------------------------------------------------------------------- */

/* The wider one first; of equal ones the first one last, so that it is found first. */
static int by_place(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int order = prefix_order(&x->prefix, &y->prefix);

	return order ? order : (x->order < y->order) - (x->order > y->order);
}

static int by_as(const void *a, const void *b)
{
	const struct as_entry *x = a, *y = b;

	if (x->asn != y->asn)
		return x->asn < y->asn ? -1 : 1;
	return (x->order > y->order) - (x->order < y->order);
}

/* The first address after the prefix; false when it ends at the last one of all. */
static bool after(const struct prefix *p, struct addr *ret)
{
	*ret = p->addr;
	for (int bit = p->bits; bit-- > 0;) {
		uint8_t mask = (uint8_t)(0x80 >> bit % 8);

		ret->b[bit / 8] ^= mask;
		if (ret->b[bit / 8] & mask)
			return true;
	}
	return false;
}

/* A range that would begin where the last one does takes its place. */
static void begin_range(struct groups *g, const struct addr *from, uint32_t entry)
{
	if (g->range_count && addr_equal(&g->ranges[g->range_count - 1].from, from))
		g->range_count--;
	g->ranges[g->range_count++] = (struct range){*from, entry};
}

/* Prefixes that do not hold `at` end; what they lie in goes on after them. Returns the innermost one that is left. */
static uint32_t end_before(struct groups *g, uint32_t open, const struct addr *at)
{
	struct addr end;

	while (open != NONE && (!at || !prefix_has(&g->entries[open].prefix, at))) {
		uint32_t parent = g->entries[open].parent;

		if (after(&g->entries[open].prefix, &end))
			begin_range(g, &end, parent);
		open = parent;
	}
	return open;
}

static void make_ranges(struct groups *g)
{
	uint32_t open = NONE;

	begin_range(g, &(struct addr){0}, NONE);
	for (uint32_t i = 0; i < g->count; i++) {
		open = end_before(g, open, &g->entries[i].prefix.addr);
		g->entries[i].parent = open;
		begin_range(g, &g->entries[i].prefix.addr, i);
		open = i;
	}
	end_before(g, open, NULL);
}

/* The first range in [low, high) that begins after the address, or high. */
static size_t range_after(const struct groups *g, const struct addr *a, size_t low, size_t high)
{
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (memcmp(&g->ranges[middle].from, a, sizeof(*a)) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void make_heads(struct groups *g)
{
	for (uint32_t head = 0; head <= V4_HEADS; head++) {
		struct addr first = addr_from_v4(head < V4_HEADS ? head << 16 : UINT32_MAX);

		g->heads[head] = (uint32_t)range_after(g, &first, 0, g->range_count);
	}
	memset(g->touched, 0, sizeof(g->touched));
	for (uint32_t head = 0; head < V4_HEADS; head++)
		if (g->heads[head] != g->heads[head + 1] || g->ranges[g->heads[head] - 1].entry != NONE)
			g->touched[head / WORD_BITS] |= UINT64_C(1) << head % WORD_BITS;
}

int groups_index(struct groups *g, struct err *e)
{
	free(g->ranges);
	g->range_count = 0;
	g->ranges = calloc(2 * g->count + 2, sizeof(*g->ranges)); /* each prefix begins one and ends one */
	if (!g->ranges)
		return no_memory(e);
	if (g->count)
		qsort(g->entries, g->count, sizeof(*g->entries), by_place);
	if (g->as_count)
		qsort(g->as_entries, g->as_count, sizeof(*g->as_entries), by_as);
	make_ranges(g);
	make_heads(g);
	return 0;
}

/* --- look-up --------------------------------------------------------------------------------- */

static bool holds(const struct group_time *time, int64_t ts_ns)
{
	int64_t ts_s = floor_s(ts_ns);

	return time->from_s <= ts_s && ts_s < time->until_s;
}

static uint16_t find_as(const struct groups *g, uint32_t asn, int64_t ts_ns)
{
	size_t low = 0, high = g->as_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (g->as_entries[middle].asn < asn)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < g->as_count && g->as_entries[low].asn == asn; low++)
		if (holds(&g->as_entries[low].time, ts_ns))
			return g->as_entries[low].group;
	return 0;
}

/* For nearly all sources one bit is the answer. */
static bool is_apart(const struct groups *g, uint32_t head)
{
	return !(g->touched[head / WORD_BITS] >> head % WORD_BITS & 1);
}

/* The innermost prefix that holds the address, NONE when none does. */
static uint32_t find_entry(const struct groups *g, const struct addr *source)
{
	size_t low = 0, high = g->range_count;

	if (addr_is_v4(source)) {
		uint32_t head = addr_v4(source) >> 16;

		if (is_apart(g, head))
			return NONE;
		low = g->heads[head];
		high = g->heads[head + 1];
	}
	return g->ranges[range_after(g, source, low, high) - 1].entry;
}

uint16_t groups_find(const struct groups *g, const struct addr *source, uint32_t asn, int64_t ts_ns)
{
	uint32_t i = find_entry(g, source);

	for (; i != NONE; i = g->entries[i].parent)
		if (holds(&g->entries[i].time, ts_ns))
			return g->entries[i].group;
	return g->as_count ? find_as(g, asn, ts_ns) : 0;
}
