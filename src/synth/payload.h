/* Payloads that the packets of a scenario carry: all made by us, in the shape of what real ones
 * look like. */
#pragma once

#include "base/base.h"

enum { PAYLOAD_MAX = 400 };

struct payload {
	const char *name;
	uint16_t port; /* UDP port whose requests carry it by default; 0: only where a scenario asks
			  for it */
	const char *head;
	size_t head_len;
	uint8_t fill; /* repeated after the head */
	size_t len;
};

/* NULL when there is none of that name. */
const struct payload *payload_named(const char *name);
/* What a request to a UDP port carries; never NULL. */
const struct payload *payload_of_port(uint16_t port);
/* Writes its len bytes. */
void payload_write(const struct payload *p, uint8_t out[PAYLOAD_MAX]);
/* All names with ", " between them, for messages. */
struct buf;
void payload_names(struct buf *out);
