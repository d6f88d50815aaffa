/* Accesses beyond what a minute may make in full detail: coarser rows, the same sums. */
#include "flow/coarse.h"
#include "flow/flow.h"
#include "flow/minutes.h"

#include "base/err.h"
#include "base/zone.h"

#include <criterion/criterion.h>
#include <string.h>

#define SECOND INT64_C(1000000000)

enum { START = 1780272000 /* 2026-06-01T00:00:00Z */, QUARTER = 900, ROOM = 1000 };

static struct flow *make_flow(struct flow_limits limits)
{
	struct err e = {0};
	struct flow *f = flow_new(limits);

	cr_assert_eq(zone_use("Asia/Tokyo", &e), 0, "%s", e.text);
	cr_assert(f);
	return f;
}

static struct flow *make_limited(uint32_t minute_rows)
{
	return make_flow((struct flow_limits){
		.rows = ROOM, .payload_bytes = 100000, .minute_rows = minute_rows});
}

static struct access an_access(int64_t time_s)
{
	return (struct access){
		.ts_ns = time_s * SECOND,
		.src = addr_from_v4(0x0a000001),
		.dst = addr_from_v4(0xc0000201),
		.service = service_make(PROTOCOL_TCP, 445),
		.length = 48,
		.asn = 64500,
		.country = {'J', 'P'},
		.sensor = 3,
		.sport = 40000,
		.window = 8192,
		.tcp_flags = TCP_SYN,
		.ttl = 113,
		.class = CLASS_scan,
		.tool = TOOL_zmap,
	};
}

/* A flow of its own for each number. */
static void add_flow(struct flow *f, int64_t time_s, uint32_t number)
{
	struct access a = an_access(time_s);

	a.dst = addr_from_v4(0xc0000000 + number);
	flow_add(f, &a);
}

/* And from a source of its own. */
static void add_source(struct flow *f, int64_t time_s, uint32_t number)
{
	struct access a = an_access(time_s);

	a.src = addr_from_v4(0x0a000000 + number);
	a.asn = number;
	flow_add(f, &a);
}

static size_t rows_of_level(struct flow *f, enum approximate_level level)
{
	const struct rows *r = &flow_block(f)->rows;
	size_t count = 0;

	for (size_t i = 0; i < r->count; i++)
		count += r->approximate[i] == level;
	return count;
}

static uint64_t packets_of_level(struct flow *f, enum approximate_level level)
{
	const struct rows *r = &flow_block(f)->rows;
	uint64_t packets = 0;

	for (size_t i = 0; i < r->count; i++)
		packets += r->approximate[i] == level ? r->packets[i] : 0;
	return packets;
}

#define IS_ZERO(column) (memcmp(&(column), &(__typeof__(column)){0}, sizeof(column)) == 0)

/* --- levels --------------------------------------------------------------------------------- */

Test(flow_levels, a_minute_has_its_rows_in_full_and_what_follows_without_destination_and_sizes)
{
	AUTO(flow_free) struct flow *f = make_limited(3);

	for (uint32_t i = 0; i < 3; i++)
		add_flow(f, START + i, i);
	cr_assert_eq(rows_of_level(f, LEVEL_EXACT), 3u);
	cr_assert_eq(flow_block(f)->rows.count, 3u);
	add_flow(f, START + 9, 3);
	add_flow(f, START + 8, 4);
	add_flow(f, START + 59, 5);
	const struct rows *r = &flow_block(f)->rows;
	cr_assert_eq(r->count, 4u);
	cr_assert_eq(r->approximate[3], LEVEL_COARSE);
	cr_assert(IS_ZERO(r->dst[3]) && IS_ZERO(r->sport[3]) && IS_ZERO(r->length[3]) &&
		  IS_ZERO(r->window[3]) && IS_ZERO(r->tcp_flags[3]) && IS_ZERO(r->ttl[3]) &&
		  IS_ZERO(r->payload[3]));
	struct access a = an_access(START + 8);
	cr_assert(addr_equal(&r->src[3], &a.src));
	cr_assert_eq(r->time[3], START + 8u);
	cr_assert_eq(r->day[3], day_number(2026, 6, 1));
	cr_assert_eq(r->sensor[3], 3u);
	cr_assert_eq(r->service[3], a.service);
	cr_assert_eq(r->class[3], CLASS_scan);
	cr_assert_eq(r->tool[3], TOOL_zmap);
	cr_assert(memcmp(r->country[3].c, "JP", 2) == 0);
	cr_assert_eq(r->asn[3], 64500u);
	cr_assert_eq(r->packets[3], 3u);
	cr_assert_eq(r->bytes[3], 3u * 48);
}

