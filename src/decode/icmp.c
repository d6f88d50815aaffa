/* ICMP (RFC 792) and ICMPv6 (RFC 4443) with the packet that an error quotes. */
#include "decode/layers.h"

enum { HEADER = 8 };

static bool is_echo(uint8_t protocol, uint8_t type)
{
	return protocol == PROTOCOL_ICMP ? type == 0 || type == 8 : type == 128 || type == 129;
}

static bool is_error(uint8_t protocol, uint8_t type)
{
	if (protocol == PROTOCOL_ICMPV6)
		return type >= 1 && type <= 4;
	return (type >= 3 && type <= 5) || type == 11 || type == 12;
}

/* The quoted transport header: its first 4 bytes say what was addressed. False when they are cut
 * off. */
static bool quote_ports(struct quote *q, const struct packet *quoted)
{
	struct cur c = payload_cur(quoted);

	switch (q->protocol) {
	case PROTOCOL_TCP:
	case PROTOCOL_UDP:
	case PROTOCOL_SCTP:
		q->sport = cur_u16(&c);
		q->dport = cur_u16(&c);
		break;
	case PROTOCOL_ICMP:
	case PROTOCOL_ICMPV6:
		q->dport = cur_u8(&c);
		break;
	default:
		break;
	}
	return cur_ok(&c);
}

/* What is strange about the quoted packet is not this packet's oddity, except that it is cut off. */
static void quote_read(struct packet *p)
{
	struct packet quoted;
	struct cur c = payload_cur(p);

	packet_init(&quoted, p->ts_ns, 0);
	payload_set(&quoted, &c, p->payload_wire_len);
	bool has_transport = ip_read(&quoted, NET_ANY);

	if (!quoted.is_ip) {
		odd(p, ODD_BIT(icmp_header));
		return;
	}
	p->quote.src = quoted.src;
	p->quote.dst = quoted.dst;
	p->quote.protocol = quoted.protocol;
	p->quote.present = true;
	if (has_transport && !quote_ports(&p->quote, &quoted))
		odd(p, ODD_BIT(icmp_header));
}

void icmp_read(struct packet *p)
{
	struct cur c = payload_cur(p);

	p->icmp_type = cur_u8(&c);
	p->icmp_code = cur_u8(&c);
	cur_skip(&c, 2);
	uint16_t id = cur_u16(&c), seq = cur_u16(&c);
	payload_skip(p, HEADER);
	if (!cur_ok(&c))
		odd(p, ODD_BIT(icmp_header));
	if (is_echo(p->protocol, p->icmp_type)) {
		p->icmp_id = id;
		p->icmp_seq = seq;
	} else if (is_error(p->protocol, p->icmp_type)) {
		quote_read(p);
	}
}
