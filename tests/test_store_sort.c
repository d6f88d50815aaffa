/* Sorting rows by several columns against the plainest sort there is. */
#include <criterion/criterion.h>

#include <string.h>

#include "base/base.h"
#include "decode/addr.h"
#include "store/sort.h"

enum { ROWS = 5000 };

/* What a block may hold; spread says how far the values of a column lie apart. */
struct table {
	uint16_t day[ROWS];
	uint32_t time[ROWS];
	uint8_t class[ROWS];
	char country[ROWS][2];
	struct addr src[ROWS];
};

static uint64_t next(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return *state >> 11;
}

/* bits of each value that differ */
static void fill(struct table *t, unsigned bits, bool v6, uint64_t seed)
{
	uint64_t mask = (UINT64_C(1) << bits) - 1;

	for (size_t i = 0; i < ROWS; i++) {
		t->day[i] = (uint16_t)(17 + (next(&seed) & mask) % 60000);
		t->time[i] = (uint32_t)(3000000000u + (next(&seed) & mask));
		t->class[i] = (uint8_t)(next(&seed) & mask);
		t->country[i][0] = (char)('A' + (next(&seed) & mask) % 26);
		t->country[i][1] = (char)('A' + (next(&seed) & mask) % 26);
		t->src[i] = addr_from_v4((uint32_t)(next(&seed) & mask));
		for (size_t b = 0; v6 && i % 2 && b < 16; b++)
			t->src[i].b[b] = (uint8_t)(next(&seed) & mask);
	}
}

static int compare_numbers(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

/* In the order src, day, country, time, class. */
static int compare(const struct table *t, size_t a, size_t b)
{
	int order = memcmp(&t->src[a], &t->src[b], sizeof(t->src[a]));

	if (order == 0)
		order = compare_numbers(t->day[a], t->day[b]);
	if (order == 0)
		order = memcmp(t->country[a], t->country[b], 2);
	if (order == 0)
		order = compare_numbers(t->time[a], t->time[b]);
	return order ? order : compare_numbers(t->class[a], t->class[b]);
}

static void expect_sorted(const struct table *t)
{
	struct sort s;
	AUTO(free) void *memory = malloc((ROWS + 1) * SORT_ROW_BYTES);
	AUTO(free) bool *seen = calloc(ROWS, sizeof(*seen));
	const struct sort_column columns[] = {{t->src, 16, true}, {t->day, 2, false},
		{t->country, 2, true}, {t->time, 4, false}, {t->class, 1, false}};

	sort_init(&s, ROWS, memory);
	for (int round = 0; round < 2; round++) { /* it can be used again */
		sort_clear(&s);
		for (size_t c = 0; c < ARRAY_SIZE(columns); c++)
			sort_by(&s, &columns[c]);
		sort_run(&s);
	}
	cr_expect_not(sort_same(&s, 0));
	for (size_t i = 0; i < ROWS; i++) {
		cr_expect_not(seen[sort_row(&s, i)], "every row is there once");
		seen[sort_row(&s, i)] = true;
		if (i == 0)
			continue;
		int order = compare(t, sort_row(&s, i - 1), sort_row(&s, i));
		cr_assert(order <= 0, "place %zu", i);
		cr_assert_eq(sort_same(&s, i), order == 0);
		cr_assert(order < 0 || sort_row(&s, i - 1) < sort_row(&s, i), "equal rows stay in order");
	}
}

Test(store_sort, puts_rows_in_order_whatever_their_values)
{
	AUTO(free) struct table *t = calloc(1, sizeof(*t));

	for (unsigned bits = 0; bits <= 32; bits += 2)
		for (int v6 = 0; v6 < 2; v6++) {
			fill(t, bits, v6, 99 + bits);
			expect_sorted(t);
		}
}

Test(store_sort, knows_numbers_from_bytes)
{
	const uint32_t values[] = {0x01000000, 0x000000ff, 0x00010000, UINT32_MAX, 0};
	struct sort_column column = {values, 4, false};
	const uint32_t as_numbers[] = {4, 1, 2, 0, 3}, as_bytes[] = {4, 0, 2, 1, 3};
	_Alignas(uint64_t) uint8_t memory[(ARRAY_SIZE(values) + 1) * SORT_ROW_BYTES];
	struct sort s;

	sort_init(&s, ARRAY_SIZE(values), memory);
	for (int big_endian = 0; big_endian < 2; big_endian++) {
		column.big_endian = big_endian;
		sort_clear(&s);
		sort_by(&s, &column);
		sort_run(&s);
		for (size_t i = 0; i < ARRAY_SIZE(values); i++)
			cr_expect_eq(sort_row(&s, i), (big_endian ? as_bytes : as_numbers)[i]);
	}
}

Test(store_sort, of_no_rows_and_of_one)
{
	_Alignas(uint64_t) uint8_t memory[3 * SORT_ROW_BYTES];

	for (size_t rows = 0; rows < 2; rows++) {
		struct sort s;
		const uint32_t value = 7;

		sort_init(&s, rows, memory);
		sort_clear(&s);
		sort_by(&s, &(struct sort_column){&value, 4, false});
		sort_run(&s);
		cr_expect(rows == 0 || sort_row(&s, 0) == 0);
	}
}
