/* What single packets show by a test of 16 bits, which one in 65,536 passes by chance: tools and tags that are no more than candidates,
 * however many packets show them. Their sources are judged by dimension verdict. */
#pragma once

#include "analysis/dimension.h"

struct expr;

bool is_candidate(enum dimension d, const char *key);
/* Whether a filter asks for one, or for all but one. */
bool expr_asks_candidates(const struct expr *x);
