/* IPv6 addresses to places: the steps in order, found by a short search in one of the buckets into
 * which each /16 is divided. A /16 has as many buckets as steps, about: registries fill a few of
 * them, and leave thousands empty. */
#pragma once

#include "geo/tables.h"

/* Makes v6_slots, v6_buckets, v6_from and v6_runs. Returns 0 or -ENOMEM. */
int v6_make(struct tables *t, const struct step_list *countries,
	const struct step_list *systems) MUST_USE;
bool v6_is_sound(const struct tables *t);
const struct run *v6_find(const struct tables *t, const struct addr *a);
