/* A `struct top` as people and programs read it. */
#pragma once

#include "analysis/analysis.h"
#include "prog/prog.h"

/* Appends the whole answer. geo names AS in tables and may be NULL. Without a period to compare with (period_is_none) the
 * columns stay and are empty, and in JSON "versus" is null. */
void top_print(const struct top *top, enum format format, const struct geo *geo, struct buf *out);
