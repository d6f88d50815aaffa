/* The sources of a scenario: addresses drawn from the country data, each once. */
#pragma once

#include "geo/geo.h"
#include "synth/scenario.h"
#include "synth/weights.h"

struct source {
	struct addr addr;
	uint16_t country; /* index into the scenario's */
	uint8_t start_ttl, hops;
};

enum { SOURCES_MAX = 1 << 24 }; /* so that an index takes 24 bits */

/* Sources first..first+count of the list; drawn by weights, equally when these are empty. */
struct pool {
	size_t first, count;
	struct weights weights;
};

struct sources {
	struct source *list;
	size_t count, cap;
	uint32_t *slots; /* open addressing by address: index + 1 */
	size_t slot_mask;
	struct pool *by_country; /* IPv4 */
	struct pool *by_country6;
	struct pool *by_phenomenon;
	size_t countries, phenomena;
	struct weights ttl;
};

/* What geo_find() says of each address is the country that it was drawn for. No sensor address, no
 * address that cannot be on the Internet, none twice. */
int sources_make(const struct scenario *s, const struct geo *geo, struct random *r,
	struct sources *ret, struct err *e) MUST_USE;
void sources_done(struct sources *sources);
/* An index into the list. */
uint32_t sources_draw(const struct sources *sources, const struct pool *pool, struct random *r);
/* A source that cannot be on the Internet (private, documentation, multicast ...): never drawn. */
bool sources_is_martian(uint32_t v4);
