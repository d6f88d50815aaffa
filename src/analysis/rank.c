#include "analysis/rank.h"

#include <assert.h>
#include <errno.h>
#include <math.h>

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

/* Accesses without an exposure have no rate: they come after those with one, by their number. */
int rank_compare(enum rank_by by, const struct measure *a, const struct measure *b)
{
	bool previous = by == RANK_BY_PREVIOUS_RATE;
	uint64_t packets_a = previous ? a->previous_packets : a->packets;
	uint64_t packets_b = previous ? b->previous_packets : b->packets;
	double merit_a = 0, merit_b = 0;

	merit(by, a, &merit_a);
	merit(by, b, &merit_b);
	if (isnan(merit_a) != isnan(merit_b))
		return isnan(merit_a) ? 1 : -1;
	if (!isnan(merit_a) && merit_a != merit_b)
		return merit_a > merit_b ? -1 : 1;
	if (isnan(merit_a) && packets_a != packets_b)
		return packets_a > packets_b ? -1 : 1;
	return 0;
}

struct ranking {
	const struct counts *counts;
	const struct exposures *exposures;
	enum rank_by by;
};

static struct measure measure_at(const struct ranking *r, uint32_t i)
{
	const struct exposures *x = r->exposures;

	return measure_of(&r->counts->rows[i], x->each_now ? x->each_now[i] : x->now,
		x->each_before ? x->each_before[i] : x->before);
}

static int compare_keys(const struct ranking *r, uint32_t a, uint32_t b)
{
	struct measure measure_a = measure_at(r, a), measure_b = measure_at(r, b);
	int order = rank_compare(r->by, &measure_a, &measure_b);

	return order ? order
		     : value_compare((enum subject)r->counts->dimension, &r->counts->rows[a].key,
			       &r->counts->rows[b].key);
}

static int by_merit(const void *a, const void *b, void *ranking)
{
	return compare_keys(ranking, *(const uint32_t *)a, *(const uint32_t *)b);
}

/* The keys that have such a rank, best first; returns their number. */
static size_t ranked_keys(const struct ranking *r, uint32_t *order)
{
	size_t count = 0;

	for (uint32_t i = 0; i < r->counts->count; i++) {
		struct measure m = measure_at(r, i);

		if (rank_has(r->by, &m))
			order[count++] = i;
	}
	if (r->counts->dimension != DIMENSION_NONE)
		qsort_r(order, count, sizeof(*order), by_merit, (void *)r);
	return count;
}

int rank_keys(const struct counts *c, const struct exposures *x, struct ranks *ret, uint32_t *order,
	struct err *e)
{
	struct ranking r = {c, x, RANK_BY_RISE};
	AUTO(free) uint32_t *keys = calloc(c->count + 1, sizeof(*keys));

	if (!keys)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	assert(c->count <= COUNT_KEYS_MAX);
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
