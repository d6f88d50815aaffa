#include "analysis/top_make.h"

#include <errno.h>
#include <math.h>

#include "analysis/approximate.h"
#include "analysis/incomplete.h"
#include "analysis/rank.h"

/* All countries are fewer. */
enum { FEW_KEYS = 300 };

/* Dimension sensor: each key has the exposure of its own sensor; 0 for one that the plant does not
 * know. */
static int sensor_exposures(const struct plant *plant, const struct question *q,
	const struct observed *o, const struct counts *c, double **ret, struct err *e)
{
	double *each = calloc(2 * c->count + 1, sizeof(*each));

	if (!each)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	for (size_t i = 0; i < c->count; i++) {
		int sensor = plant_named(plant, c->rows[i].key.text);
		if (sensor < 0)
			continue;
		each[i] = observed_ip_days(o, q->period.from_s, q->period.to_s, sensor);
		each[c->count + i] = observed_ip_days(o, q->versus.from_s, q->versus.to_s, sensor);
	}
	*ret = each;
	return 0;
}

/* Exposures for rates of the keys; release each. */
static int exposures_of(const struct top *t, const struct plant *plant, const struct observed *o,
	const struct counts *c, struct exposures *ret, double **each, struct err *e)
{
	*ret = (struct exposures){t->exposure, t->versus_exposure, NULL, NULL};
	if (c->dimension != DIMENSION_sensor)
		return 0;
	int r = sensor_exposures(plant, &t->question, o, c, each, e);
	ret->each_now = *each;
	ret->each_before = *each ? *each + c->count : NULL;
	return r;
}

static int no_memory(struct err *e)
{
	return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
}

/* Moves the first `count` keys of the order to the front and forgets the others. */
static int keep_first(struct counts *c, const uint32_t *order, size_t count, struct err *e)
{
	AUTO(free) struct counted *rows = calloc(count + 1, sizeof(*rows));
	AUTO(free) bool *kept = calloc(c->count + 1, sizeof(*kept));

	if (!rows || !kept)
		return no_memory(e);
	for (size_t i = 0; i < count; i++) {
		rows[i] = c->rows[order[i]];
		kept[order[i]] = true;
	}
	for (size_t i = 0; c->dimension != DIMENSION_NONE && i < c->count; i++)
		if (!kept[i])
			value_done((enum subject)c->dimension, &c->rows[i].key);
	free(c->rows);
	c->rows = TAKE(rows);
	c->count = count;
	return 0;
}

/* Ranks all keys; then c and *ret_ranks are those of the answer, in its order. */
static int rank_all(struct top *t, const struct plant *plant, const struct observed *o,
	struct counts *c, struct ranks **ret_ranks, struct err *e)
{
	size_t count = c->count < t->question.limit ? c->count : t->question.limit;
	AUTO(free) struct ranks *all = calloc(c->count + 1, sizeof(*all));
	AUTO(free) struct ranks *ranks = calloc(count + 1, sizeof(*ranks));
	AUTO(free) uint32_t *order = calloc(c->count + 1, sizeof(*order));
	AUTO(free) double *each = NULL;
	struct exposures x;
	int r;

	if (!all || !ranks || !order)
		return no_memory(e);
	if ((r = exposures_of(t, plant, o, c, &x, &each, e)) < 0 ||
		(r = rank_keys(c, &x, all, order, e)) < 0)
		return r;
	t->keys = c->count;
	for (size_t i = 0; i < count; i++)
		ranks[i] = all[order[i]];
	r = keep_first(c, order, count, e);
	if (r == 0)
		*ret_ranks = TAKE(ranks);
	return r;
}

static int make_row(struct top_row *row, const struct counts *c, size_t key,
	const struct exposures *x, const struct ranks *ranks, struct err *e)
{
	row->key = key_text(c->dimension, &c->rows[key].key);
	if (!row->key)
		return no_memory(e);
	row->exposure = x->each_now ? x->each_now[key] : x->now;
	row->versus_exposure = x->each_before ? x->each_before[key] : x->before;
	row->m = measure_of(&c->rows[key], row->exposure, row->versus_exposure);
	row->m.rank = ranks[key].now;
	row->m.previous_rank = ranks[key].before;
	row->m.rise_rank = ranks[key].rise;
	row->m.fall_rank = ranks[key].fall;
	return 0;
}

static int make_rows(struct top *t, const struct plant *plant, const struct observed *o,
	const struct counts *c, const struct ranks *ranks, struct err *e)
{
	AUTO(free) double *each = NULL;
	struct exposures x;
	int r = exposures_of(t, plant, o, c, &x, &each, e);

	if (r < 0)
		return r;
	t->rows = calloc(c->count + 1, sizeof(*t->rows));
	if (!t->rows)
		return no_memory(e);
	for (; t->count < c->count; t->count++) {
		r = make_row(&t->rows[t->count], c, t->count, &x, ranks, e);
		if (r < 0)
			return r;
	}
	return 0;
}

int top_fill(struct top *t, const struct plant *plant, const struct observed *o, struct counts *c,
	struct err *e)
{
	AUTO(free) struct ranks *ranks = NULL;
	int r = rank_all(t, plant, o, c, &ranks, e);

	return r < 0 ? r : make_rows(t, plant, o, c, ranks, e);
}

/* --- sources --- */

static void set_total_sources(struct top *t, const struct counted *all)
{
	t->total.sources = all->sources;
	t->total.previous_sources = all->previous_sources;
}

/* Of everything together. */
static int ask_total_sources(
	const struct analysis *a, const struct question *q, struct top *t, struct err *e)
{
	struct counted all = {0};
	struct counts one = {DIMENSION_NONE, &all, 1};
	int r = count_key_sources(
		a, q, question_reads(q, UNREAD_PREVIOUS), &one, NULL, &t->approximate.sketched, e);

	set_total_sources(t, &all);
	return r;
}

