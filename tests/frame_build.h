/* Builds the frame that decodes to a given packet. */
#pragma once

#include "decode/decode.h"

#include <string.h>

struct bytes {
	uint8_t b[4096];
	size_t len;
};

/* What a frame has beside its packet. */
struct how {
	uint16_t link_type;
	unsigned tags;	     /* 802.1Q, in Ethernet and cooked captures */
	unsigned extensions; /* IPv6: that many extension headers; IPv4: that many words of options */
	size_t trailer;	     /* bytes after the packet */
};

static inline void put(struct bytes *o, const void *data, size_t len)
{
	if (len > 0)
		memcpy(o->b + o->len, data, len);
	o->len += len;
}

static inline void put8(struct bytes *o, unsigned v)
{
	o->b[o->len++] = (uint8_t)v;
}

static inline void put16(struct bytes *o, unsigned v)
{
	put8(o, v >> 8);
	put8(o, v);
}

static inline void put32(struct bytes *o, uint32_t v)
{
	put16(o, v >> 16);
	put16(o, v & 0xffff);
}

static inline void put_fill(struct bytes *o, uint8_t value, size_t len)
{
	while (len-- > 0)
		put8(o, value);
}

static inline void set16(struct bytes *o, size_t at, unsigned v)
{
	o->b[at] = (uint8_t)(v >> 8);
	o->b[at + 1] = (uint8_t)v;
}

static inline unsigned checksum(const uint8_t *data, size_t len)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < len; i += 2)
		sum += (uint32_t)data[i] << 8 | data[i + 1];
	while (sum > 0xffff)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum & 0xffff;
}

static inline void put_ethertype(struct bytes *o, unsigned type, unsigned tags)
{
	static const unsigned tag_types[] = {0x8100, 0x88a8, 0x9100};

	for (unsigned i = 0; i < tags; i++) {
		put16(o, tag_types[i % 3]);
		put16(o, 100 + i);
	}
	put16(o, type);
}

static inline void put_ethernet(struct bytes *o, unsigned type, unsigned tags)
{
	put(o, "\x02\0\0\0\0\1\x02\0\0\0\0\2", 12);
	put_ethertype(o, type, tags);
}

static inline void put_link(struct bytes *o, const struct how *how, uint8_t version)
{
	unsigned type = version == 4 ? 0x0800 : 0x86dd;

	switch (how->link_type) {
	case LINK_ETHERNET:
		put_ethernet(o, type, how->tags);
		break;
	case LINK_NULL:
	case LINK_LOOP:
		put32(o, version == 4 ? 2 : 30);
		break;
	case LINK_LINUX_SLL:
		put_fill(o, 0, 14);
		put_ethertype(o, type, how->tags);
		break;
	case LINK_LINUX_SLL2:
		put16(o, how->tags ? 0x8100 : type);
		put_fill(o, 0, 18);
		for (unsigned i = 1; i <= how->tags; i++) {
			put16(o, i);
			put16(o, i < how->tags ? 0x8100 : type);
		}
		break;
	case LINK_PPP_HDLC:
		put16(o, 0xff03);
		put16(o, version == 4 ? 0x21 : 0x57);
		break;
	case LINK_PPP:
		put16(o, version == 4 ? 0x21 : 0x57);
		break;
	default: /* raw */
		break;
	}
}

/* Ports, flags and the like; lengths as they are, checksums 0 (nobody reads them). */
static inline void put_transport(struct bytes *o, const struct packet *x)
{
	switch (x->protocol) {
	case PROTOCOL_TCP:
		put16(o, x->sport);
		put16(o, x->dport);
		put32(o, x->tcp_seq);
		put32(o, x->tcp_ack);
		put8(o, (x->tcp_header_len / 4u) << 4);
		put8(o, x->tcp_flags);
		put16(o, x->tcp_window);
		put32(o, 0);
		put(o, x->tcp_options, x->tcp_options_len);
		break;
	case PROTOCOL_UDP:
		put16(o, x->sport);
		put16(o, x->dport);
		put16(o, x->payload_len + 8);
		put16(o, 0);
		break;
	case PROTOCOL_ICMP:
	case PROTOCOL_ICMPV6:
		put8(o, x->icmp_type);
		put8(o, x->icmp_code);
		put16(o, 0);
		put16(o, x->icmp_id);
		put16(o, x->icmp_seq);
		break;
	default: /* SCTP's ports are the first bytes of its payload */
		break;
	}
	put(o, x->payload, x->payload_len);
}

