/* The conversations that there are: found by addresses and ports of either direction, ordered by when they last spoke. */
#pragma once

#include "base/hash.h"
#include "session/session.h"

enum { TABLE_NONE = -1 };

/* Both ends of a conversation, in an order that does not depend on who speaks. */
struct table_key {
	struct addr low, high;
	uint16_t low_port, high_port;
	uint32_t protocol;
};

struct table_entry {
	struct conversation conversation;
	struct table_key key;
	int32_t chain;         /* next of the bucket, or next free */
	int32_t older, newer;  /* by the last packet */
};

struct table {
	struct table_entry *entries;
	int32_t *buckets;
	size_t size, bucket_mask;
	int32_t free, oldest, newest;
	size_t used;
	struct hash_key hash;
	uint8_t *user;
	size_t user_bytes;
};

/* False: no memory. */
bool table_init(struct table *t, size_t size, size_t user_bytes);
void table_done(struct table *t);

struct table_key table_key(const struct addr *a, uint16_t a_port, const struct addr *b, uint16_t b_port, uint8_t protocol);
/* NULL: there is none. */
struct table_entry *table_find(const struct table *t, const struct table_key *key);
/* A new one, the newest, all zero but its key and user; the table must not be full. */
struct table_entry *table_add(struct table *t, const struct table_key *key);
void table_remove(struct table *t, struct table_entry *entry);
/* It spoke: it is the newest now. */
void table_touch(struct table *t, struct table_entry *entry);

static inline bool table_is_full(const struct table *t)
{
	return t->free == TABLE_NONE;
}

/* NULL: the table is empty. */
static inline struct table_entry *table_oldest(const struct table *t)
{
	return t->oldest == TABLE_NONE ? NULL : &t->entries[t->oldest];
}
