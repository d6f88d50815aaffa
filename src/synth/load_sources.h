/* The sources of load: six of ten lie in 300 networks (/16), the rest anywhere. */
#pragma once

#include "geo/geo.h"
#include "synth/random.h"

struct load_source {
	uint32_t v4;
	char country[2];
	uint8_t start_ttl, hops;
};

/* count sources, drawn from the countries that send most; not in avoid. *ret is owned by the
 * caller. */
int load_sources_make(const struct geo *geo, const struct prefix *avoid, size_t count,
	struct random *r, struct load_source **ret, struct err *e) MUST_USE;
