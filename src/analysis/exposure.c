#include "analysis/exposure.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "store/posted.h"

enum { DAY_S = 86400 };

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t greatest(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int append(struct observed_sensor *o, int64_t from_s, int64_t to_s, struct err *e)
{
	if (from_s >= to_s)
		return 0;
	struct span *spans = reallocarray(o->spans, o->count + 1, sizeof(*spans));
	if (!spans)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	o->spans = spans;
	spans[o->count++] = (struct span){from_s, to_s};
	return 0;
}

int observed_add_span(struct observed_sensor *o, struct span service, const struct span *outages,
	size_t count, struct err *e)
{
	int64_t from_s = service.from_s;

	for (size_t i = 0; i < count && outages[i].from_s < service.to_s; i++) {
		if (outages[i].to_s <= from_s)
			continue;
		int r = append(o, from_s, outages[i].from_s, e);
		if (r < 0)
			return r;
		from_s = outages[i].to_s;
	}
	return append(o, from_s, service.to_s, e);
}

/* Its part in service up to now, without outages. */
static int add_captured(struct observed_sensor *o, const struct sensor *s, struct span captured,
	int64_t now_s, struct err *e)
{
	captured.from_s = greatest(captured.from_s, s->since_s);
	captured.to_s = least(captured.to_s, least(s->until_s, now_s));
	return observed_add_span(o, captured, s->outages, s->outage_count, e);
}

/* When its own segments begin to say what it observed; INT64_MAX: never. */
static int64_t posted_from(const struct captured *by, const struct sensor *s)
{
	int64_t from_s = INT64_MAX;

	for (size_t i = 0; i < by->count; i++)
		if (by->coverage[i].posted && strcmp(by->coverage[i].sensor, s->name) == 0)
			from_s = least(from_s, by->coverage[i].from_s);
	return from_s;
}

/* From there on exactly what they say: a sensor that is switched off observes nothing. */
static int add_posted(struct observed_sensor *o, const struct captured *by, const struct sensor *s, int64_t from_s, struct err *e)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < by->count; i++) {
		struct span one = {greatest(by->coverage[i].from_s, from_s), by->coverage[i].to_s};

		if (one.from_s < one.to_s && strcmp(by->coverage[i].sensor, s->name) == 0)
			r = add_captured(o, s, one, by->now_s, e);
	}
	return r;
}

/* Sensors without a date: inferred ones count while captures last, others from the first to the
 * last capture. Nothing from until_s on. */
static int add_by_coverage(struct observed_sensor *o, const struct sensor *s,
	const struct coverage *coverage, size_t count, int64_t until_s, int64_t now_s, struct err *e)
{
	struct span all = {INT64_MAX, INT64_MIN};

	for (size_t i = 0; i < count; i++) {
		if (strcmp(coverage[i].sensor, s->name) != 0)
			continue;
		struct span one = {coverage[i].from_s, least(coverage[i].to_s, until_s)};
		int r = s->inferred ? add_captured(o, s, one, now_s, e) : 0;
		if (r < 0)
			return r;
		all.from_s = least(all.from_s, one.from_s);
		all.to_s = greatest(all.to_s, one.to_s);
	}
	return s->inferred || all.from_s >= all.to_s ? 0 : add_captured(o, s, all, now_s, e);
}

static int add_sensor(struct observed *o, const struct captured *by, size_t index, struct err *e)
{
	const struct sensor *s = &by->plant->sensors[index];
	struct observed_sensor *sensor = &o->sensors[o->count++];

	*sensor = (struct observed_sensor){.index = index, .addresses = s->addresses};
	int64_t posted_s = posted_from(by, s);
	int r = s->since_s == INT64_MIN
			? add_by_coverage(sensor, s, by->coverage, by->count, posted_s, by->now_s, e)
			: add_captured(sensor, s, (struct span){s->since_s, least(s->until_s, posted_s)}, by->now_s, e);
	return r < 0 ? r : add_posted(sensor, by, s, posted_s, e);
}

static bool needs_coverage(const struct plant *plant)
{
	for (size_t i = 0; i < plant->count; i++)
		if (plant->sensors[i].since_s == INT64_MIN)
			return true;
	return false;
}

int observed_of(
	const struct captured *by, const struct expr *where, struct observed *ret, struct err *e)
{
	const struct plant *plant = by->plant;
	AUTO(observed_done) struct observed o = {0};

	o.sensors = calloc(plant->count + 1, sizeof(*o.sensors));
	if (!o.sensors)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	for (size_t i = 0; i < plant->count; i++) {
		if (!expr_may_have_sensor(where, plant->sensors[i].name))
			continue;
		int r = add_sensor(&o, by, i, e);
		if (r < 0)
			return r;
	}
	*ret = o;
	o = (struct observed){0};
	return 0;
}

int observed_load(
	const struct analysis *a, const struct expr *where, struct observed *ret, struct err *e)
{
	AUTO(free) struct coverage *coverage = NULL;
	int count = 0;

	/* without a store it is as the configuration says */
	int posted = a->store ? store_posted_any(a->store, e) : 0;
	if (posted < 0)
		return posted;
	if (posted || needs_coverage(a->plant))
		count = store_coverage(a->store, 0, UINT32_MAX, &coverage, e);
	if (count < 0)
		return count;
	struct captured by = {a->plant, coverage, (size_t)count, a->now_s};
	return observed_of(&by, where, ret, e);
}

void observed_done(struct observed *o)
{
	for (size_t i = 0; i < o->count; i++)
		free(o->sensors[i].spans);
	free(o->sensors);
	*o = (struct observed){0};
}

static uint64_t seconds_within(const struct observed_sensor *o, int64_t from_s, int64_t to_s)
{
	uint64_t seconds = 0;

	for (size_t i = 0; i < o->count; i++) {
		int64_t from = greatest(from_s, o->spans[i].from_s);
		int64_t to = least(to_s, o->spans[i].to_s);

		if (from < to)
			seconds += (uint64_t)(to - from);
	}
	return seconds;
}

double observed_ip_days(const struct observed *o, int64_t from_s, int64_t to_s, int only)
{
	unsigned __int128 sum =
		0; /* 65,535 sensors of 2^32 addresses for 136 years do not fit into 64 bits */

	for (size_t i = 0; i < o->count; i++)
		if (only < 0 || o->sensors[i].index == (size_t)only)
			sum += (unsigned __int128)seconds_within(&o->sensors[i], from_s, to_s) *
			       o->sensors[i].addresses;
	return (double)(sum / DAY_S) + (double)(uint64_t)(sum % DAY_S) / DAY_S;
}

int analysis_exposure(const struct analysis *a, int64_t from_s, int64_t to_s,
	const struct expr *where, int only, double *ret, struct err *e)
{
	AUTO(observed_done) struct observed o = {0};
	int r = observed_load(a, where, &o, e);

	if (r < 0)
		return r;
	*ret = observed_ip_days(&o, from_s, to_s, only);
	return 0;
}
