/* What signatures are called: their messages, by the key of dimension signature. */
#pragma once

#include "analysis/analysis.h"

struct signatures {
	struct signature {
		char *key;     /* "2003", "3:469" */
		char *message; /* of the highest revision that detected something, as the category */
		enum rule_category category;
	} *list;               /* sorted by key */
	size_t count;
};

/* All that ever detected something. */
int signatures_load(const struct analysis *a, struct signatures *ret, struct err *e) MUST_USE;
void signatures_done(struct signatures *s);
static inline void auto_signatures_done(struct signatures *s)
{
	signatures_done(s);
}
/* NULL when it is not known; s may be NULL. */
const struct signature *signatures_find(const struct signatures *s, const char *key);
const char *signatures_message(const struct signatures *s, const char *key);
