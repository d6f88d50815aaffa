/* How many answers a second there may be: to one source, to one network of sources, and in all.
 * Token buckets in tables of fixed size, found by a keyed hash: who shares a place shares its
 * tokens, so that no flood needs memory. */
#pragma once

#include "base/hash.h"
#include "decode/addr.h"

enum { LIMIT_PLACES = 1 << 16, LIMIT_RATE_MAX = 1000000 };

struct limit_rate {
	uint32_t per_second; /* at most LIMIT_RATE_MAX; so is burst */
	uint32_t burst;	     /* at once after a pause */
};

enum limit_level { LIMIT_SOURCE, LIMIT_NETWORK, LIMIT_TOTAL, LIMIT_LEVELS };

struct bucket {
	uint32_t at_ms;
	uint32_t thousandths; /* of a token */
};

/* About 1 MiB: for the heap. */
struct limit {
	struct hash_key key;
	struct limit_rate rates[LIMIT_LEVELS];
	struct bucket sources[LIMIT_PLACES], networks[LIMIT_PLACES], total;
};

/* All buckets are full. */
void limit_init(struct limit *l, const struct limit_rate rates[LIMIT_LEVELS], struct hash_key key);
/* Takes a token of each level; or, when a level has none, of no level, and says which (the first).
 * Where it has all: LIMIT_LEVELS. Time that goes back gives nothing. */
enum limit_level limit_take(struct limit *l, const struct addr *source, int64_t now_ns);
