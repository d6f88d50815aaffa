/* All that is needed to take what sensors sent into the store: once (teiten load), or again and again (teiten collect). */
#pragma once

#include "geo/geo.h"
#include "prog/collected.h"
#include "prog/rulebooks.h"

struct loading {
	struct geo *geo;
	struct rulebooks *rulebooks;
	struct intake intake;
	struct collected *collected;
};

/* folder: the collector's; NULL: that of the settings. ret is zeroed at first, and closed in any case. */
int loading_open(struct prog *p, const char *folder, struct loading *ret, struct err *e) MUST_USE;
void loading_close(struct loading *l);
static inline void auto_loading_close(struct loading *l)
{
	loading_close(l);
}