Test(flow_levels, when_those_are_as_many_again_the_source_goes_too)
{
	AUTO(flow_free) struct flow *f = make_limited(3);

	for (uint32_t i = 0; i < 6; i++)
		add_source(f, START, i);
	cr_assert_eq(rows_of_level(f, LEVEL_COARSE), 3u);
	cr_assert_eq(rows_of_level(f, LEVEL_WITHOUT_SOURCE), 0u);
	for (uint32_t i = 6; i < 100; i++)
		add_source(f, START, i);
	const struct rows *r = &flow_block(f)->rows;
	cr_assert_eq(r->count, 7u);
	cr_assert_eq(r->approximate[6], LEVEL_WITHOUT_SOURCE);
	cr_assert(IS_ZERO(r->src[6]) && IS_ZERO(r->dst[6]) && IS_ZERO(r->asn[6]));
	cr_assert(memcmp(r->country[6].c, "JP", 2) == 0);
	cr_assert_eq(r->packets[6], 94u);
	cr_assert_eq(r->bytes[6], 94u * 48);
}

Test(flow_levels, flows_that_have_a_row_stay_exact)
{
	AUTO(flow_free) struct flow *f = make_limited(2);

	for (int round = 0; round < 50; round++)
		for (uint32_t i = 0; i < 4; i++)
			add_source(f, START + round, i);
	const struct rows *r = &flow_block(f)->rows;
	cr_assert_eq(r->count, 4u);
	for (size_t i = 0; i < 4; i++) {
		cr_assert_eq(r->packets[i], 50u);
		cr_assert_eq(r->approximate[i], i < 2 ? LEVEL_EXACT : LEVEL_COARSE);
	}
}

Test(flow_levels, each_minute_has_its_own_rows_in_any_order)
{
	AUTO(flow_free) struct flow *f = make_limited(2);

	for (uint32_t i = 0; i < 2; i++)
		for (int minute = 9; minute >= 0; minute--)
			add_flow(f, START + 60 * minute, i);
	cr_assert_eq(rows_of_level(f, LEVEL_EXACT), 20u);
	for (int minute = 0; minute < 10; minute++)
		add_flow(f, START + 60 * minute, 2);
	cr_assert_eq(rows_of_level(f, LEVEL_EXACT), 20u);
	cr_assert_eq(rows_of_level(f, LEVEL_COARSE), 10u);
}

Test(flow_levels, blocks_do_not_start_a_minute_anew_but_captures_do)
{
	AUTO(flow_free) struct flow *f = make_limited(5);

	for (uint32_t i = 0; i < 4; i++)
		add_flow(f, START, i);
	cr_assert_eq(flow_block(f)->rows.count, 4u);
	flow_clear(f);
	add_flow(f, START, 4);
	add_flow(f, START, 5);
	add_flow(f, START, 0); /* the rows of its block are gone */
	cr_assert_eq(rows_of_level(f, LEVEL_EXACT), 1u);
	cr_assert_eq(packets_of_level(f, LEVEL_COARSE), 2u);
	flow_begin(f);
	for (uint32_t i = 0; i < 5; i++)
		add_flow(f, START, i);
	cr_assert_eq(rows_of_level(f, LEVEL_EXACT), 5u);
	cr_assert_eq(flow_block(f)->rows.count, 5u);
}

Test(flow_levels, zero_is_no_limit)
{
	AUTO(flow_free) struct flow *f = make_limited(0);

	for (uint32_t i = 0; i < ROOM; i++)
		add_flow(f, START, i);
	cr_assert_eq(rows_of_level(f, LEVEL_EXACT), ROOM);
}

