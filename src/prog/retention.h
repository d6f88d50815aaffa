/* The archive of a collector within its bounds. */
#pragma once

#include "prog/inbox.h"

struct retention {
	uint64_t days;	/* that a segment is kept behind its own; 0: for ever */
	uint64_t bytes; /* of all, as they lie on disk; the oldest days go first; 0: no limit */
};

/* Removes what is beyond, at most RETENTION_AT_ONCE files, and never one of the two newest days (UTC), which loading reads again.
 * What lies in the archive is in the store. Returns how many were removed. */
enum { RETENTION_AT_ONCE = 20000 };
int retention_keep(const struct inbox *in, const struct retention *limits, int64_t now_s, struct err *e) MUST_USE;
