/* The IPv4 header (RFC 791), and what both versions share. */
#include "decode/layers.h"

enum {
	HEADER_MIN = 20,
	MORE_FRAGMENTS = 0x2000,
	DONT_FRAGMENT = 0x4000,
	OFFSET = 0x1fff,
	PACKET_MAX = 65535
};

bool ip_read(struct packet *p, struct cur c, size_t wire, enum net says)
{
	struct cur look = c;
	unsigned version = cur_u8(&look) >> 4;

	if (!cur_ok(&look)) {
		odd(p, ODD_BIT(ip_header));
		return false;
	}
	if (says != NET_ANY && version != (unsigned)says)
		odd(p, ODD_BIT(ip_version));
	if (version == 4)
		return ip4_read(p, c, wire);
	if (version == 6)
		return ip6_read(p, c, wire);
	odd(p, ODD_BIT(ip_version));
	return false;
}

/* The header is whole and a multiple of 4 bytes. */
static inline bool checksum_is_right(struct cur header)
{
	uint64_t sum = 0;

	while (cur_left(&header) > 0)
		sum += cur_u32(&header);
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16 & 0xffff) + (sum >> 32);
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
static COLD void length_repair(struct packet *p, size_t wire)
{
	odd(p, ODD_BIT(ip_length));
	if (p->length == 0)
		p->length = (uint32_t)wire;
}

void COLD fragment_note(struct packet *p, size_t offset, bool more)
{
	size_t len = p->payload_wire_len;

	p->fragment = offset > 0 ? FRAGMENT_LATER : FRAGMENT_FIRST;
	if (len == 0 || offset + len > PACKET_MAX || (more && len % 8 != 0))
		odd(p, ODD_BIT(fragment));
}

bool ip4_read(struct packet *p, struct cur c, size_t wire)
{
	struct cur all = c;
	struct cur h = cur_sub(&c, HEADER_MIN);

	if (!cur_ok(&h)) {
		odd(p, ODD_BIT(ip_header));
		return false;
	}
	size_t header_len = (cur_u8(&h) & 15) * 4u;
	p->tos = cur_u8(&h);
	p->length = cur_u16(&h);
	p->ip_id = cur_u16(&h);
	uint16_t fragment = cur_u16(&h);
	p->ttl = cur_u8(&h);
	p->protocol = cur_u8(&h);
	cur_skip(&h, 2);
	uint32_t src = cur_u32(&h), dst = cur_u32(&h);
	p->src = addr_from_v4(src);
	p->dst = addr_from_v4(dst);
	p->is_ip = true;
	p->version = 4;
	p->dont_fragment = fragment & DONT_FRAGMENT;
	if (p->length == 0 || p->length > wire)
		length_repair(p, wire);
	p->ip = all.at;
	p->ip_captured = (uint32_t)(cur_left(&all) < p->length ? cur_left(&all) : p->length);
	if (src == dst)
		odd(p, ODD_BIT(land));
	if (ip4_is_martian(src))
		odd(p, ODD_BIT(ip_martian));

	p->payload = c.at;
	struct cur header = cur_sub(&all, header_len);
	if (header_len < HEADER_MIN || !cur_ok(&header)) {
		odd(p, ODD_BIT(ip_header));
		return false;
	}
	if (!checksum_is_right(header))
		odd(p, ODD_BIT(ip_checksum));
	if (header_len > HEADER_MIN) {
		cur_skip(&header, HEADER_MIN);
		options_check(p, header);
	}
	if (p->length < header_len) {
		odd(p, ODD_BIT(ip_length));
		return false;
	}
	p->payload = all.at;
	p->payload_len = (uint32_t)cur_left(&all);
	p->payload_wire_len = p->length - (uint32_t)header_len;
	payload_limit(p, p->payload_wire_len);
	if (fragment & (MORE_FRAGMENTS | OFFSET))
		fragment_note(p, (fragment & OFFSET) * 8u, fragment & MORE_FRAGMENTS);
	return p->fragment != FRAGMENT_LATER;
}
