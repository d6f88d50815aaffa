/* A `struct top` as people and programs read it. */
#pragma once

#include "prog/answer.h"
#include "prog/payload_view.h"

/* Appends the whole answer. names gives those of AS in tables, and of signatures in JSON too. payloads: those of the
 * rows, NULL where they are none or not known. Without a period to compare with (period_is_none) the
 * columns stay and are empty, and in JSON "versus" is null. */
void top_print(const struct top *top, enum format format, const struct names *names, const struct payload_views *payloads,
	struct buf *out);
