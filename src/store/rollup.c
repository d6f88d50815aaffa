#include "store/rollup.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "base/text.h"

enum { QUARTER_S = 900, BUCKETS = 256 };

static int no_memory(struct err *e)
{
	return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
}

/* --- what the roll-ups share --- */

struct named {
	const char *name;
	uint16_t index;
};

static int compare_names(const void *a, const void *b)
{
	return strcmp(((const struct named *)a)->name, ((const struct named *)b)->name);
}

/* rank[i]: place of the plant's sensor i in base->names. */
static int rank_sensors(
	struct rollup_base *base, const struct plant *plant, uint16_t *rank, struct err *e)
{
	AUTO(free) struct named *list = calloc(plant->count + 1, sizeof(*list));

	base->sensors = plant->count;
	base->names = calloc(plant->count + 1, sizeof(*base->names));
	if (!list || !base->names)
		return no_memory(e);
	for (size_t i = 0; i < plant->count; i++)
		list[i] = (struct named){plant->sensors[i].name, (uint16_t)i};
	qsort(list, plant->count, sizeof(*list), compare_names);
	for (size_t i = 0; i < plant->count; i++) {
		base->names[i] = list[i].name;
		rank[list[i].index] = (uint16_t)i;
	}
	return 0;
}

int rollup_base_init(
	struct rollup_base *base, const struct rows *rows, const struct plant *plant, struct err *e)
{
	size_t n = rows->count;
	AUTO(free) uint16_t *rank = calloc(plant->count + 1, sizeof(*rank));

	*base = (struct rollup_base){.rows = rows,
		.sensor = calloc(n, sizeof(uint16_t)),
		.quarter = calloc(n, sizeof(uint32_t)),
		.order = calloc(n, sizeof(uint32_t)),
		.spare = calloc(n, sizeof(uint32_t))};
	if (!rank || !base->sensor || !base->quarter || !base->order || !base->spare)
		return no_memory(e);
	int r = rank_sensors(base, plant, rank, e);
	for (size_t i = 0; r >= 0 && i < n; i++) {
		assert(rows->sensor[i] < plant->count);
		base->sensor[i] = rank[rows->sensor[i]];
		base->quarter[i] = rows->time[i] - rows->time[i] % QUARTER_S;
	}
	return r;
}

void rollup_base_done(struct rollup_base *base)
{
	if (!base)
		return;
	free(base->names);
	free(base->sensor);
	free(base->quarter);
	free(base->order);
	free(base->spare);
	*base = (struct rollup_base){0};
}

/* The key columns of a table before they are added up. */
static size_t keys_of(const struct rollup_base *b, enum rollup_table table, struct key_column *ret)
{
	const struct rows *rows = b->rows;
	const struct key_column day = {"day", "Date", rows->day, sizeof(*rows->day), false};
	const struct key_column src = {"src", "IPv6", rows->src, sizeof(*rows->src), true};
	const struct key_column country = {
		"country", "FixedString(2)", rows->country, sizeof(*rows->country), true};
	const struct key_column asn = {"asn", "UInt32", rows->asn, sizeof(*rows->asn), false};
	const struct key_column sensor = {
		"sensor", "LowCardinality(String)", b->sensor, sizeof(*b->sensor), false};
	const struct key_column class = {
		"class", "Enum8(CLASSES)", rows->class, sizeof(*rows->class), false};
	const struct key_column tool = {
		"tool", "Enum8(TOOLS)", rows->tool, sizeof(*rows->tool), false};
	const struct key_column quarter = {
		"quarter", "DateTime('UTC')", b->quarter, sizeof(*b->quarter), false};
	const struct key_column service = {
		"service", "UInt32", rows->service, sizeof(*rows->service), false};
	size_t n = 0;

	switch (table) {
#define KEY(name) ret[n++] = name;
#define X(name, keys, bytes)                                                                       \
	case ROLLUP_##name:                                                                        \
		keys(KEY) break;
		ROLLUPS(X)
#undef X
#undef KEY
	case ROLLUP_COUNT:
		break;
	}
	assert(n <= ROLLUP_KEYS_MAX);
	return n;
}

/* --- sorting: by radix, one byte of one key at a time, from the least significant --- */

