#include "analysis/analysis.h"
#include "analysis/buckets.h"
#include "analysis/exposure.h"
#include "analysis/number_text.h"
#include "analysis/plan.h"
#include "analysis/rank.h"
#include "analysis/verdict.h"
#include "flow/flow.h"
#include "geo/country.h"
#include "store/store.h"

#include "analysis_make.h"

#include <inttypes.h>
#include <math.h>

enum { DAY_S = 86400, HOUR_S = 3600 };

static void use_zone(const char *name)
{
	struct err e = {0};

	cr_assert_eq(zone_use(name, &e), 0, "%s", e.text);
}

static struct period period_named(const char *text)
{
	struct period p;
	struct err e = {0};

	cr_assert_eq(period_parse(text, 0, &p, &e), 0, "%s", e.text);
	return p;
}

/* --- numbers as text --- */

static void expect_number(double value, int decimals, const char *expected)
{
	char text[NUMBER_TEXT_SIZE];

	cr_expect_str_eq(number_half_up(value, decimals, text), expected);
}

static void expect_signed(double value, int decimals, const char *expected)
{
	char text[NUMBER_TEXT_SIZE];

	cr_expect_str_eq(number_half_up_signed(value, decimals, text), expected);
}

Test(number, halves_go_up_as_they_are_written)
{
	expect_number(142.915, 2, "142.92"); /* the double is 142.91499999999999 */
	expect_number(142.9149, 2, "142.91");
	expect_number(1.005, 2, "1.01");
	expect_number(0.005, 2, "0.01");
	expect_number(0.00499, 2, "0.00");
	expect_number(-2.05, 1, "-2.1");
	expect_number(99.995, 2, "100.00");
	expect_number(0.5, 0, "1");
	expect_number(0, 1, "0.0");
	expect_number(-0.001, 2, "0.00");
	expect_number(999999999999999.0, 9, "999999999999999.000000000");
	expect_number(1e15, 2, "-");
	expect_number((double)NAN, 2, "-");
}

Test(number, every_thousandth_rounds_as_on_paper)
{
	for (int k = 0; k < 20000; k++) {
		char expected[32];
		int hundredths = (k + 5) / 10;

		snprintf(expected, sizeof(expected), "%d.%02d", hundredths / 100, hundredths % 100);
		expect_number(k / 1000.0, 2, expected);
	}
}

Test(number, signs_stand_apart_as_in_the_reports)
{
	expect_signed(9.0, 1, "+ 9.0");
	expect_signed(-2.1, 1, "- 2.1");
	expect_signed(0.04, 1, "± 0.0");
	expect_signed(-0.04, 1, "± 0.0");
	expect_signed(0.05, 1, "+ 0.1");
	expect_signed((double)NAN, 1, "-");
}

/* --- exposure --- */

static double exposure(const struct plant *plant, const char *period, const char *where, int only)
{
	struct analysis a = {.plant = plant, .now_s = INT64_C(4000000000)};
	struct period p = period_named(period);
	struct err e = {0};
	AUTO(expr_free) struct expr *x = NULL;
	double days = -1;

	cr_assert_eq(expr_parse(where, &x, &e), 0, "%s", e.text);
	cr_assert_eq(analysis_exposure(&a, p.from_s, p.to_s, x, only, &days, &e), 0, "%s", e.text);
	return days;
}

Test(exposure, a_full_month_of_25_addresses_is_exactly_750)
{
	struct plant plant;

	use_zone("Asia/Tokyo");
	make_plant(&plant, 1);
	cr_assert_eq(exposure(&plant, "2026-06", NULL, -1), 750.0);
	cr_assert_eq(exposure(&plant, "2026-07", NULL, -1), 775.0);
	plant_done(&plant);
}

Test(exposure, a_day_of_summer_time_has_25_or_23_hours)
{
	struct plant plant;

	use_zone("Europe/Berlin");
	make_plant(&plant, 1);
	cr_assert_eq(exposure(&plant, "2026-10-25", NULL, -1), 25.0 * 25 / 24);
	cr_assert_eq(exposure(&plant, "2026-03-29", NULL, -1), 25.0 * 23 / 24);
	plant_done(&plant);
}

Test(exposure, outages_and_time_out_of_service_do_not_count)
{
	struct plant plant;
	struct span outages[] = {{0, 0}, {0, 0}};

	use_zone("UTC");
	make_plant(&plant, 1);
	int64_t start = period_named("2026-06").from_s;
	struct sensor *s = &plant.sensors[0];
	s->since_s = start + 10 * DAY_S;
	s->until_s = start + 20 * DAY_S;
	cr_expect_eq(exposure(&plant, "2026-06", NULL, -1), 250.0);
	outages[0] = (struct span){start + 9 * DAY_S, start + 11 * DAY_S}; /* begins before it */
	outages[1] = (struct span){start + 12 * DAY_S, start + 12 * DAY_S + DAY_S / 2};
	s->outages = outages;
	s->outage_count = 2;
	cr_expect_eq(exposure(&plant, "2026-06", NULL, -1), 25 * 8.5);
	cr_expect_eq(exposure(&plant, "2026-06-12", NULL, -1), 25.0);
	cr_expect_eq(exposure(&plant, "2026-06-13", NULL, -1), 12.5);
	cr_expect_eq(exposure(&plant, "2026-06-21", NULL, -1), 0.0);
	s->outages = NULL;
	s->outage_count = 0;
	plant_done(&plant);
}

