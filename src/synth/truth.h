/* truth.json: what the captures of a scenario hold, counted from the plan. */
#pragma once

#include "base/json.h"
#include "synth/emit.h"

/* The whole document; -ENOMEM. */
int truth_write(const struct scenario *s, const struct plan *plan, const struct emitted *emitted,
	uint64_t seed, struct buf *out, struct err *e) MUST_USE;
