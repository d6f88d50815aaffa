#include "geo/joint.h"

struct joints joints_of(
	const struct step_list *countries, const struct step_list *systems, unsigned bits)
{
	return (struct joints){.countries = countries,
		.systems = systems,
		.highest = ~(__uint128_t)0 >> (128 - bits)};
}

/* The value at an address that is not lower than at the call before; *last goes down to where it
 * ends. */
static uint32_t value_at(
	const struct step_list *list, size_t *at, __uint128_t address, __uint128_t *last)
{
	if (list->count == 0)
		return 0;
	while (*at + 1 < list->count && list->items[*at + 1].from <= address)
		(*at)++;
	if (*at + 1 < list->count && list->items[*at + 1].from - 1 < *last)
		*last = list->items[*at + 1].from - 1;
	return list->items[*at].value;
}

bool joints_next(struct joints *j, struct joint *ret)
{
	if (j->ended)
		return false;
	*ret = (struct joint){.first = j->next, .last = j->highest};
	ret->country = value_at(j->countries, &j->country_at, j->next, &ret->last);
	ret->asn = value_at(j->systems, &j->system_at, j->next, &ret->last);
	j->ended = ret->last == j->highest;
	j->next = ret->last + 1;
	return true;
}