Test(exposure, counts_the_sensors_that_the_filter_can_match)
{
	struct plant plant;

	use_zone("UTC");
	make_plant(&plant, 3);
	cr_expect_eq(exposure(&plant, "2026-06-01", NULL, -1), 75.0);
	cr_expect_eq(exposure(&plant, "2026-06-01", "ttl < 64", -1), 75.0);
	cr_expect_eq(exposure(&plant, "2026-06-01", "sensor = s1 and ttl < 64", -1), 25.0);
	cr_expect_eq(exposure(&plant, "2026-06-01", "not sensor = s1", -1), 50.0);
	cr_expect_eq(exposure(&plant, "2026-06-01", NULL, 2), 25.0);
	cr_expect_eq(exposure(&plant, "2026-06-01", "sensor = s1", 2), 0.0);
	plant_done(&plant);
}

Test(exposure, nothing_later_than_now_was_observed)
{
	struct plant plant;
	struct err e = {0};
	double days;

	use_zone("UTC");
	make_plant(&plant, 1);
	struct period p = period_named("2026-06");
	struct analysis a = {.plant = &plant, .now_s = p.from_s + DAY_S};
	cr_assert_eq(analysis_exposure(&a, p.from_s, p.to_s, NULL, -1, &days, &e), 0);
	cr_assert_eq(days, 25.0);
	plant_done(&plant);
}

/* --- intervals and tables --- */

Test(buckets, every_local_day_is_one_and_covers_the_period)
{
	struct buckets b;
	struct err e = {0};

	use_zone("Europe/Berlin");
	struct period p = period_named("2026-10");
	cr_assert_eq(buckets_make(&p, DAY_S, &b, &e), 0, "%s", e.text);
	cr_assert_eq(b.count, 31);
	cr_assert(b.are_days);
	cr_assert_eq(b.bounds[25] - b.bounds[24], 25 * HOUR_S);
	cr_assert_eq(b.bounds[31], p.to_s);
	cr_assert_eq(buckets_find(&b, p.from_s), 0);
	cr_assert_eq(buckets_find(&b, p.to_s - 1), 30);
	cr_assert_eq(buckets_find(&b, p.to_s), -1);
	cr_assert_eq(buckets_find(&b, p.from_s - 1), -1);
	buckets_done(&b);
}

Test(buckets, shorter_ones_begin_anew_with_each_day)
{
	struct buckets b;
	struct err e = {0};

	use_zone("Europe/Berlin");
	struct period p = period_named("2026-10-25..2026-10-26"); /* 25 and 24 hours */
	cr_assert_eq(buckets_make(&p, 6 * HOUR_S, &b, &e), 0, "%s", e.text);
	cr_assert_eq(b.count, 5 + 4);
	cr_assert_not(b.are_days);
	cr_assert_eq(b.bounds[5], day_start(day_of(p.to_s - 1)));
	buckets_done(&b);
}

Test(buckets, a_period_of_times_is_cut_at_its_ends)
{
	struct buckets b;
	struct err e = {0};

	use_zone("UTC");
	struct period p = period_named("2026-06-01T04:30..2026-06-01T06:00");
	cr_assert_eq(buckets_make(&p, HOUR_S, &b, &e), 0, "%s", e.text);
	cr_assert_eq(b.count, 2);
	cr_assert_eq(b.bounds[1] - b.bounds[0], HOUR_S / 2);
	cr_assert_eq(buckets_make(&p, 901, &b, &e), -EINVAL);
	buckets_done(&b);
}

Test(buckets, a_year_of_quarter_hours_and_no_more)
{
	struct buckets b;
	struct err e = {0};

	use_zone("UTC");
	struct period p = period_named("2024");
	cr_assert_eq(buckets_make(&p, 900, &b, &e), 0, "%s", e.text);
	cr_assert_eq(b.count, 366 * 96);
	buckets_done(&b);
	p.to_s += 1;
	cr_assert_eq(buckets_make(&p, 900, &b, &e), -E2BIG);
}

/* What all bounds are multiples of. */
enum { MONTHS = 1, DAYS = 2, QUARTERS = 4, STORE_DAYS = 8 };

static const char *table_for(unsigned columns, unsigned bounds)
{
	struct plan_need need = {.columns = columns | COLUMN_BIT(packets),
		.whole_months = bounds & MONTHS,
		.whole_days = bounds & DAYS,
		.whole_quarters = bounds & QUARTERS,
		.store_days = bounds & STORE_DAYS};

	return plan_table(&need)->name;
}

Test(plan, the_smallest_table_that_has_it_all_answers)
{
	unsigned src = COLUMN_BIT(src), asn = COLUMN_BIT(asn), service = COLUMN_BIT(service);
	unsigned quarters = QUARTERS | STORE_DAYS, days = DAYS | quarters, months = MONTHS | days;

	cr_expect_str_eq(table_for(COLUMN_BIT(country), months), "source_month");
	cr_expect_str_eq(table_for(src | COLUMN_BIT(tool), months), "source_month");
	cr_expect_str_eq(table_for(src | COLUMN_BIT(sensor), months), "source_day");
	cr_expect_str_eq(table_for(service, months), "service_source_month");
	cr_expect_str_eq(table_for(service | src, months), "service_source_month");
	cr_expect_str_eq(table_for(service | COLUMN_BIT(tool), months), "service_quarter");
	cr_expect_str_eq(table_for(service | src | COLUMN_BIT(sensor), months), "access");
	cr_expect_str_eq(table_for(COLUMN_BIT(time), months), "access");
	cr_expect_str_eq(table_for(COLUMN_BIT(country), months & ~STORE_DAYS), "service_quarter");
	cr_expect_str_eq(table_for(asn | src, months & ~STORE_DAYS), "access");
	cr_expect_str_eq(table_for(COLUMN_BIT(country), days), "source_day");
	cr_expect_str_eq(table_for(asn | src, days), "source_day");
	cr_expect_str_eq(table_for(service, days), "service_quarter");
	cr_expect_str_eq(table_for(service | src, days), "access");
	cr_expect_str_eq(table_for(service, days & ~QUARTERS), "access");
	cr_expect_str_eq(table_for(asn | src, quarters), "access");
}

