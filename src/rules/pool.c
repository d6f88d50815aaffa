#include "rules/pool.h"

#include <string.h>

enum { BLOCK = 64 << 10, ALIGN = 16 };

struct block {
	struct block *next;
	size_t used, size;
	_Alignas(ALIGN) unsigned char data[];
};

struct rules_pool {
	struct block *blocks; /* the one that is filled now comes first */
	bool failed;
};

struct rules_pool *pool_new(void)
{
	return calloc(1, sizeof(struct rules_pool));
}

void pool_free(struct rules_pool *pool)
{
	if (!pool)
		return;
	for (struct block *b = pool->blocks, *next; b; b = next) {
		next = b->next;
		free(b);
	}
	free(pool);
}

bool pool_failed(const struct rules_pool *pool)
{
	return pool->failed;
}

/* A block of its own for what is large: the one that is being filled stays first. */
static struct block *block_add(struct rules_pool *pool, size_t size)
{
	bool large = size > BLOCK / 4;
	size_t room = large ? size : BLOCK;
	struct block *b = calloc(1, sizeof(*b) + room);

	if (!b) {
		pool->failed = true;
		return NULL;
	}
	b->size = room;
	struct block **at = large && pool->blocks ? &pool->blocks->next : &pool->blocks;
	b->next = *at;
	*at = b;
	return b;
}

void *pool_alloc(struct rules_pool *pool, size_t size)
{
	size_t rounded = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	struct block *b = pool->blocks;

	if (rounded < size)
		return NULL;
	if (!b || b->size - b->used < rounded)
		b = block_add(pool, rounded);
	if (!b)
		return NULL;
	void *place = b->data + b->used;
	b->used += rounded;
	return place;
}

char *pool_text(struct rules_pool *pool, const char *text, size_t len)
{
	char *copy = pool_alloc(pool, len + 1);

	if (copy && len > 0)
		memcpy(copy, text, len);
	return copy;
}

void *pool_copy(struct rules_pool *pool, const void *data, size_t size)
{
	void *copy = pool_alloc(pool, size ? size : 1);

	if (copy && size > 0)
		memcpy(copy, data, size);
	return copy;
}

/* The array is full when count is 0 or a power of two. */
void *pool_more(struct rules_pool *pool, void **array, size_t count, size_t size)
{
	if ((count & (count - 1)) == 0) {
		void *larger = pool_alloc(pool, (count ? count * 2 : 1) * size);

		if (!larger)
			return NULL;
		if (count > 0)
			memcpy(larger, *array, count * size);
		*array = larger;
	}
	return (char *)*array + count * size;
}