Test(flow_levels, no_order_of_times_gets_more_out_of_a_minute)
{
	static const int64_t far = INT64_C(60) * MINUTES;
	AUTO(flow_free) struct flow *f = make_limited(10);

	for (uint32_t i = 0; i < 100; i++)
		for (int k = 0; k < 3; k++)
			add_flow(f, START - k * far, i);
	cr_assert_leq(rows_of_level(f, LEVEL_EXACT), 30u);
	flow_begin(f); /* but half a year less a minute is far enough */
	for (uint32_t i = 0; i < 10; i++) {
		add_flow(f, START, i);
		add_flow(f, START - far + 60, i);
	}
	cr_assert_eq(rows_of_level(f, LEVEL_EXACT), 20u);
}

/* --- sums ----------------------------------------------------------------------------------- */

static struct access random_access(void)
{
	struct access a = an_access(START + random() % 300);
	uint32_t source = (uint32_t)(random() % 200);

	a.src = addr_from_v4(source);
	a.asn = source / 10;
	a.country[1] = (char)('A' + source % 3);
	a.dst = addr_from_v4((uint32_t)(random() % 50));
	a.service = service_make(PROTOCOL_TCP, (uint16_t)(random() % 5));
	a.sensor = (uint16_t)(random() % 3);
	a.class = (uint8_t)(random() % 3);
	a.tool = (uint8_t)(random() % 2);
	a.sport = (uint16_t)(random() % 5);
	a.length = (uint32_t)(40 + random() % 3);
	return a;
}

/* What every level keeps: minute, service, country, sensor, class, tool. */
enum { CELLS = 5 * 5 * 3 * 3 * 3 * 2 };

struct sums {
	uint64_t packets[CELLS], bytes[CELLS];
};

static size_t cell_of(
	uint32_t time, uint32_t service, char country, uint16_t sensor, uint8_t class, uint8_t tool)
{
	return (size_t)(((((time - START) / 60 * 5 + service % 5) * 3 + (uint32_t)(country - 'A')) *
					3 +
				sensor) *
				3 +
			class) *
		       2 +
	       tool;
}

/* Adds the block to the sums and empties it. Returns its packets. */
static uint64_t take_block(struct flow *f, struct sums *sums)
{
	const struct block *b = flow_block(f);
	const struct rows *r = &b->rows;
	uint64_t packets = 0;

	for (size_t i = 0; i < r->count; i++) {
		size_t cell = cell_of(r->time[i], r->service[i], r->country[i].c[1], r->sensor[i],
			r->class[i], r -> tool[i]);

		sums->packets[cell] += r->packets[i];
		sums->bytes[cell] += r->bytes[i];
		packets += r->packets[i];
	}
	cr_assert_eq(b->packets, packets);
	flow_clear(f);
	return packets;
}

static uint64_t sum_up(
	const struct access *input, size_t count, struct flow_limits limits, struct sums *ret)
{
	AUTO(flow_free) struct flow *f = make_flow(limits);
	uint64_t packets = 0;

	flow_begin(f);
	for (size_t i = 0; i < count; i++) {
		flow_add(f, &input[i]);
		if (flow_is_full(f))
			packets += take_block(f, ret);
	}
	return packets + take_block(f, ret);
}

Test(flow_levels, sums_are_those_without_a_limit)
{
	enum { COUNT = 20000 };
	static struct access input[COUNT];
	static const struct flow_limits limits[] = {
		{.rows = 100000},
		{.rows = 100000, .minute_rows = 1},
		{.rows = 100000, .minute_rows = 100},
		{.rows = 700, .minute_rows = 100},
		{.rows = 17, .minute_rows = 1000},
		{.rows = 100000, .minute_rows = 100000},
	};
	static struct sums sums[ARRAY_SIZE(limits)];

	srandom(20260301);
	for (size_t i = 0; i < COUNT; i++)
		input[i] = random_access();
	for (size_t i = 0; i < ARRAY_SIZE(limits); i++) {
		cr_assert_eq(sum_up(input, COUNT, limits[i], &sums[i]), COUNT);
		cr_assert(memcmp(&sums[0], &sums[i], sizeof(sums[0])) == 0, "limits %zu", i);
	}
}

