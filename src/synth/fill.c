#include "synth/plan_parts.h"

#include "base/text.h"
#include "base/zone.h"
#include "decode/service.h"

#include <errno.h>
#include <math.h>

enum { SECOND_NS = 1000000000, HOUR_S = 3600, DAY_S = 86400, TRIES = 1000 };

struct filler {
	const struct scenario *scenario;
	const struct plan *plan;
	struct random *random;
	struct span span; /* the period */
	int64_t offset_s; /* of local time at its begin: the daily cycle does not follow a change of
			     clocks */
	uint64_t *counters; /* per phenomenon: how many of its packets are filled */
	size_t period;
	struct weights *styles; /* per service, empty when it has none */
};

static const struct phenomenon *phenomenon_of(const struct filler *f, const struct item *item)
{
	return item->phenomenon ? &f->scenario->phenomena[item->phenomenon - 1] : NULL;
}

/* --- service and packet --- */

static uint32_t other_service(const struct filler *f, const struct phenomenon *ph)
{
	const struct tail *tail = &f->plan->tail;

	if (!ph || ph->packet == PACKET_auto)
		return tail->services[weights_draw(&tail->weights, f->random)];
	return plan_tail_port(
		tail, ph->packet == PACKET_response ? PROTOCOL_UDP : PROTOCOL_TCP, f->random);
}

/* item->service is still an index. */
static void fill_service(const struct filler *f, struct item *item, const struct phenomenon *ph)
{
	const struct scenario_service *service = &f->scenario->services[item->service];
	const struct weights *styles = &f->styles[item->service];
	uint8_t style = STYLE_none;

	if (ph && ph->style != STYLE_none)
		style = ph->style;
	else if (!ph && styles->count > 0)
		style = (uint8_t)weights_draw(styles, f->random);
	item->service = service->service == SERVICE_OTHER ? other_service(f, ph) : service->service;
	item->packet = ph && ph->packet != PACKET_auto ? ph->packet : packet_kind_of(item->service);
	item->style = item->packet == PACKET_syn ? style : STYLE_none;
}

/* --- time --- */

static int64_t random_time(const struct filler *f, struct span span)
{
	return span.from_s * SECOND_NS +
	       (int64_t)random_below(f->random, (uint64_t)(span.to_s - span.from_s) * SECOND_NS);
}

static int64_t daily_time(const struct filler *f, struct span span)
{
	double amplitude = f->scenario->day_amplitude;

	for (;;) {
		int64_t ts_ns = random_time(f, span);
		double hour = (double)((ts_ns / SECOND_NS + f->offset_s) % DAY_S) / HOUR_S;
		double height =
			1 + amplitude * cos((hour - f->scenario->day_peak_h) * (2 * M_PI / 24));
		if (random_unit(f->random) * (1 + amplitude) < height)
			return ts_ns;
	}
}

/* Number k of count, evenly spaced but for a tenth of the distance. */
static int64_t regular_time(const struct filler *f, struct span span, uint64_t k, uint64_t count)
{
	double step = (double)(span.to_s - span.from_s) * SECOND_NS / (double)count;

	return span.from_s * SECOND_NS +
	       (int64_t)(((double)k + 0.45 + 0.1 * random_unit(f->random)) * step);
}

static int64_t time_of(const struct filler *f, const struct phenomenon *ph, uint64_t k)
{
	if (!ph)
		return daily_time(f, f->span);
	if (ph->sweep || ph->shape == SHAPE_regular)
		return regular_time(f, ph->when[f->period], k, ph->amount.packets[f->period]);
	return ph->shape == SHAPE_flat ? random_time(f, ph->when[f->period])
				       : daily_time(f, ph->when[f->period]);
}

/* --- target --- */

bool plan_is_observed(const struct sensor *sensor, int64_t ts_ns)
{
	int64_t t_s = ts_ns / SECOND_NS;

	if (t_s < sensor->since_s || t_s >= sensor->until_s)
		return false;
	for (size_t i = 0; i < sensor->outage_count; i++)
		if (t_s >= sensor->outages[i].from_s && t_s < sensor->outages[i].to_s)
			return false;
	return true;
}

static const struct target_set *targets_of(const struct filler *f, const struct item *item)
{
	const struct target_set *own =
		item->phenomenon ? &f->plan->by_phenomenon[item->phenomenon - 1] : NULL;

	return own && own->count > 0 ? own : &f->plan->everywhere;
}

