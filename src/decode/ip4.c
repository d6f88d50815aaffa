/* The IPv4 header (RFC 791), and what both versions share. */
#include "decode/layers.h"

enum {
	HEADER_MIN = 20,
	MORE_FRAGMENTS = 0x2000,
	DONT_FRAGMENT = 0x4000,
	OFFSET = 0x1fff,
	PACKET_MAX = 65535
};

/* RFC 1071: the sum comes out the same in either byte order. */
static inline bool checksum_is_right(const uint8_t *header, size_t len)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < len; i += 4) {
		uint32_t word;
		memcpy(&word, header + i, sizeof(word));
		sum += word;
	}
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return sum == 0xffff;
}

static COLD void options_check(struct packet *p, struct cur c)
{
	while (cur_left(&c) > 0) {
		uint8_t kind = cur_u8(&c);
		if (kind == 0)
			return;
		if (kind == 1)
			continue;
		uint8_t len = cur_u8(&c);
		if (len < 2)
			return odd(p, ODD_BIT(ip_option));
		cur_skip(&c, len - 2u);
	}
	if (!cur_ok(&c))
		odd(p, ODD_BIT(ip_option));
}

/* 0 comes from hosts that leave cutting to their network card (TSO, BIG TCP): the frame knows
 * better. */
static COLD void length_repair(struct packet *p)
{
	odd(p, ODD_BIT(ip_length));
	if (p->length == 0)
		p->length = p->payload_wire_len;
}

void COLD fragment_note(struct packet *p, size_t offset, bool more)
{
	size_t len = p->payload_wire_len;

	p->fragment = offset > 0 ? FRAGMENT_LATER : FRAGMENT_FIRST;
	if (len == 0 || offset + len > PACKET_MAX || (more && len % 8 != 0))
		odd(p, ODD_BIT(fragment));
}

/* An impossible or cut off header length: where the payload starts is not known. */
static COLD bool damaged(struct packet *p, uint32_t bits)
{
	odd(p, bits);
	payload_none(p);
	return false;
}

/* The fields at fixed places; returns the fragment field. h holds the whole of them. */
static inline uint16_t fields_read(struct packet *p, struct cur *h)
{
	p->tos = cur_u8(h);
	p->length = cur_u16(h);
	p->ip_id = cur_u16(h);
	uint16_t fragment = cur_u16(h);
	p->ttl = cur_u8(h);
	p->protocol = cur_u8(h);
	cur_skip(h, 2);
	uint32_t src = cur_u32(h), dst = cur_u32(h);
	p->src = addr_from_v4(src);
	p->dst = addr_from_v4(dst);
	p->dont_fragment = fragment & DONT_FRAGMENT;
	if (src == dst)
		odd(p, ODD_BIT(land));
	if (ip4_is_martian(src))
		odd(p, ODD_BIT(ip_martian));
	return fragment;
}

/* header_len bytes of header, then the payload. */
static inline bool body_find(struct packet *p, size_t header_len)
{
	if (header_len < HEADER_MIN || header_len > p->payload_len)
		return damaged(p, ODD_BIT(ip_header));
	if (!checksum_is_right(p->payload, header_len))
		odd(p, ODD_BIT(ip_checksum));
	if (header_len > HEADER_MIN)
		options_check(p, cur_of(p->payload + HEADER_MIN, header_len - HEADER_MIN));
	if (p->length < header_len)
		return damaged(p, ODD_BIT(ip_length));
	p->payload_wire_len = p->length;
	p->payload_len = p->ip_captured;
	payload_skip(p, header_len);
	return true;
}

static inline bool ip4_read(struct packet *p)
{
	struct cur c = payload_cur(p);
	struct cur h = cur_sub(&c, HEADER_MIN);

	if (!cur_ok(&h))
		return damaged(p, ODD_BIT(ip_header));
	size_t header_len = (cur_u8(&h) & 15) * 4u;
	uint16_t fragment = fields_read(p, &h);
	p->is_ip = true;
	p->version = 4;
	if (p->length == 0 || p->length > p->payload_wire_len)
		length_repair(p);
	p->ip = p->payload;
	p->ip_captured = p->payload_len < p->length ? p->payload_len : p->length;
	if (!body_find(p, header_len))
		return false;
	if (fragment & (MORE_FRAGMENTS | OFFSET))
		fragment_note(p, (fragment & OFFSET) * 8u, fragment & MORE_FRAGMENTS);
	return p->fragment != FRAGMENT_LATER;
}

bool ip_read(struct packet *p, enum net says)
{
	struct cur c = payload_cur(p);
	unsigned version = cur_u8(&c) >> 4;

	if (!cur_ok(&c))
		return damaged(p, ODD_BIT(ip_header));
	if (says != NET_ANY && version != (unsigned)says)
		odd(p, ODD_BIT(ip_version));
	if (version == 4)
		return ip4_read(p);
	if (version == 6)
		return ip6_read(p);
	return damaged(p, ODD_BIT(ip_version));
}
