#include "store/sort.h"

#include <assert.h>
#include <endian.h>
#include <string.h>


enum { DIGIT_BITS = 11, BUCKETS = 1 << DIGIT_BITS, PASSES_MAX = SORT_KEY_BITS / DIGIT_BITS };

_Static_assert(SORT_KEY_BITS % DIGIT_BITS == 0, "every bit of a key is in a pass");
_Static_assert(SORT_KEY_BITS >= SORT_ROW_BITS + 16, "after ranking there is room for the widest piece");

void sort_init(struct sort *s, size_t rows, void *memory)
{
	uint64_t *at = memory;

	assert(rows <= SORT_ROWS_MAX);
	_Static_assert(SORT_ROW_BYTES == sizeof(*s->keys) + sizeof(*s->items) + sizeof(*s->spare), "all that a row takes");
	*s = (struct sort){.rows = rows, .keys = at, .items = at + rows + 1, .spare = at + 2 * (rows + 1)};
	sort_clear(s);
}

void sort_clear(struct sort *s)
{
	memset(s->keys, 0, s->rows * sizeof(*s->keys));
	s->bits = 0;
}

/* --- packing --- */

static unsigned bits_of(uint32_t value)
{
	return value ? 32 - (unsigned)__builtin_clz(value) : 0;
}

/* Each row's key becomes its rank among the keys that there are: at most SORT_ROW_BITS. */
static void rank_keys(struct sort *s)
{
	uint32_t rank = 0;

	sort_run(s);
	for (size_t i = 0; i < s->rows; i++) {
		rank += i > 0 && !sort_same(s, i);
		s->keys[sort_row(s, i)] = rank;
	}
	s->bits = bits_of(rank);
}

static void make_room(struct sort *s, unsigned bits)
{
	if (s->bits + bits > SORT_KEY_BITS)
		rank_keys(s);
	s->bits += bits;
}

/* Appends bits from..from+bits of (value - least) of every row. One function for each width of value, so that the
 * compiler makes good loops of them. */
#define PACK(name, type, convert)                                                                  \
	static void range_##name(const uint8_t *at, size_t step, size_t rows, uint32_t *least, uint32_t *most)      \
	{                                                                                          \
		for (size_t i = 0; i < rows; i++, at += step) {                                    \
			type raw;                                                                  \
			memcpy(&raw, at, sizeof(raw));                                             \
			uint32_t value = convert(raw);                                             \
			*least = value < *least ? value : *least;                                  \
			*most = value > *most ? value : *most;                                     \
		}                                                                                  \
	}                                                                                          \
	static void pack_##name(struct sort *s, const uint8_t *at, size_t step, uint32_t least,             \
		unsigned from, unsigned bits)                                                      \
	{                                                                                          \
		uint64_t mask = (UINT64_C(1) << bits) - 1;                                         \
		for (size_t i = 0; i < s->rows; i++, at += step) {                                 \
			type raw;                                                                  \
			memcpy(&raw, at, sizeof(raw));                                             \
			s->keys[i] = s->keys[i] << bits | ((convert(raw) - least) >> from & mask); \
		}                                                                                  \
	}

PACK(u8, uint8_t, (uint32_t))
PACK(u16, uint16_t, (uint32_t))
PACK(u32, uint32_t, (uint32_t))
PACK(be16, uint16_t, be16toh)
PACK(be32, uint32_t, be32toh)

static const struct packer {
	void (*range)(const uint8_t *at, size_t step, size_t rows, uint32_t *least, uint32_t *most);
	void (*pack)(struct sort *s, const uint8_t *at, size_t step, uint32_t least, unsigned from, unsigned bits);
} packers[2][3] = {
	{{range_u8, pack_u8}, {range_u16, pack_u16}, {range_u32, pack_u32}},
	{{range_u8, pack_u8}, {range_be16, pack_be16}, {range_be32, pack_be32}},
};

/* size: 1, 2 or 4. A wide value goes in two halves, so that there is always room after ranking. */
static void add_number(struct sort *s, const uint8_t *values, size_t step, size_t size, bool big_endian)
{
	enum { HALF = 16 };
	const struct packer *p = &packers[big_endian][size / 2];
	uint32_t least = UINT32_MAX, most = 0;

	p->range(values, step, s->rows, &least, &most);
	unsigned bits = s->rows ? bits_of(most - least) : 0;
	if (s->bits + bits > SORT_KEY_BITS && bits > HALF) {
		make_room(s, bits - HALF);
		p->pack(s, values, step, least, HALF, bits - HALF);
		bits = HALF;
	}
	if (bits == 0)
		return;
	make_room(s, bits);
	p->pack(s, values, step, least, 0, bits);
}

void sort_by(struct sort *s, const struct sort_column *column)
{
	const uint8_t *values = column->values;

	assert(column->size == 1 || column->size == 2 || column->size % 4 == 0);
	if (column->size <= 4) {
		add_number(s, values, column->size, column->size, column->big_endian);
		return;
	}
	assert(column->big_endian);
	for (size_t at = 0; at < column->size; at += 4)
		add_number(s, values + at, column->size, 4, true);
}

/* --- sorting --- */

static void count_digits(const struct sort *s, uint32_t counts[PASSES_MAX][BUCKETS], unsigned passes)
{
	for (size_t i = 0; i < s->rows; i++) {
		uint64_t key = s->keys[i];

		for (unsigned p = 0; p < passes; p++, key >>= DIGIT_BITS)
			counts[p][key % BUCKETS]++;
	}
}

static void start_buckets(uint32_t *counts)
{
	uint32_t at = 0;

	for (size_t i = 0; i < BUCKETS; i++) {
		uint32_t count = counts[i];

		counts[i] = at;
		at += count;
	}
}

static void scatter(struct sort *s, uint32_t *starts, unsigned shift)
{
	uint64_t *from = s->items, *to = s->spare;

	for (size_t i = 0; i < s->rows; i++)
		to[starts[from[i] >> shift & (BUCKETS - 1)]++] = from[i];
	s->items = to;
	s->spare = from;
}

void sort_run(struct sort *s)
{
	uint32_t counts[PASSES_MAX][BUCKETS] = {{0}};
	unsigned passes = (s->bits + DIGIT_BITS - 1) / DIGIT_BITS;

	count_digits(s, counts, passes);
	for (size_t i = 0; i < s->rows; i++)
		s->items[i] = s->keys[i] << SORT_ROW_BITS | i;
	for (unsigned p = 0; p < passes; p++) {
		start_buckets(counts[p]);
		scatter(s, counts[p], SORT_ROW_BITS + p * DIGIT_BITS);
	}
}
