/* Where an access came from: place, and with it the group of its source. */
#pragma once

#include "prog/prog.h"

#include <string.h>

static inline void locate(const struct prog *p, const struct geo *geo, struct access *a)
{
	struct place place = geo_find(geo, &a->src);

	a->asn = place.asn;
	memcpy(a->country, place.country, sizeof(a->country));
	a->group = groups_find(p->groups, &a->src, place.asn, a->ts_ns);
}
