/* Roll-ups of a block against plain counting. */
#include "store_make.h"

#include "base/zone.h"
#include "observe/observe.h"
#include "store/rollup.h"

/* -1, 0, 1: order of two rows of a roll-up, by the keys in turn as ClickHouse orders them. */
static int compare(const struct rollup *r, const struct rollup_base *base, size_t a, size_t b)
{
	for (size_t k = 0; k < r->keys; k++) {
		const struct key_column *key = &r->key[k];
		const uint8_t *values = key->column.values;
		uint64_t x = 0, y = 0;
		int order;

		memcpy(&x, values + a * key->column.size, key->column.size < 8 ? key->column.size : 8);
		memcpy(&y, values + b * key->column.size, key->column.size < 8 ? key->column.size : 8);
		if (strcmp(key->name, "sensor") == 0)
			order = strcmp(base->names[x], base->names[y]);
		else if (key->column.big_endian)
			order = memcmp(values + a * key->column.size, values + b * key->column.size, key->column.size);
		else
			order = x < y ? -1 : x > y;
		if (order)
			return order;
	}
	return 0;
}

static bool is_source_day(const struct rollup *r, size_t row, const struct rows *rows,
	const struct rollup_base *base, size_t i)
{
	return ((const uint16_t *)r->key[0].column.values)[row] == rows->day[i] &&
	       addr_equal(&((const struct addr *)r->key[1].column.values)[row], &rows->src[i]) &&
	       memcmp((const char *)r->key[2].column.values + 2 * row, &rows->country[i], 2) == 0 &&
	       ((const uint32_t *)r->key[3].column.values)[row] == rows->asn[i] &&
	       strcmp(base->names[((const uint16_t *)r->key[4].column.values)[row]],
		       rows->sensor[i] ? "osaka.2" : "tokyo-1") == 0 &&
	       ((const uint8_t *)r->key[5].column.values)[row] == rows->class[i];
}

static bool is_service_quarter(const struct rollup *r, size_t row, const struct rows *rows,
	const struct rollup_base *base, size_t i)
{
	return ((const uint32_t *)r->key[0].column.values)[row] == rows->time[i] / 900 * 900 &&
	       ((const uint32_t *)r->key[1].column.values)[row] == rows->service[i] &&
	       memcmp((const char *)r->key[2].column.values + 2 * row, &rows->country[i], 2) == 0 &&
	       strcmp(base->names[((const uint16_t *)r->key[3].column.values)[row]],
		       rows->sensor[i] ? "osaka.2" : "tokyo-1") == 0 &&
	       ((const uint8_t *)r->key[4].column.values)[row] == rows->class[i] &&
	       ((const uint8_t *)r->key[5].column.values)[row] == rows->tool[i];
}

/* The blocks are of the last days of a January and the first of its February. */
static uint16_t month_of(uint16_t day)
{
	return (uint16_t)(day < day_number(2026, 2, 1) ? day_number(2026, 1, 1) : day_number(2026, 2, 1));
}

static bool is_source_month(const struct rollup *r, size_t row, const struct rows *rows,
	const struct rollup_base *base, size_t i)
{
	return ((const uint16_t *)r->key[0].column.values)[row] == month_of(rows->day[i]) &&
	       addr_equal(&((const struct addr *)r->key[1].column.values)[row], &rows->src[i]) &&
	       memcmp((const char *)r->key[2].column.values + 2 * row, &rows->country[i], 2) == 0 &&
	       ((const uint32_t *)r->key[3].column.values)[row] == rows->asn[i] &&
	       ((const uint8_t *)r->key[4].column.values)[row] == rows->class[i] &&
	       ((const uint8_t *)r->key[5].column.values)[row] == rows->tool[i];
}

static bool is_service_source_month(const struct rollup *r, size_t row, const struct rows *rows,
	const struct rollup_base *base, size_t i)
{
	return ((const uint16_t *)r->key[0].column.values)[row] == month_of(rows->day[i]) &&
	       ((const uint32_t *)r->key[1].column.values)[row] == rows->service[i] &&
	       addr_equal(&((const struct addr *)r->key[2].column.values)[row], &rows->src[i]) &&
	       memcmp((const char *)r->key[3].column.values + 2 * row, &rows->country[i], 2) == 0;
}

/* Rows in strictly rising order of their keys, and every row of the block in exactly one of them. */
static void expect_counted(struct rollup_base *base, enum rollup_table table,
	bool (*is)(const struct rollup *, size_t, const struct rows *, const struct rollup_base *,
		size_t))
{
	struct rollup r = {0};
	uint64_t seen = 0;

	rollup_make(base, table, &r);
	for (size_t row = 0; row < r.rows; row++) {
		uint64_t packets = 0;

		cr_expect(row == 0 || compare(&r, base, row - 1, row) < 0);
		for (size_t i = 0; i < base->rows->count; i++)
			if (is(&r, row, base->rows, base, i)) {
				packets += base->rows->packets[i];
				seen++;
			}
		cr_expect_eq(r.packets[row], packets);
	}
	cr_expect_eq(seen, base->rows->count);
	cr_expect(r.rows > 1 && r.rows < base->rows->count,
		"the block has equal keys and different ones");
}

Test(store_rollup, is_what_plain_counting_gives)
{
	struct plant plant = two_sensors();

	for (uint64_t seed = 1; seed < 4; seed++) {
		struct block block = block_make(seed, 0, 3000);
		struct rollup_base base = {0};

		for (size_t i = 0; i < block.rows.count; i++) {
			block.rows.src[i].b[15] &= 7; /* few sources, so that keys repeat */
			block.rows.src[i].b[0] = i % 97 == 0 ? 0x20 : 0;
			block.rows.asn[i] %= 2;
			if (seed > 1) /* of several days and two months */
				block.rows.day[i] = (uint16_t)(day_number(2026, 1, 30) + (int32_t)(i / 750));
			if (seed > 2) { /* one place for each source, as nearly always */
				memcpy(block.rows.country[i].c, "JP", 2);
				block.rows.asn[i] = block.rows.src[i].b[15];
			}
			block.rows.service[i] = i % 50 ? 6u << 16 | 23 : 17u << 16 | (uint32_t)i;
		}
		GOOD(rollup_base_init(&base, &block.rows, &plant, E));
		expect_counted(&base, ROLLUP_source_day, is_source_day);
		expect_counted(&base, ROLLUP_service_quarter, is_service_quarter);
		expect_counted(&base, ROLLUP_source_month, is_source_month);
		expect_counted(&base, ROLLUP_service_source_month, is_service_source_month);
		rollup_base_done(&base);
		block_free(&block);
	}
}

Test(store_rollup, of_one_row_is_that_row)
{
	struct plant plant = two_sensors();
	struct block block = block_make(1, 0, 1);
	struct rollup_base base = {0};
	struct rollup r = {0};

	GOOD(rollup_base_init(&base, &block.rows, &plant, E));
	rollup_make(&base, ROLLUP_service_source_month, &r);
	cr_expect_eq(r.rows, 1);
	cr_expect_eq(r.packets[0], block.rows.packets[0]);
	rollup_base_done(&base);
	block_free(&block);
}
