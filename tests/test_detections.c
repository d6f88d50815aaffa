/* Questions about detections: the dimensions signature and category, against a truth that C counts. */
#include "analysis_make.h"

#include "analysis/signatures.h"
#include "analysis/value.h"

#include <inttypes.h>
#include <math.h>

enum { ACCESSES = 4000, DAY_S = 86400 };

struct world {
	struct trial trial;
	struct plant plant;
	struct analysis analysis;
	struct question question;
	struct access accesses[ACCESSES];
};

/* NULL where there is no engine. */
static struct world *world_make(void)
{
	static struct world w;
	struct random r = {20090812};
	struct err e = {0};

	cr_assert_eq(zone_use("Asia/Tokyo", &e), 0, "%s", e.text);
	if (!trial_open(&w.trial))
		return NULL;
	make_plant(&w.plant, 3);
	for (size_t i = 0; i < ACCESSES; i++)
		w.accesses[i] = random_access(&r, INT64_C(1246374000), 62 * DAY_S);
	trial_insert(&w.trial, &w.plant, w.accesses, ACCESSES, '1', true);
	w.analysis = (struct analysis){.store = w.trial.store, .plant = &w.plant, .now_s = INT64_C(1500000000)};
	w.question = (struct question){.dimension2 = DIMENSION_NONE, .limit = SIZE_MAX, .interval_s = DAY_S};
	cr_assert_eq(period_parse("2009-08", 0, &w.question.period, &e), 0);
	cr_assert_eq(period_parse("2009-07", 0, &w.question.versus, &e), 0);
	return &w;
}

static void world_done(struct world *w)
{
	plant_done(&w->plant);
	trial_done(&w->trial);
}

/* What value_print() prints of it. */
static void key_of(const struct world *w, enum dimension d, const struct access *a, struct buf *out)
{
	const struct detection *what = trial_detection(a);
	struct value value = d == DIMENSION_category
				     ? (struct value){.number = CATEGORY_FIRST + what->category}
			     : d == DIMENSION_signature
				     ? (struct value){.number = (uint64_t)what->gid << 32 | what->sid}
				     : value_of((enum subject)d, a, &w->plant);

	if (d == DIMENSION_network)
		value.prefix = addr_network(&a->src);
	buf_clear(out);
	if (d != DIMENSION_NONE)
		value_print((enum subject)d, &value, out);
}

/* Detections of the period with that key that the filter takes. */
static uint64_t count_sources(const struct world *w, const struct period *p, enum dimension d, const char *key,
	bool (*takes)(const struct access *a), uint64_t *ret_sources)
{
	static const struct addr *seen[ACCESSES];
	AUTO(buf_done) struct buf text = {0};
	uint64_t count = 0, sources = 0, i;

	for (i = 0; i < ACCESSES; i++) {
		const struct access *a = &w->accesses[i];
		uint64_t known = 0;
		int64_t at_s = a->ts_ns / 1000000000;

		if (!trial_detection(a) || at_s < p->from_s || at_s >= p->to_s || !takes(a))
			continue;
		key_of(w, d, a, &text);
		if (d != DIMENSION_NONE && strcmp(buf_str(&text), key) != 0)
			continue;
		count++;
		while (known < sources && !addr_equal(seen[known], &a->src))
			known++;
		if (known == sources)
			seen[sources++] = &a->src;
	}
	*ret_sources = sources;
	return count;
}

static uint64_t count_truth(const struct world *w, const struct period *p, enum dimension d, const char *key,
	bool (*takes)(const struct access *a))
{
	uint64_t sources;

	return count_sources(w, p, d, key, takes, &sources);
}

static bool takes_all(const struct access *a)
{
	return true;
}

static bool takes_popups(const struct access *a)
{
	return trial_detection(a)->gid == 3 && a->country[0] == 'J';
}