/* Of everything and of all keys in one question. */
static int ask_all_sources(const struct analysis *a, const struct question *q, struct top *t,
	struct counts *c, struct err *e)
{
	struct counted all = {0};
	int r = count_key_sources(
		a, q, question_reads(q, UNREAD_PREVIOUS), c, &all, &t->approximate.sketched, e);

	set_total_sources(t, &all);
	return r;
}

static bool is_within(uint32_t rank, uint32_t limit)
{
	return rank > 0 && rank <= limit;
}

static bool is_chosen(const struct ranks *r, uint32_t limit)
{
	return limit == 0 || is_within(r->now, limit) || is_within(r->rise, limit) ||
	       is_within(r->fall, limit);
}

/* Of the keys of the answer, as far as their ranks are asked for. */
static int ask_row_sources(const struct analysis *a, const struct question *q, struct top *t,
	struct counts *c, const struct ranks *ranks, struct err *e)
{
	AUTO(free) struct counted *rows = calloc(c->count + 1, sizeof(*rows));
	struct counts chosen = {c->dimension, rows, 0}; /* the keys are those of c */

	if (!rows)
		return no_memory(e);
	for (size_t i = 0; i < c->count; i++)
		if (is_chosen(&ranks[i], q->source_ranks))
			rows[chosen.count++] = c->rows[i];
	int r = count_key_sources(a, q, question_reads(q, UNREAD_PREVIOUS), &chosen, NULL,
		&t->approximate.sketched, e);
	for (size_t i = 0, from = 0; i < c->count; i++)
		if (is_chosen(&ranks[i], q->source_ranks))
			c->rows[i] = rows[from++];
	return r;
}

/* A source's own number is no sum; "all" has no keys to add up, and what a smaller table knows is asked of that. */
static bool asks_all_at_once(const struct analysis *a, const struct question *q, const struct top *t)
{
	return question_reads(q, UNREAD_TOTAL) && question_reads(q, UNREAD_KEYS) &&
	       q->dimension != DIMENSION_source && q->dimension != DIMENSION_NONE &&
	       t->keys <= FEW_KEYS && q->source_ranks == 0 && total_has_same_table(a, q);
}

/* top_many() has counted the sources where they are the keys. */
static bool knows_total_sources(const struct question *q)
{
	return top_is_many(q) && q->dimension == DIMENSION_source;
}

static int ask_sources(const struct analysis *a, const struct question *q, struct top *t,
	struct counts *c, const struct ranks *ranks, struct err *e)
{
	int r = 0;

	if (can_count_verdicts(q)) /* they came with their sources */
		return 0;
	if (!question_reads(q, UNREAD_TOTAL))
		set_total_sources(t, &(struct counted){0});
	if (asks_all_at_once(a, q, t))
		return ask_all_sources(a, q, t, c, e);
	if (question_reads(q, UNREAD_TOTAL) && !knows_total_sources(q))
		r = ask_total_sources(a, q, t, e);
	if (r == 0 && question_reads(q, UNREAD_KEYS))
		r = ask_row_sources(a, q, t, c, ranks, e);
	return r;
}

/* --- the whole --- */

static int ask_ranks(const struct analysis *a, const struct question *q, const struct observed *o,
	struct top *t, struct counts *c, struct ranks **ret_ranks, struct err *e)
{
	struct count_want packets = {.dimension = q->dimension, .versus = true};
	struct counted total = {0};
	int r = can_count_verdicts(q) ? count_verdicts(a, q, c, &total, e) : count_keys(a, q, &packets, c, e);

	if (r == 0 && !can_count_verdicts(q))
		r = count_all(a, q, c, true, &total, e);
	if (r < 0)
		return r;
	t->total = measure_of(&total, t->exposure, t->versus_exposure);
	set_total_sources(t, &total);
	return rank_all(t, a->plant, o, c, ret_ranks, e);
}

static int ask_rows(const struct analysis *a, const struct question *q, const struct observed *o,
	struct top *t, struct err *e)
{
	AUTO(counts_done) struct counts c = {0};
	AUTO(free) struct ranks *ranks = NULL;
	int r;

	r = top_is_many(q) ? top_many(a, q, t, &c, &ranks, e)
			   : ask_ranks(a, q, o, t, &c, &ranks, e);
	if (r < 0 || (r = ask_sources(a, q, t, &c, ranks, e)) < 0)
		return r;
	return make_rows(t, a->plant, o, &c, ranks, e);
}

int analysis_top(
	const struct analysis *a, const struct question *question, struct top **ret, struct err *e)
{
	struct question asked;
	const struct question *q = &asked;
	AUTO(observed_done) struct observed o = {0};
	AUTO(top_free) struct top *t = calloc(1, sizeof(*t));
	int r;

	if (!t)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	if ((r = ask_check(question, &asked, e)) < 0)
		return r;
	t->question = asked;
	t->question.where = NULL;
	if ((r = observed_load(a, q->where, &o, e)) < 0)
		return r;
	t->exposure = observed_ip_days(&o, q->period.from_s, q->period.to_s, -1);
	t->versus_exposure = observed_ip_days(&o, q->versus.from_s, q->versus.to_s, -1);
	if ((r = ask_rows(a, q, &o, t, e)) < 0 ||
		(r = incomplete_find(a, &q->period, &q->versus, &t->incomplete, e)) < 0 ||
		(r = approximate_find(a, q, true, &t->approximate, e)) < 0)
		return r;
	*ret = TAKE(t);
	return 0;
}

void top_free(struct top *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->count; i++)
		free(t->rows[i].key);
	free(t->rows);
	incomplete_done(&t->incomplete);
	free(t);
}
