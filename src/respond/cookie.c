#include "respond/cookie.h"

enum {
	HASH_MASK = (1 << COOKIE_HASH_BITS) - 1,
	PROGRESS_MASK = (1 << COOKIE_PROGRESS_BITS) - 1,
	SLOTS = 2,
};

/* As it is hashed: no gaps between its fields. */
struct who {
	struct addr src, dst;
	uint16_t sport, dport;
	uint32_t purpose; /* other uses of the key hash other texts */
	uint64_t slot;
};
_Static_assert(sizeof(struct who) == 48, "no padding is hashed");

static const uint32_t purpose_cookie = 0x636f6f6b; /* "cook" */

static uint32_t hash_of(const uint8_t key[SIPHASH_KEY], const struct packet *p, uint64_t slot)
{
	const struct who who = {.src = p->src,
		.dst = p->dst,
		.sport = p->sport,
		.dport = p->dport,
		.purpose = purpose_cookie,
		.slot = slot};

	return (uint32_t)siphash(key, &who, sizeof(who));
}

static uint64_t slot_of(int64_t now_ns)
{
	return (uint64_t)now_ns >> COOKIE_SLOT_BITS;
}

uint32_t cookie_make(const uint8_t key[SIPHASH_KEY], const struct packet *syn, int64_t now_ns)
{
	return hash_of(key, syn, slot_of(now_ns)) +
	       (syn->tcp_seq >> COOKIE_STEP_BITS << COOKIE_HASH_BITS);
}

bool cookie_check(const uint8_t key[SIPHASH_KEY], const struct packet *segment, uint32_t seq,
	int64_t now_ns, unsigned int *ret_steps)
{
	for (uint64_t back = 0; back < SLOTS; back++) {
		uint32_t rest =
			segment->tcp_ack - 1 - hash_of(key, segment, slot_of(now_ns) - back);

		if ((rest & HASH_MASK) != 0)
			continue;
		*ret_steps =
			((seq >> COOKIE_STEP_BITS) - (rest >> COOKIE_HASH_BITS)) & PROGRESS_MASK;
		return true;
	}
	return false;
}
