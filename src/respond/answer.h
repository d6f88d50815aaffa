/* Frames that answer a frame. Private to this folder. */
#pragma once

#include "respond/respond.h"

/* A frame with its parts found. */
struct trigger {
	const struct frame *frame;
	const struct packet *packet;
	size_t link_len; /* before IP */
	const uint8_t
		*transport; /* behind IP's header, whole; NULL: nothing that can be answered */
	size_t transport_len;
};

/* No transport when it is not Ethernet (with VLAN tags or without), not IPv4 or IPv6 without
 * extension headers, or not whole. */
struct trigger trigger_find(const struct frame *frame, const struct packet *packet);
bool trigger_checksum_is_right(const struct trigger *t);

struct segment {
	uint32_t seq, ack;
	uint16_t window;
	uint8_t flags;
	uint16_t mss; /* 0: none */
};

/* Both return the frame's length. */
size_t answer_tcp(const struct trigger *t, const struct segment *segment, uint8_t *out);
/* The trigger is a ping, and fits into RESPOND_ANSWER_MAX. */
size_t answer_echo(const struct trigger *t, uint8_t *out);