static bool is_months(int32_t from_day, int32_t to_day)
{
	struct period p = period_of_days(from_day, to_day);

	return period_is_months(&p);
}

Test(plan, a_period_of_months_begins_and_ends_on_the_first_of_one)
{
	int32_t june = day_number(2025, 6, 1), july = day_number(2025, 7, 1);
	struct period p = period_of_days(june, july);
	struct err e = {0};

	cr_assert_eq(zone_use("Asia/Tokyo", &e), 0);
	cr_expect(is_months(june, july));
	cr_expect(is_months(june, day_number(2026, 1, 1)));
	cr_expect_not(is_months(june + 1, july));
	cr_expect_not(is_months(june, july - 1));
	p = period_of_times(day_start(june), day_start(july) + 900);
	cr_expect_not(period_is_months(&p));
}

/* --- ranks --- */

Test(rank, ties_go_by_the_natural_order_of_keys)
{
	struct counted rows[] = {
		{.key.number = service_make(PROTOCOL_TCP, 80), .packets = 5, .previous_packets = 9},
		{.key.number = service_make(PROTOCOL_UDP, 53), .packets = 5, .previous_packets = 5},
		{.key.number = service_make(PROTOCOL_TCP, 53), .packets = 5, .previous_packets = 5},
		{.key.number = service_make(PROTOCOL_TCP, 445), .packets = 7},
		{.key.number = service_make(PROTOCOL_TCP, 22), .previous_packets = 9},
	};
	struct counts c = {DIMENSION_service, rows, ARRAY_SIZE(rows)};
	struct exposures x = {10, 10, NULL, NULL};
	struct ranks ranks[ARRAY_SIZE(rows)] = {0};
	uint32_t order[ARRAY_SIZE(rows)];
	struct err e = {0};
	static const struct ranks expected[] = {
		{4, 2, 0, 2}, {3, 4, 0, 0}, {2, 3, 0, 0}, {1, 0, 1, 0}, {0, 1, 0, 1}};
	static const uint32_t expected_order[] = {3, 2, 1, 0, 4};

	cr_assert_eq(rank_keys(&c, &x, ranks, order, &e), 0);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		cr_expect_eq(ranks[i].now, expected[i].now, "%zu: %u", i, ranks[i].now);
		cr_expect_eq(ranks[i].before, expected[i].before, "%zu: %u", i, ranks[i].before);
		cr_expect_eq(ranks[i].rise, expected[i].rise, "%zu: %u", i, ranks[i].rise);
		cr_expect_eq(ranks[i].fall, expected[i].fall, "%zu: %u", i, ranks[i].fall);
		cr_expect_eq(order[i], expected_order[i], "%zu: %u", i, order[i]);
	}
}

Test(rank, a_change_is_by_rate_and_not_by_number)
{
	struct counted row = {.packets = 31, .previous_packets = 30};
	struct measure m = measure_of(&row, 31, 30);

	cr_assert_eq(m.change, 0.0);
	cr_assert_eq(m.change_pct, 0.0);
	m = measure_of(&row, 0, 30);
	cr_assert(isnan(m.rate) && isnan(m.change) && isnan(m.change_pct));
	row.previous_packets = 0;
	m = measure_of(&row, 31, 30);
	cr_assert_eq(m.change, 1.0);
	cr_assert(isnan(m.change_pct));
}

Test(rank, a_change_of_a_decimal_tie_is_that_decimal)
{
	struct counted row = {.packets = 1025, .previous_packets = 1020};

	cr_assert_eq(measure_of(&row, 1000, 1000).change,
		0.005); /* 1.025 - 1.02 is 0.00499999999999989 in doubles */
}

Test(rank, accesses_without_exposure_come_after_those_with_a_rate)
{
	struct counted rows[] = {
		{.key.text = "a", .packets = 100},
		{.key.text = "b", .packets = 1},
		{.key.text = "c", .packets = 200},
	};
	struct counts c = {DIMENSION_sensor, rows, ARRAY_SIZE(rows)};
	double now[] = {0, 25, 0}, before[] = {25, 25, 25};
	struct exposures x = {25, 75, now, before};
	struct ranks ranks[ARRAY_SIZE(rows)] = {0};
	uint32_t order[ARRAY_SIZE(rows)];
	struct err e = {0};

	cr_assert_eq(rank_keys(&c, &x, ranks, order, &e), 0);
	cr_assert_eq(ranks[1].now, 1);
	cr_assert_eq(ranks[2].now, 2);
	cr_assert_eq(ranks[0].now, 3);
}

/* --- a store whose truth is counted in C --- */

enum { ACCESSES = 4000 };

struct world {
	struct trial trial;
	struct plant plant;
	struct intern *groups;
	struct labels *labels;
	struct access *accesses;
	uint8_t *verdicts; /* of the accesses, in the period or the one before */
	struct analysis analysis;
	struct question question; /* July 2009 with June, Tokyo */
};

static void world_done(struct world *w)
{
	plant_done(&w->plant);
	free(w->accesses);
	free(w->verdicts);
	labels_free(w->labels);
	intern_free(w->groups);
	trial_done(&w->trial);
}

static bool is_in(const struct access *a, const struct period *p)
{
	int64_t at_s = a->ts_ns / 1000000000;

	return at_s >= p->from_s && at_s < p->to_s;
}