static bool is_observed(const struct filler *f, uint32_t target, int64_t ts_ns)
{
	return plan_is_observed(
		&f->scenario->plant.sensors[f->plan->targets[target].sensor], ts_ns);
}

/* Where and when; draws again while that sensor was not observed then. */
static int fill_meeting(const struct filler *f, struct item *item, const struct phenomenon *ph,
	uint64_t k, struct err *e)
{
	const struct target_set *set = targets_of(f, item);

	for (size_t i = 0; i < TRIES; i++) {
		size_t which = ph && ph->sweep ? (k + i) % set->count
					       : random_below(f->random, set->count);
		item->target = set->list[which];
		item->ts_ns = time_of(f, ph, k);
		if (is_observed(f, item->target, item->ts_ns))
			return 0;
	}
	return err_set(e, EINVAL,
		TR("%s: no sensor is observed when packets of %s arrive",
			"%s：%s のパケットが届く時に稼働しているセンサーがありません"),
		f->scenario->period_names[f->period], ph ? ph->name : "services");
}

/* --- source --- */

static uint32_t source_of(
	const struct filler *f, const struct item *item, const struct phenomenon *ph, uint64_t k)
{
	const struct sources *sources = &f->plan->sources;
	const struct pool *own =
		ph && ph->sources > 0 ? &sources->by_phenomenon[item->phenomenon - 1] : NULL;

	if (own && ph->sweep) /* each source takes a whole round */
		return (uint32_t)(own->first + k / targets_of(f, item)->count % own->count);
	if (own)
		return sources_draw(sources, own, f->random);
	return sources_draw(sources,
		&(ph && ph->ipv6 ? sources->by_country6 : sources->by_country)[item->country],
		f->random);
}

/* --- all of it --- */

static int fill_item(const struct filler *f, struct item *item, struct err *e)
{
	const struct phenomenon *ph = phenomenon_of(f, item);
	uint64_t k = ph ? f->counters[item->phenomenon - 1]++ : 0;

	fill_service(f, item, ph);
	item->source = source_of(f, item, ph, k);
	return fill_meeting(f, item, ph, k, e);
}

/* One access in the first microsecond of the period and one in the last: where counting months goes
 * wrong first. */
static void touch_bounds(const struct filler *f, struct items *items)
{
	int64_t bounds_ns[] = {f->span.from_s * SECOND_NS, f->span.to_s * SECOND_NS - 1000};

	for (size_t i = 0; i < ARRAY_SIZE(bounds_ns) && i < items->accesses; i++) {
		struct item *item = &items->list[items->accesses - 1 - i];
		if (!item->phenomenon && is_observed(f, item->target, bounds_ns[i]))
			item->ts_ns = bounds_ns[i];
	}
}

static int weigh_styles(const struct scenario *s, struct weights *ret, struct err *e)
{
	for (size_t i = 0; i < s->service_count; i++) {
		double values[STYLE_COUNT];
		double rest = 100;
		for (size_t k = 0; k < STYLE_COUNT; k++) {
			values[k] = s->services[i].styles[k];
			rest -= values[k];
		}
		if (rest == 100)
			continue;
		values[STYLE_none] += rest > 0 ? rest : 0;
		if (weights_init(&ret[i], values, STYLE_COUNT) < 0)
			return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	}
	return 0;
}

static int fill_all(struct filler *f, struct items *items, struct err *e)
{
	int rc = weigh_styles(f->scenario, f->styles, e);

	for (size_t i = 0; rc == 0 && i < items->accesses; i++)
		rc = fill_item(f, &items->list[i], e);
	if (rc == 0)
		touch_bounds(f, items);
	return rc;
}

int plan_fill(
	const struct scenario *s, struct plan *plan, size_t p, struct random *r, struct err *e)
{
	AUTO(free) uint64_t *counters = calloc(s->phenomenon_count + 1, sizeof(*counters));
	AUTO(free) struct weights *styles = calloc(s->service_count, sizeof(*styles));

	if (!counters || !styles)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	struct filler f = {.scenario = s,
		.plan = plan,
		.random = r,
		.span = s->periods[p],
		.offset_s = civil_of(s->periods[p].from_s).offset_s,
		.counters = counters,
		.period = p,
		.styles = styles};
	int rc = fill_all(&f, &plan->periods[p], e);
	for (size_t i = 0; i < s->service_count; i++)
		weights_done(&styles[i]);
	return rc;
}
