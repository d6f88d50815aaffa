#include "store/rollup.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "base/zone.h"

enum { QUARTER_S = 900 };

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

static const struct sort_column *column_of(struct sort_column *ret, const void *values, size_t size, bool big_endian)
{
	*ret = (struct sort_column){values, size, big_endian};
	return ret;
}

/* By day, source and time. */
static void sort_rows(struct rollup_base *base)
{
	const struct rows *rows = base->rows;
	struct sort_column c;

	sort_by(&base->sort, column_of(&c, rows->day, sizeof(*rows->day), false));
	sort_by(&base->sort, column_of(&c, rows->src, sizeof(*rows->src), true));
	sort_by(&base->sort, column_of(&c, rows->time, sizeof(*rows->time), false));
	sort_run(&base->sort);
}

/* Values of another order of rows. One function per size, so that each copy is one instruction. */
#define GATHER(name, type)                                                                         \
	static void gather_##name(void *to, const void *from, const struct sort *s, size_t count)  \
	{                                                                                          \
		type *out = to;                                                                    \
		const type *in = from;                                                             \
		for (size_t i = 0; i < count; i++)                                                 \
			out[i] = in[sort_row(s, i)];                                               \
	}

struct bytes16 {
	uint64_t words[2];
} __attribute__((packed));

GATHER(1, uint8_t)
GATHER(2, uint16_t)
GATHER(4, uint32_t)
GATHER(8, uint64_t)
GATHER(16, struct bytes16)

static void gather(void *to, const void *from, size_t size, const struct sort *s, size_t count)
{
	switch (size) {
	case 1:
		gather_1(to, from, s, count);
		break;
	case 2:
		gather_2(to, from, s, count);
		break;
	case 4:
		gather_4(to, from, s, count);
		break;
	case 8:
		gather_8(to, from, s, count);
		break;
	default:
		assert(size == sizeof(struct bytes16));
		gather_16(to, from, s, count);
	}
}

static void gather_rows(struct rollup_base *base, const uint16_t *rank)
{
	struct rows *sorted = &base->sorted;
	size_t n = sorted->count;

#define X(name, type, sql, codec) gather(sorted->name, base->rows->name, sizeof(type), &base->sort, n);
	ACCESS_COLUMNS(X)
#undef X
	for (size_t i = 0; i < n; i++) {
		assert(sorted->sensor[i] < base->sensors);
		sorted->sensor[i] = rank[sorted->sensor[i]];
	}
}

static bool same_source(const struct rows *rows, size_t a, size_t b)
{
	return rows->day[a] == rows->day[b] && addr_equal(&rows->src[a], &rows->src[b]);
}

static bool same_place(const struct rows *rows, size_t a, size_t b)
{
	return rows->asn[a] == rows->asn[b] &&
	       memcmp(&rows->country[a], &rows->country[b], sizeof(rows->country[a])) == 0;
}

static void number_sources(struct rollup_base *base)
{
	const struct rows *rows = &base->sorted;
	uint32_t number = 0;

	base->one_place = true;
	for (size_t i = 0; i < rows->count; i++) {
		bool same = i > 0 && same_source(rows, i - 1, i);

		number += i > 0 && !same;
		base->one_place = base->one_place && (!same || same_place(rows, i - 1, i));
		base->source[i] = number;
		base->quarter[i] = rows->time[i] - rows->time[i] % QUARTER_S;
	}
}

static uint16_t month_of(uint16_t day)
{
	return (uint16_t)(day + 1 - civil_of_day(day).day);
}

/* Sorted rows have few changes of the day. */
static void find_months(struct rollup_base *base)
{
	const uint16_t *day = base->sorted.day;
	size_t n = base->sorted.count;

	for (size_t i = 0; i < n; i++)
		base->month[i] = i > 0 && day[i] == day[i - 1] ? base->month[i - 1] : month_of(day[i]);
	base->one_day = n == 0 || day[0] == day[n - 1];
}

