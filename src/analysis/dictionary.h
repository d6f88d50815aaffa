/* The payload dictionary: what each distinct first payload is, and what it came to. */
#pragma once

#include "analysis/analysis.h"

enum { PAYLOAD_TEXT = 2 * PAYLOAD_HASH_SIZE + 1, DICTIONARY_PARTS = 3 };

struct dictionary_part {
	char *key; /* a service */
	uint64_t packets;
};

struct dictionary_entry {
	char hash[PAYLOAD_TEXT];
	/* of the whole store: */
	uint32_t length;     /* as it came; 0: only its hash is known */
	uint8_t *bytes;      /* the first PAYLOAD_KEPT of them; owned */
	size_t kept;
	int64_t first_s, last_s; /* first_s 0: only its hash is known */
	/* of the question: */
	struct dictionary_part services[DICTIONARY_PARTS]; /* most accessed first; owned */
	size_t service_count;                              /* of them */
	uint64_t all_services;
	char *tags; /* with blanks between; "" when there are none; owned */
};

/* The payloads of these hashes (32 hex digits), in their order, with services and tags of the accesses that the question (its
 * period and filter) is about. One entry for each; *ret owned by the caller: dictionary_free(). */
int dictionary_get(const struct analysis *a, const struct question *q, const char *const *hashes, size_t count,
	struct dictionary_entry **ret, struct err *e) MUST_USE;
void dictionary_free(struct dictionary_entry *entries, size_t count);
/* Of one, what is known of it by itself: no services, no tags. *ret as of dictionary_get(). */
int dictionary_bytes(const struct analysis *a, const char *hash, struct dictionary_entry **ret, struct err *e) MUST_USE;
/* The hash that begins with the hex digits of prefix. -ENOENT: none does; -EEXIST: several do; -EINVAL: no hex
 * digits. A whole hash is taken as it is: accesses may have it although there was no room for its bytes. */
int dictionary_find(const struct analysis *a, const char *prefix, char ret[PAYLOAD_TEXT], struct err *e) MUST_USE;
/* -ENOENT with the line that says so. */
int dictionary_unknown(const char *prefix, struct err *e);
