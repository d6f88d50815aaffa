#include "flow/payloads.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>

#include "base/lazy.h"


static uint32_t min_u32(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static uint32_t max_u32(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

static size_t body_slots_for(size_t max)
{
	return max ? hash_slots(max) : 0;
}

/* The table is large, and most captures have few payloads. */
static bool bodies_init(struct payload_bodies *b, size_t max)
{
	*b = (struct payload_bodies){.max = max};
	if (!max)
		return true;
	b->slot_mask = hash_slots(max) - 1;
	b->slots = lazy_new((b->slot_mask + 1) * sizeof(*b->slots));
	return b->slots;
}

int payloads_init(struct payloads *p, struct payload_limits limits, const struct hash_key *key)
{
	size_t slots = hash_slots(limits.entries);

	*p = (struct payloads){.max = limits.entries,
		.bytes_max = limits.bytes,
		.slot_mask = slots - 1,
		.key = *key};
	p->entries = lazy_new(limits.entries * sizeof(*p->entries));
	p->bytes = lazy_new(limits.bytes + 1);
	p->slots = lazy_new(slots * sizeof(*p->slots));
	p->sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	p->digest = EVP_MD_CTX_new();
	if (!p->entries || !p->bytes || !p->slots || !p->sha256 || !p->digest ||
		!bodies_init(&p->bodies, limits.bodies))
		return -ENOMEM;
	return 0;
}

void payloads_done(struct payloads *p)
{
	lazy_free(p->entries, p->max * sizeof(*p->entries));
	lazy_free(p->bytes, p->bytes_max + 1);
	lazy_free(p->slots, (p->slot_mask + 1) * sizeof(*p->slots));
	if (p->bodies.slots)
		lazy_free(p->bodies.slots, (p->bodies.slot_mask + 1) * sizeof(*p->bodies.slots));
	EVP_MD_CTX_free(p->digest);
	EVP_MD_free(p->sha256);
	*p = (struct payloads){0};
}

uint64_t payloads_memory(struct payload_limits limits)
{
	return limits.entries * sizeof(struct payload_entry) + limits.bytes +
	       hash_slots(limits.entries) * sizeof(uint32_t) +
	       body_slots_for(limits.bodies) * sizeof(uint64_t);
}

void payloads_clear(struct payloads *p)
{
	if (p->kept_count + p->not_kept_count == 0)
		return;
	lazy_clear(p->slots, (p->slot_mask + 1) * sizeof(*p->slots));
	memset(p->memo, 0, sizeof(p->memo));
	p->kept_count = p->not_kept_count = p->bytes_len = 0;
}

void payloads_begin(struct payloads *p)
{
	payloads_clear(p);
	if (p->bodies.count)
		lazy_clear(p->bodies.slots, (p->bodies.slot_mask + 1) * sizeof(*p->bodies.slots));
	p->bodies.count = 0;
}

/* Whether the capture may keep this one's bytes: it has before, or it has not kept too many. */
static bool admit_body(struct payloads *p, const struct payload_hash *hash)
{
	struct payload_bodies *b = &p->bodies;
	uint64_t first = hash_load(hash->b) | 1; /* never 0 */
	size_t slot = hash_mix(first ^ p->key.a, p->key.b) & b->slot_mask;

	if (!b->max)
		return true;
	for (; b->slots[slot]; slot = (slot + 1) & b->slot_mask)
		if (b->slots[slot] == first)
			return true;
	if (b->count == b->max)
		return false;
	b->slots[slot] = first;
	b->count++;
	return true;
}

static struct payload_hash sha256_of(struct payloads *p, const uint8_t *data, uint32_t len)
{
	uint8_t full[EVP_MAX_MD_SIZE];
	struct payload_hash hash;

	bool done = EVP_DigestInit_ex2(p->digest, p->sha256, NULL) &&
		    EVP_DigestUpdate(p->digest, data, len) &&
		    EVP_DigestFinal_ex(p->digest, full, NULL);
	assert(done); /* fails only for a digest that is not there */
	memcpy(hash.b, full, sizeof(hash.b));
	return hash;
}

/* Only of payloads that are kept whole. */
static bool is_same(
	const struct payload_entry *entry, const uint8_t *bytes, const uint8_t *data, uint32_t len)
{
	return entry->length == len && entry->kept == len &&
	       memcmp(bytes + entry->offset, data, len) == 0;
}

/* A payload that was not there: with its bytes while there is room. */
static struct payload_entry *new_entry(
	struct payloads *p, const struct payload_hash *hash, const uint8_t *data, uint32_t len)
{
	uint32_t kept = min_u32(len, PAYLOAD_KEPT);
	struct payload_entry *entry;

	if (kept > p->bytes_max - p->bytes_len || !admit_body(p, hash)) {
		entry = &p->entries[p->max - ++p->not_kept_count];
		kept = 0;
	} else {
		entry = &p->entries[p->kept_count++];
	}
	*entry = (struct payload_entry){
		.hash = *hash,
		.length = len,
		.first_seen = UINT32_MAX,
		.kept = kept,
		.offset = p->bytes_len,
	};
	memcpy(p->bytes + p->bytes_len, data, kept);
	p->bytes_len += kept;
	return entry;
}

/* Where the number of the hash's entry stands, or belongs when it is 0. */
static uint32_t *find_slot(struct payloads *p, const struct payload_hash *hash)
{
	size_t slot = hash_bytes(&p->key, hash, sizeof(*hash)) & p->slot_mask;

	while (p->slots[slot] &&
		memcmp(&p->entries[p->slots[slot] - 1].hash, hash, sizeof(*hash)) != 0)
		slot = (slot + 1) & p->slot_mask;
	return &p->slots[slot];
}

static struct payload_hash look_up(
	struct payloads *p, const uint8_t *data, uint32_t len, uint32_t time_s, bool add)
{
	uint32_t *memo = &p->memo[hash_bytes(&p->key, data, len) % PAYLOAD_MEMO];
	struct payload_entry *entry = *memo ? &p->entries[*memo - 1] : NULL;

	if (!entry || !is_same(entry, p->bytes, data, len)) {
		struct payload_hash hash = sha256_of(p, data, len);
		uint32_t *slot = find_slot(p, &hash);

		if (!*slot && add && p->kept_count + p->not_kept_count < p->max)
			*slot = (uint32_t)(new_entry(p, &hash, data, len) - p->entries) + 1;
		if (!*slot)
			return hash;
		*memo = *slot;
		entry = &p->entries[*slot - 1];
	}
	entry->first_seen = min_u32(entry->first_seen, time_s);
	entry->last_seen = max_u32(entry->last_seen, time_s);
	return entry->hash;
}

struct payload_hash payloads_add(
	struct payloads *p, const uint8_t *data, uint32_t len, uint32_t time_s)
{
	return look_up(p, data, len, time_s, true);
}

struct payload_hash payloads_find(
	struct payloads *p, const uint8_t *data, uint32_t len, uint32_t time_s)
{
	return look_up(p, data, len, time_s, false);
}
