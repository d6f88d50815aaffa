/* Margins to accesses. What phenomena and pairs fix is taken from both margins first; the rest of
 * the services meets the rest of the countries in a shuffled order, and where that makes a fixed
 * pair once more, two accesses swap their countries. */
#include "synth/plan_parts.h"

#include "base/text.h"

#include <assert.h>
#include <errno.h>

enum { SWAP_TRIES = 2000 };

struct join {
	const struct scenario *scenario;
	size_t period;
	struct random *random;
	struct items *items;
	bool *fixed; /* service x country: a pair has that cell */
};

static int no_memory(struct err *e)
{
	return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
}

static bool *cell(const struct join *j, size_t service, size_t country)
{
	return &j->fixed[service * j->scenario->country_count + country];
}

static void add_items(
	struct join *j, size_t service, size_t country, uint16_t phenomenon, uint64_t count)
{
	for (uint64_t i = 0; i < count; i++)
		j->items->list[j->items->count++] = (struct item){.service = (uint32_t)service,
			.country = country == COUNTRY_ANY ? UINT16_MAX : (uint16_t)country,
			.phenomenon = phenomenon};
}

static void add_phenomena(struct join *j)
{
	for (size_t i = 0; i < j->scenario->phenomenon_count; i++) {
		const struct phenomenon *ph = &j->scenario->phenomena[i];
		add_items(j, ph->service, ph->country, (uint16_t)(i + 1),
			ph->amount.packets[j->period]);
	}
}

static void add_pairs(struct join *j)
{
	const struct scenario *s = j->scenario;

	for (size_t i = 0; i < s->pair_count; i++) {
		const struct scenario_pair *pair = &s->pairs[i];
		uint64_t made = scenario_made(s, pair, j->period);
		add_items(
			j, pair->service, pair->country, 0, pair->amount.packets[j->period] - made);
		*cell(j, pair->service, pair->country) = true;
	}
}

static void add_rest(struct join *j)
{
	for (size_t i = 0; i < j->scenario->service_count; i++)
		add_items(j, i, COUNTRY_ANY, 0, j->scenario->services[i].left.packets[j->period]);
}

/* --- the rest --- */

static uint16_t *shuffled_countries(struct join *j, size_t count)
{
	uint16_t *list = calloc(count + 1, sizeof(*list));
	size_t n = 0;

	if (!list)
		return NULL;
	for (size_t c = 0; c < j->scenario->country_count; c++)
		for (uint64_t k = 0; k < j->scenario->countries[c].left.packets[j->period]; k++)
			list[n++] = (uint16_t)c;
	assert(n == count); /* both margins add up to the total */
	for (size_t i = count; i > 1; i--) {
		size_t other = random_below(j->random, i);
		uint16_t t = list[i - 1];
		list[i - 1] = list[other];
		list[other] = t;
	}
	return list;
}

static bool can_swap(const struct join *j, const struct item *a, const struct item *b)
{
	return !*cell(j, a->service, b->country) && !*cell(j, b->service, a->country);
}

static bool swap_countries(struct join *j, struct item *a, struct item *b)
{
	uint16_t country = a->country;

	if (!can_swap(j, a, b))
		return false;
	a->country = b->country;
	b->country = country;
	return true;
}

/* Gives the access another country; free are the indices of the accesses whose country is not
 * fixed. */
static bool repair(struct join *j, struct item *item, const uint32_t *free_items, size_t count)
{
	for (size_t i = 0; i < SWAP_TRIES; i++)
		if (swap_countries(
			    j, item, &j->items->list[free_items[random_below(j->random, count)]]))
			return true;
	for (size_t i = 0; i < count; i++)
		if (swap_countries(j, item, &j->items->list[free_items[i]]))
			return true;
	return false;
}

static size_t find_free(const struct join *j, uint32_t *ret)
{
	size_t count = 0;

	for (size_t i = 0; i < j->items->count; i++)
		if (j->items->list[i].country == UINT16_MAX)
			ret[count++] = (uint32_t)i;
	return count;
}

static int meet(struct join *j, struct err *e)
{
	AUTO(free) uint32_t *free_items = calloc(j->items->count + 1, sizeof(*free_items));
	size_t count = free_items ? find_free(j, free_items) : 0;
	AUTO(free) uint16_t *countries = free_items ? shuffled_countries(j, count) : NULL;

	if (!countries)
		return no_memory(e);
	for (size_t i = 0; i < count; i++)
		j->items->list[free_items[i]].country = countries[i];
	for (size_t i = 0; i < count; i++) {
		struct item *item = &j->items->list[free_items[i]];
		if (*cell(j, item->service, item->country) && !repair(j, item, free_items, count))
			return err_set(e, EINVAL,
				TR("%s: the pairs leave no way to fill the rest of %.2s; fix fewer "
				   "of them",
					"%s：pairs の決め方では %.2s "
					"の残りを割り当てられません。組を減らしてください"),
				j->scenario->period_names[j->period],
				j->scenario->countries[item->country].code);
	}
	return 0;
}

int plan_join(
	const struct scenario *s, size_t p, struct random *r, struct items *ret, struct err *e)
{
	uint64_t extras = 0;

	for (size_t i = 0; i < EXTRA_COUNT; i++)
		extras += s->extra[i];
	AUTO(free) bool *fixed = calloc(s->service_count * s->country_count + 1, sizeof(*fixed));
	*ret = (struct items){
		.list = calloc(s->total.packets[p] + extras + 1, sizeof(struct item))};
	if (!fixed || !ret->list)
		return no_memory(e);
	struct join j = {.scenario = s, .period = p, .random = r, .items = ret, .fixed = fixed};
	add_phenomena(&j);
	add_pairs(&j);
	add_rest(&j);
	assert(ret->count == s->total.packets[p]);
	ret->accesses = ret->count;
	return meet(&j, e);
}
