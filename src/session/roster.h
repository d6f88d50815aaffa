/* The conversations that there are: found by addresses and ports of either direction, ordered by when they last spoke. */
#pragma once

#include "base/hash.h"
#include "session/session.h"

enum { ROSTER_NONE = -1 };

/* Both ends of a conversation, in an order that does not depend on who speaks. */
struct roster_key {
	struct addr low, high;
	uint16_t low_port, high_port;
	uint32_t protocol;
};

struct roster_entry {
	struct conversation conversation;
	struct roster_key key;
	int32_t chain;         /* next of the bucket, or next free */
	int32_t older, newer;  /* by the last packet */
};

struct roster {
	struct roster_entry *entries;
	int32_t *buckets;
	size_t size, bucket_mask;
	int32_t free, oldest, newest;
	size_t used;
	struct hash_key hash;
	uint8_t *user;
	size_t user_bytes;
};

/* False: no memory. */
bool roster_init(struct roster *t, size_t size, size_t user_bytes);
void roster_done(struct roster *t);

struct roster_key roster_key(const struct addr *a, uint16_t a_port, const struct addr *b, uint16_t b_port, uint8_t protocol);
/* NULL: there is none. */
struct roster_entry *roster_find(const struct roster *t, const struct roster_key *key);
/* A new one, the newest, all zero but its key and user; the table must not be full. */
struct roster_entry *roster_add(struct roster *t, const struct roster_key *key);
void roster_remove(struct roster *t, struct roster_entry *entry);
/* It spoke: it is the newest now. */
void roster_touch(struct roster *t, struct roster_entry *entry);

static inline bool roster_is_full(const struct roster *t)
{
	return t->free == ROSTER_NONE;
}

/* NULL: the table is empty. */
static inline struct roster_entry *roster_oldest(const struct roster *t)
{
	return t->oldest == ROSTER_NONE ? NULL : &t->entries[t->oldest];
}