static void check_top(struct world *w, enum dimension d, const char *where, bool (*takes)(const struct access *a))
{
	AUTO(expr_free) struct expr *x = NULL;
	AUTO(top_free) struct top *top = NULL;
	struct err e = {0};

	cr_assert_eq(expr_parse(where, &x, &e), 0, "%s", e.text);
	w->question.dimension = d;
	w->question.where = x;
	cr_assert_eq(analysis_top(&w->analysis, &w->question, &top, &e), 0, "%s", e.text);
	cr_expect(top->question.detections);
	cr_assert_gt(top->count, 0, "%s", dimension_name(d));
	uint64_t sources;
	cr_expect_eq(
		top->total.packets, count_sources(w, &w->question.period, DIMENSION_NONE, "", takes, &sources));
	cr_expect_eq(top->total.sources, sources, "%s", dimension_name(d));
	cr_expect_eq(top->total.previous_packets, count_truth(w, &w->question.versus, DIMENSION_NONE, "", takes));
	for (size_t i = 0; i < top->count && i < 10; i++) {
		const struct measure *m = &top->rows[i].m;
		const char *key = top->rows[i].key;

		cr_expect_eq(m->packets, count_sources(w, &w->question.period, d, key, takes, &sources), "%s", key);
		cr_expect_eq(m->sources, sources, "%s", key);
		cr_expect_eq(m->previous_packets, count_truth(w, &w->question.versus, d, key, takes), "%s", key);
		cr_expect_float_eq(m->rate, (double)m->packets / top->rows[i].exposure, 1e-12);
	}
	w->question.where = NULL;
}

Test(detections, are_counted_by_all_that_they_have)
{
	static const enum dimension all[] = {DIMENSION_service, DIMENSION_country, DIMENSION_asn, DIMENSION_source,
		DIMENSION_network, DIMENSION_sensor, DIMENSION_sport, DIMENSION_hour, DIMENSION_signature,
		DIMENSION_category, DIMENSION_NONE};
	struct world *w = world_make();

	if (!w)
		return;
	check_top(w, DIMENSION_category, NULL, takes_all);
	check_top(w, DIMENSION_signature, NULL, takes_all);
	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		check_top(w, all[i], "category in (worm, Scan, \"UDP spam\")", takes_all);
		check_top(w, all[i], "signature = 3:469 and country = JP", takes_popups);
	}
	world_done(w);
}

Test(detections, have_daily_series_and_crosses)
{
	struct world *w = world_make();
	AUTO(trend_free) struct trend *trend = NULL;
	AUTO(cross_free) struct cross *cross = NULL;
	struct err e = {0};

	if (!w)
		return;
	w->question.dimension = DIMENSION_category;
	cr_assert_eq(analysis_trend(&w->analysis, &w->question, &trend, &e), 0, "%s", e.text);
	cr_assert_eq(trend->count, 3);
	cr_assert_eq(trend->points, 31);
	for (size_t i = 0; i < trend->points; i++) {
		const struct point *p = &trend->total.points[i];
		struct period day = w->question.period;

		day.from_s = p->from_s;
		day.to_s = p->to_s;
		cr_expect_eq(p->packets, count_truth(w, &day, DIMENSION_NONE, "", takes_all));
		cr_expect_eq(trend->series[0].points[i].packets,
			count_truth(w, &day, DIMENSION_category, trend->series[0].key, takes_all));
	}
	w->question.interval_s = 900; /* seconds have to be read */
	AUTO(trend_free) struct trend *quarters = NULL;
	cr_assert_eq(analysis_trend(&w->analysis, &w->question, &quarters, &e), 0, "%s", e.text);
	cr_expect_eq(quarters->total.packets, trend->total.packets);
	w->question.dimension = DIMENSION_country;
	w->question.dimension2 = DIMENSION_signature;
	cr_assert_eq(analysis_cross(&w->analysis, &w->question, &cross, &e), 0, "%s", e.text);
	cr_expect_eq(cross->packets, trend->total.packets);
	cr_assert_eq(cross->columns, 3);
	world_done(w);
}

static void expect_refused(struct world *w, enum dimension d, enum dimension d2, const char *where, const char *names)
{
	AUTO(expr_free) struct expr *x = NULL;
	struct top *top = NULL;
	struct trend *trend = NULL;
	struct cross *cross = NULL;
	struct err e = {0}, e2 = {0}, e3 = {0};
	char both[80];

	snprintf(both, sizeof(both), "%s cannot be asked together", names);
	cr_assert_eq(expr_parse(where, &x, &e), 0, "%s", e.text);
	w->question.dimension = d;
	w->question.dimension2 = d2;
	w->question.where = x;
	if (d2 == DIMENSION_NONE) {
		cr_expect_eq(analysis_top(&w->analysis, &w->question, &top, &e), -EINVAL);
		cr_expect(strstr(e.text, both), "%s", e.text);
		cr_expect_eq(analysis_trend(&w->analysis, &w->question, &trend, &e2), -EINVAL);
	} else {
		cr_expect_eq(analysis_cross(&w->analysis, &w->question, &cross, &e3), -EINVAL);
		cr_expect(strstr(e3.text, both), "%s", e3.text);
	}
}

