/* Keys to dense numbers, with what is counted of each. Bounded; private to the tally. */
#pragma once

#include "base/base.h"
#include "base/hash.h"

#include <stdbool.h>

enum { TALLY_NONE = UINT32_MAX };

/* A number, or the 16 bytes of an address or a payload's hash. */
struct tally_key {
	uint64_t a, b;
	uint32_t dimension;
};

struct tally_entry {
	struct tally_key key;
	uint32_t sketch;  /* of its sources, TALLY_NONE: they are counted exactly */
	uint64_t packets; /* 0: no key is here (any more) */
	uint32_t sources; /* of a free entry: the next free one */
};

/* Open addressing; the index holds the upper half of the hash and the number plus 1. */
struct tally_keys {
	struct tally_entry *entries;
	uint64_t *index;
	size_t index_mask;
	size_t used, room, max; /* entries: ever used, allocated, allowed */
	uint32_t free;		/* the first free one of those ever used */
	size_t free_count;
	struct hash_key hash;
};

/* False without memory. */
bool tally_keys_init(struct tally_keys *k, size_t max, const struct hash_key *hash) MUST_USE;
void tally_keys_done(struct tally_keys *k);

static inline uint64_t tally_key_hash(const struct tally_keys *k, const struct tally_key *key)
{
	uint64_t h = hash_mix(key->a ^ k->hash.a, key->b ^ k->hash.b ^ key->dimension);

	return hash_mix(h ^ k->hash.b, k->hash.a | 1);
}

static inline void tally_keys_fetch(const struct tally_keys *k, uint64_t hash)
{
	__builtin_prefetch(&k->index[hash & k->index_mask]);
}

/* Once what tally_keys_fetch() asked for has arrived: most often the key's entry. */
static inline void tally_keys_fetch_entry(const struct tally_keys *k, uint64_t hash)
{
	uint32_t number = (uint32_t)k->index[hash & k->index_mask];

	if (number)
		__builtin_prefetch(&k->entries[number - 1], 1);
}

/* The key's number, made when it was not there (then with packets 0: count the first one before the next call);
 * TALLY_NONE when there is no room for it. Growing for want of memory ends like reaching the maximum. */
uint32_t tally_keys_find(struct tally_keys *k, const struct tally_key *key, uint64_t hash);

/* Forgets the keys without a sketch that were seen least, at least a quarter of all if it can, but never entry 0; adds
 * their packets to lost[dimension], and returns how many packets the most frequent of them had, 0 when there was none to
 * forget. */
uint64_t tally_keys_prune(struct tally_keys *k, uint64_t lost[]);
