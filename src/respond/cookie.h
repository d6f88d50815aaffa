/* All that is remembered of a conversation stands in our initial sequence number, which the client
 * returns in each of its segments (its acknowledgement less one, since we never send a byte): a
 * keyed hash of who talks to whom and of the time, and beside it a few bits of the client's own
 * initial number, which tell how much it has sent since. */
#pragma once

#include "decode/decode.h"
#include "respond/siphash.h"

enum {
	COOKIE_HASH_BITS = 29, /* a guess is right once in 2^28 (two slots are valid) */
	COOKIE_PROGRESS_BITS = 3,
	COOKIE_STEP_BITS = 12, /* progress is told in steps of 4 KiB, up to 32 KiB */
	COOKIE_SLOT_BITS =
		36, /* of ns: a slot lasts 69 s, so that a cookie is good for 69 to 137 s */
};
_Static_assert(COOKIE_HASH_BITS + COOKIE_PROGRESS_BITS == 32, "both fill a sequence number");

/* Our initial sequence number for the SYN. */
uint32_t cookie_make(const uint8_t key[SIPHASH_KEY], const struct packet *syn, int64_t now_ns);

/* Does that segment of a client acknowledge a cookie of this slot or the one before? Then
 * *ret_steps: in which step of 4 KiB, counted from one that begins up to 4 KiB before its first
 * byte, the byte `seq` of its stream lies. */
bool cookie_check(const uint8_t key[SIPHASH_KEY], const struct packet *segment, uint32_t seq,
	int64_t now_ns, unsigned int *ret_steps);