Test(flow_levels, the_same_accesses_give_the_same_blocks_byte_for_byte)
{
	static const struct flow_limits limits = {
		.rows = 500, .payload_bytes = 1000, .minute_rows = 300, .payloads = 3};
	AUTO(flow_free) struct flow *a = make_flow(limits);
	AUTO(flow_free) struct flow *b = make_flow(limits);
	const struct approximation *first, *second;

	srandom(20260302);
	add_flow(b, START, 1); /* of another capture */
	flow_begin(a);
	flow_begin(b);
	for (int i = 0; i < 20000; i++) {
		struct access access = random_access();
		uint8_t payload = (uint8_t)(random() % 5);

		access.payload = &payload;
		access.payload_len = random() % 3 == 0;
		flow_add(a, &access);
		flow_add(b, &access);
		cr_assert_eq(flow_is_full(a), flow_is_full(b));
		if (!flow_is_full(a))
			continue;
		const struct block *x = flow_block(a), *y = flow_block(b);
		cr_assert_eq(x->rows.count, y->rows.count);
#define X(name, type, sql, codec)                                                                  \
	cr_assert(memcmp(x->rows.name, y->rows.name, x->rows.count * sizeof(type)) == 0, #name);
		ACCESS_COLUMNS(X)
#undef X
		cr_assert_eq(x->payload_count, y->payload_count);
		cr_assert(memcmp(x->payload_bytes, y->payload_bytes, x->payload_bytes_len) == 0);
		flow_clear(a);
		flow_clear(b);
	}
	size_t count = flow_approximations(a, &first);
	cr_assert_eq(count, 1u);
	cr_assert_eq(flow_approximations(b, &second), count);
	cr_assert(memcmp(first, second, sizeof(*first)) == 0);
	cr_assert_gt(first->without_source, 0u);
}

/* --- the ledger ------------------------------------------------------------------------------ */

Test(flow_levels, what_was_merged_is_told_by_quarter_of_an_hour)
{
	AUTO(flow_free) struct flow *f = make_limited(2);
	const struct approximation *spans;

	for (uint32_t i = 0; i < 2; i++)
		add_source(f, START + QUARTER, i);
	flow_block(f);
	cr_assert_eq(flow_approximations(f, &spans), 0u);
	for (uint32_t i = 2; i < 10; i++)
		add_source(f, START + QUARTER, i);
	for (uint32_t i = 0; i < 3; i++)
		add_source(f, START, i);
	add_source(f, START + QUARTER + 59, 3);
	flow_block(f);
	flow_clear(f);
	cr_assert_eq(flow_approximations(f, &spans), 2u);
	cr_assert_eq(spans[0].from_s, START + QUARTER);
	cr_assert_eq(spans[0].to_s, START + 2 * QUARTER);
	cr_assert_eq(spans[0].coarse, 9u);
	cr_assert_eq(spans[0].without_source, 6u);
	cr_assert_eq(spans[1].from_s, START);
	cr_assert_eq(spans[1].to_s, START + QUARTER);
	cr_assert_eq(spans[1].coarse, 1u);
	cr_assert_eq(spans[1].without_source, 0u);
	flow_begin(f);
	cr_assert_eq(flow_approximations(f, &spans), 0u);
}

Test(flow_levels, more_quarters_than_there_is_room_for_are_one)
{
	static struct coarse_log log;
	enum { MORE = 10 };

	for (int round = 0; round < 2; round++)
		for (uint32_t i = 0; i < COARSE_SPANS; i++)
			coarse_add(&log, START + i * QUARTER, LEVEL_COARSE);
	cr_assert_eq(log.count, COARSE_SPANS);
	for (uint32_t i = 0; i < MORE; i++) {
		coarse_add(&log, START - (i + 1) * QUARTER, LEVEL_WITHOUT_SOURCE);
		coarse_add(&log, START + (COARSE_SPANS + i) * QUARTER, LEVEL_COARSE);
	}
	coarse_add(&log, START, LEVEL_COARSE); /* the others are still known */
	cr_assert_eq(log.count, COARSE_SPANS + 1u);
	cr_assert_eq(log.spans[0].coarse, 3u);
	const struct approximation *rest = &log.spans[COARSE_SPANS];
	cr_assert_eq(rest->from_s, START - MORE * QUARTER);
	cr_assert_eq(rest->to_s, START + (COARSE_SPANS + MORE) * QUARTER);
	cr_assert_eq(rest->coarse, 2u * MORE);
	cr_assert_eq(rest->without_source, MORE);
	coarse_clear(&log);
	cr_assert_eq(log.count, 0u);
	coarse_add(&log, START, LEVEL_COARSE);
	cr_assert_eq(log.spans[0].coarse, 1u);
}

Test(flow_levels, the_first_and_the_last_quarter_of_all_have_spans)
{
	static struct coarse_log log;

	coarse_add(&log, 0, LEVEL_COARSE);
	coarse_add(&log, UINT32_MAX, LEVEL_COARSE);
	cr_assert_eq(log.count, 2u);
	cr_assert_eq(log.spans[0].from_s, 0);
	cr_assert_leq(log.spans[1].from_s, UINT32_MAX);
	cr_assert_gt(log.spans[1].to_s, UINT32_MAX);
}

/* --- payloads -------------------------------------------------------------------------------- */

static void add_payload(struct flow *f, int64_t time_s, uint32_t number)
{
	struct access a = an_access(time_s);

	a.payload = (const uint8_t *)&number;
	a.payload_len = sizeof(number);
	flow_add(f, &a);
}

Test(flow_levels, payloads_of_coarser_rows_are_not_kept)
{
	AUTO(flow_free) struct flow *f = make_limited(100);

	for (uint32_t i = 0; i < 5000; i++)
		add_payload(f, START, i);
	/* those that were on their way when the minute became full may be */
	cr_assert_geq(flow_block(f)->payload_count, 100u);
	cr_assert_leq(flow_block(f)->payload_count, 116u);
	cr_assert_eq(flow_block(f)->rows.count, 101u);
	cr_assert_eq(flow_block(f)->packets, 5000u);
}

Test(flow_levels, more_payloads_than_rows_do_no_harm)
{
	AUTO(flow_free)
	struct flow *f = make_flow(
		(struct flow_limits){.rows = 20, .payload_bytes = 1000, .minute_rows = 1});

	for (uint32_t minute = 0; minute < 9; minute++)
		for (uint32_t i = 0; i < 30; i++)
			add_payload(f, START + 60 * minute, minute * 1000 + i);
	cr_assert_eq(flow_block(f)->rows.count, 18u);
	cr_assert_leq(flow_block(f)->payload_count, 20u);
	cr_assert_eq(flow_block(f)->packets, 9u * 30);
}

Test(flow_levels, a_capture_keeps_so_many_payloads_and_no_more)
{
	AUTO(flow_free)
	struct flow *f = make_flow(
		(struct flow_limits){.rows = ROOM, .payload_bytes = 100000, .payloads = 10});

	for (uint32_t i = 0; i < 10; i++)
		add_payload(f, START, i);
	cr_assert_eq(flow_block(f)->payload_count, 10u);
	cr_assert_eq(flow_block(f)->payloads_not_kept, 0u);
	add_payload(f, START, 10);
	add_payload(f, START, 10);
	add_payload(f, START, 11);
	cr_assert_eq(flow_block(f)->payload_count, 10u);
	cr_assert_eq(flow_block(f)->payloads_not_kept, 2u);
	cr_assert_eq(flow_block(f)->rows.count, 12u);
	flow_clear(f);
	for (uint32_t i = 0; i < 12; i++) /* known ones go with each block */
		add_payload(f, START, i);
	cr_assert_eq(flow_block(f)->payload_count, 10u);
	cr_assert_eq(flow_block(f)->payloads_not_kept, 2u);
	flow_begin(f);
	add_payload(f, START, 11);
	cr_assert_eq(flow_block(f)->payload_count, 1u);
}
