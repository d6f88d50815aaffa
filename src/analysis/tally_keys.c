#include "analysis/tally_keys.h"

#include <string.h>

enum { ROOM_MIN = 1024 };

/* Twice as many slots as entries, so that a probe ends soon. */
static bool grow_index(struct tally_keys *k, size_t room)
{
	uint64_t *index = calloc(2 * room, sizeof(*index));

	if (!index)
		return false;
	free(k->index);
	k->index = index;
	k->index_mask = 2 * room - 1;
	return true;
}

/* Room for power-of-two many entries; on failure all stays as it was. */
static bool grow(struct tally_keys *k, size_t room)
{
	struct tally_entry *entries = reallocarray(k->entries, room, sizeof(*entries));

	if (!entries)
		return false;
	k->entries = entries;
	if (!grow_index(k, room))
		return false;
	k->room = room;
	return true;
}

bool tally_keys_init(struct tally_keys *k, size_t max, const struct hash_key *hash)
{
	*k = (struct tally_keys){.max = max, .free = TALLY_NONE, .hash = *hash};
	return grow(k, ROOM_MIN);
}

void tally_keys_done(struct tally_keys *k)
{
	free(k->entries);
	free(k->index);
	*k = (struct tally_keys){0};
}

static void index_put(struct tally_keys *k, uint32_t number, uint64_t hash)
{
	size_t slot = hash & k->index_mask;

	while (k->index[slot])
		slot = (slot + 1) & k->index_mask;
	k->index[slot] = hash >> 32 << 32 | (number + 1);
}

static void index_all(struct tally_keys *k)
{
	memset(k->index, 0, (k->index_mask + 1) * sizeof(*k->index));
	for (uint32_t i = 0; i < k->used; i++)
		if (k->entries[i].packets)
			index_put(k, i, tally_key_hash(k, &k->entries[i].key));
}

/* A number for a new key. */
static uint32_t take_entry(struct tally_keys *k)
{
	uint32_t number = k->free;

	if (number != TALLY_NONE) {
		k->free = k->entries[number].sources;
		k->free_count--;
		return number;
	}
	if (k->used == k->room) {
		if (k->room >= k->max || !grow(k, 2 * k->room))
			return TALLY_NONE;
		index_all(k);
	}
	return (uint32_t)k->used++;
}

static bool is_key(const struct tally_key *x, const struct tally_key *y)
{
	return x->a == y->a && x->b == y->b && x->dimension == y->dimension;
}

uint32_t tally_keys_find(struct tally_keys *k, const struct tally_key *key, uint64_t hash)
{
	size_t slot = hash & k->index_mask;

	for (; k->index[slot]; slot = (slot + 1) & k->index_mask) {
		uint32_t number = (uint32_t)k->index[slot] - 1;

		if (k->index[slot] >> 32 == hash >> 32 && is_key(&k->entries[number].key, key))
			return number;
	}
	uint32_t number = take_entry(k);
	if (number == TALLY_NONE)
		return number;
	k->entries[number] = (struct tally_entry){.key = *key, .sketch = TALLY_NONE};
	index_put(k, number, hash);
	return number;
}

static bool can_go(const struct tally_entry *entry, uint64_t most)
{
	return entry->packets && entry->packets <= most && entry->sketch == TALLY_NONE;
}

static size_t count_of(const struct tally_keys *k, uint64_t most)
{
	size_t count = 0;

	for (size_t i = 1; i < k->used; i++)
		count += can_go(&k->entries[i], most);
	return count;
}

static void forget(struct tally_keys *k, uint32_t number, uint64_t lost[])
{
	struct tally_entry *entry = &k->entries[number];

	lost[entry->key.dimension] += entry->packets;
	*entry = (struct tally_entry){.sources = k->free, .sketch = TALLY_NONE};
	k->free = number;
	k->free_count++;
}

uint64_t tally_keys_prune(struct tally_keys *k, uint64_t lost[])
{
	uint64_t most = 1, highest = 0;

	while (most < UINT64_MAX / 2 && count_of(k, most) < k->used / 4)
		most *= 2;
	for (uint32_t i = 1; i < k->used; i++) {
		const struct tally_entry *entry = &k->entries[i];

		if (!can_go(entry, most))
			continue;
		highest = entry->packets > highest ? entry->packets : highest;
		forget(k, i, lost);
	}
	index_all(k);
	return highest;
}
