/* The IPv6 header and its extension headers (RFC 8200). */
#include "decode/layers.h"

enum { HEADER = 40, CHAIN_MAX = 16, OPTION_PAD1 = 0, OPTION_JUMBO = 0xc2 };

/* Options of a hop-by-hop or destination header; *jumbo is set when the jumbo payload option is
 * there (RFC 2675). */
static void options_read(struct packet *p, struct cur c, uint32_t *jumbo)
{
	while (cur_left(&c) > 0) {
		uint8_t kind = cur_u8(&c);
		if (kind == OPTION_PAD1)
			continue;
		uint8_t len = cur_u8(&c);
		struct cur value = cur_sub(&c, len);
		if (kind == OPTION_JUMBO && len == 4)
			*jumbo = cur_u32(&value);
	}
	if (!cur_ok(&c))
		odd(p, ODD_BIT(ip_option));
}

/* The fragment header's fields; a whole packet may carry one too (RFC 6946), with offset 0 and
 * nothing to follow. */
struct piece {
	bool present, more;
	size_t offset;
};

static struct piece piece_of(uint16_t field)
{
	size_t offset = field & 0xfff8;
	bool more = field & 1;

	return (struct piece){.present = offset > 0 || more, .more = more, .offset = offset};
}

static bool is_extension(uint8_t next)
{
	switch (next) {
	case PROTOCOL_HOP_BY_HOP:
	case PROTOCOL_ROUTING:
	case PROTOCOL_FRAGMENT:
	case PROTOCOL_AH:
	case PROTOCOL_DESTINATION:
	case PROTOCOL_MOBILITY:
	case PROTOCOL_HIP:
	case PROTOCOL_SHIM6:
		return true;
	default:
		return false;
	}
}

/* One extension header of the given kind; returns the number of the next. */
static uint8_t extension_read(
	struct packet *p, struct cur *c, uint8_t kind, struct piece *piece, uint32_t *jumbo)
{
	uint8_t next = cur_u8(c);
	uint8_t len = cur_u8(c);

	if (kind == PROTOCOL_FRAGMENT) {
		*piece = piece_of(cur_u16(c));
		cur_skip(c, 4);
		return next;
	}
	/* AH counts words of 4 bytes without the first two, the others words of 8 without the
	 * first. */
	struct cur body = cur_sub(c, kind == PROTOCOL_AH ? len * 4u + 6 : len * 8u + 6);
	if (kind == PROTOCOL_HOP_BY_HOP || kind == PROTOCOL_DESTINATION)
		options_read(p, body, jumbo);
	return next;
}

/* Steps over the extension headers up to the transport header, a later fragment's data, or damage. */
static void chain_read(struct packet *p, struct cur *c, struct piece *piece, uint32_t *jumbo)
{
	for (unsigned i = 0; is_extension(p->protocol); i++) {
		struct cur rest = *c;
		uint8_t next = extension_read(p, &rest, p->protocol, piece, jumbo);

		if (!cur_ok(&rest) || i == CHAIN_MAX ||
			(p->protocol == PROTOCOL_HOP_BY_HOP && i > 0)) {
			odd(p, ODD_BIT(ip_option));
			return;
		}
		*c = rest;
		p->protocol = next;
		if (piece->offset > 0)
			return;
	}
}

/* The length field is 0: jumbo payload, cutting left to the network card (then the frame knows), or
 * really nothing. */
static void length_repair(struct packet *p, uint32_t jumbo)
{
	uint32_t length;

	if (jumbo == 0 || __builtin_add_overflow(jumbo, (uint32_t)HEADER, &length)) {
		odd(p, ODD_BIT(ip_length));
		length = p->payload_wire_len;
	}
	p->length = length;
}

static void addresses_read(struct packet *p, struct cur *h)
{
	memcpy(p->src.b, cur_take(h, 16), 16);
	memcpy(p->dst.b, cur_take(h, 16), 16);
	if (addr_equal(&p->src, &p->dst))
		odd(p, ODD_BIT(land));
	if (ip6_is_martian(&p->src))
		odd(p, ODD_BIT(ip_martian));
}

/* c stands after the fixed header. */
static void body_read(struct packet *p, struct cur c)
{
	bool no_length = p->length == HEADER && p->protocol != PROTOCOL_NO_NEXT &&
			 p->payload_wire_len > HEADER;
	size_t limit = no_length ? cur_left(&c) : p->length - HEADER;
	struct cur body = cur_sub(&c, cur_left(&c) < limit ? cur_left(&c) : limit);
	struct piece piece = {0};
	uint32_t jumbo = 0;

	if (is_extension(p->protocol))
		chain_read(p, &body, &piece, &jumbo);
	if (no_length)
		length_repair(p, jumbo);
	if (p->length > p->payload_wire_len)
		odd(p, ODD_BIT(ip_length));
	p->ip = p->payload;
	p->ip_captured = p->payload_len < p->length ? p->payload_len : p->length;
	p->payload_len = p->ip_captured;
	p->payload_wire_len = p->length;
	payload_skip(p, (size_t)(body.at - p->ip));
	if (piece.present)
		fragment_note(p, piece.offset, piece.more);
}

bool ip6_read(struct packet *p)
{
	struct cur c = payload_cur(p);
	struct cur h = cur_sub(&c, HEADER);

	if (!cur_ok(&h)) {
		odd(p, ODD_BIT(ip_header));
		payload_none(p);
		return false;
	}
	p->tos = (uint8_t)(cur_u32(&h) >> 20);
	p->length = cur_u16(&h) + (uint32_t)HEADER;
	p->protocol = cur_u8(&h);
	p->ttl = cur_u8(&h);
	p->is_ip = true;
	p->version = 6;
	addresses_read(p, &h);
	body_read(p, c);
	return p->fragment != FRAGMENT_LATER;
}
