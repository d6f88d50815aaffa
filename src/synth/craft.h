/* One item of a plan to the bytes of its frame. */
#pragma once

#include "capture/frame.h"
#include "synth/build.h"
#include "synth/plan.h"

struct crafted {
	uint8_t bytes[BUILD_FRAME_MAX];
	size_t cap_len, wire_len;
	uint8_t payload[PAYLOAD_MAX]; /* what answers call its payload: of UDP, of echoes, of a SYN;
					 empty else */
	size_t payload_len;
};

/* Ports, sequence numbers and the like come from r. */
void craft(const struct scenario *s, const struct plan *plan, const struct item *item,
	struct random *r, struct crafted *ret);
/* The TTL that it arrives with. */
uint8_t craft_ttl(const struct plan *plan, const struct item *item);
