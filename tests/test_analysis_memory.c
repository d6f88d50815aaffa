/* Questions to an engine that may not use the memory that they want: the answers are right all the
 * same, or say that they are estimated. */
#include "analysis/analysis.h"
#include "analysis_make.h"

#include <math.h>

enum { SOURCES = 500000, EACH_IN = 2 };

struct world {
	struct trial trial;
	struct plant plant;
	struct store *narrow; /* the same store, whose questions may use less */
	struct analysis analysis;
	struct question question;
};

/* Half a million sources in as many networks, every tenth an IPv6 one; two accesses of each, to
 * 23/TCP and one of eight others. */
static struct access *make_accesses(int64_t from_s)
{
	struct access *list = calloc(SOURCES * EACH_IN, sizeof(*list));

	cr_assert(list);
	for (uint32_t i = 0; i < SOURCES * EACH_IN; i++) {
		uint32_t source = i / EACH_IN;
		struct access *a = &list[i];

		a->ts_ns = (from_s + i % 86400) * 1000000000;
		a->src = addr_from_v4(0x0b000001 + source * 256);
		if (source % 10 == 0) {
			a->src = (struct addr){{0x20, 0x01, 0x0d, 0xb8}};
			memcpy(a->src.b + 4, &source, sizeof(source));
		}
		a->dst = addr_from_v4(0xc6330000);
		a->service = i % EACH_IN ? make_service("23/TCP") : source % 8 + 6 * 65536;
		a->length = 40;
		memcpy(a->country, source % 3 ? "JP" : "CN", 2);
	}
	return list;
}

/* Questions to w->narrow may use six tenths of that. */
static bool world_make(struct world *w, uint64_t narrow_mib)
{
	char program[PATH_MAX];
	struct err e = {0};

	*w = (struct world){0};
	cr_assert_eq(zone_use("Asia/Tokyo", &e), 0, "%s", e.text);
	if (!trial_open(&w->trial))
		return false;
	make_plant(&w->plant, 1);
	cr_assert_eq(period_parse("2009-07-05", 0, &w->question.period, &e), 0, "%s", e.text);
	w->question.versus = period_before(&w->question.period);
	w->question.dimension2 = DIMENSION_NONE;
	w->question.interval_s = 86400;
	w->question.limit = SIZE_MAX;
	struct access *accesses = make_accesses(w->question.period.from_s);
	trial_insert(&w->trial, &w->plant, accesses, SOURCES * EACH_IN, '1', true);
	free(accesses);
	snprintf(program, sizeof(program), "%s/teiten-engine", getenv("TEITEN_BIN"));
	struct store_options options = {.where = w->trial.folder,
		.engine_program = program,
		.engine_library = "not started",
		.engine_mib = narrow_mib};
	cr_assert_eq(store_open(&options, &w->narrow, &e), 0, "%s", e.text);
	w->analysis = (struct analysis){w->narrow, &w->plant, INT64_C(4000000000)};
	return true;
}

static void world_done(struct world *w)
{
	store_close(w->narrow);
	plant_done(&w->plant);
	trial_done(&w->trial);
}

static bool is_near(uint64_t estimated, double right)
{
	return fabs((double)estimated - right) < 0.05 * right;
}

Test(memory, sources_that_do_not_fit_are_estimated_and_say_so)
{
	struct world w;
	struct err e = {0};

	if (!world_make(&w, 30))
		return;
	AUTO(top_free) struct top *top = NULL;
	AUTO(trend_free) struct trend *trend = NULL;
	AUTO(cross_free) struct cross *cross = NULL;
	w.question.dimension = DIMENSION_service;
	cr_assert_eq(analysis_top(&w.analysis, &w.question, &top, &e), 0, "%s", e.text);
	cr_expect(top->approximate.sketched);
	cr_expect_eq(top->total.packets, SOURCES * EACH_IN);
	cr_expect_eq(top->total.sources, SOURCES, "%lu", top->total.sources); /* of a smaller table: it fits */
	cr_expect_str_eq(top->rows[0].key, "23/TCP");
	cr_expect_eq(top->rows[0].m.packets, SOURCES);
	cr_expect(is_near(top->rows[0].m.sources, SOURCES), "%lu", top->rows[0].m.sources);
	cr_expect_neq(top->rows[0].m.sources, SOURCES);
	cr_assert_eq(analysis_trend(&w.analysis, &w.question, &trend, &e), 0, "%s", e.text);
	cr_expect(trend->approximate.sketched);
	cr_expect_eq(trend->total.points[0].packets, SOURCES * EACH_IN);
	cr_expect(is_near(trend->total.points[0].sources, SOURCES));
	w.question.dimension2 = DIMENSION_country;
	cr_assert_eq(analysis_cross(&w.analysis, &w.question, &cross, &e), 0, "%s", e.text);
	cr_expect(cross->approximate.sketched);
	cr_expect_str_eq(cross->column_keys[0], "JP");
	cr_expect_eq(cross->cells[0].packets, SOURCES * 2 / 3);
	cr_expect(is_near(cross->cells[0].sources, SOURCES * 2.0 / 3));
	world_done(&w);
}

Test(memory, exact_where_it_fits)
{
	struct world w;
	struct err e = {0};

	if (!world_make(&w, 30))
		return;
	AUTO(top_free) struct top *top = NULL;
	w.analysis.store = w.trial.store;
	w.question.dimension = DIMENSION_service;
	cr_assert_eq(analysis_top(&w.analysis, &w.question, &top, &e), 0, "%s", e.text);
	cr_expect_not(top->approximate.sketched);
	cr_expect_eq(top->total.sources, SOURCES);
	cr_expect_eq(top->rows[0].m.sources, SOURCES);
	world_done(&w);
}

Test(memory, more_keys_than_fit_are_counted_in_parts)
{
	struct world w;
	struct err e = {0};

	if (!world_make(&w, 30))
		return;
	AUTO(top_free) struct top *top = NULL;
	w.question.dimension = DIMENSION_network;
	w.question.unread = UNREAD_TOTAL;
	cr_assert_eq(analysis_top(&w.analysis, &w.question, &top, &e), 0, "%s", e.text);
	cr_expect_not(top->approximate.sketched);
	cr_assert_eq(top->keys, SOURCES);
	for (size_t i = 0; i < top->count; i++) {
		const struct measure *m = &top->rows[i].m;

		cr_assert(m->packets == EACH_IN && m->sources == 1 && m->rank == i + 1,
			"%s: %lu accesses, %lu sources, rank %u", top->rows[i].key, m->packets,
			m->sources, m->rank);
	}
	world_done(&w);
}

Test(memory, more_sources_than_fit_are_ranked_through_the_disk)
{
	struct world w;
	struct err e = {0};

	if (!world_make(&w, 85))
		return;
	AUTO(top_free) struct top *top = NULL;
	w.question.dimension = DIMENSION_source;
	w.question.limit = 3;
	cr_assert_eq(analysis_top(&w.analysis, &w.question, &top, &e), 0, "%s", e.text);
	cr_expect_not(top->approximate.sketched);
	cr_expect_eq(top->keys, SOURCES);
	cr_expect_eq(top->total.sources, SOURCES);
	cr_expect_str_eq(top->rows[0].key, "11.0.1.1");
	cr_expect_eq(top->rows[2].m.rank, 3);
	world_done(&w);
}