/* The key columns of a table before they are added up. */
static size_t keys_of(const struct rollup_base *b, enum rollup_table table, struct key_column *ret)
{
	const struct rows *rows = &b->sorted;
	const struct key_column day = {"day", "Date", {rows->day, sizeof(*rows->day), false}};
	const struct key_column month = {"month", "Date", {b->month, sizeof(*b->month), false}};
	const struct key_column src = {"src", "IPv6", {rows->src, sizeof(*rows->src), true}};
	const struct key_column country = {
		"country", "FixedString(2)", {rows->country, sizeof(*rows->country), true}};
	const struct key_column asn = {"asn", "UInt32", {rows->asn, sizeof(*rows->asn), false}};
	const struct key_column sensor = {
		"sensor", "LowCardinality(String)", {rows->sensor, sizeof(*rows->sensor), false}};
	const struct key_column class = {
		"class", "Enum8(CLASSES)", {rows->class, sizeof(*rows->class), false}};
	const struct key_column tool = {
		"tool", "Enum8(TOOLS)", {rows->tool, sizeof(*rows->tool), false}};
	const struct key_column quarter = {
		"quarter", "DateTime('UTC')", {b->quarter, sizeof(*b->quarter), false}};
	const struct key_column service = {
		"service", "UInt32", {rows->service, sizeof(*rows->service), false}};
	size_t n = 0;

	switch (table) {
#define KEY(name) ret[n++] = name;
#define X(name, keys)                                                                              \
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

/* --- memory --- */

/* The arrays of the base, and those of the roll-ups, which have at most a row for each of it. */
static void lay_out(struct rollup_base *base, struct room *room, size_t n)
{
	struct key_column keys[ROLLUP_KEYS_MAX];

#define X(name, type, sql, codec) base->sorted.name = room_take(room, n * sizeof(type));
	ACCESS_COLUMNS(X)
#undef X
	base->quarter = room_take(room, n * sizeof(*base->quarter));
	base->source = room_take(room, n * sizeof(*base->source));
	base->month = room_take(room, n * sizeof(*base->month));
	for (enum rollup_table table = 0; table < ROLLUP_COUNT; table++) {
		size_t count = keys_of(base, table, keys);

		base->made[table].packets = room_take(room, n * sizeof(*base->made[table].packets));
		for (size_t k = 0; k < count; k++)
			base->made[table].keys[k] = room_take(room, n * keys[k].column.size);
	}
}

static int take_room(struct rollup_base *base, struct err *e)
{
	size_t n = base->rows->count, sort_bytes = (n + 1) * SORT_ROW_BYTES;
	struct room counted = {0};

	lay_out(base, &counted, n);
	room_take(&counted, sort_bytes);
	if (room_begin(&base->room, counted.used) < 0)
		return no_memory(e);
	lay_out(base, &base->room, n);
	base->sorted.count = n;
	sort_init(&base->sort, n, room_take(&base->room, sort_bytes));
	return 0;
}

int rollup_base_init(
	struct rollup_base *base, const struct rows *rows, const struct plant *plant, struct err *e)
{
	AUTO(free) uint16_t *rank = calloc(plant->count + 1, sizeof(*rank));
	struct room room = base->room;

	free(base->names);
	*base = (struct rollup_base){.rows = rows, .room = room};
	int r = rank ? rank_sensors(base, plant, rank, e) : no_memory(e);
	if (r >= 0)
		r = take_room(base, e);
	if (r < 0)
		return r;
	sort_rows(base);
	gather_rows(base, rank);
	number_sources(base);
	find_months(base);
	return 0;
}

void rollup_base_done(struct rollup_base *base)
{
	if (!base)
		return;
	free(base->names);
	room_done(&base->room);
	*base = (struct rollup_base){0};
}

/* --- one roll-up --- */

/* What the order of the rows knows already is not looked at again: among rows of a day the number of a source stands for
 * its address, and mostly for country and AS as well. */
static void sort_keys(struct rollup_base *b, const struct key_column *keys, size_t count)
{
	const struct rows *rows = &b->sorted;
	const struct sort_column source = {b->source, sizeof(*b->source), false};
	bool numbered = b->one_day || keys[0].column.values == rows->day;
	bool place_known = false;

	for (size_t k = 0; k < count; k++)
		place_known |= numbered && b->one_place && keys[k].column.values == rows->src;
	sort_clear(&b->sort);
	for (size_t k = 0; k < count; k++) {
		const void *values = keys[k].column.values;
		bool is_place = values == rows->country || values == rows->asn;

		if (values == rows->src && numbered)
			sort_by(&b->sort, &source);
		else if (!is_place || !place_known)
			sort_by(&b->sort, &keys[k].column);
	}
	sort_run(&b->sort);
}

/* Sums of each key, and its first row left in the sort's places 0..ret->rows. */
static void add_up(struct rollup_base *b, struct rollup *ret)
{
	const struct rows *rows = &b->sorted;
	uint64_t *items = b->sort.items;
	uint64_t before = 0;
	size_t groups = 0;

	for (size_t i = 0; i < rows->count; i++) {
		uint64_t item = items[i];
		uint32_t row = sort_row(&b->sort, i);

		if (groups == 0 || item >> SORT_ROW_BITS != before) {
			before = item >> SORT_ROW_BITS;
			items[groups] = item;
			ret->packets[groups] = 0;
			groups++;
		}
		ret->packets[groups - 1] += rows->packets[row];
	}
	ret->rows = groups;
}

void rollup_make(struct rollup_base *base, enum rollup_table table, struct rollup *ret)
{
#define X(name, keys) #name,
	static const char *const names[] = {ROLLUPS(X)};
#undef X
	struct key_column keys[ROLLUP_KEYS_MAX];

	*ret = (struct rollup){
		.table = names[table], .keys = keys_of(base, table, keys), .packets = base->made[table].packets};
	sort_keys(base, keys, ret->keys);
	add_up(base, ret);
	for (size_t k = 0; k < ret->keys; k++) {
		void *values = base->made[table].keys[k];

		gather(values, keys[k].column.values, keys[k].column.size, &base->sort, ret->rows);
		ret->key[k] = keys[k];
		ret->key[k].column.values = values;
	}
}
