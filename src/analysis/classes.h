/* Classes of keys that were seen equally often, for dimensions with more keys than can be fetched.
 */
#pragma once

#include "analysis/count.h"

struct key_class {
	struct counted each; /* of each of its keys; the key is not set */
	uint64_t keys;
	struct value *first; /* the first `known` of them in their natural order */
	size_t known;
};

struct classes {
	enum dimension dimension;
	struct key_class *list; /* owned, as first */
	size_t count;
};

/* Whether SQL orders the keys as value_compare() does, and a value owns no memory. */
bool classes_can_hold(enum dimension d);
/* first: how many keys of each class. Without sources. */
int classes_count(const struct analysis *a, const struct question *q, size_t first,
	struct classes *ret, struct err *e) MUST_USE;
void classes_done(struct classes *c);
static inline void auto_classes_done(struct classes *c)
{
	classes_done(c);
}

/* How many keys of a class are before a key: asked for when the known ones do not tell. */
struct before {
	const struct key_class *of;
	const struct value *key;
	uint64_t count;
};

/* False: it must be asked. */
bool classes_count_before(const struct classes *c, struct before *b);
int classes_ask_before(const struct analysis *a, const struct question *q, struct before *list,
	size_t count, struct err *e) MUST_USE;
