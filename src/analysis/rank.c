#include "analysis/rank.h"

#include <assert.h>
#include <errno.h>
#include <math.h>

#include "analysis/lookup.h"

/* The difference of two rates in more digits than they have themselves, so that 1.025 - 1.02 is
 * 0.005 and rounds as such. */
static long double rate_of(uint64_t packets, double exposure)
{
	return exposure > 0 ? (long double)packets / (long double)exposure : (long double)NAN;
}

struct measure measure_of(const struct counted *c, double exposure, double versus_exposure)
{
	long double rate = rate_of(c->packets, exposure);
	long double previous = rate_of(c->previous_packets, versus_exposure);

	return (struct measure){
		.packets = c->packets,
		.sources = c->sources,
		.previous_packets = c->previous_packets,
		.previous_sources = c->previous_sources,
		.rate = (double)rate,
		.previous_rate = (double)previous,
		.change = (double)(rate - previous),
		.change_pct =
			previous > 0 ? (double)((rate - previous) / previous * 100) : (double)NAN,
	};
}

/* What is ranked by, larger first; false when there is no such rank. */
static bool merit(enum rank_by by, const struct measure *m, double *ret)
{
	switch (by) {
	case RANK_BY_RATE:
		*ret = m->rate;
		return m->packets > 0;
	case RANK_BY_PREVIOUS_RATE:
		*ret = m->previous_rate;
		return m->previous_packets > 0;
	case RANK_BY_RISE:
		*ret = m->change;
		return m->change > 0;
	case RANK_BY_FALL:
		*ret = -m->change;
		return m->change < 0;
	}
	return false;
}

bool rank_has(enum rank_by by, const struct measure *m)
{
	double ignored;

	return merit(by, m, &ignored);
}

/* What decides about a key's rank. */
struct standing {
	double merit;
	uint64_t packets;
	uint32_t place; /* in the natural order of keys */
};

static struct standing standing_of(enum rank_by by, const struct measure *m, uint32_t place)
{
	struct standing s = {0, by == RANK_BY_PREVIOUS_RATE ? m->previous_packets : m->packets, place};

	merit(by, m, &s.merit);
	return s;
}

/* Accesses without an exposure have no rate: they come after those with one, by their number. */
static int compare_standings(const struct standing *a, const struct standing *b)
{
	if (isnan(a->merit) != isnan(b->merit))
		return isnan(a->merit) ? 1 : -1;
	if (!isnan(a->merit) && a->merit != b->merit)
		return a->merit > b->merit ? -1 : 1;
	if (isnan(a->merit) && a->packets != b->packets)
		return a->packets > b->packets ? -1 : 1;
	return 0;
}

int rank_compare(enum rank_by by, const struct measure *a, const struct measure *b)
{
	struct standing standing_a = standing_of(by, a, 0), standing_b = standing_of(by, b, 0);

	return compare_standings(&standing_a, &standing_b);
}

struct ranking {
	const struct counts *counts;
	const struct exposures *exposures;
	const uint32_t *natural; /* the rows in the natural order of their keys */
	enum rank_by by;
	struct standing *standings; /* room for every key */
};

static struct measure measure_at(const struct ranking *r, uint32_t i)
{
	const struct exposures *x = r->exposures;

	return measure_of(&r->counts->rows[i], x->each_now ? x->each_now[i] : x->now,
		x->each_before ? x->each_before[i] : x->before);
}

static int by_standing(const void *a, const void *b)
{
	const struct standing *x = a, *y = b;
	int order = compare_standings(x, y);

	return order ? order : x->place < y->place ? -1 : 1;
}

/* The keys that have such a rank, best first; returns their number. */
static size_t ranked_keys(const struct ranking *r, uint32_t *order)
{
	size_t count = 0;

	for (uint32_t place = 0; place < r->counts->count; place++) {
		struct measure m = measure_at(r, r->natural[place]);

		if (rank_has(r->by, &m))
			r->standings[count++] = standing_of(r->by, &m, place);
	}
	qsort(r->standings, count, sizeof(*r->standings), by_standing);
	for (size_t i = 0; i < count; i++)
		order[i] = r->natural[r->standings[i].place];
	return count;
}

int rank_keys(const struct counts *c, const struct exposures *x, struct ranks *ret, uint32_t *order,
	struct err *e)
{
	AUTO(free) uint32_t *keys = calloc(c->count + 1, sizeof(*keys));
	AUTO(free) struct standing *standings = calloc(c->count + 1, sizeof(*standings));
	AUTO(lookup_done) struct lookup natural = {0};

	if (!keys || !standings)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	assert(c->count <= COUNT_KEYS_MAX);
	int error = lookup_make(c, &natural, e);
	if (error < 0)
		return error;
	struct ranking r = {c, x, natural.sorted, RANK_BY_RISE, standings};
	for (size_t n = ranked_keys(&r, keys); n > 0; n--)
		ret[keys[n - 1]].rise = (uint32_t)n;
	r.by = RANK_BY_FALL;
	for (size_t n = ranked_keys(&r, keys); n > 0; n--)
		ret[keys[n - 1]].fall = (uint32_t)n;
	r.by = RANK_BY_PREVIOUS_RATE;
	size_t before = ranked_keys(&r, keys);
	for (size_t n = before; n > 0; n--)
		ret[keys[n - 1]].before = (uint32_t)n;
	r.by = RANK_BY_RATE;
	size_t count = ranked_keys(&r, order);
	for (size_t n = count; n > 0; n--)
		ret[order[n - 1]].now = (uint32_t)n;
	for (size_t i = 0; i < before; i++)
		if (ret[keys[i]].now == 0)
			order[count++] = keys[i];
	assert(count == c->count || c->dimension == DIMENSION_NONE);
	return 0;
}
