#include "synth/seen.h"

#include <errno.h>
#include <openssl/sha.h>
#include <string.h>

enum { SEEN_MAX = 1000000, SLOTS = 1 << 21 };
_Static_assert(SLOTS > SEEN_MAX * 2, "an empty slot ends every search");

struct seen {
	struct emitted_payload *list;
	size_t count, cap;
	uint32_t slots[SLOTS]; /* by the key's first bytes: index + 1 */
};

struct seen *seen_new(void)
{
	return calloc(1, sizeof(struct seen));
}

static uint32_t *slot_of(struct seen *s, const uint8_t key[PAYLOAD_KEY_SIZE])
{
	uint32_t at;

	memcpy(&at, key, sizeof(at));
	for (at %= SLOTS; s->slots[at]; at = (at + 1) % SLOTS)
		if (memcmp(s->list[s->slots[at] - 1].key, key, PAYLOAD_KEY_SIZE) == 0)
			break;
	return &s->slots[at];
}

static int grow(struct seen *s)
{
	size_t cap = s->cap ? s->cap * 2 : 64;
	struct emitted_payload *list =
		s->count < SEEN_MAX ? reallocarray(s->list, cap, sizeof(*list)) : NULL;

	if (!list)
		return -ENOMEM;
	s->list = list;
	s->cap = cap;
	return 0;
}

int seen_add(struct seen *s, const void *payload, size_t len)
{
	uint8_t digest[SHA256_DIGEST_LENGTH];

	SHA256(payload, len, digest);
	uint32_t *slot = slot_of(s, digest);
	if (*slot == 0) {
		if (s->count == s->cap && grow(s) < 0)
			return -ENOMEM;
		struct emitted_payload *new = &s->list[s->count++];
		*new = (struct emitted_payload){.length = (uint32_t)len};
		memcpy(new->key, digest, PAYLOAD_KEY_SIZE);
		*slot = (uint32_t)s->count;
	}
	s->list[*slot - 1].packets++;
	return 0;
}

static int by_packets(const void *pa, const void *pb)
{
	const struct emitted_payload *a = pa, *b = pb;

	if (a->packets != b->packets)
		return a->packets > b->packets ? -1 : 1;
	return memcmp(a->key, b->key, PAYLOAD_KEY_SIZE);
}

struct emitted_payload *seen_take(struct seen *s, size_t *ret_count)
{
	*ret_count = s->count;
	if (s->count > 0)
		qsort(s->list, s->count, sizeof(*s->list), by_packets);
	s->count = s->cap = 0;
	memset(s->slots, 0, sizeof(s->slots));
	return TAKE(s->list);
}

void seen_free(struct seen *s)
{
	if (s)
		free(s->list);
	free(s);
}
