/* What a payload asks for, in one line for people: "DNS A example.com", "HTTP GET /x HTTP/1.1,
 * Host: a", "SMB1 negotiate: NT LM 0.12", "TLS 1.3 SNI example.com, JA3 ..., JA4 ...". */
#pragma once

#include "base/buf.h"
#include "proto/guess.h"

struct proto_payload {
	uint8_t ip_protocol; /* 6 TCP, 17 UDP, ... */
	uint16_t sport, dport;
	struct bytes bytes;
};

/* Adds the line (no end) of the protocol that proto_guess() names. Nothing of the payload gets into
 * it raw: what is no printable UTF-8 is written as \xNN, and long fields are cut. The scratch (64
 * KiB is plenty) is used from its `used` on. */
void proto_summary(const struct proto_payload *p, struct scratch *scratch, struct buf *out);
