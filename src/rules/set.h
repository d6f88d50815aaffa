/* A loaded set, seen from inside the folder. */
#pragma once

#include "rules/rule.h"

struct index; /* index.h */

struct rules {
	struct rules_pool *pool;
	struct rule *rules;
	size_t count;
	struct regex **regexes;
	size_t regex_count;
	struct index *index;
	char digest[65];
};
