/* Detections of accesses: what merges, where a block is full, what a minute may make. */
#include "flow/flow.h"

#include "base/err.h"
#include "base/zone.h"

#include <criterion/criterion.h>
#include <string.h>

#define SECOND INT64_C(1000000000)

enum { START = 1780272000 /* 2026-06-01T00:00:00Z */, ROOM = 100, SIGNATURES = 3 };

static const struct detection signatures[SIGNATURES] = {
	{.gid = 1, .sid = 2003, .rev = 8, .category = RULE_CATEGORY_worm, .message = "Slammer"},
	{.gid = 1, .sid = 469, .rev = 4, .category = RULE_CATEGORY_scan, .message = "ping"},
	{.gid = 3, .sid = 469, .rev = 4, .category = RULE_CATEGORY_scan, .message = "ping"},
};

static struct flow *make_flow(size_t detections, uint32_t minute_detections)
{
	struct err e = {0};
	struct flow *f = flow_new((struct flow_limits){.rows = ROOM,
		.payload_bytes = 1000,
		.detections = detections,
		.signatures = SIGNATURES,
		.minute_detections = minute_detections});

	cr_assert_eq(zone_use("Asia/Tokyo", &e), 0, "%s", e.text);
	cr_assert(f);
	return f;
}

static struct access an_access(int64_t time_s)
{
	return (struct access){
		.ts_ns = time_s * SECOND,
		.src = addr_from_v4(0x0a000001),
		.dst = addr_from_v4(0xc0000201),
		.service = service_make(PROTOCOL_UDP, 1434),
		.asn = 64500,
		.country = {'J', 'P'},
		.sensor = 3,
		.sport = 40000,
		.length = 404,
		.ttl = 113,
	};
}

static void detect(struct flow *f, int64_t time_s, uint32_t dst, int signature)
{
	struct access a = an_access(time_s);

	a.dst = addr_from_v4(dst);
	flow_add(f, &a);
	flow_detect(f, &a, &signatures[signature]);
}

static const struct detection_rows *rows_of(struct flow *f)
{
	return &flow_block(f)->detections;
}

Test(flow_detect, a_row_is_the_access_and_the_signature_in_all_columns)
{
	AUTO(flow_free) struct flow *f = make_flow(10, 0);
	struct access a = an_access(START + 7);

	flow_detect(f, &a, &signatures[0]);
	const struct detection_rows *r = rows_of(f);
	cr_assert_eq(r->count, 1u);
	cr_assert_eq(r->day[0], day_number(2026, 6, 1));
	cr_assert_eq(r->time[0], START + 7u);
	cr_assert_eq(r->sensor[0], 3u);
	cr_assert(addr_equal(&r->src[0], &a.src) && addr_equal(&r->dst[0], &a.dst));
	cr_assert_eq(r->service[0], a.service);
	cr_assert_eq(r->sport[0], 40000u);
	cr_assert_eq(r->gid[0], 1u);
	cr_assert_eq(r->sid[0], 2003u);
	cr_assert_eq(r->rev[0], 8u);
	cr_assert_str_eq(r->message[0], "Slammer");
	cr_assert_eq(r->category[0], 1u, "Worm is the first name");
	cr_assert(memcmp(r->country[0].c, "JP", 2) == 0);
	cr_assert_eq(r->asn[0], 64500u);
	cr_assert_eq(r->approximate[0], LEVEL_EXACT);
	cr_assert_eq(r->packets[0], 1u);
}

Test(flow_detect, repeats_of_a_signature_merge_within_a_minute_and_keep_the_earliest_time)
{
	AUTO(flow_free) struct flow *f = make_flow(10, 0);

	detect(f, START + 59, 1, 0);
	detect(f, START + 1, 1, 0);
	detect(f, START + 5, 1, 1);
	detect(f, START + 5, 1, 2); /* the same sid of another generator */
	detect(f, START + 60, 1, 0);
	detect(f, START + 5, 2, 0);
	const struct detection_rows *r = rows_of(f);
	cr_assert_eq(r->count, 5u);
	cr_assert_eq(r->time[0], START + 1u);
	cr_assert_eq(r->packets[0], 2u);
	for (size_t i = 1; i < r->count; i++)
		cr_assert_eq(r->packets[i], 1u);
}

