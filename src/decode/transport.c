/* UDP, SCTP and the way to the other transport headers. */
#include "decode/layers.h"

enum { UDP_HEADER = 8 };

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
	struct cur c = cur_of(p->payload, p->payload_len);

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
	struct cur c = cur_of(p->payload, p->payload_len);

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
