/* When something that failed is tried again: exponential back-off with full jitter, so that a thousand sensors do not
 * return at once after an outage; not before the collector asks for it. Times are of a clock that only goes forward. */
#pragma once

#include "base/base.h"

struct retry {
	unsigned int failures; /* in a row */
	int64_t until_ms;      /* not before */
};

enum {
	RETRY_FIRST_MS = 1000,	   /* the first wait is at most this; each later one may be twice as long */
	RETRY_ASKED_MAX_S = 21600, /* a longer Retry-After is taken for a mistake */
};

/* It failed at now_ms. asked_s: Retry-After, 0 when there was none. longest_ms: of a wait that was not asked for.
 * random: 32 bits. */
void retry_failed(struct retry *r, int64_t now_ms, int64_t asked_s, int64_t longest_ms, uint32_t random);
/* It will fail for a while (the sensor is not allowed): between half of longest_ms and all of it. */
void retry_forbidden(struct retry *r, int64_t now_ms, int64_t longest_ms, uint32_t random);
void retry_succeeded(struct retry *r);
