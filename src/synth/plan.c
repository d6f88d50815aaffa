#include "synth/plan.h"

#include "base/text.h"
#include "synth/plan_parts.h"

#include <errno.h>

static int no_memory(struct err *e)
{
	return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
}

/* --- targets --- */

static uint64_t targets_in(const struct prefix *prefix)
{
	return addr_is_v4(&prefix->addr) ? UINT64_C(1) << (128 - prefix->bits) : 1;
}

static void add_targets(struct plan *plan, const struct prefix *prefix, uint16_t sensor)
{
	bool v4 = addr_is_v4(&prefix->addr);

	for (uint64_t i = 0; i < targets_in(prefix); i++)
		plan->targets[plan->target_count++] = (struct target){
			.addr = v4 ? addr_from_v4(addr_v4(&prefix->addr) + (uint32_t)i)
				   : prefix->addr,
			.bits = v4 ? 128 : prefix->bits,
			.sensor = sensor};
}

static int make_targets(const struct scenario *s, struct plan *plan, struct err *e)
{
	uint64_t count = 0;

	for (size_t i = 0; i < s->plant.count; i++)
		for (size_t k = 0; k < s->plant.sensors[i].prefix_count; k++)
			count += targets_in(&s->plant.sensors[i].prefixes[k]);
	if (count > SCENARIO_ADDRESSES_MAX)
		return err_set(e, E2BIG,
			TR("the sensors have more than %d addresses",
				"センサーのアドレスが %d 個を超えます"),
			SCENARIO_ADDRESSES_MAX);
	plan->targets = calloc(count + 1, sizeof(*plan->targets));
	if (!plan->targets)
		return no_memory(e);
	for (size_t i = 0; i < s->plant.count; i++)
		for (size_t k = 0; k < s->plant.sensors[i].prefix_count; k++)
			add_targets(plan, &s->plant.sensors[i].prefixes[k], (uint16_t)i);
	return 0;
}

/* sensors: NULL is all of them. */
static int make_set(const struct plan *plan, const bool *sensors, bool ipv6, struct target_set *ret,
	struct err *e)
{
	ret->list = calloc(plan->target_count + 1, sizeof(*ret->list));
	if (!ret->list)
		return no_memory(e);
	for (size_t i = 0; i < plan->target_count; i++) {
		const struct target *target = &plan->targets[i];
		if (addr_is_v4(&target->addr) != ipv6 && (!sensors || sensors[target->sensor]))
			ret->list[ret->count++] = (uint32_t)i;
	}
	return 0;
}

static int make_sets(const struct scenario *s, struct plan *plan, struct err *e)
{
	int rc = make_set(plan, NULL, false, &plan->everywhere, e);

	if (rc < 0)
		return rc;
	if (plan->everywhere.count == 0)
		return err_set(e, EINVAL,
			TR("at least one sensor needs an IPv4 address",
				"IPv4 アドレスのあるセンサーが必要です"));
	plan->phenomena = s->phenomenon_count;
	plan->by_phenomenon = calloc(s->phenomenon_count + 1, sizeof(*plan->by_phenomenon));
	if (!plan->by_phenomenon)
		return no_memory(e);
	for (size_t i = 0; rc == 0 && i < s->phenomenon_count; i++)
		if (s->phenomena[i].sensors)
			rc = make_set(plan, s->phenomena[i].sensors, s->phenomena[i].ipv6,
				&plan->by_phenomenon[i], e);
	return rc;
}

/* --- the plan --- */

static void number(struct items *items)
{
	for (size_t i = 0; i < items->count; i++)
		items->list[i].order = (uint32_t)i;
}

static int make_period(
	const struct scenario *s, struct plan *plan, size_t p, uint64_t seed, struct err *e)
{
	struct random r = random_of(seed, 10 + p);
	int rc = plan_join(s, p, &r, &plan->periods[p], e);

	if (rc < 0 || (rc = plan_fill(s, plan, p, &r, e)) < 0 ||
		(rc = plan_odd(s, plan, p, &r, e)) < 0)
		return rc;
	number(&plan->periods[p]);
	return 0;
}

int plan_make(const struct scenario *s, const struct geo *geo, uint64_t seed, struct plan *ret,
	struct err *e)
{
	struct random sources = random_of(seed, 1), tail = random_of(seed, 2);
	int rc;

	*ret = (struct plan){0};
	if ((rc = make_targets(s, ret, e)) < 0 || (rc = make_sets(s, ret, e)) < 0 ||
		(rc = sources_make(s, geo, &sources, &ret->sources, e)) < 0 ||
		(rc = plan_tail(s, &tail, &ret->tail, e)) < 0)
		return rc;
	for (size_t p = 0; rc == 0 && p < PERIODS; p++)
		rc = make_period(s, ret, p, seed, e);
	return rc;
}

void plan_done(struct plan *plan)
{
	for (size_t p = 0; p < PERIODS; p++)
		free(plan->periods[p].list);
	for (size_t i = 0; plan->by_phenomenon && i < plan->phenomena; i++)
		free(plan->by_phenomenon[i].list);
	free(plan->by_phenomenon);
	free(plan->everywhere.list);
	free(plan->targets);
	free(plan->tail.services);
	free(plan->tail.listed);
	weights_done(&plan->tail.weights);
	sources_done(&plan->sources);
	*plan = (struct plan){0};
}
