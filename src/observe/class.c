/* Which of the three classes a packet is in, from the packet alone:
 *
 *   scan         TCP SYN without ACK or RST; ICMP and ICMPv6 echo request; UDP that is no response
 *   backscatter  TCP SYN+ACK and any RST; ICMP errors and replies (types 0, 3, 4, 5, 11, 12, 14, 16,
 *                18; ICMPv6 1 to 4 and 129); UDP that reads as what only an asked service sends
 *                (proto/response.h: DNS, NTP, SSDP, SNMP, memcached, CLDAP and others by their port)
 *   other        everything else: ACKs alone, which any scanner can send (a sweep of them is no
 *                backscatter); data; FIN, null and Xmas scans; later fragments, whose transport
 *                header is in another packet
 *
 * The ICMP types are corsaro's (CAIDA's RSDoS plugin). What an ICMP error quotes names its victim,
 * protocol and port (struct quote of decode/decode.h; tags icmp-quote-*). */
#include "observe/observe.h"
#include "proto/response.h"

/* The formatter takes the `class` of `enum class` for C++. */
/* clang-format off */
static enum class tcp_class(uint8_t flags)
{
	if (flags & TCP_RST)
		return CLASS_backscatter;
	if (!(flags & TCP_SYN))
		return CLASS_other;
	return flags & TCP_ACK ? CLASS_backscatter : CLASS_scan;
}

static enum class icmp_class(const struct packet *p)
{
	switch (p->icmp_type) {
	case 8:
		return CLASS_scan;
	case 0: /* also what an unreadable type gives, but then with this bit: echo replies quote nothing */
		return p->odds & ODD_BIT(icmp_header) ? CLASS_other : CLASS_backscatter;
	case 3:
	case 4:
	case 5:
	case 11:
	case 12:
	case 14:
	case 16:
	case 18:
		return CLASS_backscatter;
	default:
		return CLASS_other;
	}
}

static enum class icmp6_class(uint8_t type)
{
	if (type == 128)
		return CLASS_scan;
	return type == 129 || (type >= 1 && type <= 4) ? CLASS_backscatter : CLASS_other;
}

enum class class_of(const struct packet *p)
{
	if (p->fragment == FRAGMENT_LATER)
		return CLASS_other;
	switch (p->protocol) {
	case PROTOCOL_TCP:
		return tcp_class(p->tcp_flags);
	case PROTOCOL_UDP:
		return proto_is_udp_response(p->sport, (struct bytes){p->payload, p->payload_len}) ? CLASS_backscatter : CLASS_scan;
	case PROTOCOL_ICMP:
		return icmp_class(p);
	case PROTOCOL_ICMPV6:
		return icmp6_class(p->icmp_type);
	default:
		return CLASS_other;
	}
}
