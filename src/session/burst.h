/* First payloads of TCP: the access of a client's first data after its handshake is held until its first burst has ended,
 * and then goes on with the burst's bytes in order. For captures that hold both directions of a sensor's conversations. */
#pragma once

#include "observe/observe.h"
#include "session/session.h"

struct bursts;

struct burst_limits {
	size_t conversations; /* at once */
	size_t bytes;         /* of a burst: with so many it has ended */
	int64_t silence_ns;   /* a client silent for so long has ended its burst */
};

struct burst_stats {
	struct session_stats session;
	uint64_t bursts;      /* given out */
};

/* A burst has ended. access: the one that was held, with the burst as its payload and handshake set; packet: its headers (no
 * IP header bytes, no options), with the burst as its payload. Both live until the function returns. number: what
 * bursts_add() was given with it. */
typedef void bursts_out(void *owner, const struct packet *packet, const struct access *access, uint64_t number);

/* NULL: no memory. */
struct bursts *bursts_new(const struct burst_limits *limits, bursts_out *out, void *owner);
void bursts_free(struct bursts *b); /* gives nothing out: bursts_flush() first */
AUTO_RELEASE(struct bursts, bursts_free);

/* What a packet was. */
struct burst_step {
	bool held;	  /* its access must not go on now */
	bool established; /* it comes from the client of a conversation whose handshake was seen */
};

/* Every packet that a sensor gets (access) or sends (NULL), in the order of the capture. Gives out what ended by this packet
 * or by its time. A conversation has its place from the sensor's SYN+ACK on. */
struct burst_step bursts_add(struct bursts *b, const struct packet *p, const struct access *access, uint64_t number);
/* Gives out all: the capture ended. */
void bursts_flush(struct bursts *b);
struct burst_stats bursts_stats(const struct bursts *b);
