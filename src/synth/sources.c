#include "synth/sources.h"

#include "base/text.h"
#include "decode/special.h"

#include <errno.h>
#include <string.h>

enum { TRIES = 10000 };

struct maker {
	const struct scenario *scenario;
	const struct geo *geo;
	struct random *random;
	struct sources *sources;
};

bool sources_is_martian(uint32_t v4)
{
	static const struct {
		uint32_t first, last;
	} martians[] = {
#define X(first, last) {first, last},
		SPECIAL_V4(X)
#undef X
	};

	for (size_t i = 0; i < ARRAY_SIZE(martians); i++)
		if (v4 >= martians[i].first && v4 <= martians[i].last)
			return true;
	return false;
}

static int no_memory(struct err *e)
{
	return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
}

/* --- the set of addresses --- */

static size_t slot_of(const struct sources *sources, const struct addr *a)
{
	uint64_t halves[2];

	memcpy(halves, a->b, sizeof(halves));
	uint64_t state = halves[0] ^ halves[1];
	size_t slot = random_split_mix(&state) & sources->slot_mask;
	while (sources->slots[slot] &&
		!addr_equal(&sources->list[sources->slots[slot] - 1].addr, a))
		slot = (slot + 1) & sources->slot_mask;
	return slot;
}

/* False when it is there already or may be none. */
static bool add(struct maker *m, const struct addr *a, size_t country)
{
	struct sources *sources = m->sources;
	static const uint8_t start_ttls[] = {64, 128, 255};
	struct place place = geo_find(m->geo, a);

	if (memcmp(place.country, m->scenario->countries[country].code, 2) != 0 ||
		plant_find(&m->scenario->plant, a) >= 0)
		return false;
	size_t slot = slot_of(sources, a);
	if (sources->slots[slot])
		return false;
	sources->list[sources->count++] = (struct source){.addr = *a,
		.country = (uint16_t)country,
		.start_ttl = start_ttls[weights_draw(&sources->ttl, m->random)],
		.hops = (uint8_t)(6 + random_below(m->random, 17))};
	sources->slots[slot] = (uint32_t)sources->count;
	return true;
}

/* --- drawing --- */

struct ranges {
	struct v4_range *list;
	size_t count;
	uint64_t addresses;
};

static struct addr draw_v4(const struct ranges *ranges, struct random *r)
{
	uint64_t offset = random_below(r, ranges->addresses);
	size_t i = 0;

	while (offset > ranges->list[i].last - ranges->list[i].first) {
		offset -= (uint64_t)ranges->list[i].last - ranges->list[i].first + 1;
		i++;
	}
	return addr_from_v4(ranges->list[i].first + (uint32_t)offset);
}

static struct addr draw_v6(const struct prefix *prefix, struct random *r)
{
	struct addr a;
	uint64_t halves[2] = {random_next(r), random_next(r)};

	memcpy(a.b, halves, sizeof(a.b));
	struct addr kept = addr_mask(&a, prefix->bits);
	for (size_t i = 0; i < sizeof(a.b); i++)
		a.b[i] = (uint8_t)(a.b[i] ^ kept.b[i] ^ prefix->addr.b[i]);
	return a;
}

static int fill_v4(struct maker *m, size_t country, const struct ranges *ranges, uint64_t count,
	struct pool *pool, struct err *e)
{
	*pool = (struct pool){.first = m->sources->count};
	for (size_t tries = 0; pool->count < count; tries++) {
		if (ranges->addresses == 0 || tries > TRIES + 20 * count)
			return err_set(e, ENOENT,
				TR("the country data has too few addresses of %.2s for %llu "
				   "sources",
					"国・地域のデータにある %.2s のアドレスでは %llu "
					"個の発信元に足りません"),
				m->scenario->countries[country].code, (unsigned long long)count);
		struct addr a = draw_v4(ranges, m->random);
		if (!sources_is_martian(addr_v4(&a)))
			pool->count += add(m, &a, country);
	}
	return 0;
}

static int fill_v6(
	struct maker *m, size_t country, uint64_t count, struct pool *pool, struct err *e)
{
	const struct scenario_country *c = &m->scenario->countries[country];

	*pool = (struct pool){.first = m->sources->count};
	for (size_t tries = 0; pool->count < count; tries++) {
		const struct prefix *prefix = &c->ipv6[tries % c->ipv6_count];
		struct addr a = draw_v6(prefix, m->random);
		char text[ADDR_TEXT_SIZE];
		if (tries > TRIES + 20 * count)
			return err_set(e, ENOENT,
				TR("the country data does not have %s in %.2s: correct ipv6 of "
				   "that country",
					"国・地域のデータでは %s は %.2s "
					"ではありません。その国・地域の ipv6 を直してください"),
				prefix_print(prefix, text), c->code);
		pool->count += add(m, &a, country);
	}
	return 0;
}

