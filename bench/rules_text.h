/* A rule set of the size and the keyword mix of a large public one, and payloads to ask it about: generated from a seed by rules
 * of thumb (what part of such a set looks at which buffer, how long its contents are); nothing is copied from anywhere. */
#pragma once

#include "base/buf.h"

#include <stdint.h>

/* count rules, one a line. */
void rules_text_make(uint64_t seed, size_t count, struct buf *out);

struct made_payload {
	uint8_t bytes[1500];
	size_t len;
	uint8_t protocol;
	uint16_t dport;
};

/* Payloads of scans as a telescope with responders sees them. */
void rules_payload_make(uint64_t *state, struct made_payload *ret);