/* By the rule in words: at least ten hits, and at least nine in ten of the source's SYNs of the period; likely: two and half of them. */
static uint8_t level_of(const struct world *w, const struct access *a, const struct period *p)
{
	uint64_t hits = 0, syns = 0;

	for (size_t i = 0; i < ACCESSES; i++) {
		const struct access *b = &w->accesses[i];

		if (!is_in(b, p) || !addr_equal(&a->src, &b->src) || b->class != CLASS_scan ||
			service_protocol(b->service) != PROTOCOL_TCP || b->service >> 24)
			continue;
		syns++;
		hits += b->tool == a->tool;
	}
	if (hits >= 10 && 10 * hits >= 9 * syns)
		return 0;
	return hits >= 2 && 2 * hits >= syns ? VERDICT_LIKELY : VERDICT_CANDIDATE;
}

static void judge(struct world *w, const struct period *p)
{
	for (size_t i = 0; i < ACCESSES; i++) {
		const struct access *a = &w->accesses[i];

		if (!is_in(a, p))
			continue;
		w->verdicts[i] = verdict_of(a);
		if (w->verdicts[i] >= VERDICT_CANDIDATE)
			w->verdicts[i] = (uint8_t)(w->verdicts[i] - VERDICT_CANDIDATE + level_of(w, a, p));
	}
}

/* Every third source uses one tool of those that are known by 16 bits, for nearly everything. */
static void use_tool(struct random *r, struct access *a)
{
	unsigned last = a->src.b[15];

	if (last % 3 == 0 && random_below(r, 20))
		a->tool = last % 2 ? TOOL_zmap : TOOL_masscan;
}

/* Accesses from the end of May to the beginning of August. False: skipped. */
static bool world_make(struct world *w)
{
	struct random r = {2009};

	*w = (struct world){0};
	use_zone("Asia/Tokyo");
	if (!trial_open(&w->trial))
		return false;
	make_plant(&w->plant, 3);
	w->accesses = calloc(ACCESSES, sizeof(*w->accesses));
	w->verdicts = calloc(ACCESSES, 1);
	w->groups = make_groups();
	w->labels = labels_new(w->groups);
	cr_assert(w->accesses && w->verdicts && w->labels);
	struct period all = period_named("2009-05-25..2009-08-05");
	for (size_t i = 0; i < ACCESSES; i++) {
		w->accesses[i] = random_access(&r, all.from_s, (uint32_t)(all.to_s - all.from_s));
		random_labels(&r, w->labels, &w->accesses[i]);
		use_tool(&r, &w->accesses[i]);
	}
	trial_insert(&w->trial, &w->plant, w->accesses, ACCESSES / 2, '1', true);
	trial_insert(&w->trial, &w->plant, w->accesses + ACCESSES / 2, ACCESSES / 2, '2', true);
	w->analysis = (struct analysis){w->trial.store, &w->plant, INT64_C(4000000000)};
	w->question = (struct question){
		.dimension = DIMENSION_NONE,
		.dimension2 = DIMENSION_NONE,
		.period = period_named("2009-07"),
		.versus = period_named("2009-06"),
		.limit = SIZE_MAX,
		.interval_s = DAY_S,
	};
	judge(w, &w->question.period);
	judge(w, &w->question.versus);
	return true;
}

static void key_of(const struct world *w, enum dimension d, const struct access *a, struct buf *out)
{
	struct value v =
		d == DIMENSION_NONE ? (struct value){0} : value_of((enum subject)d, a, &w->plant);

	buf_clear(out);
	if (d == DIMENSION_network)
		v.prefix = addr_network(&a->src);
	if (d == DIMENSION_verdict)
		v.number = w->verdicts[a - w->accesses];
	if (d == DIMENSION_NONE)
		buf_text(out, "all");
	else if (d == DIMENSION_tcp_opts && a->syn)
		buf_printf(out, "%u_%s", a->window, v.text);
	else
		value_print((enum subject)d, &v, out);
}

/* Whether that is a key of the access; NULL: any is. */
static bool has_key(const struct world *w, enum dimension d, const struct access *a, const char *key)
{
	AUTO(buf_done) struct buf text = {0};

	if (!key)
		return true;
	key_of(w, d, a, &text);
	if (d != DIMENSION_tag)
		return strcmp(buf_str(&text), key) == 0;
	for (const char *at = buf_str(&text); *at; at += strcspn(at, " "), at += *at == ' ')
		if (strcspn(at, " ") == strlen(key) && strncmp(at, key, strlen(key)) == 0)
			return true;
	return false;
}

/* Accesses of a key (NULL: any) in a time, and their distinct sources. */
static uint64_t count_truth(const struct world *w, enum dimension d, const char *key,
	enum dimension d2, const char *key2, int64_t from_s, int64_t to_s, uint64_t *ret_sources)
{
	AUTO(free) const struct addr **seen = calloc(ACCESSES, sizeof(*seen));
	uint64_t packets = 0, sources = 0;

	for (size_t i = 0; i < ACCESSES; i++) {
		const struct access *a = &w->accesses[i];
		size_t j = 0;

		if (a->ts_ns / 1000000000 < from_s || a->ts_ns / 1000000000 >= to_s)
			continue;
		if (!has_key(w, d, a, key) || !has_key(w, d2, a, key2))
			continue;
		packets++;
		while (j < sources && !addr_equal(seen[j], &a->src))
			j++;
		if (j == sources)
			seen[sources++] = &a->src;
	}
	*ret_sources = sources;
	return packets;
}

