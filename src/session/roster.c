#include "session/roster.h"

#include "base/base.h"

bool roster_init(struct roster *t, size_t size, size_t user_bytes)
{
	size_t buckets = 16;

	while (buckets < size)
		buckets *= 2;
	*t = (struct roster){.size = size, .bucket_mask = buckets - 1, .free = 0, .oldest = ROSTER_NONE, .newest = ROSTER_NONE,
		.hash = hash_key_random(), .user_bytes = user_bytes};
	t->entries = calloc(size, sizeof(*t->entries));
	t->buckets = malloc(buckets * sizeof(*t->buckets));
	t->user = calloc(size, user_bytes ? user_bytes : 1);
	if (!t->entries || !t->buckets || !t->user)
		return false;
	for (size_t i = 0; i < buckets; i++)
		t->buckets[i] = ROSTER_NONE;
	for (size_t i = 0; i < size; i++)
		t->entries[i].chain = i + 1 < size ? (int32_t)i + 1 : ROSTER_NONE;
	return true;
}

void roster_done(struct roster *t)
{
	free(t->entries);
	free(t->buckets);
	free(t->user);
}

struct roster_key roster_key(const struct addr *a, uint16_t a_port, const struct addr *b, uint16_t b_port, uint8_t protocol)
{
	int order = memcmp(a, b, sizeof(*a));

	if (order < 0 || (order == 0 && a_port <= b_port))
		return (struct roster_key){*a, *b, a_port, b_port, protocol};
	return (struct roster_key){*b, *a, b_port, a_port, protocol};
}

static int32_t *bucket_of(const struct roster *t, const struct roster_key *key)
{
	_Static_assert(sizeof(*key) == 40, "no padding: it is hashed and compared as bytes");
	return &t->buckets[hash_bytes(&t->hash, key, sizeof(*key)) & t->bucket_mask];
}

struct roster_entry *roster_find(const struct roster *t, const struct roster_key *key)
{
	for (int32_t i = *bucket_of(t, key); i != ROSTER_NONE; i = t->entries[i].chain)
		if (memcmp(&t->entries[i].key, key, sizeof(*key)) == 0)
			return &t->entries[i];
	return NULL;
}

static void link_newest(struct roster *t, struct roster_entry *entry)
{
	int32_t i = (int32_t)(entry - t->entries);

	entry->older = t->newest;
	entry->newer = ROSTER_NONE;
	if (t->newest == ROSTER_NONE)
		t->oldest = i;
	else
		t->entries[t->newest].newer = i;
	t->newest = i;
}

static void unlink_order(struct roster *t, struct roster_entry *entry)
{
	if (entry->older == ROSTER_NONE)
		t->oldest = entry->newer;
	else
		t->entries[entry->older].newer = entry->newer;
	if (entry->newer == ROSTER_NONE)
		t->newest = entry->older;
	else
		t->entries[entry->newer].older = entry->older;
}

struct roster_entry *roster_add(struct roster *t, const struct roster_key *key)
{
	int32_t i = t->free, *bucket = bucket_of(t, key);
	struct roster_entry *entry = &t->entries[i];

	t->free = entry->chain;
	*entry = (struct roster_entry){.key = *key, .chain = *bucket};
	entry->conversation.user = t->user + (size_t)i * t->user_bytes;
	memset(entry->conversation.user, 0, t->user_bytes);
	*bucket = i;
	link_newest(t, entry);
	t->used++;
	return entry;
}

void roster_remove(struct roster *t, struct roster_entry *entry)
{
	int32_t i = (int32_t)(entry - t->entries), *at = bucket_of(t, &entry->key);

	while (*at != i)
		at = &t->entries[*at].chain;
	*at = entry->chain;
	unlink_order(t, entry);
	entry->chain = t->free;
	t->free = i;
	t->used--;
}

void roster_touch(struct roster *t, struct roster_entry *entry)
{
	if (entry->newer == ROSTER_NONE)
		return;
	unlink_order(t, entry);
	link_newest(t, entry);
}