Test(detections, what_they_do_not_have_is_refused_by_name)
{
	struct world *w = world_make();

	if (!w)
		return;
	expect_refused(w, DIMENSION_category, DIMENSION_NONE, "ttl <= 64", "category and ttl");
	expect_refused(w, DIMENSION_tool, DIMENSION_NONE, "country = JP and not signature = 2003", "signature and tool");
	expect_refused(w, DIMENSION_service, DIMENSION_NONE, "category = Worm or (class = scan)", "category and class");
	expect_refused(w, DIMENSION_payload, DIMENSION_signature, NULL, "signature and payload");
	world_done(w);
}

Test(detections, are_of_no_access_by_itself)
{
	AUTO(expr_free) struct expr *of_detections = NULL;
	AUTO(expr_free) struct expr *of_accesses = NULL;
	struct err e = {0};

	cr_assert_eq(expr_parse("ttl = 1 or not (hour = 1 and category = DNS)", &of_detections, &e), 0);
	cr_assert_eq(expr_parse("ttl = 1 or not (hour = 1 and sport = 6000)", &of_accesses, &e), 0);
	cr_expect_eq(expr_check_accesses(of_accesses, &e), 0);
	cr_expect_eq(expr_check_accesses(NULL, &e), 0);
	cr_expect_eq(expr_check_accesses(of_detections, &e), -EINVAL);
	cr_expect(strstr(e.text, "category is known of detections"), "%s", e.text);
}

static void expect_read_as(const char *text, const char *printed)
{
	AUTO(expr_free) struct expr *x = NULL;
	AUTO(buf_done) struct buf out = {0};
	struct err e = {0};

	if (!printed) {
		cr_expect_eq(expr_parse(text, &x, &e), -EINVAL, "%s", text);
		return;
	}
	cr_assert_eq(expr_parse(text, &x, &e), 0, "%s: %s", text, e.text);
	expr_print(x, &out);
	cr_expect_str_eq(buf_str(&out), printed);
}

Test(detections, signatures_are_numbers_and_categories_are_names)
{
	expect_read_as("signature = 2003", "signature = 2003");
	expect_read_as("sid = 1", NULL);
	expect_read_as("signature in (1:2003, 3:469, 0:1)", "signature in (0:1, 2003, 3:469)");
	expect_read_as("signature = 4294967295:4294967295", "signature = 4294967295:4294967295");
	expect_read_as("signature = 4294967296", NULL);
	expect_read_as("signature = 1:", NULL);
	expect_read_as("signature = :1", NULL);
	expect_read_as("signature = Slammer", NULL);
	expect_read_as("signature > 5", NULL);
	expect_read_as("category = 'udp SPAM'", "category = \"UDP spam\"");
	expect_read_as("category in (DoS, worm)", "category in (Worm, DoS)");
	expect_read_as("category = 1", NULL);
}

Test(detections, signatures_have_the_message_of_their_highest_revision)
{
	struct world *w = world_make();
	AUTO(signatures_done) struct signatures s = {0};
	struct err e = {0};

	if (!w)
		return;
	cr_assert_eq(store_execute(w->trial.store,
			     "INSERT INTO detection (day, time, gid, sid, rev, message) VALUES (1, 1, 1, 2003, 7, 'old')",
			     NULL, 0, &e),
		0, "%s", e.text);
	cr_assert_eq(signatures_load(&w->analysis, &s, &e), 0, "%s", e.text);
	cr_assert_eq(s.count, 3u);
	cr_expect_str_eq(signatures_message(&s, "2003"), "SQL Slammer");
	cr_expect_str_eq(signatures_message(&s, "469"), "a sweep");
	cr_expect_str_eq(signatures_message(&s, "3:469"), "it's \"popup\" spam");
	cr_expect_null(signatures_message(&s, "470"));
	cr_expect_null(signatures_message(NULL, "2003"));
	world_done(w);
}
