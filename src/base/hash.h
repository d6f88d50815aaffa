/* A fast hash for tables in memory, keyed so that nobody who sends packets can choose which ones
 * collide. Not for anything that is stored or compared between processes. */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

struct hash_key {
	uint64_t a, b; /* random, from the start of the process */
};

/* Without randomness all is right the same, only slower for a sender who knows this key. */
static inline struct hash_key hash_key_random(void)
{
	struct hash_key key;

	if (getentropy(&key, sizeof(key)) < 0)
		key = (struct hash_key){
			UINT64_C(0x9e3779b97f4a7c15), UINT64_C(0xd1b54a32d192ed03)};
	return key;
}

static inline uint64_t hash_load(const void *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/* Both halves of the product: every bit of x and y reaches every bit of the result. */
static inline uint64_t hash_mix(uint64_t x, uint64_t y)
{
	__uint128_t product = (__uint128_t)x * y;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t hash_bytes(const struct hash_key *key, const void *data, size_t len)
{
	const uint8_t *p = data;
	uint64_t h = key->a ^ len;
	size_t left = len;

	for (; left >= 16; left -= 16, p += 16)
		h = hash_mix(hash_load(p) ^ h, hash_load(p + 8) ^ key->b);

	uint8_t rest[16] = {0};
	memcpy(rest, p, left);
	h = hash_mix(hash_load(rest) ^ h, hash_load(rest + 8) ^ key->b);
	return hash_mix(h ^ key->b, key->a);
}

/* Slots of a table by hash: the smallest power of two that leaves every second one empty. */
static inline size_t hash_slots(size_t entries)
{
	size_t slots = 2;

	while (slots < 2 * entries)
		slots *= 2;
	return slots;
}