static uint64_t ipv6_sources(const struct scenario_country *c)
{
	return c->ipv6_count > 0 ? 1 + c->sources / 20 : 0;
}

static int fill_phenomena(
	struct maker *m, size_t country, const struct ranges *ranges, struct err *e)
{
	for (size_t i = 0; i < m->scenario->phenomenon_count; i++) {
		const struct phenomenon *ph = &m->scenario->phenomena[i];
		struct pool *pool = &m->sources->by_phenomenon[i];
		if (ph->country != country || ph->sources == 0)
			continue;
		int rc = ph->ipv6 ? fill_v6(m, country, ph->sources, pool, e)
				  : fill_v4(m, country, ranges, ph->sources, pool, e);
		if (rc < 0)
			return rc;
	}
	return 0;
}

static int weigh(const struct scenario *s, struct pool *pool, struct err *e)
{
	if (pool->count == 0)
		return 0;
	return weights_zipf(&pool->weights, pool->count, s->source_skew) < 0 ? no_memory(e) : 0;
}

static int fill_country(struct maker *m, size_t i, struct err *e)
{
	const struct scenario_country *c = &m->scenario->countries[i];
	struct pool *v4 = &m->sources->by_country[i], *v6 = &m->sources->by_country6[i];
	AUTO(free) struct v4_range *list = NULL;
	int count = geo_country_ranges(m->geo, c->code, &list, e);

	if (count < 0)
		return count;
	struct ranges ranges = {.list = list, .count = (size_t)count};
	for (size_t k = 0; k < ranges.count; k++)
		ranges.addresses += (uint64_t)list[k].last - list[k].first + 1;
	int rc = fill_v4(m, i, &ranges, c->sources, v4, e);
	if (rc < 0 || (rc = fill_v6(m, i, ipv6_sources(c), v6, e)) < 0 ||
		(rc = weigh(m->scenario, v4, e)) < 0 || (rc = weigh(m->scenario, v6, e)) < 0)
		return rc;
	return fill_phenomena(m, i, &ranges, e);
}

/* --- all of them --- */

static size_t count_all(const struct scenario *s)
{
	uint64_t count = 0;

	for (size_t i = 0; i < s->country_count; i++)
		count += s->countries[i].sources + ipv6_sources(&s->countries[i]);
	for (size_t i = 0; i < s->phenomenon_count; i++)
		count += s->phenomena[i].sources;
	return count;
}

static int allocate(const struct scenario *s, struct sources *sources, struct err *e)
{
	size_t slots = 16;

	sources->cap = count_all(s);
	if (sources->cap > SOURCES_MAX)
		return err_set(e, E2BIG, TR("more than %d sources", "発信元が %d 個を超えます"),
			SOURCES_MAX);
	while (slots < sources->cap * 2)
		slots *= 2;
	sources->slot_mask = slots - 1;
	sources->countries = s->country_count;
	sources->phenomena = s->phenomenon_count;
	sources->slots = calloc(slots, sizeof(*sources->slots));
	sources->list = calloc(sources->cap + 1, sizeof(*sources->list));
	sources->by_country = calloc(s->country_count + 1, sizeof(struct pool));
	sources->by_country6 = calloc(s->country_count + 1, sizeof(struct pool));
	sources->by_phenomenon = calloc(s->phenomenon_count + 1, sizeof(struct pool));
	if (!sources->slots || !sources->list || !sources->by_country || !sources->by_country6 ||
		!sources->by_phenomenon ||
		weights_init(&sources->ttl, s->ttl_share, ARRAY_SIZE(s->ttl_share)) < 0)
		return no_memory(e);
	return 0;
}

int sources_make(const struct scenario *s, const struct geo *geo, struct random *r,
	struct sources *ret, struct err *e)
{
	struct maker m = {.scenario = s, .geo = geo, .random = r, .sources = ret};

	*ret = (struct sources){0};
	int rc = allocate(s, ret, e);
	for (size_t i = 0; rc == 0 && i < s->country_count; i++)
		rc = fill_country(&m, i, e);
	return rc;
}

void sources_done(struct sources *sources)
{
	for (size_t i = 0; sources->by_country && i < sources->countries; i++)
		weights_done(&sources->by_country[i].weights);
	for (size_t i = 0; sources->by_country6 && i < sources->countries; i++)
		weights_done(&sources->by_country6[i].weights);
	weights_done(&sources->ttl);
	free(sources->by_country);
	free(sources->by_country6);
	free(sources->by_phenomenon);
	free(sources->slots);
	free(sources->list);
	*sources = (struct sources){0};
}

uint32_t sources_draw(const struct sources *sources, const struct pool *pool, struct random *r)
{
	uint64_t i = pool->weights.count > 0 ? weights_draw(&pool->weights, r)
					     : random_below(r, pool->count);

	return (uint32_t)(pool->first + i);
}
