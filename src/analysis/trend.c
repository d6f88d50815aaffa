#include <errno.h>
#include <inttypes.h>
#include <math.h>

#include "analysis/buckets.h"
#include "analysis/approximate.h"
#include "analysis/exposure.h"
#include "analysis/incomplete.h"
#include "analysis/lookup.h"
#include "analysis/sql.h"
#include "base/zone.h"

/* All points of an answer: 48 bytes each. */
enum { POINTS_MAX = 20000000 };

/* Local days whose starts fit into one parameter (128 KiB); no local day is longer than 48 hours.
 */
enum { DAYS_MAX = 11000, DAY_S = 86400, LONGEST_DAY_S = 2 * DAY_S };

enum { COLUMN_KEY, COLUMN_START, COLUMN_PACKETS, COLUMN_SOURCES };

static bool are_equal_days(int32_t first, int32_t last)
{
	for (int32_t day = first; day <= last; day++)
		if (day_start(day + 1) - day_start(day) != DAY_S)
			return false;
	return day_start(first) >= 0;
}

/* The starts of the local days are bound, because no rule of SQL knows each zone's; the first one
 * is enough when all have 24 hours and the steps divide them. */
static int bind_steps(struct ask *ask, const struct question *q, struct err *e)
{
	AUTO(buf_done) struct buf array = {0};
	int32_t first = day_of(q->period.from_s), last = day_of(q->period.to_s - 1);

	if (last - first >= DAYS_MAX)
		return err_set(e, E2BIG,
			TR("more than %d days at once", "一度に扱えるのは %d 日までです"),
			DAYS_MAX);
	bool one = DAY_S % q->interval_s == 0 && are_equal_days(first, last);
	for (int32_t day = first; day <= (one ? first : last); day++) {
		int64_t at = day_start(day);
		buf_printf(&array, "%s%" PRId64, day > first ? "," : "[",
			at < 0		  ? 0
			: at > UINT32_MAX ? UINT32_MAX
					  : at);
	}
	buf_char(&array, ']');
	ask->sql.failed |= array.failed;
	sql_bind(&ask->sql, "days", buf_str(&array));
	sql_bind_u64(&ask->sql, "step",
		q->interval_s == DAY_S && !one ? LONGEST_DAY_S : (uint64_t)q->interval_s);
	return 0;
}

/* What is asked of the points: of these keys, and how their sources are counted. */
struct points_want {
	const struct buckets *buckets;
	const struct counts *keys;
	bool sources;
};

static int run_trend(const struct analysis *a, const struct question *q,
	const struct points_want *want, bool again, bool *are_days, struct result *ret,
	struct err *e)
{
	const struct counts *keys = want->keys;
	AUTO(ask_done) struct ask ask;
	AUTO(buf_done) struct buf chosen = {0};
	AUTO(buf_done) struct buf sources = {0};

	ask_begin(&ask, a, q,
		(struct ask_for){key_columns(keys->dimension), want->sources, false,
			want->buckets->are_days ? UNIT_DAY : UNIT_QUARTER});
	int r = ask.table->unit == UNIT_DAY ? 0 : bind_steps(&ask, q, e);
	if (r < 0)
		return r;
	ask_chosen(&ask, "keys", keys, &chosen);
	source_count_sql(source_count_of(want->sources, again, keys->dimension, DIMENSION_NONE),
		"1", &sources);
	ask.sql.failed |= sources.failed;
	const struct marker markers[] = {
		ASK_MARKERS(ask),
		{"key", key_sql(keys->dimension)},
		{"table", ask.table->name},
		{"start", ask.table->start},
		{"now", ask.table->within},
		{"before", "0"},
		{"where", buf_str(&ask.where)},
		{"chosen", buf_str(&chosen)},
		{"sources", buf_str(&sources)},
	};
	sql_fill(&ask.sql, sql_trend, markers, ARRAY_SIZE(markers));
	*are_days = ask.table->unit == UNIT_DAY;
	return sql_run(a->store, &ask.sql, again, ret, e);
}

