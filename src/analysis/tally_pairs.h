/* The set of pairs (key, source) that were seen: what makes counts of distinct sources exact. Bounded; private to the
 * tally. */
#pragma once

#include "base/base.h"
#include "base/hash.h"

#include <stdbool.h>

/* A pair is one word that is never 0: the key's number plus 1 in the upper 31 bits, the source in the lower 33. */
enum { PAIR_SOURCE_BITS = 33, PAIR_KEY_MAX = (1u << 31) - 2 };

static inline uint64_t pair_of(uint32_t number, uint64_t source)
{
	return (uint64_t)(number + 1) << PAIR_SOURCE_BITS | source;
}

static inline uint32_t pair_key(uint64_t pair)
{
	return (uint32_t)(pair >> PAIR_SOURCE_BITS) - 1;
}

static inline uint64_t pair_source(uint64_t pair)
{
	return pair & ((UINT64_C(1) << PAIR_SOURCE_BITS) - 1);
}

/* Open addressing by the upper bits of the hash, so that pairs keep their order when the table grows: it is copied from
 * front to back and not at random. */
struct tally_pairs {
	uint64_t *slots;
	unsigned shift; /* 64 less the logarithm of their number */
	size_t mask, count;
	size_t bytes_max;
	struct hash_key hash;
};

/* False without memory. */
bool tally_pairs_init(
	struct tally_pairs *p, size_t bytes_max, const struct hash_key *hash) MUST_USE;
void tally_pairs_done(struct tally_pairs *p);

static inline size_t pair_slot(const struct tally_pairs *p, uint64_t pair)
{
	return hash_mix(pair ^ p->hash.a, p->hash.b | 1) >> p->shift;
}

static inline void tally_pairs_fetch(const struct tally_pairs *p, uint64_t pair)
{
	__builtin_prefetch(&p->slots[pair_slot(p, pair)], 1);
}

enum pair_news { PAIR_KNOWN, PAIR_NEW, PAIR_NO_ROOM };
/* PAIR_NO_ROOM: the table is full and can grow no more; make room with tally_pairs_keep(). */
enum pair_news tally_pairs_add(struct tally_pairs *p, uint64_t pair);

/* Keeps the pairs for which keep() says so. */
void tally_pairs_keep(
	struct tally_pairs *p, bool (*keep)(uint64_t pair, void *context), void *context);
