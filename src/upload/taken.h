/* Which segments a collector has taken that still lie in the spool, because another has not: as ranges of an epoch, so
 * that days of outage of one collector are a few lines. What is forgotten is sent again, and answered by 208. */
#pragma once

#include "ship/spool.h"

struct buf;

enum { TAKEN_MAX = 4096 }; /* ranges; the first one that no segment is in goes, else the first */

struct taken_range {
	uint8_t epoch[SEGMENT_EPOCH];
	uint64_t first, last;
	bool seen;
};

/* Sorted; neither overlap nor touch. All zeros: nothing. */
struct taken {
	struct taken_range ranges[TAKEN_MAX];
	size_t count;
	bool changed; /* since it was last written */
};

/* Whatever its level: what was reduced since was taken when it had more. */
bool taken_has(const struct taken *t, const struct spool_name *name);
void taken_add(struct taken *t, const struct spool_name *name);
/* Around a look at all segments that wait: taken_see() each; then ranges without one are forgotten. */
void taken_look(struct taken *t);
bool taken_see(struct taken *t, const struct spool_name *name); /* as taken_has() */
void taken_looked(struct taken *t);
/* A line each: EPOCH FIRST LAST. Reading skips what is none. */
void taken_print(const struct taken *t, struct buf *out);
void taken_parse(struct taken *t, char *text);