/* Again where it did not fit into the engine's memory: groups may go to disk, sources are
 * estimated. */
static int run_as_fits(const struct analysis *a, const struct question *q,
	const struct points_want *want, bool *are_days, struct result *ret, bool *sketched,
	struct err *e)
{
	struct err first = {0};
	int r = run_trend(a, q, want, false, are_days, ret, &first);

	if (r != -ENOMEM)
		return r < 0 ? err_set(e, -r, "%s", first.text) : r;
	if (want->sources)
		*sketched = true;
	return run_trend(a, q, want, true, are_days, ret, e);
}

static int take_points(const struct result *r, const struct buckets *b, const struct lookup *l,
	bool are_days, struct series *series, struct err *e)
{
	for (size_t i = 0; i < r->rows; i++) {
		int64_t start = (int64_t)result_u64(r, i, COLUMN_START);
		int64_t start_s = are_days ? day_start((int32_t)start) : start;
		/* a period may begin within an interval */
		int64_t bucket = buckets_find(b, start_s > b->bounds[0] ? start_s : b->bounds[0]);
		int64_t key;
		int error = lookup_find(l, result_cell(r, i, COLUMN_KEY), &key, e);

		if (error < 0)
			return error;
		if (key < 0 || bucket < 0)
			continue;
		series[key].points[bucket].packets += result_u64(r, i, COLUMN_PACKETS);
		series[key].points[bucket].sources += result_u64(r, i, COLUMN_SOURCES);
	}
	return 0;
}

/* Fills the packets and sources of all series of the keys. */
static int ask_points(const struct analysis *a, const struct question *q,
	const struct points_want *want, struct series *series, bool *sketched, struct err *e)
{
	AUTO(result_done) struct result r = {0};
	AUTO(lookup_done) struct lookup l = {0};
	bool are_days = false;
	int error = lookup_make(want->keys, &l, e);

	if (error == 0 && want->keys->count > 0)
		error = run_as_fits(a, q, want, &are_days, &r, sketched, e);
	if (error < 0 || want->keys->count == 0)
		return error;
	return take_points(&r, want->buckets, &l, are_days, series, e);
}

static int make_series(struct series *s, enum dimension d, const struct counted *c,
	const struct buckets *b, const struct observed *o, int sensor, struct err *e)
{
	s->key = key_text(d, &c->key);
	s->points = calloc(b->count + 1, sizeof(*s->points));
	if (!s->key || !s->points)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	s->packets = c->packets;
	s->sources = c->sources;
	for (size_t i = 0; i < b->count; i++) {
		s->points[i].from_s = b->bounds[i];
		s->points[i].to_s = b->bounds[i + 1];
		s->points[i].exposure = observed_ip_days(o, b->bounds[i], b->bounds[i + 1], sensor);
	}
	return 0;
}

static void set_rates(struct series *s, size_t points)
{
	for (size_t i = 0; i < points; i++) {
		struct point *p = &s->points[i];

		p->rate = p->exposure > 0 ? (double)p->packets / p->exposure : (double)NAN;
	}
}

/* Every point of every series with its exposure; a key of dimension sensor has its own sensor's. */
static int make_all_series(const struct analysis *a, struct trend *t, const struct counts *keys,
	const struct buckets *b, const struct observed *o, struct err *e)
{
	t->series = calloc(keys->count + 1, sizeof(*t->series));
	if (!t->series)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	for (; t->count < keys->count; t->count++) {
		const struct counted *c = &keys->rows[t->count];
		int sensor = keys->dimension == DIMENSION_sensor
				     ? plant_named(a->plant, c->key.text)
				     : -1;
		int r = make_series(&t->series[t->count], keys->dimension, c, b, o, sensor, e);

		if (r < 0) {
			t->count++; /* what was made of it is released with the others */
			return r;
		}
	}
	return 0;
}

