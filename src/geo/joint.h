/* Two lists of steps side by side: every stretch of addresses of one country and one AS. */
#pragma once

#include "geo/steps.h"

struct joint {
	__uint128_t first, last;
	uint32_t country, asn; /* values of the lists, 0 when unknown */
};

struct joints {
	const struct step_list *countries, *systems;
	size_t country_at, system_at;
	__uint128_t next, highest;
	bool ended;
};

/* All addresses of 32 or 128 bits. The lists must live as long. */
struct joints joints_of(
	const struct step_list *countries, const struct step_list *systems, unsigned bits);
/* The next stretch, in order, none left out and no two neighbours alike; false after the last. */
bool joints_next(struct joints *j, struct joint *ret);
