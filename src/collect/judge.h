/* Whether the bytes of a file are the segment that the sender says they are. */
#pragma once

#include "collect/taken.h"

enum {
	/* Clocks of posts may be wrong: what is further ahead is taken all the same, and marked. */
	JUDGE_AHEAD_S = 300,
};

struct judged {
	struct taken record;
	int64_t clock_ns; /* the sensor's clock when it began */
	bool ahead;	  /* of ours */
	size_t size;	  /* of the file */
};

/* -EBADMSG and why when it cannot be read within its bounds, or is of another sensor, epoch or sequence. record.digest and
 * size are what the caller found. */
int judge_segment(const void *packed, size_t len, const char *sensor, const struct spool_name *name, int64_t now_s,
	struct judged *ret, struct err *e) MUST_USE;