static void check_row(
	const struct world *w, enum dimension d, const char *key, const struct measure *m)
{
	const struct period *now = &w->question.period, *before = &w->question.versus;
	uint64_t sources;

	cr_expect_eq(m->packets, count_truth(w, d, key, d, key, now->from_s, now->to_s, &sources),
		"%s", key);
	cr_expect_eq(m->sources, sources, "%s", key);
	cr_expect_eq(m->previous_packets,
		count_truth(w, d, key, d, key, before->from_s, before->to_s, &sources), "%s", key);
	cr_expect_eq(m->previous_sources, sources, "%s", key);
}

Test(top, every_dimension_counts_as_c_counts)
{
	struct world w;
	struct err e = {0};

	if (!world_make(&w))
		return;
	for (int d = 0; d <= DIMENSION_NONE; d++) {
		AUTO(top_free) struct top *top = NULL;
		uint64_t packets = 0, previous = 0;

		if (dimension_is_of_detections((enum dimension)d))
			continue;
		w.question.dimension = (enum dimension)d;
		cr_assert_eq(analysis_top(&w.analysis, &w.question, &top, &e), 0, "%s", e.text);
		cr_assert_gt(top->count, 0);
		cr_expect_eq(top->exposure, 3 * 775.0);
		cr_expect_eq(top->versus_exposure, 3 * 750.0);
		check_row(&w, DIMENSION_NONE, "all", &top->total);
		for (size_t i = 0; i < top->count; i++) {
			const struct measure *m = &top->rows[i].m;

			packets += m->packets;
			previous += m->previous_packets;
			cr_expect_eq(
				top->rows[i].exposure, d == DIMENSION_sensor ? 775.0 : 3 * 775.0);
			cr_expect_eq(m->rank, m->packets ? i + 1 : 0);
			if (i < 12)
				check_row(&w, (enum dimension)d, top->rows[i].key, m);
		}
		if (d == DIMENSION_tag) {
			cr_expect_gt(packets, top->total.packets, "several tags of an access");
			continue;
		}
		cr_expect_eq(packets, top->total.packets, "%s", dimension_name((enum dimension)d));
		cr_expect_eq(previous, top->total.previous_packets, "%s",
			dimension_name((enum dimension)d));
	}
	world_done(&w);
}

Test(top, a_limit_cuts_rows_and_not_ranks)
{
	struct world w;
	struct err e = {0};

	if (!world_make(&w))
		return;
	AUTO(top_free) struct top *all = NULL;
	AUTO(top_free) struct top *three = NULL;
	w.question.dimension = DIMENSION_ttl;
	cr_assert_eq(analysis_top(&w.analysis, &w.question, &all, &e), 0, "%s", e.text);
	w.question.limit = 3;
	cr_assert_eq(analysis_top(&w.analysis, &w.question, &three, &e), 0, "%s", e.text);
	cr_assert_eq(three->count, 3);
	cr_assert_eq(three->keys, all->count);
	for (size_t i = 0; i < 3; i++) {
		cr_expect_str_eq(three->rows[i].key, all->rows[i].key);
		cr_expect_eq(memcmp(&three->rows[i].m, &all->rows[i].m, sizeof(struct measure)), 0);
	}
	world_done(&w);
}

static bool same_number(double a, double b)
{
	return a == b || (isnan(a) && isnan(b));
}

static void check_measure(const struct measure *a, const struct measure *b)
{
	cr_expect_eq(a->packets, b->packets);
	cr_expect_eq(a->sources, b->sources);
	cr_expect_eq(a->previous_packets, b->previous_packets);
	cr_expect_eq(a->previous_sources, b->previous_sources);
	cr_expect(same_number(a->change, b->change));
	cr_expect_eq(a->rank, b->rank);
	cr_expect_eq(a->previous_rank, b->previous_rank);
	cr_expect_eq(a->rise_rank, b->rise_rank);
	cr_expect_eq(a->fall_rank, b->fall_rank);
}

static void check_first(const struct top *all, const struct top *some, size_t limit)
{
	cr_assert_eq(some->count, all->count < limit ? all->count : limit);
	cr_expect_eq(some->keys, all->count);
	check_measure(&some->total, &all->total);
	for (size_t i = 0; i < some->count; i++) {
		cr_expect_str_eq(some->rows[i].key, all->rows[i].key);
		check_measure(&some->rows[i].m, &all->rows[i].m);
	}
}

/* Sources, networks and payloads are ranked in classes; their ties are counted by the store. */
Test(top, the_first_of_many_keys_have_the_ranks_of_all)
{
	static const enum dimension dimensions[] = {
		DIMENSION_source, DIMENSION_network, DIMENSION_payload};
	static const size_t limits[] = {1, 2, 5, 50, 900};
	struct world w;
	struct err e = {0};

	if (!world_make(&w))
		return;
	AUTO(expr_free) struct expr *v4 = NULL; /* whose sources have few accesses each, so that many tie */
	cr_assert_eq(expr_parse("source in 203.0.112.0/20", &v4, &e), 0, "%s", e.text);
	for (size_t variant = 0; variant < 3; variant++) {
		w.question.where = variant == 1 ? v4 : NULL;
		for (size_t i = 0; i < w.plant.count; i++)
			w.plant.sensors[i].since_s = variant == 2 ? INT64_C(4000000000) : 0;
		for (size_t d = 0; d < ARRAY_SIZE(dimensions); d++) {
			AUTO(top_free) struct top *all = NULL;

			w.question.dimension = dimensions[d];
			w.question.limit = SIZE_MAX;
			cr_assert_eq(
				analysis_top(&w.analysis, &w.question, &all, &e), 0, "%s", e.text);
			for (size_t i = 0; i < ARRAY_SIZE(limits); i++) {
				AUTO(top_free) struct top *some = NULL;

				w.question.limit = limits[i];
				cr_assert_eq(analysis_top(&w.analysis, &w.question, &some, &e), 0,
					"%s", e.text);
				check_first(all, some, limits[i]);
			}
		}
	}
	world_done(&w);
}