Test(flow_detect, a_block_is_full_of_detections_while_one_access_can_still_have_all_signatures)
{
	AUTO(flow_free) struct flow *f = make_flow(10, 0);

	for (uint32_t i = 0; i < 9; i++)
		detect(f, START, i, 0);
	cr_assert_not(flow_is_full(f));
	for (int i = 0; i < SIGNATURES; i++) {
		struct access a = an_access(START + 100);
		flow_detect(f, &a, &signatures[i]);
	}
	cr_assert(flow_is_full(f));
	cr_assert_eq(rows_of(f)->count, 12u);
	flow_clear(f);
	cr_assert_not(flow_is_full(f));
	detect(f, START, 0, 0);
	cr_assert_eq(rows_of(f)->count, 1u);
	cr_assert_eq(rows_of(f)->packets[0], 1u, "nothing is left of the block before");
}

Test(flow_detect, a_block_that_was_taken_leaves_nothing_behind)
{
	AUTO(flow_free) struct flow *f = make_flow(10, 0);
	AUTO(flow_spare_free) struct block *spare = flow_spare_new((struct flow_limits){
		.rows = ROOM, .payload_bytes = 1000, .detections = 10, .signatures = SIGNATURES});

	for (uint32_t round = 0; round < 4; round++) {
		for (uint32_t i = 0; i <= round; i++)
			detect(f, START, i, 0);
		flow_take(f, spare);
		cr_assert_eq(spare->detections.count, round + 1);
		cr_assert_eq(spare->rows.count, round + 1);
		cr_assert_eq(rows_of(f)->count, 0u);
		for (uint32_t i = 0; i <= round; i++)
			cr_assert_eq(spare->detections.packets[i], 1u);
	}
}

Test(flow_detect, beyond_what_a_minute_may_make_rows_are_coarser_and_said_to_be)
{
	AUTO(flow_free) struct flow *f = make_flow(50, 2);
	const struct approximation *spans;

	for (uint32_t i = 0; i < 4; i++)
		detect(f, START, i, 0); /* two rows, and one without destination for the others */
	detect(f, START, 1, 0);		/* has a row */
	detect(f, START, 9, 1);		/* the second coarse one */
	detect(f, START, 9, 2);		/* without source */
	detect(f, START + 60, 9, 2);	/* another minute */
	const struct detection_rows *r = rows_of(f);
	static const struct {
		uint8_t level;
		uint32_t packets;
	} expected[] = {{LEVEL_EXACT, 1}, {LEVEL_EXACT, 2}, {LEVEL_COARSE, 2}, {LEVEL_COARSE, 1},
		{LEVEL_WITHOUT_SOURCE, 1}, {LEVEL_EXACT, 1}};
	cr_assert_eq(r->count, ARRAY_SIZE(expected));
	for (size_t i = 0; i < r->count; i++) {
		bool coarse = expected[i].level >= LEVEL_COARSE, alone = expected[i].level > LEVEL_COARSE;

		cr_expect_eq(r->approximate[i], expected[i].level, "row %zu", i);
		cr_expect_eq(r->packets[i], expected[i].packets, "row %zu", i);
		cr_expect_eq(r->sport[i], coarse ? 0u : 40000u);
		cr_expect_eq(addr_equal(&r->dst[i], &(struct addr){0}), coarse);
		cr_expect_eq(addr_equal(&r->src[i], &(struct addr){0}), alone);
		cr_expect_eq(r->asn[i], alone ? 0u : 64500u);
	}
	cr_assert_eq(flow_approximations(f, &spans), 1u);
	cr_expect_eq(spans[0].detections, 4u);
	cr_expect_eq(spans[0].detections_without_source, 1u);
	cr_expect_eq(spans[0].coarse, 0u, "the accesses themselves are exact");
	flow_begin(f);
	detect(f, START, 7, 0);
	cr_expect_eq(rows_of(f)->approximate[0], LEVEL_EXACT, "another capture");
	cr_expect_eq(flow_approximations(f, &spans), 0u);
}

Test(flow_detect, without_signatures_no_memory_is_asked_for)
{
	struct flow_limits limits = {.rows = ROOM, .payload_bytes = 1000};
	uint64_t without = flow_memory(limits) + flow_spare_memory(limits);
	AUTO(flow_spare_free) struct block *spare = flow_spare_new(limits);

	cr_assert(spare);
	limits.detections = 1000000;
	cr_expect_eq(flow_memory(limits) + flow_spare_memory(limits), without);
	limits.signatures = 1;
	cr_expect_gt(flow_memory(limits), without);
	limits.signatures = SIZE_MAX;
	cr_expect_null(flow_new(limits));
}
