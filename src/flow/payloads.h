/* The distinct payloads of a block: each is kept once, under its SHA-256, within fixed memory. */
#pragma once

#include "base/base.h"
#include "flow/hash.h"
#include "flow/rows.h"

#include <openssl/evp.h>

enum { PAYLOAD_MEMO = 4096 };

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
	struct hash_key key;
	EVP_MD *sha256;
	EVP_MD_CTX *digest;
};

/* Room for max distinct payloads and max_bytes of their bytes. Returns 0 or -ENOMEM;
 * payloads_done() in either case. */
int payloads_init(
	struct payloads *p, size_t max, size_t max_bytes, const struct hash_key *key) MUST_USE;
void payloads_done(struct payloads *p);
void payloads_clear(struct payloads *p);

/* Keeps the payload (len > 0) unless it is there, and its earliest time. At most max distinct ones
 * between two payloads_clear(): a further one is a caller's mistake. */
struct payload_hash payloads_add(
	struct payloads *p, const uint8_t *data, uint32_t len, uint32_t time_s);
