/* Frames from the wire: an AF_PACKET socket with a ring that the kernel fills (TPACKET_V3; packet_mmap in the kernel's
 * documentation). It hears all protocols (ETH_P_ALL), so that it runs before nft's netdev ingress: what is dropped there
 * is captured and never answered by the kernel. What the host itself sends is heard only
 * when that is asked for. Times are the kernel's, of its
 * CLOCK_REALTIME, in nanoseconds. */
#pragma once

#include "capture/frame.h"

#include "base/err.h"

#include <stdbool.h>

struct sock_filter;
struct ring;

struct ring_options {
	const char *interface;
	const struct sock_filter *filter; /* cannot be changed afterwards; NULL: everything */
	size_t filter_len;
	uint64_t bytes;	    /* of the ring, rounded down to whole blocks of 128 KiB; lives in this process's memory */
	uint32_t retire_ms; /* a block is given out after so many even when it is not full */
	bool sent_too;	    /* what the host sends on the interface is given too */
	uint16_t fanout;    /* share of the packets with the other rings of that number, by flow; 0: none */
};

/* Sums since ring_open(). The kernel counts in 32 bits and from the last reading: read them every second. */
struct ring_counters {
	uint64_t heard;	       /* passed the filter: those in the ring and the dropped ones */
	uint64_t dropped;      /* the ring was full */
	uint64_t freezes;      /* how often it was */
	uint64_t checksum_open; /* the checksum of its transport was not filled in yet (offloading): do not call it bad */
	uint64_t sent;	       /* by the host itself (sent_too), as far as they were given out */
	uint64_t merged;       /* put together by GRO or LRO, not as they were on the wire */
};

/* What the kernel lost before the ring, as it counts since the system or the interface is there. */
struct ring_losses {
	uint64_t received, dropped, missed, errors; /* the interface's, of all addresses */
	uint64_t softnet_dropped, softnet_squeezed; /* of all interfaces */
};

/* Needs CAP_NET_RAW; nothing that follows needs any right or opens anything. Packets count from here on. */
int ring_open(const struct ring_options *options, struct ring **ret, struct err *e) MUST_USE;
/* Waits until there is something, or wait_ms is over. Fills the batch; the number of frames, 0 when there was none,
 * -ENETDOWN while the interface is down (call again), another negative errno when it is gone. Frames point into the
 * ring and live until the next call. VLAN tags stand where they were on the wire. No allocation. */
int ring_read(struct ring *r, int wait_ms, struct frame_batch *batch, struct err *e) MUST_USE;
void ring_counters(struct ring *r, struct ring_counters *ret);
void ring_losses(const struct ring *r, struct ring_losses *ret);
uint16_t ring_link_type(const struct ring *r);
/* Does the interface put packets together before we hear them (GRO or LRO)? Asked at ring_open(). */
bool ring_merges(const struct ring *r);
void ring_close(struct ring *r);
AUTO_RELEASE(struct ring, ring_close);
