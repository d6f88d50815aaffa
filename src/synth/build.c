#include "synth/build.h"

#include <assert.h>
#include <string.h>

enum {
	ETHERNET_HEADER = 14,
	ETHERNET_MIN = 60, /* without the checksum, which captures do not hold */
	SLL_HEADER = 16,
	IPV4_HEADER = 20,
	IPV6_HEADER = 40,
	ETHERTYPE_IPV4 = 0x0800,
	ETHERTYPE_ARP = 0x0806,
	ETHERTYPE_IPV6 = 0x86dd,
};

/* Locally administered addresses: the router before the sensor, and the sensor. */
static const uint8_t mac_router[6] = {0x02, 0, 0, 0, 0, 0x01};
static const uint8_t mac_sensor[6] = {0x02, 0, 0, 0, 0, 0x02};

static uint8_t *put16(uint8_t *at, uint16_t v)
{
	at[0] = (uint8_t)(v >> 8);
	at[1] = (uint8_t)v;
	return at + 2;
}

static uint8_t *put32(uint8_t *at, uint32_t v)
{
	return put16(put16(at, (uint16_t)(v >> 16)), (uint16_t)v);
}

static uint8_t *put_bytes(uint8_t *at, const void *data, size_t len)
{
	if (len > 0)
		memcpy(at, data, len);
	return at + len;
}

/* The Internet checksum (RFC 1071): sums before folding. */
static uint64_t sum_of(uint64_t sum, const uint8_t *data, size_t len)
{
	for (; len >= 2; data += 2, len -= 2)
		sum += (uint32_t)(data[0] << 8 | data[1]);
	return len ? sum + (uint32_t)(data[0] << 8) : sum;
}

