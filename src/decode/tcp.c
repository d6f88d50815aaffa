/* TCP (RFC 9293). */
#include "decode/layers.h"

enum {
	HEADER_MIN = 20,
	OPTION_END = 0,
	OPTION_NOP = 1,
	OPTION_MSS = 2,
	OPTION_WSCALE = 3,
	WSCALE_MAX = 14, /* RFC 7323 2.3: more is taken as 14 */
};

/* SYN with FIN or RST, RST with FIN, and none of SYN, RST and ACK (null, FIN and Xmas scans): no
 * stack sends them. */
static inline bool flags_are_impossible(uint8_t flags)
{
	bool syn = flags & TCP_SYN, rst = flags & TCP_RST, fin = flags & TCP_FIN;

	return syn + rst + fin > 1 || !(flags & (TCP_SYN | TCP_RST | TCP_ACK));
}

/* One option after its kind byte. */
static void option_read(struct packet *p, struct cur *c, uint8_t kind)
{
	uint8_t len = cur_u8(c);
	struct cur value = cur_sub(c, len < 2 ? SIZE_MAX : len - 2u);

	if (!cur_ok(&value))
		return;
	if (kind == OPTION_MSS) {
		p->tcp_mss = cur_u16(&value);
	} else if (kind == OPTION_WSCALE) {
		uint8_t shift = cur_u8(&value);
		p->tcp_wscale = (int8_t)(shift > WSCALE_MAX ? WSCALE_MAX : shift);
		if (shift > WSCALE_MAX)
			odd(p, ODD_BIT(tcp_option));
	} else {
		return;
	}
	if (!cur_ok(&value) || cur_left(&value) > 0)
		odd(p, ODD_BIT(tcp_option));
}

static void options_read(struct packet *p, bool whole)
{
	struct cur c = cur_of(p->tcp_options, p->tcp_options_len);

	while (cur_left(&c) > 0) {
		uint8_t kind = cur_u8(&c);
		if (kind == OPTION_END)
			return;
		if (kind != OPTION_NOP)
			option_read(p, &c, kind);
	}
	if (!cur_ok(&c) && whole)
		odd(p, ODD_BIT(tcp_option));
}

/* The data offset is not 20 bytes: options, or an impossible one. */
static void options_find(struct packet *p)
{
	if (p->tcp_header_len < HEADER_MIN) {
		odd(p, ODD_BIT(tcp_header));
		return;
	}
	size_t len = p->tcp_header_len - (size_t)HEADER_MIN;
	bool whole = p->payload_len >= len;
	p->tcp_options = p->payload;
	p->tcp_options_len = (uint8_t)(whole ? len : p->payload_len);
	if (!whole)
		odd(p, ODD_BIT(tcp_header));
	options_read(p, whole);
	payload_skip(p, len);
}

/* Inlined twice: over a whole header, where no read can fail and none is tested, and over what
 * there is of a cut one. */
static inline __attribute__((always_inline)) void fields_read(struct packet *p, struct cur *c)
{
	p->sport = cur_u16(c);
	p->dport = cur_u16(c);
	p->tcp_seq = cur_u32(c);
	p->tcp_ack = cur_u32(c);
	p->tcp_header_len = (uint8_t)((cur_u8(c) >> 4) * 4);
	p->tcp_flags = cur_u8(c);
	p->tcp_window = cur_u16(c);
}

static COLD void short_read(struct packet *p, struct cur c)
{
	odd(p, ODD_BIT(tcp_header));
	fields_read(p, &c);
	payload_skip(p, HEADER_MIN);
}

void tcp_read(struct packet *p)
{
	struct cur c = cur_of(p->payload, p->payload_len);
	struct cur header = cur_sub(&c, HEADER_MIN);

	if (!cur_ok(&header))
		return short_read(p, cur_of(p->payload, p->payload_len));
	fields_read(p, &header);
	payload_skip(p, HEADER_MIN);
	if (p->sport == 0 || p->dport == 0)
		odd(p, ODD_BIT(port_zero));
	if (flags_are_impossible(p->tcp_flags))
		odd(p, ODD_BIT(tcp_flags));
	if (p->tcp_header_len != HEADER_MIN)
		options_find(p);
}
