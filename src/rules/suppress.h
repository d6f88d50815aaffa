/* Suppress lines: matches that are never told. */
#pragma once

#include "rules/threshold.h"

enum { SUPPRESS_MAX = 10000 };

struct suppress {
	uint32_t gid, sid; /* sid 0: all of the gid; gid 0: all */
	enum rule_track track; /* none: whatever the addresses; both: either of them */
	struct prefix prefix;
};

struct suppress_list {
	struct suppress *lines;
	size_t count;
};

int suppress_read(struct suppress_list *list, const char *path, uint64_t *ret_left_out, struct err *e) MUST_USE;
bool suppress_has(const struct suppress_list *list, const struct rule_info *info, const struct threshold_match *m);
