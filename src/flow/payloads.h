/* The distinct payloads of a block: each is kept once, under its SHA-256, within fixed memory. */
#pragma once

#include "base/base.h"
#include "base/hash.h"
#include "flow/rows.h"

#include <openssl/evp.h>

enum { PAYLOAD_MEMO = 4096 };

struct payload_limits {
	size_t entries; /* distinct payloads of a block */
	size_t bytes;	/* of them, in a block */
	size_t bodies; /* distinct payloads of a capture that are kept with their bytes; 0: no limit
			*/
};

/* The first 8 bytes of the hashes of the payloads that a capture has brought in. */
struct payload_bodies {
	uint64_t *slots; /* open addressing; 0 is empty */
	size_t slot_mask, count, max;
};

struct payloads {
	struct payload_entry
		*entries; /* kept ones from the front, the rest (no room) from the back */
	size_t kept_count, not_kept_count, max;
	uint8_t *bytes;
	size_t bytes_len, bytes_max;
	uint32_t *slots; /* by hash, open addressing: index of an entry plus 1, 0 is empty */
	size_t slot_mask;
	/* By content: index plus 1 of the kept entry last seen there. Scanners send the same bytes
	 * again and again: 70 ns a payload instead of 240. */
	uint32_t memo[PAYLOAD_MEMO];
	struct payload_bodies bodies;
	struct hash_key key;
	EVP_MD *sha256;
	EVP_MD_CTX *digest;
};

/* Returns 0 or -ENOMEM; payloads_done() in either case. */
int payloads_init(
	struct payloads *p, struct payload_limits limits, const struct hash_key *key) MUST_USE;
void payloads_done(struct payloads *p);
/* For the next block; for the next capture. */
void payloads_clear(struct payloads *p);
void payloads_begin(struct payloads *p);
/* The most memory that payloads_init() will ever have taken. */
uint64_t payloads_memory(struct payload_limits limits);

/* Keeps the payload (len > 0) unless it is there, and its earliest time; beyond a limit only the
 * hash. What finds no entry at all is forgotten but for the hash that is returned. */
struct payload_hash payloads_add(
	struct payloads *p, const uint8_t *data, uint32_t len, uint32_t time_s);
/* The same for one that needs no keeping: it makes no entry. */
struct payload_hash payloads_find(
	struct payloads *p, const uint8_t *data, uint32_t len, uint32_t time_s);
