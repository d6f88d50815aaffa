/* TCP (RFC 9293), UDP, SCTP and the way to the other transport headers. */
#include "decode/layers.h"

enum { TCP_HEADER = 20, UDP_HEADER = 8 };

const struct packet packet_unread = {.tcp_wscale = -1};

/* SYN with FIN or RST, RST with FIN, and none of SYN, RST and ACK (null, FIN and Xmas scans): no
 * stack sends them. */
static inline bool flags_are_impossible(uint8_t flags)
{
	bool syn = flags & TCP_SYN, rst = flags & TCP_RST, fin = flags & TCP_FIN;

	return syn + rst + fin > 1 || !(flags & (TCP_SYN | TCP_RST | TCP_ACK));
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
	payload_skip(p, TCP_HEADER);
}

static inline void tcp_read(struct packet *p)
{
	struct cur c = payload_cur(p);
	struct cur header = cur_sub(&c, TCP_HEADER);

	if (!cur_ok(&header))
		return short_read(p, payload_cur(p));
	fields_read(p, &header);
	payload_skip(p, TCP_HEADER);
	if (p->sport == 0 || p->dport == 0)
		odd(p, ODD_BIT(port_zero));
	if (flags_are_impossible(p->tcp_flags))
		odd(p, ODD_BIT(tcp_flags));
	if (p->tcp_header_len != TCP_HEADER)
		tcp_options_read(p);
}

/* Where UDP's length is shorter than IP's, the datagram ends there: what follows is no payload. */
static void udp_length_check(struct packet *p, size_t len)
{
	size_t room = p->payload_wire_len;

	if (len >= UDP_HEADER && len < room)
		payload_limit(p, len);
	if (len == room)
		return;
	if (len > room && p->fragment == FRAGMENT_FIRST)
		return; /* the length of the whole datagram */
	if (len == 0 && room > UINT16_MAX)
		return; /* RFC 2675 4: in a jumbogram */
	odd(p, ODD_BIT(udp_length));
}

static void udp_read(struct packet *p)
{
	struct cur c = payload_cur(p);

	p->sport = cur_u16(&c);
	p->dport = cur_u16(&c);
	uint16_t len = cur_u16(&c);
	cur_skip(&c, 2);
	if (!cur_ok(&c)) {
		odd(p, ODD_BIT(udp_length));
		payload_skip(p, UDP_HEADER);
		return;
	}
	if (p->sport == 0 || p->dport == 0)
		odd(p, ODD_BIT(port_zero));
	udp_length_check(p, len);
	payload_skip(p, UDP_HEADER);
}

/* The ports only; a header cut off before them shows as port 0. */
static void sctp_read(struct packet *p)
{
	struct cur c = payload_cur(p);

	p->sport = cur_u16(&c);
	p->dport = cur_u16(&c);
	if (p->sport == 0 || p->dport == 0)
		odd(p, ODD_BIT(port_zero));
}

void transport_read(struct packet *p)
{
	switch (p->protocol) {
	case PROTOCOL_TCP:
		return tcp_read(p);
	case PROTOCOL_UDP:
		return udp_read(p);
	case PROTOCOL_ICMP:
	case PROTOCOL_ICMPV6:
		return icmp_read(p);
	case PROTOCOL_SCTP:
		return sctp_read(p);
	default:
		return;
	}
}
