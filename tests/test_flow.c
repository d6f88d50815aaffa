/* Accesses to rows: what merges, where a block is full, sums, days, payloads. */
#include "flow/flow.h"

#include "base/err.h"
#include "base/zone.h"
#include "flow/row.h"

#include <criterion/criterion.h>
#include <openssl/evp.h>
#include <string.h>

#define SECOND INT64_C(1000000000)

enum { START = 1780272000 }; /* 2026-06-01T00:00:00Z: a whole minute */

static struct flow *make_flow(size_t rows, size_t payload_bytes)
{
	struct err e = {0};
	struct flow *f =
		flow_new((struct flow_limits){.rows = rows, .payload_bytes = payload_bytes});

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

static void add_at(struct flow *f, int64_t time_s)
{
	struct access a = an_access(time_s);

	flow_add(f, &a);
}

static const struct rows *rows_of(struct flow *f)
{
	return &flow_block(f)->rows;
}

/* --- merging -------------------------------------------------------------------------------- */

Test(flow, a_row_is_the_access_in_all_columns)
{
	AUTO(flow_free) struct flow *f = make_flow(10, 100);
	struct access a = an_access(START + 7);

	flow_add(f, &a);
	const struct rows *r = rows_of(f);
	cr_assert_eq(r->count, 1u);
	cr_assert_eq(r->day[0], day_number(2026, 6, 1));
	cr_assert_eq(r->time[0], START + 7u);
	cr_assert_eq(r->sensor[0], 3u);
	cr_assert(addr_equal(&r->src[0], &a.src) && addr_equal(&r->dst[0], &a.dst));
	cr_assert_eq(r->service[0], a.service);
	cr_assert_eq(r->sport[0], 40000u);
	cr_assert_eq(r->length[0], 48u);
	cr_assert_eq(r->window[0], 8192u);
	cr_assert_eq(r->tcp_flags[0], TCP_SYN);
	cr_assert_eq(r->ttl[0], 113u);
	cr_assert_eq(r->class[0], CLASS_scan);
	cr_assert_eq(r->tool[0], TOOL_zmap);
	cr_assert(memcmp(r->country[0].c, "JP", 2) == 0);
	cr_assert_eq(r->asn[0], 64500u);
	cr_assert(memcmp(&r->payload[0], &(struct payload_hash){0}, sizeof(r->payload[0])) == 0);
	cr_assert_eq(r->approximate[0], LEVEL_EXACT);
	cr_assert_eq(r->packets[0], 1u);
	cr_assert_eq(r->bytes[0], 48u);
	cr_assert_eq(flow_block(f)->packets, 1u);
}

Test(flow, repeats_within_a_minute_merge_and_keep_the_earliest_time)
{
	AUTO(flow_free) struct flow *f = make_flow(10, 100);

	add_at(f, START + 30);
	add_at(f, START + 59);
	add_at(f, START + 10); /* arrives late */
	add_at(f, START + 20);
	cr_assert_eq(rows_of(f)->count, 1u);
	cr_assert_eq(rows_of(f)->time[0], START + 10u);
	cr_assert_eq(rows_of(f)->packets[0], 4u);
	cr_assert_eq(rows_of(f)->bytes[0], 4u * 48);
	cr_assert_eq(flow_block(f)->packets, 4u);
}

Test(flow, a_minute_ends_before_its_60th_second)
{
	AUTO(flow_free) struct flow *f = make_flow(10, 100);
	struct access last = an_access(START);

	last.ts_ns = (START + 60) * SECOND - 1;
	add_at(f, START);
	flow_add(f, &last);
	cr_assert_eq(rows_of(f)->count, 1u);
	add_at(f, START + 60);
	add_at(f, START - 1);
	cr_assert_eq(rows_of(f)->count, 3u);
	add_at(f, START + 119);
	add_at(f, START - 60);
	cr_assert_eq(rows_of(f)->count, 3u);
}

Test(flow, a_difference_in_any_column_is_another_row)
{
	AUTO(flow_free) struct flow *f = make_flow(100, 100);
	static const uint8_t payload[] = "x";
	struct access base = an_access(START), a;
	size_t expected = 1;

	flow_add(f, &base);
#define DIFFERS(change)                                                                            \
	do {                                                                                       \
		a = base;                                                                          \
		change;                                                                            \
		flow_add(f, &a);                                                                   \
		flow_add(f, &a);                                                                   \
		cr_assert_eq(rows_of(f)->count, ++expected, #change);                              \
	} while (0)
	DIFFERS(a.src.b[15]++);
	DIFFERS(a.src.b[0]++);
	DIFFERS(a.dst.b[15]++);
	DIFFERS(a.dst.b[3]++);
	DIFFERS(a.service++);
	DIFFERS(a.service |= 1u << 24);
	DIFFERS(a.length++);
	DIFFERS(a.asn++);
	DIFFERS(a.country[1]++);
	DIFFERS(a.sensor++);
	DIFFERS(a.sport++);
	DIFFERS(a.window++);
	DIFFERS(a.tcp_flags++);
	DIFFERS(a.ttl++);
	DIFFERS(a.class ++);
	DIFFERS(a.tool++);
	DIFFERS((a.payload = payload, a.payload_len = 1));
	DIFFERS(a.ts_ns += 60 * SECOND);
	cr_assert_eq(flow_block(f)->packets, 1 + 2 * (expected - 1));
}

/* Equal hashes decide nothing: the columns do. */
Test(flow, rows_are_compared_in_every_column)
{
	AUTO(flow_free) struct flow *f = make_flow(10, 100);
	struct access a = an_access(START + 5);
	struct row_day day = {0};
	struct row row, changed;

	add_at(f, START);
	row_fill(&row, &a, &day);
	cr_assert(row_is_flow(&row, rows_of(f), 0));
#define X(name, type, sql, codec)                                                                  \
	changed = row;                                                                             \
	((uint8_t *)&changed.name)[sizeof(type) - 1] ^= 0x40;                                      \
	cr_assert_eq(row_is_flow(&changed, rows_of(f), 0),                                         \
		strcmp(#name, "packets") == 0 || strcmp(#name, "bytes") == 0, #name);
	ACCESS_COLUMNS(X)
#undef X
	row.time = START + 60;
	cr_assert_not(row_is_flow(&row, rows_of(f), 0));
}

Test(flow, a_row_that_can_count_no_further_is_followed_by_another)
{
	AUTO(flow_free) struct flow *f = make_flow(10, 100);

	add_at(f, START);
	rows_of(f)->packets[0] = UINT32_MAX - 1;
	add_at(f, START);
	cr_assert_eq(rows_of(f)->count, 1u);
	cr_assert_eq(rows_of(f)->packets[0], UINT32_MAX);
	add_at(f, START + 1);
	add_at(f, START + 2);
	cr_assert_eq(rows_of(f)->count, 2u);
	cr_assert_eq(rows_of(f)->packets[0], UINT32_MAX);
	cr_assert_eq(rows_of(f)->packets[1], 2u);
	cr_assert_eq(rows_of(f)->time[1], START + 1u);
}

/* --- full ----------------------------------------------------------------------------------- */

static void add_distinct(struct flow *f, uint32_t number)
{
	struct access a = an_access(START);

	a.src = addr_from_v4(number);
	flow_add(f, &a);
}

Test(flow, a_block_is_full_at_its_last_row_and_not_before)
{
	static const size_t limits[] = {1, 2, 15, 16, 17, 18, 100};

	for (size_t i = 0; i < ARRAY_SIZE(limits); i++) {
		AUTO(flow_free) struct flow *f = make_flow(limits[i], 0);

		for (int round = 0; round < 3; round++) {
			for (uint32_t n = 0; n < limits[i]; n++) {
				cr_assert_not(flow_is_full(f), "limit %zu at %u", limits[i], n);
				add_distinct(f, n);
				if (n + 1 < limits[i])
					add_distinct(f, n); /* a repeat takes no room */
			}
			cr_assert(flow_is_full(f), "limit %zu", limits[i]);
			cr_assert_eq(rows_of(f)->count, limits[i]);
			cr_assert_eq(flow_block(f)->packets, 2 * limits[i] - 1);
			flow_clear(f);
			cr_assert_eq(rows_of(f)->count, 0u);
			cr_assert_eq(flow_block(f)->packets, 0u);
		}
	}
}

Test(flow, a_cleared_flow_forgets_what_it_had)
{
	AUTO(flow_free) struct flow *f = make_flow(10, 100);

	add_at(f, START);
	add_at(f, START);
	flow_clear(f);
	add_at(f, START);
	cr_assert_eq(rows_of(f)->count, 1u);
	cr_assert_eq(rows_of(f)->packets[0], 1u);
	flow_clear(f);
	add_at(f, START + 5);
	flow_clear(f); /* without anyone having looked */
	cr_assert_eq(rows_of(f)->count, 0u);
}

Test(flow, impossible_limits_are_refused)
{
	cr_assert_null(flow_new((struct flow_limits){.rows = 0, .payload_bytes = 1}));
	cr_assert_null(flow_new((struct flow_limits){.rows = SIZE_MAX, .payload_bytes = 1}));
	cr_assert_null(flow_new((struct flow_limits){.rows = 1, .payload_bytes = SIZE_MAX}));
	flow_free(NULL);
}

/* --- sums ------------------------------------------------------------------------------------- */

static const uint8_t payloads[][4] = {"aaa", "bbb", "ccc"};

/* Few enough keys that most accesses are repeats. */
static struct access random_access(void)
{
	struct access a = an_access(START + random() % 300);

	a.src = addr_from_v4((uint32_t)(random() % 20));
	a.sport = (uint16_t)(random() % 5);
	a.length = (uint32_t)(40 + random() % 3);
	if (random() % 4 == 0) {
		a.payload = payloads[random() % 3];
		a.payload_len = 3;
	}
	return a;
}

static void shuffle(struct access *items, size_t count)
{
	for (size_t i = count - 1; i > 0; i--) {
		size_t k = (size_t)random() % (i + 1);
		struct access t = items[i];

		items[i] = items[k];
		items[k] = t;
	}
}

struct row_text {
	char text[128];
};

static int by_text(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct row_text));
}

/* The rows of a block as sorted texts, so that blocks can be compared whatever their order. */
static size_t describe(struct flow *f, struct row_text *out)
{
	const struct rows *r = rows_of(f);

	memset(out, 0, r->count * sizeof(*out));
	for (size_t i = 0; i < r->count; i++)
		snprintf(out[i].text, sizeof(out[i].text), "%u %u %u %u %02x%02x: %u at %u, %lu",
			addr_v4(&r->src[i]), r->sport[i], r->length[i], r->day[i],
			r->payload[i].b[0], r->payload[i].b[1], r->packets[i], r->time[i],
			(unsigned long)r->bytes[i]);
	qsort(out, r->count, sizeof(*out), by_text);
	return r->count;
}

Test(flow, any_order_gives_the_same_rows_and_sums)
{
	enum { COUNT = 20000 };
	unsigned seed = 20260104;
	AUTO(free) struct access *input = calloc(COUNT, sizeof(*input));
	AUTO(free) struct row_text *first = calloc(COUNT, sizeof(*first));
	AUTO(free) struct row_text *other = calloc(COUNT, sizeof(*other));
	AUTO(flow_free) struct flow *f = make_flow(COUNT + 1, 1000);
	uint64_t bytes = 0;
	size_t rows = 0;

	cr_log_info("seed %u", seed);
	srandom(seed);
	for (size_t i = 0; i < COUNT; i++) {
		input[i] = random_access();
		bytes += input[i].length;
	}
	for (int round = 0; round < 5; round++) {
		uint64_t sum = 0, packets = 0;

		for (size_t i = 0; i < COUNT; i++)
			flow_add(f, &input[i]);
		size_t count = describe(f, round ? other : first);
		for (size_t i = 0; i < count; i++) {
			sum += rows_of(f)->bytes[i];
			packets += rows_of(f)->packets[i];
		}
		cr_assert_eq(packets, COUNT);
		cr_assert_eq(flow_block(f)->packets, COUNT);
		cr_assert_eq(sum, bytes);
		cr_assert_lt(count, COUNT / 2u, "repeats merge");
		cr_assert(round == 0 ||
			  (count == rows && memcmp(first, other, rows * sizeof(*first)) == 0));
		cr_assert_eq(flow_block(f)->payload_count, 3u);
		rows = count;
		flow_clear(f);
		shuffle(input, COUNT);
	}
}

Test(flow, the_same_accesses_give_the_same_blocks_byte_for_byte)
{
	AUTO(flow_free) struct flow *a = make_flow(500, 6);
	AUTO(flow_free) struct flow *b = make_flow(500, 6);

	srandom(20260105);
	for (int i = 0; i < 20000; i++) {
		struct access access = random_access();

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
}

/* --- days and times --- */

static uint16_t day_of_access(struct flow *f, int64_t time_s)
{
	flow_clear(f);
	add_at(f, time_s);
	return rows_of(f)->day[0];
}

Test(flow, days_are_those_of_the_plant)
{
	AUTO(flow_free) struct flow *f = make_flow(10, 100);
	struct err e = {0};

	/* Tokyo: midnight is 15:00 UTC. */
	cr_assert_eq(day_of_access(f, START + 15 * 3600 - 1), day_number(2026, 6, 1));
	cr_assert_eq(day_of_access(f, START + 15 * 3600), day_number(2026, 6, 2));
	cr_assert_eq(day_of_access(f, START + 15 * 3600 - 1), day_number(2026, 6, 1));

	AUTO(flow_free) struct flow *g = make_flow(10, 100);
	cr_assert_eq(zone_use("America/New_York", &e), 0, "%s", e.text);
	/* A day of 23 hours and one of 25: 2026-03-08 and 2026-11-01. */
	int64_t spring = zone_time(2026, 3, 8, 0, 0, 0), autumn = zone_time(2026, 11, 1, 0, 0, 0);
	cr_assert_eq(day_of_access(g, spring - 1), day_number(2026, 3, 7));
	cr_assert_eq(day_of_access(g, spring), day_number(2026, 3, 8));
	cr_assert_eq(day_of_access(g, spring + 23 * 3600 - 1), day_number(2026, 3, 8));
	cr_assert_eq(day_of_access(g, spring + 23 * 3600), day_number(2026, 3, 9));
	cr_assert_eq(day_of_access(g, autumn + 25 * 3600 - 1), day_number(2026, 11, 1));
	cr_assert_eq(day_of_access(g, autumn + 25 * 3600), day_number(2026, 11, 2));
}

Test(flow, times_that_no_column_holds_are_clamped)
{
	AUTO(flow_free) struct flow *f = make_flow(10, 100);
	struct access a = an_access(0);
	static const struct {
		int64_t ts_ns;
		uint32_t time;
	} cases[] = {
		{INT64_MIN, 0},
		{-1, 0},
		{0, 0},
		{SECOND - 1, 0},
		{SECOND, 1},
		{((int64_t)UINT32_MAX - 1) * SECOND, UINT32_MAX - 1},
		{(int64_t)UINT32_MAX * SECOND, UINT32_MAX - 1}, /* before the end of any period */
		{INT64_MAX, UINT32_MAX - 1},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		flow_clear(f);
		a.ts_ns = cases[i].ts_ns;
		flow_add(f, &a);
		cr_assert_eq(rows_of(f)->time[0], cases[i].time, "case %zu", i);
		cr_assert_eq(rows_of(f)->day[0], day_of(cases[i].time), "case %zu", i);
	}
}

Test(flow, west_of_greenwich_the_first_day_is_0_too)
{
	AUTO(flow_free) struct flow *f = make_flow(10, 100);
	struct err e = {0};

	cr_assert_eq(zone_use("America/New_York", &e), 0, "%s", e.text);
	cr_assert_eq(day_of_access(f, 0), 0u);
	cr_assert_eq(day_of_access(f, 5 * 3600 - 1), 0u);
	cr_assert_eq(day_of_access(f, 5 * 3600), 0u);
	cr_assert_eq(day_of_access(f, 29 * 3600), 1u);
}

/* --- payloads --- */

static void add_payload(struct flow *f, int64_t time_s, const void *data, size_t len)
{
	AUTO(free) uint8_t *copy = malloc(len ? len : 1); /* gone after the call, as a frame is */
	struct access a = an_access(time_s);

	memcpy(copy, data, len);
	a.payload = copy;
	a.payload_len = (uint32_t)len;
	flow_add(f, &a);
}

static void is_sha256(const struct payload_hash *hash, const void *data, size_t len)
{
	uint8_t full[EVP_MAX_MD_SIZE];

	cr_assert(EVP_Digest(data, len, full, NULL, EVP_sha256(), NULL));
	cr_assert(memcmp(hash, full, sizeof(*hash)) == 0);
}

Test(payload, each_is_kept_once_with_its_earliest_time)
{
	AUTO(flow_free) struct flow *f = make_flow(10, 100);

	add_payload(f, START + 50, "GET /", 5);
	add_payload(f, START + 100, "\0\1\2", 3);
	add_payload(f, START + 40, "GET /", 5); /* merged, earlier */
	add_payload(f, START - 70, "GET /", 5); /* another row, earlier still */
	add_payload(f, START + 900, "GET /", 5);
	const struct block *b = flow_block(f);

	cr_assert_eq(b->rows.count, 4u);
	cr_assert_eq(b->payload_count, 2u);
	cr_assert_eq(b->payload_bytes_len, 8u);
	cr_assert_eq(b->payloads_not_kept, 0u);
	cr_assert_eq(b->payloads[0].first_seen, START - 70u);
	cr_assert_eq(b->payloads[0].length, 5u);
	cr_assert_eq(b->payloads[0].kept, 5u);
	cr_assert(memcmp(b->payload_bytes + b->payloads[0].offset, "GET /", 5) == 0);
	cr_assert_eq(b->payloads[1].first_seen, START + 100u);
	cr_assert(memcmp(b->payload_bytes + b->payloads[1].offset, "\0\1\2", 3) == 0);
	is_sha256(&b->payloads[0].hash, "GET /", 5);
	is_sha256(&b->rows.payload[0], "GET /", 5);
	is_sha256(&b->rows.payload[1], "\0\1\2", 3);
}

Test(payload, an_empty_one_is_none)
{
	AUTO(flow_free) struct flow *f = make_flow(10, 100);
	struct access a = an_access(START);

	add_payload(f, START, "", 0);
	a.payload_len = 9; /* without bytes */
	flow_add(f, &a);
	cr_assert_eq(rows_of(f)->count, 1u);
	cr_assert_eq(flow_block(f)->payload_count, 0u);
}

Test(payload, a_long_one_is_cut_but_hashed_whole)
{
	AUTO(flow_free) struct flow *f = make_flow(10, 100000);
	static uint8_t data[PAYLOAD_KEPT + 1];

	memset(data, 'x', sizeof(data));
	add_payload(f, START, data, PAYLOAD_KEPT);
	add_payload(f, START, data, PAYLOAD_KEPT + 1);
	add_payload(f, START, data, PAYLOAD_KEPT + 1);
	data[PAYLOAD_KEPT] = 'y';
	add_payload(f, START, data, PAYLOAD_KEPT + 1);
	const struct block *b = flow_block(f);

	cr_assert_eq(b->rows.count, 3u);
	cr_assert_eq(b->payload_count, 3u);
	cr_assert_eq(b->payloads[0].length, PAYLOAD_KEPT);
	cr_assert_eq(b->payloads[0].kept, PAYLOAD_KEPT);
	cr_assert_eq(b->payloads[1].length, PAYLOAD_KEPT + 1);
	cr_assert_eq(b->payloads[1].kept, PAYLOAD_KEPT);
	is_sha256(&b->payloads[2].hash, data, sizeof(data));
	cr_assert_eq(b->payload_bytes_len, 3u * PAYLOAD_KEPT);
}

Test(payload, what_finds_no_room_is_counted_once_and_keeps_its_hash)
{
	AUTO(flow_free) struct flow *f = make_flow(20, 10);

	for (int round = 0; round < 2; round++) {
		flow_clear(f);
		add_payload(f, START, "1234567", 7);
		add_payload(f, START, "abcd", 4); /* one byte too many */
		add_payload(f, START + 60, "abcd", 4);
		add_payload(f, START, "xyz", 3); /* exactly */
		add_payload(f, START, "!", 1);
		add_payload(f, START, "1234567", 7);
		const struct block *b = flow_block(f);

		cr_assert_eq(b->payload_count, 2u);
		cr_assert_eq(b->payloads_not_kept, 2u);
		cr_assert_eq(b->payload_bytes_len, 10u);
		cr_assert(memcmp(b->payload_bytes, "1234567xyz", 10) == 0);
		cr_assert_eq(b->rows.count, 5u);
		is_sha256(&b->rows.payload[1], "abcd", 4);
		is_sha256(&b->rows.payload[2], "abcd", 4);
		is_sha256(&b->rows.payload[4], "!", 1);
	}
}

Test(payload, every_row_of_a_full_block_can_have_its_own)
{
	enum { ROWS = 3000 };
	AUTO(flow_free) struct flow *f = make_flow(ROWS, ROWS * sizeof(uint32_t));
	AUTO(flow_free) struct flow *tight = make_flow(ROWS, 0);

	for (uint32_t i = 0; i < ROWS; i++) {
		add_payload(f, START, &i, sizeof(i));
		add_payload(tight, START, &i, sizeof(i));
	}
	cr_assert(flow_is_full(f) && flow_is_full(tight));
	cr_assert_eq(flow_block(f)->payload_count, ROWS);
	cr_assert_eq(flow_block(f)->payloads_not_kept, 0u);
	cr_assert_eq(flow_block(tight)->payload_count, 0u);
	cr_assert_eq(flow_block(tight)->payloads_not_kept, ROWS);
	for (uint32_t i = 0; i < ROWS; i++)
		is_sha256(&flow_block(f)->rows.payload[i], &i, sizeof(i));
}
