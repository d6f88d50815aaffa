#include "flow/payloads.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>

static uint32_t min_u32(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* The smallest power of two that leaves every second slot empty. */
static size_t slots_for(size_t max)
{
	size_t slots = 2;

	while (slots < 2 * max)
		slots *= 2;
	return slots;
}

int payloads_init(struct payloads *p, size_t max, size_t max_bytes, const struct hash_key *key)
{
	size_t slots = slots_for(max);

	*p = (struct payloads){
		.max = max, .bytes_max = max_bytes, .slot_mask = slots - 1, .key = *key};
	p->entries = calloc(max, sizeof(*p->entries));
	p->bytes = calloc(max_bytes ? max_bytes : 1, 1);
	p->slots = calloc(slots, sizeof(*p->slots));
	p->sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	p->digest = EVP_MD_CTX_new();
	if (!p->entries || !p->bytes || !p->slots || !p->sha256 || !p->digest)
		return -ENOMEM;
	return 0;
}

void payloads_done(struct payloads *p)
{
	free(p->entries);
	free(p->bytes);
	free(p->slots);
	EVP_MD_CTX_free(p->digest);
	EVP_MD_free(p->sha256);
	*p = (struct payloads){0};
}

void payloads_clear(struct payloads *p)
{
	if (p->kept_count + p->not_kept_count == 0)
		return;
	memset(p->slots, 0, (p->slot_mask + 1) * sizeof(*p->slots));
	memset(p->memo, 0, sizeof(p->memo));
	p->kept_count = p->not_kept_count = p->bytes_len = 0;
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

	assert(p->kept_count + p->not_kept_count < p->max);
	if (kept > p->bytes_max - p->bytes_len) {
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

static struct payload_entry *find_or_add(struct payloads *p, const uint8_t *data, uint32_t len)
{
	struct payload_hash hash = sha256_of(p, data, len);
	size_t slot = hash_bytes(&p->key, &hash, sizeof(hash)) & p->slot_mask;

	for (; p->slots[slot]; slot = (slot + 1) & p->slot_mask) {
		struct payload_entry *entry = &p->entries[p->slots[slot] - 1];

		if (memcmp(&entry->hash, &hash, sizeof(hash)) == 0)
			return entry;
	}
	struct payload_entry *entry = new_entry(p, &hash, data, len);
	p->slots[slot] = (uint32_t)(entry - p->entries) + 1;
	return entry;
}

struct payload_hash payloads_add(
	struct payloads *p, const uint8_t *data, uint32_t len, uint32_t time_s)
{
	uint32_t *memo = &p->memo[hash_bytes(&p->key, data, len) % PAYLOAD_MEMO];
	struct payload_entry *entry = *memo ? &p->entries[*memo - 1] : NULL;

	if (!entry || !is_same(entry, p->bytes, data, len)) {
		entry = find_or_add(p, data, len);
		*memo = (uint32_t)(entry - p->entries) + 1;
	}
	entry->first_seen = min_u32(entry->first_seen, time_s);
	return entry->hash;
}