Test(top, times_of_day_and_other_zones_are_exact_too)
{
	static const char *const periods[] = {
		"2009-07-03T04:10..2009-07-20T17:33", "2009-07", "2009-07-08"};
	struct world w;
	struct err e = {0};

	if (!world_make(&w))
		return;
	for (size_t zone = 0; zone < 2; zone++) {
		use_zone(zone ? "America/St_Johns"
			      : "Asia/Tokyo"); /* the store's days stay those of Tokyo */
		for (size_t i = 0; i < ARRAY_SIZE(periods); i++) {
			AUTO(top_free) struct top *top = NULL;

			w.question.period = period_named(periods[i]);
			w.question.versus = period_before(&w.question.period);
			cr_assert_eq(
				analysis_top(&w.analysis, &w.question, &top, &e), 0, "%s", e.text);
			cr_expect_gt(top->total.packets, 0);
			check_row(&w, DIMENSION_NONE, "all", &top->total);
		}
	}
	world_done(&w);
}

Test(top, a_period_has_its_first_second_and_not_its_last)
{
	static const char *const periods[] = {"2009-07-08", "2009-07-08T00:00..2009-07-09T00:00",
		"2009-07-08T04:10..2009-07-08T17:33"};
	struct random r = {5};
	struct world w;
	struct err e = {0};

	if (!world_make(&w))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(periods); i++) {
		AUTO(top_free) struct top *before = NULL;
		AUTO(top_free) struct top *after = NULL;
		struct access edges[4] = {0};

		w.question.period = period_named(periods[i]);
		w.question.versus = period_before(&w.question.period);
		cr_assert_eq(analysis_top(&w.analysis, &w.question, &before, &e), 0, "%s", e.text);
		for (size_t j = 0; j < ARRAY_SIZE(edges); j++) {
			int64_t at_s = j < 2 ? w.question.period.from_s : w.question.period.to_s;

			edges[j] = random_access(&r, at_s - (j % 2 == 0), 1);
			edges[j].src = addr_from_v4(0x0a000000 + (uint32_t)j); /* no merging */
		}
		trial_insert(&w.trial, &w.plant, edges, ARRAY_SIZE(edges), (char)('3' + i), true);
		cr_assert_eq(analysis_top(&w.analysis, &w.question, &after, &e), 0, "%s", e.text);
		cr_expect_eq(after->total.packets, before->total.packets + 2, "%s", periods[i]);
		cr_expect_eq(after->total.previous_packets, before->total.previous_packets + 1,
			"%s", periods[i]);
	}
	world_done(&w);
}

Test(top, sources_that_nobody_reads_stay_0)
{
	struct world w;
	struct err e = {0};

	if (!world_make(&w))
		return;
	AUTO(top_free) struct top *all = NULL;
	AUTO(top_free) struct top *some = NULL;
	AUTO(top_free) struct top *rows = NULL;
	w.question.dimension = DIMENSION_ttl;
	cr_assert_eq(analysis_top(&w.analysis, &w.question, &all, &e), 0, "%s", e.text);
	w.question.unread = UNREAD_PREVIOUS;
	w.question.source_ranks = 3;
	cr_assert_eq(analysis_top(&w.analysis, &w.question, &some, &e), 0, "%s", e.text);
	w.question.unread = UNREAD_TOTAL | UNREAD_KEYS;
	cr_assert_eq(analysis_top(&w.analysis, &w.question, &rows, &e), 0, "%s", e.text);
	cr_assert_eq(some->count, all->count);
	cr_expect_eq(some->total.sources, all->total.sources);
	cr_expect_eq(some->total.previous_sources, 0);
	cr_expect_eq(rows->total.sources, 0);
	for (size_t i = 0; i < all->count; i++) {
		const struct measure *m = &all->rows[i].m;
		bool read = m->rank <= 3 || (m->rise_rank && m->rise_rank <= 3) ||
			    (m->fall_rank && m->fall_rank <= 3);

		cr_expect_str_eq(some->rows[i].key, all->rows[i].key);
		cr_expect_eq(some->rows[i].m.packets, m->packets);
		cr_expect_eq(some->rows[i].m.sources, read ? m->sources : 0);
		cr_expect_eq(some->rows[i].m.previous_sources, 0);
		cr_expect_eq(rows->rows[i].m.sources, 0);
	}
	world_done(&w);
}

Test(top, without_sources_gives_the_same_packets)
{
	struct world w;
	struct err e = {0};

	if (!world_make(&w))
		return;
	AUTO(top_free) struct top *with = NULL;
	AUTO(top_free) struct top *without = NULL;
	w.question.dimension = DIMENSION_service;
	cr_assert_eq(analysis_top(&w.analysis, &w.question, &with, &e), 0, "%s", e.text);
	w.question.without_sources = true;
	cr_assert_eq(analysis_top(&w.analysis, &w.question, &without, &e), 0, "%s", e.text);
	cr_assert_eq(with->count, without->count);
	for (size_t i = 0; i < with->count; i++) {
		cr_expect_str_eq(with->rows[i].key, without->rows[i].key);
		cr_expect_eq(with->rows[i].m.packets, without->rows[i].m.packets);
		cr_expect_eq(without->rows[i].m.sources, 0);
	}
	world_done(&w);
}

