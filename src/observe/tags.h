/* Tags: names for what an access is ("mirai", "tls-clienthello"), and sets of them as small numbers, so that rows of one
 * size hold them and merge by number. Names and sets are of one capture, bounded, and numbered as they come: only texts
 * are stored or compared. */
#pragma once

#include "base/intern.h"

enum {
	TAG_NAMES_MAX = 2048,  /* "" among them */
	TAG_SETS_MAX = 8192,
	TAG_TEXTS_BYTES = 1 << 20, /* of all sets */
	TAG_NAME_SIZE = 64,    /* with NUL */
	TAGS_IN_SET = 16,
	TAGS_NONE = 0, /* the empty set */
};

struct tags;

/* NULL without memory. */
struct tags *tags_new(void);
void tags_free(struct tags *t);
AUTO_RELEASE(struct tags, tags_free);

/* Lower case letters, digits, - and . only, 1 to 63 of them, "-" is none. */
bool tag_is_name(const char *name);
/* The number of a name; INTERN_FULL when there is no room for it. The name is one. */
uint16_t tags_name(struct tags *t, const char *name);
/* The set with that name too. Without room for it, or with a name that is INTERN_FULL, the set itself, and one more is
 * refused. */
uint16_t tags_with(struct tags *t, uint16_t set, uint16_t name);
/* The names of a set, sorted, with blanks between them; "" for TAGS_NONE. */
const char *tags_text(const struct tags *t, uint16_t set);
/* Their numbers, in that order; returns how many. */
size_t tags_of(const struct tags *t, uint16_t set, uint16_t ret[TAGS_IN_SET]);
const char *tags_name_text(const struct tags *t, uint16_t name);
/* How often a set went without a name for want of room. */
uint64_t tags_refused(const struct tags *t);
