/* Types of columns that are no plain numbers. */
#pragma once

#include "decode/addr.h"

#include <stddef.h>
#include <stdint.h>

enum { PAYLOAD_HASH_SIZE = 16, PAYLOAD_KEPT = 4096 };

/* SHA-256 of the payload, its first 16 bytes; all zero where there is no payload. */
struct payload_hash {
	uint8_t b[PAYLOAD_HASH_SIZE];
};

struct country_code {
	char c[2];
};

/* What a row was merged without, when its minute had too many (flow.h): column `approximate`. All
 * that the roll-ups need stays. */
enum approximate_level {
	LEVEL_EXACT,
	LEVEL_COARSE,	      /* dst, sport, length, window, tcp_flags, ttl, payload, tags, tcp_opts and
				 handshake are zero */
	LEVEL_WITHOUT_SOURCE, /* src, asn and group as well; the country stays */
};