static int ask_total(const struct analysis *a, const struct question *q, struct trend *t,
	const struct buckets *b, const struct observed *o, struct err *e)
{
	struct counted all = {0};
	struct counts one = {DIMENSION_NONE, &all, 1};
	struct points_want want = {b, &one, question_reads(q, UNREAD_TOTAL_POINTS)};
	bool *sketched = &t->approximate.sketched;
	int r = 0;

	if (question_reads(q, UNREAD_TOTAL))
		r = count_key_sources(a, q, false, &one, NULL, sketched, e);
	if (r == 0)
		r = make_series(&t->total, DIMENSION_NONE, &all, b, o, -1, e);
	if (r == 0)
		r = ask_points(a, q, &want, &t->total, sketched, e);
	if (r < 0)
		return r;
	for (size_t i = 0; i < b->count; i++)
		t->total.packets += t->total.points[i].packets;
	set_rates(&t->total, b->count);
	return 0;
}

static int ask_series(const struct analysis *a, const struct question *q, struct trend *t,
	const struct buckets *b, const struct observed *o, struct err *e)
{
	AUTO(counts_done) struct counts c = {0};
	struct count_want packets = {.dimension = q->dimension};
	struct points_want want = {b, &c, question_reads(q, UNREAD_KEY_POINTS)};
	bool *sketched = &t->approximate.sketched;
	int r = q->dimension == DIMENSION_NONE ? 0 : count_keys(a, q, &packets, &c, e);

	if (r < 0 || q->dimension == DIMENSION_NONE)
		return r;
	counts_keep_largest(&c, q->limit);
	if (c.count > POINTS_MAX / (b->count + 1))
		return err_set(e, E2BIG,
			TR("more than %d points: ask for fewer keys or a longer interval",
				"点の数が %d を超えています: --limit "
				"を小さくするか間隔を長くしてください"),
			POINTS_MAX);
	if (question_reads(q, UNREAD_KEYS))
		r = count_key_sources(a, q, false, &c, NULL, sketched, e);
	if (r == 0)
		r = make_all_series(a, t, &c, b, o, e);
	if (r == 0)
		r = ask_points(a, q, &want, t->series, sketched, e);
	for (size_t i = 0; r == 0 && i < t->count; i++)
		set_rates(&t->series[i], b->count);
	return r;
}

int analysis_trend(
	const struct analysis *a, const struct question *question, struct trend **ret, struct err *e)
{
	struct question asked;
	const struct question *q = &asked;
	AUTO(buckets_done) struct buckets b = {0};
	AUTO(observed_done) struct observed o = {0};
	AUTO(trend_free) struct trend *t = calloc(1, sizeof(*t));
	int r;

	if (!t)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	if ((r = ask_check(question, &asked, e)) < 0)
		return r;
	t->question = asked;
	t->question.where = NULL;
	if ((r = buckets_make(&q->period, q->interval_s, &b, e)) < 0 ||
		(r = observed_load(a, q->where, &o, e)) < 0)
		return r;
	t->points = b.count;
	t->exposure = observed_ip_days(&o, q->period.from_s, q->period.to_s, -1);
	if ((r = ask_total(a, q, t, &b, &o, e)) < 0 || (r = ask_series(a, q, t, &b, &o, e)) < 0 ||
		(r = incomplete_find(a, &q->period, NULL, &t->incomplete, e)) < 0 ||
		(r = approximate_find(a, q, false, &t->approximate, e)) < 0)
		return r;
	*ret = TAKE(t);
	return 0;
}

void trend_free(struct trend *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->count; i++) {
		free(t->series[i].key);
		free(t->series[i].points);
	}
	free(t->series);
	free(t->total.key);
	free(t->total.points);
	incomplete_done(&t->incomplete);
	free(t);
}