static void check_trend(struct world *w, const char *period, int64_t interval_s, enum dimension d)
{
	AUTO(trend_free) struct trend *t = NULL;
	struct err e = {0};
	uint64_t sum = 0, sources;

	w->question.period = period_named(period);
	w->question.interval_s = interval_s;
	w->question.dimension = d;
	w->question.limit = 2;
	cr_assert_eq(analysis_trend(&w->analysis, &w->question, &t, &e), 0, "%s", e.text);
	cr_assert_eq(t->count, d == DIMENSION_NONE ? 0 : 2);
	for (size_t i = 0; i < t->points; i++) {
		const struct point *p = &t->total.points[i];

		cr_expect_eq(
			p->from_s, i ? t->total.points[i - 1].to_s : w->question.period.from_s);
		cr_expect_eq(p->packets,
			count_truth(w, d, NULL, d, NULL, p->from_s, p->to_s, &sources), "%zu", i);
		cr_expect_eq(p->sources, sources, "%zu", i);
		cr_expect_eq(p->exposure, 75.0 * (double)(p->to_s - p->from_s) / DAY_S);
		sum += p->packets;
		for (size_t j = 0; j < t->count; j++) {
			const char *key = t->series[j].key;
			const struct point *q = &t->series[j].points[i];

			cr_expect_eq(q->packets,
				count_truth(w, d, key, d, key, p->from_s, p->to_s, &sources),
				"%s %zu", key, i);
			cr_expect_eq(q->sources, sources, "%s %zu", key, i);
		}
	}
	cr_expect_eq(sum, t->total.packets);
	cr_expect_gt(sum, 0);
	cr_expect_eq(t->total.points[t->points - 1].to_s, w->question.period.to_s);
}

Test(trend, every_point_counts_as_c_counts)
{
	struct world w;

	if (!world_make(&w))
		return;
	check_trend(&w, "2009-07", DAY_S, DIMENSION_service);
	check_trend(&w, "2009-07", DAY_S, DIMENSION_country);
	check_trend(&w, "2009-07", DAY_S, DIMENSION_ttl);
	check_trend(&w, "2009-07", DAY_S, DIMENSION_NONE);
	check_trend(&w, "2009-07-02..2009-07-03", HOUR_S, DIMENSION_network);
	check_trend(&w, "2009-07-02T01:07..2009-07-04T09:30", 6 * HOUR_S, DIMENSION_tool);
	check_trend(&w, "2009-07-02T01:07..2009-07-04T09:30", DAY_S, DIMENSION_class);
	use_zone("America/St_Johns");
	check_trend(&w, "2009-07-02..2009-07-10", DAY_S, DIMENSION_service);
	world_done(&w);
}

Test(trend, without_sources_is_answered_by_quarter_hours)
{
	struct world w;
	struct err e = {0};
	uint64_t sources;

	if (!world_make(&w))
		return;
	AUTO(trend_free) struct trend *t = NULL;
	w.question.period = period_named("2009-07-02..2009-07-09");
	w.question.interval_s = HOUR_S;
	w.question.without_sources = true;
	cr_assert_eq(analysis_trend(&w.analysis, &w.question, &t, &e), 0, "%s", e.text);
	cr_assert_eq(t->points, 8 * 24);
	for (size_t i = 0; i < t->points; i++) {
		const struct point *p = &t->total.points[i];

		cr_expect_eq(p->packets, count_truth(&w, DIMENSION_NONE, NULL, DIMENSION_NONE, NULL,
						 p->from_s, p->to_s, &sources));
	}
	world_done(&w);
}

static void check_cross(struct world *w, enum dimension d, enum dimension d2, size_t limit)
{
	AUTO(cross_free) struct cross *c = NULL;
	const struct period *p = &w->question.period;
	struct err e = {0};
	uint64_t sum = 0, sources;

	w->question.dimension = d;
	w->question.dimension2 = d2;
	w->question.limit = limit;
	cr_assert_eq(analysis_cross(&w->analysis, &w->question, &c, &e), 0, "%s", e.text);
	for (size_t i = 0; i <= c->rows; i++) {
		uint64_t row = 0;

		for (size_t j = 0; j <= c->columns; j++) {
			const struct cross_cell *cell = &c->cells[i * (c->columns + 1) + j];

			row += cell->packets;
			if (i == c->rows || j == c->columns)
				continue;
			cr_expect_eq(cell->packets,
				count_truth(w, d, c->row_keys[i], d2, c->column_keys[j], p->from_s,
					p->to_s, &sources));
			cr_expect_eq(cell->sources, sources);
		}
		cr_expect_eq(row, c->row_packets[i]);
		sum += row;
	}
	cr_expect_eq(sum, c->packets);
	cr_expect_eq(c->packets, count_truth(w, d, NULL, d2, NULL, p->from_s, p->to_s, &sources));
	cr_expect_eq(c->sources, sources);
}

Test(trend, sources_that_nobody_reads_stay_0)
{
	struct world w;
	struct err e = {0};

	if (!world_make(&w))
		return;
	AUTO(trend_free) struct trend *all = NULL;
	AUTO(trend_free) struct trend *some = NULL;
	w.question.dimension = DIMENSION_country;
	cr_assert_eq(analysis_trend(&w.analysis, &w.question, &all, &e), 0, "%s", e.text);
	w.question.unread = UNREAD_TOTAL | UNREAD_KEYS | UNREAD_KEY_POINTS;
	cr_assert_eq(analysis_trend(&w.analysis, &w.question, &some, &e), 0, "%s", e.text);
	cr_assert_gt(all->count, 1);
	cr_assert_eq(some->count, all->count);
	cr_expect_gt(all->total.sources, 0);
	cr_expect_eq(some->total.sources, 0);
	cr_expect_eq(some->total.packets, all->total.packets);
	for (size_t i = 0; i < all->points; i++) {
		cr_expect_eq(some->total.points[i].sources, all->total.points[i].sources);
		cr_expect_eq(some->series[0].points[i].packets, all->series[0].points[i].packets);
		cr_expect_eq(some->series[0].points[i].sources, 0);
	}
	cr_expect_gt(all->series[0].sources, 0);
	cr_expect_eq(some->series[0].sources, 0);
	cr_expect_eq(some->series[0].packets, all->series[0].packets);
	world_done(&w);
}