static inline void put_ip4(struct bytes *o, const struct packet *x, const struct how *how)
{
	size_t start = o->len, header_len = 20 + 4 * how->extensions;

	put8(o, 0x40 | (unsigned)(header_len / 4));
	put8(o, x->tos);
	put16(o, 0);
	put16(o, x->ip_id);
	put16(o, x->dont_fragment ? 0x4000 : 0);
	put8(o, x->ttl);
	put8(o, x->protocol);
	put16(o, 0);
	put32(o, addr_v4(&x->src));
	put32(o, addr_v4(&x->dst));
	put_fill(o, 1, 4 * how->extensions);
	put_transport(o, x);
	set16(o, start + 2, (unsigned)(o->len - start));
	set16(o, start + 10, checksum(o->b + start, header_len));
}

/* The extension headers in turn: hop-by-hop, destination options, routing, authentication,
 * mobility, HIP, shim6. */
static inline void put_extension(struct bytes *o, unsigned i, unsigned next)
{
	put8(o, next);
	if (i == 3) { /* AH: 24 bytes */
		put8(o, 4);
		put_fill(o, 0, 22);
	} else { /* 16 bytes, padded by one option */
		put8(o, 1);
		put(o, "\1\x0c", 2);
		put_fill(o, 0, 12);
	}
}

static inline void put_ip6(struct bytes *o, const struct packet *x, const struct how *how)
{
	static const uint8_t kinds[] = {0, 60, 43, 51, 135, 139, 140};
	size_t start = o->len;

	put32(o, UINT32_C(0x60000000) | (uint32_t)x->tos << 20 | 0x12345);
	put16(o, 0);
	put8(o, how->extensions ? kinds[0] : x->protocol);
	put8(o, x->ttl);
	put(o, x->src.b, 16);
	put(o, x->dst.b, 16);
	for (unsigned i = 0; i < how->extensions; i++)
		put_extension(o, i, i + 1 < how->extensions ? kinds[i + 1] : x->protocol);
	put_transport(o, x);
	set16(o, start + 4, (unsigned)(o->len - start - 40));
}

static inline void build_frame(struct bytes *o, const struct packet *x, const struct how *how)
{
	o->len = 0;
	put_link(o, how, x->version);
	if (x->version == 4)
		put_ip4(o, x, how);
	else
		put_ip6(o, x, how);
	put_fill(o, 0xee, how->trailer);
}

static inline struct frame frame_of(const struct bytes *o, uint16_t link_type)
{
	return (struct frame){.data = o->b,
		.cap_len = (uint32_t)o->len,
		.wire_len = (uint32_t)o->len,
		.link_type = link_type};
}

/* A TCP SYN that nothing is strange about. */
static inline struct packet plain_syn(void)
{
	return (struct packet){
		.is_ip = true,
		.version = 4,
		.src = addr_from_v4(0x08080808),
		.dst = addr_from_v4(0xc6336401),
		.ttl = 64,
		.protocol = PROTOCOL_TCP,
		.ip_id = 4711,
		.sport = 40000,
		.dport = 23,
		.tcp_seq = 1,
		.tcp_window = 1024,
		.tcp_flags = TCP_SYN,
		.tcp_header_len = 20,
		.tcp_wscale = -1,
	};
}

static inline struct packet plain_udp(const void *payload, size_t len)
{
	struct packet x = plain_syn();

	x.protocol = PROTOCOL_UDP;
	x.dport = 53;
	x.tcp_flags = 0;
	x.payload = payload;
	x.payload_len = (uint32_t)len;
	return x;
}

/* Version 6 of the same. */
static inline struct packet as_ip6(struct packet x)
{
	x.version = 6;
	x.src = (struct addr){{0x24, 0x0e, [15] = 1}};
	x.dst = (struct addr){{0x24, 0, [15] = 2}};
	return x;
}