static uint16_t fold(uint64_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

size_t build_link_header_len(uint16_t link_type)
{
	return link_type == LINK_ETHERNET    ? ETHERNET_HEADER
	       : link_type == LINK_LINUX_SLL ? SLL_HEADER
					     : 0;
}

static uint8_t *put_link(uint8_t *at, uint16_t link_type, uint16_t ethertype)
{
	if (link_type == LINK_ETHERNET) {
		at = put_bytes(at, mac_sensor, sizeof(mac_sensor));
		at = put_bytes(at, mac_router, sizeof(mac_router));
		return put16(at, ethertype);
	}
	if (link_type == LINK_LINUX_SLL) {
		at = put16(at, 0); /* to us */
		at = put16(at, 1); /* from Ethernet */
		at = put16(at, sizeof(mac_router));
		at = put_bytes(at, mac_router, sizeof(mac_router));
		at = put16(at, 0);
		return put16(at, ethertype);
	}
	return at;
}

static size_t transport_header_len(const struct build *b)
{
	if (b->fragment_offset > 0)
		return 0;
	switch (b->protocol) {
	case PROTOCOL_TCP:
		return 20 + b->options_len;
	case PROTOCOL_UDP:
	case PROTOCOL_ICMP:
	case PROTOCOL_ICMPV6:
		return 8;
	default:
		return 0;
	}
}

static uint8_t *put_ipv4(uint8_t *at, const struct build *b, size_t total)
{
	uint8_t *header = at;

	*at++ = 0x45;
	*at++ = b->tos;
	at = put16(at, (uint16_t)total);
	at = put16(at, b->ip_id);
	at = put16(at, (uint16_t)((b->dont_fragment ? 0x4000 : 0) | b->fragment_offset / 8));
	*at++ = b->ttl;
	*at++ = b->protocol;
	at = put16(at, 0);
	at = put_bytes(at, b->src.b + 12, 4);
	at = put_bytes(at, b->dst.b + 12, 4);
	put16(header + 10, fold(sum_of(0, header, IPV4_HEADER)));
	return at;
}

static uint8_t *put_ipv6(uint8_t *at, const struct build *b, size_t total)
{
	at = put32(at, UINT32_C(6) << 28 | (uint32_t)b->tos << 20);
	at = put16(at, (uint16_t)(total - IPV6_HEADER));
	*at++ = b->protocol;
	*at++ = b->ttl;
	at = put_bytes(at, b->src.b, 16);
	return put_bytes(at, b->dst.b, 16);
}

static uint8_t *put_tcp(uint8_t *at, const struct build *b)
{
	at = put16(at, b->sport);
	at = put16(at, b->dport);
	at = put32(at, b->seq);
	at = put32(at, b->ack);
	*at++ = (uint8_t)((20 + b->options_len) / 4 << 4);
	*at++ = b->tcp_flags;
	at = put16(at, b->window);
	at = put32(at, 0);
	return put_bytes(at, b->options, b->options_len);
}

static uint8_t *put_udp(uint8_t *at, const struct build *b)
{
	at = put16(at, b->sport);
	at = put16(at, b->dport);
	at = put16(at, (uint16_t)(8 + b->payload_len));
	return put16(at, 0);
}

static uint8_t *put_icmp(uint8_t *at, const struct build *b)
{
	*at++ = b->icmp_type;
	*at++ = b->icmp_code;
	at = put16(at, 0);
	at = put16(at, b->icmp_id);
	return put16(at, b->icmp_seq);
}

/* The pseudo header of RFC 9293 3.1 and RFC 8200 8.1. */
static uint64_t pseudo_sum(const struct build *b, size_t len)
{
	bool v4 = addr_is_v4(&b->src);
	size_t skip = v4 ? 12 : 0;
	uint64_t sum = sum_of(0, b->src.b + skip, 16 - skip);

	return sum_of(sum, b->dst.b + skip, 16 - skip) + b->protocol + len;
}

static void put_checksum(const struct build *b, uint8_t *segment, size_t len)
{
	uint64_t sum = b->protocol == PROTOCOL_ICMP ? 0 : pseudo_sum(b, len);
	uint16_t checksum = fold(sum_of(sum, segment, len));

	if (b->protocol == PROTOCOL_TCP)
		put16(segment + 16, checksum);
	else if (b->protocol == PROTOCOL_UDP)
		put16(segment + 6, checksum ? checksum : 0xffff); /* 0 means none: RFC 768 */
	else
		put16(segment + 2, checksum);
}

static uint8_t *put_segment(uint8_t *at, const struct build *b)
{
	uint8_t *segment = at;
	size_t header = transport_header_len(b);

	if (header == 0)
		return put_bytes(at, b->payload, b->payload_len);
	if (b->protocol == PROTOCOL_TCP)
		at = put_tcp(at, b);
	else if (b->protocol == PROTOCOL_UDP)
		at = put_udp(at, b);
	else
		at = put_icmp(at, b);
	at = put_bytes(at, b->payload, b->payload_len);
	put_checksum(b, segment, (size_t)(at - segment));
	return at;
}

static size_t ip_len(const struct build *b)
{
	size_t ip = addr_is_v4(&b->src) ? IPV4_HEADER : IPV6_HEADER;

	return ip + transport_header_len(b) + b->payload_len;
}

size_t build_frame(const struct build *b, uint8_t out[BUILD_FRAME_MAX])
{
	bool v4 = addr_is_v4(&b->src);
	size_t total = ip_len(b);
	size_t len = build_link_header_len(b->link_type) + total;

	assert(v4 == addr_is_v4(&b->dst) && b->options_len <= 40 && b->options_len % 4 == 0);
	if (len > BUILD_FRAME_MAX)
		return 0;
	uint8_t *at = put_link(out, b->link_type, v4 ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6);
	at = v4 ? put_ipv4(at, b, total) : put_ipv6(at, b, total);
	put_segment(at, b);
	if (b->link_type == LINK_ETHERNET && len < ETHERNET_MIN) {
		memset(out + len, 0, ETHERNET_MIN - len);
		len = ETHERNET_MIN;
	}
	return len;
}

size_t build_quote(const struct build *b, uint8_t *out, size_t size)
{
	struct build packet = *b;
	uint8_t whole[BUILD_FRAME_MAX];

	packet.link_type = LINK_RAW;
	size_t len = build_frame(&packet, whole);
	if (len > size)
		len = size;
	memcpy(out, whole, len);
	return len;
}

size_t build_arp(uint32_t asker, uint32_t target, uint8_t out[BUILD_FRAME_MAX])
{
	uint8_t *at = out;

	memset(out, 0, ETHERNET_MIN);
	memset(at, 0xff, 6);
	at = put_bytes(at + 6, mac_router, sizeof(mac_router));
	at = put16(at, ETHERTYPE_ARP);
	at = put16(at, 1); /* Ethernet */
	at = put16(at, ETHERTYPE_IPV4);
	at = put16(at, 6 << 8 | 4);
	at = put16(at, 1); /* request */
	at = put_bytes(at, mac_router, sizeof(mac_router));
	at = put32(at, asker);
	put32(at + 6, target);
	return ETHERNET_MIN;
}