Test(cross, every_cell_counts_as_c_counts_and_others_make_up_the_sums)
{
	struct world w;

	if (!world_make(&w))
		return;
	check_cross(&w, DIMENSION_service, DIMENSION_country, 3);
	check_cross(&w, DIMENSION_country, DIMENSION_sensor, SIZE_MAX);
	check_cross(&w, DIMENSION_network, DIMENSION_hour, 4);
	check_cross(&w, DIMENSION_payload, DIMENSION_os, 2);
	check_cross(&w, DIMENSION_class, DIMENSION_class, 10);
	world_done(&w);
}

Test(incomplete, names_the_segments_that_touch_the_periods)
{
	struct world w;
	struct err e = {0};
	struct random r = {3};
	struct access june[3];

	if (!world_make(&w))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(june); i++)
		june[i] = random_access(&r, period_named("2009-06-10").from_s, DAY_S);
	trial_insert(&w.trial, &w.plant, june, ARRAY_SIZE(june), '3', false);
	AUTO(top_free) struct top *touched = NULL;
	AUTO(top_free) struct top *apart = NULL;
	cr_assert_eq(analysis_top(&w.analysis, &w.question, &touched, &e), 0, "%s", e.text);
	cr_assert_eq(touched->incomplete.count, 1);
	cr_assert_str_eq(touched->incomplete.names[0], "3.pcap");
	w.question.versus = period_named("2009-05");
	cr_assert_eq(analysis_top(&w.analysis, &w.question, &apart, &e), 0, "%s", e.text);
	cr_assert_eq(apart->incomplete.count, 0);
	world_done(&w);
}

Test(period, without_a_name_is_the_last_month_with_accesses)
{
	struct world w;
	struct err e = {0};
	struct period p;

	if (!world_make(&w))
		return;
	w.analysis.now_s = period_named("2009-08-03").from_s;
	cr_assert_eq(analysis_default_period(&w.analysis, &p, &e), 0, "%s", e.text);
	cr_assert_eq(p.from_s, period_named("2009-07").from_s);
	w.analysis.now_s = period_named("2026-01-03").from_s;
	cr_assert_eq(analysis_default_period(&w.analysis, &p, &e), 0, "%s", e.text);
	cr_assert_eq(p.from_s, period_named("2009-08").from_s);
	cr_assert_eq(p.kind, PERIOD_MONTH);
	world_done(&w);
}

Test(period, without_a_name_is_not_that_of_a_wrong_clock)
{
	struct world w;
	struct err e = {0};
	struct period p;
	struct random r = {7};

	if (!world_make(&w))
		return;
	struct access late = random_access(&r, period_named("2106-01-31").from_s, DAY_S);
	trial_insert(&w.trial, &w.plant, &late, 1, '4', true);
	w.analysis.now_s = period_named("2026-01-03").from_s;
	cr_assert_eq(analysis_default_period(&w.analysis, &p, &e), 0, "%s", e.text);
	cr_assert_eq(p.from_s, period_named("2009-08").from_s);
	w.analysis.now_s = period_named("2001-01-03").from_s; /* everything is after today */
	cr_assert_eq(analysis_default_period(&w.analysis, &p, &e), 0, "%s", e.text);
	cr_assert_eq(p.from_s, period_named("2106-01").from_s);
	world_done(&w);
}

Test(exposure, a_sensor_without_a_date_counts_while_its_captures_last)
{
	struct trial t;
	struct plant plant;
	struct err e = {0};
	struct coverage coverage[] = {{.sensor = "s0", .addresses = 25},
		{.sensor = "s0", .addresses = 25}, {.sensor = "s1", .addresses = 25},
		{.sensor = "s1", .addresses = 25}};
	double days;

	use_zone("UTC");
	if (!trial_open(&t))
		return;
	make_plant(&plant, 2);
	plant.sensors[0].since_s = plant.sensors[1].since_s = INT64_MIN;
	plant.sensors[1].inferred = true;
	struct period p = period_named("2026-06");
	for (size_t i = 0; i < ARRAY_SIZE(coverage);
		i++) { /* the 3rd, and the 10th with half of the 11th */
		coverage[i].from_s = p.from_s + (i % 2 ? 9 : 2) * DAY_S;
		coverage[i].to_s = coverage[i].from_s + DAY_S + (i % 2 ? DAY_S / 2 : 0);
	}
	for (size_t i = 0; i < 2; i++) {
		struct segment segment = {.first_s = p.from_s, .last_s = p.to_s};
		struct coverage both[] = {coverage[i], coverage[2 + i]};

		memset(segment.digest, i ? '1' : '2', DIGEST_TEXT - 1);
		cr_assert_eq(store_segment_begin(t.store, &segment, &e), 0, "%s", e.text);
		cr_assert_eq(
			store_segment_complete(t.store, &segment, both, 2, &e), 0, "%s", e.text);
	}
	struct analysis a = {t.store, &plant, p.to_s};
	cr_assert_eq(analysis_exposure(&a, p.from_s, p.to_s, NULL, 0, &days, &e), 0, "%s", e.text);
	cr_expect_eq(days, 25 * 8.5); /* from the first capture to the last */
	cr_assert_eq(analysis_exposure(&a, p.from_s, p.to_s, NULL, 1, &days, &e), 0, "%s", e.text);
	cr_expect_eq(days, 25 * 2.5); /* inferred: while captures last */
	plant_done(&plant);
	trial_done(&t);
}
