#include "analysis/top_make.h"

#include <errno.h>
#include <math.h>

#include "analysis/approximate.h"
#include "analysis/incomplete.h"
#include "analysis/rank.h"

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

static int make_row(struct top_row *row, const struct counts *c, size_t key,
	const struct exposures *x, const struct ranks *ranks, struct err *e)
{
	row->key = key_text(c->dimension, &c->rows[key].key);
	if (!row->key)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	row->exposure = x->each_now ? x->each_now[key] : x->now;
	row->versus_exposure = x->each_before ? x->each_before[key] : x->before;
	row->m = measure_of(&c->rows[key], row->exposure, row->versus_exposure);
	row->m.rank = ranks[key].now;
	row->m.previous_rank = ranks[key].before;
	row->m.rise_rank = ranks[key].rise;
	row->m.fall_rank = ranks[key].fall;
	return 0;
}

static int make_rows(
	struct top *t, const struct counts *c, const struct exposures *x, struct err *e)
{
	size_t count = c->count < t->question.limit ? c->count : t->question.limit;
	AUTO(free) struct ranks *ranks = calloc(c->count + 1, sizeof(*ranks));
	AUTO(free) uint32_t *order = calloc(c->count + 1, sizeof(*order));

	t->rows = calloc(count + 1, sizeof(*t->rows));
	if (!ranks || !order || !t->rows)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	int r = rank_keys(c, x, ranks, order, e);
	if (r < 0)
		return r;
	t->keys = c->count;
	for (; t->count < count; t->count++) {
		r = make_row(&t->rows[t->count], c, order[t->count], x, ranks, e);
		if (r < 0)
			return r;
	}
	return 0;
}

int top_fill(struct top *t, const struct plant *plant, const struct observed *o,
	const struct counts *c, struct err *e)
{
	AUTO(free) double *each = NULL;
	struct exposures x = {t->exposure, t->versus_exposure, NULL, NULL};
	int r = 0;

	if (c->dimension == DIMENSION_sensor)
		r = sensor_exposures(plant, &t->question, o, c, &each, e);
	if (r < 0)
		return r;
	if (each) {
		x.each_now = each;
		x.each_before = each + c->count;
	}
	return make_rows(t, c, &x, e);
}

static int ask_keys(const struct analysis *a, const struct question *q, const struct observed *o,
	struct top *t, struct err *e)
{
	AUTO(counts_done) struct counts c = {0};
	int r = count_keys(a, q, q->dimension, true, &c, e);

	return r < 0 ? r : top_fill(t, a->plant, o, &c, e);
}

static int ask_total(
	const struct analysis *a, const struct question *q, struct top *t, struct err *e)
{
	AUTO(counts_done) struct counts c = {0};
	int r = count_keys(a, q, DIMENSION_NONE, true, &c, e);

	if (r == 0)
		t->total = measure_of(&c.rows[0], t->exposure, t->versus_exposure);
	return r;
}

int analysis_top(
	const struct analysis *a, const struct question *q, struct top **ret, struct err *e)
{
	AUTO(observed_done) struct observed o = {0};
	AUTO(top_free) struct top *t = calloc(1, sizeof(*t));
	int r;

	if (!t)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	t->question = *q;
	t->question.where = NULL;
	if ((r = observed_load(a, q->where, &o, e)) < 0)
		return r;
	t->exposure = observed_ip_days(&o, q->period.from_s, q->period.to_s, -1);
	t->versus_exposure = observed_ip_days(&o, q->versus.from_s, q->versus.to_s, -1);
	if ((r = ask_total(a, q, t, e)) < 0 || (r = ask_keys(a, q, &o, t, e)) < 0 ||
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
