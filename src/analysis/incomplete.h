/* Which segments were begun and not completed, so that a number may still grow. */
#pragma once

#include "analysis/analysis.h"

/* Those that touch the period, or versus when it is not NULL. */
int incomplete_find(const struct analysis *a, const struct period *period,
	const struct period *versus, struct incomplete *ret, struct err *e) MUST_USE;
void incomplete_done(struct incomplete *in);
