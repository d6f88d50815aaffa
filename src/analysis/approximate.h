/* Which of the asked accesses are in rows of less detail, so that a number may be wrong. */
#pragma once

#include "analysis/analysis.h"

/* Fills what the question's numbers depend on; sketched is left as it is. versus: the question's previous period counts,
 * too. */
int approximate_find(const struct analysis *a, const struct question *q, bool versus,
	struct approximate *ret, struct err *e) MUST_USE;
