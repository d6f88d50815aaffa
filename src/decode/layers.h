/* The steps of decode_frame(): link, IP, transport, tunnel. Each reads one layer from a cursor into
 * the packet. */
#pragma once

#include "base/cur.h"
#include "decode/decode.h"

/* What a link or tunnel header says comes after it. */
enum net {
	NET_NONE = -1, /* nothing that we read, or the header itself was cut off (then its bit is
			  set) */
	NET_ANY = 0,   /* IP of the version that its first byte says */
	NET_IPV4 = 4,
	NET_IPV6 = 6,
};

enum {
	ETHERTYPE_IPV4 = 0x0800,
	ETHERTYPE_IPV6 = 0x86dd,
	/* What only IPv6 has. */
	PROTOCOL_HOP_BY_HOP = 0,
	PROTOCOL_ROUTING = 43,
	PROTOCOL_FRAGMENT = 44,
	PROTOCOL_AH = 51,
	PROTOCOL_NO_NEXT = 59,
	PROTOCOL_DESTINATION = 60,
	PROTOCOL_MOBILITY = 135,
	PROTOCOL_HIP = 139,
	PROTOCOL_SHIM6 = 140,
};

#define COLD __attribute__((cold, noinline))

static inline void odd(struct packet *p, uint32_t bits)
{
	p->odds |= bits;
}

/* A packet of which nothing has been read yet. Copied from a constant in another file: gcc 12 would
 * clear a struct of this size with `rep stos`, which costs more than reading the whole header does. */
extern const struct packet packet_unread;

static inline void packet_init(struct packet *p, int64_t ts_ns, uint32_t odds)
{
	*p = packet_unread;
	p->ts_ns = ts_ns;
	p->odds = odds;
}

static inline struct cur payload_cur(const struct packet *p)
{
	return cur_of(p->payload, p->payload_len);
}

/* The payload is what stands after c, of wire bytes on the wire. */
static inline void payload_set(struct packet *p, const struct cur *c, size_t wire)
{
	p->payload = c->at;
	p->payload_len = (uint32_t)cur_left(c);
	p->payload_wire_len = (uint32_t)wire;
}

/* Steps over the first bytes of the payload; over all of it when there are fewer. */
static inline void payload_skip(struct packet *p, size_t len)
{
	uint32_t captured = len < p->payload_len ? (uint32_t)len : p->payload_len;
	uint32_t wire = len < p->payload_wire_len ? (uint32_t)len : p->payload_wire_len;

	p->payload += captured;
	p->payload_len -= captured;
	p->payload_wire_len -= wire;
}

/* The payload ends here at the latest. */
static inline void payload_limit(struct packet *p, size_t len)
{
	if (p->payload_len > len)
		p->payload_len = (uint32_t)len;
	if (p->payload_wire_len > len)
		p->payload_wire_len = (uint32_t)len;
}

/* There is nothing (more) to read. */
static inline void payload_none(struct packet *p)
{
	p->payload_len = 0;
	p->payload_wire_len = 0;
}

/* Link headers of that type; c then stands on the IP header. */
enum net link_read(struct packet *p, struct cur *c, uint16_t link_type);
/* An Ethernet header; what follows an EtherType (tags and labels are stepped over); PPP from its
 * address or protocol. */
enum net ether_read(struct packet *p, struct cur *c);
enum net ethertype_read(struct packet *p, struct cur *c, uint16_t type);
enum net ppp_read(struct packet *p, struct cur *c);

/* The IP header with options and extension headers, at the start of the payload; the payload is
 * then what follows it, within IP's length. True when a transport header stands there: no later
 * fragment, no damage. */
bool ip_read(struct packet *p, enum net says);
bool ip6_read(struct packet *p);
bool ip4_is_martian(uint32_t source);
bool ip6_is_martian(const struct addr *source);
/* Notes a fragment and whether it can be; offset in bytes. */
void fragment_note(struct packet *p, size_t offset, bool more);

/* The transport header at the start of the payload; the payload is then what follows it. */
void transport_read(struct packet *p);
void icmp_read(struct packet *p);
/* A TCP header that is not of 20 bytes: its options, or an impossible data offset. The payload
 * starts after the first 20. */
void tcp_options_read(struct packet *p);

/* Replaces p by the innermost packet inside its tunnels. */
void tunnels_read(struct packet *p);