/* A byte that is the same in all rows (most of an IPv4 address's 16, the high ones of numbers)
 * costs one look. */
static void sort_by_byte(struct rollup_base *b, const uint8_t *first, size_t stride)
{
	uint32_t start[BUCKETS] = {0};
	size_t n = b->rows->count;
	uint32_t at = 0;

	for (size_t i = 0; i < n; i++)
		start[first[i * stride]]++;
	if (start[first[0]] == n)
		return;
	for (size_t i = 0; i < BUCKETS; i++) {
		uint32_t count = start[i];

		start[i] = at;
		at += count;
	}
	for (size_t i = 0; i < n; i++)
		b->spare[start[first[b->order[i] * stride]]++] = b->order[i];
	uint32_t *sorted = b->spare;
	b->spare = b->order;
	b->order = sorted;
}

static void sort_by_key(struct rollup_base *b, const struct key_column *key)
{
	for (size_t i = 0; i < key->size; i++)
		sort_by_byte(b,
			(const uint8_t *)key->values + (key->big_endian ? key->size - 1 - i : i),
			key->size);
}

static void sort_by_keys(struct rollup_base *b, const struct key_column *keys, size_t count)
{
	for (size_t i = 0; i < b->rows->count; i++)
		b->order[i] = (uint32_t)i;
	for (size_t k = count; k-- > 0;)
		sort_by_key(b, &keys[k]);
}

/* --- adding up --- */

static bool same_key(const struct key_column *keys, size_t count, size_t a, size_t b)
{
	for (size_t k = count; k-- > 0;) {
		const uint8_t *values = keys[k].values;

		if (memcmp(values + a * keys[k].size, values + b * keys[k].size, keys[k].size) != 0)
			return false;
	}
	return true;
}

/* Leaves the first row of each key in order[0..ret->rows) and the sums in packets and bytes. */
static void add_up(struct rollup_base *b, const struct key_column *keys, struct rollup *ret)
{
	uint32_t *order = b->order;
	size_t groups = 0;

	for (size_t i = 0; i < b->rows->count; i++) {
		uint32_t row = order[i];

		if (groups == 0 || !same_key(keys, ret->keys, order[groups - 1], row)) {
			order[groups] = row;
			ret->packets[groups] = 0;
			if (ret->bytes)
				ret->bytes[groups] = 0;
			groups++;
		}
		ret->packets[groups - 1] += b->rows->packets[row];
		if (ret->bytes)
			ret->bytes[groups - 1] += b->rows->bytes[row];
	}
	ret->rows = groups;
}

/* The key's values of the rows that order names, in that order; NULL without memory. */
static void *gather(const struct key_column *key, const uint32_t *order, size_t count)
{
	uint8_t *out = malloc(count * key->size + 1);
	const uint8_t *values = key->values;

	for (size_t i = 0; out && i < count; i++)
		memcpy(out + i * key->size, values + order[i] * key->size, key->size);
	return out;
}

int rollup_make(
	struct rollup_base *base, enum rollup_table table, struct rollup *ret, struct err *e)
{
#define X(name, keys, bytes) {#name, bytes},
	static const struct {
		const char *name;
		bool bytes;
	} tables[] = {ROLLUPS(X)};
#undef X
	struct key_column keys[ROLLUP_KEYS_MAX];
	size_t n = base->rows->count;

	*ret = (struct rollup){.table = tables[table].name,
		.keys = keys_of(base, table, keys),
		.packets = malloc(n * sizeof(uint64_t)),
		.bytes = tables[table].bytes ? malloc(n * sizeof(uint64_t)) : NULL};
	if (!ret->packets || (tables[table].bytes && !ret->bytes))
		return no_memory(e);
	sort_by_keys(base, keys, ret->keys);
	add_up(base, keys, ret);
	for (size_t k = 0; k < ret->keys; k++) {
		ret->key[k] = keys[k];
		ret->key[k].values = gather(&keys[k], base->order, ret->rows);
		if (!ret->key[k].values)
			return no_memory(e);
	}
	return 0;
}

void rollup_done(struct rollup *r)
{
	if (!r)
		return;
	for (size_t k = 0; k < r->keys; k++)
		free((void *)r->key[k].values);
	free(r->packets);
	free(r->bytes);
	*r = (struct rollup){0};
}
