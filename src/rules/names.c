#include "rules/names.h"

#include <string.h>

/* FNV-1a, 64 bits (http://www.isthe.com/chongo/tech/comp/fnv/). */
static size_t hash(const char *name)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (; *name; name++)
		h = (h ^ (unsigned char)*name) * UINT64_C(0x100000001b3);
	return (size_t)(h ^ h >> 32);
}

static struct name_slot *slot_of(const struct names *n, const char *name)
{
	size_t at = hash(name);

	for (;; at++) {
		struct name_slot *slot = &n->slots[at & (n->cap - 1)];
		if (!slot->name || strcmp(slot->name, name) == 0)
			return slot;
	}
}

void *names_get(const struct names *n, const char *name)
{
	return n->cap ? slot_of(n, name)->value : NULL;
}

static bool grow(struct names *n, struct rules_pool *pool)
{
	struct names larger = {.cap = n->cap ? n->cap * 2 : 64, .count = n->count};

	larger.slots = pool_alloc(pool, larger.cap * sizeof(*larger.slots));
	if (!larger.slots)
		return false;
	for (size_t i = 0; i < n->cap; i++)
		if (n->slots[i].name)
			*slot_of(&larger, n->slots[i].name) = n->slots[i];
	*n = larger;
	return true;
}

bool names_put(struct names *n, struct rules_pool *pool, const char *name, void *value)
{
	if (n->count * 2 >= n->cap && !grow(n, pool))
		return false;
	struct name_slot *slot = slot_of(n, name);
	if (!slot->name) {
		slot->name = pool_text(pool, name, strlen(name));
		if (!slot->name)
			return false;
		n->count++;
	}
	slot->value = value;
	return true;
}
