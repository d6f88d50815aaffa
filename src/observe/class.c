/* Which of the three classes a packet is in, from the packet alone:
 *
 *   scan         TCP SYN without ACK or RST; ICMP and ICMPv6 echo request; UDP that is no response
 *   backscatter  TCP SYN+ACK and any RST; ICMP errors and replies (types 0, 3, 4, 5, 11, 12, 14,
 * 16, 18; ICMPv6 1 to 4 and 129); UDP from port 53, 123 or 1900 that reads as a DNS, NTP or SSDP
 * response other        everything else; later fragments, whose transport header is in another
 * packet
 *
 * The ICMP types are corsaro's (CAIDA's RSDoS plugin). */
#include "base/cur.h"
#include "observe/observe.h"

enum { PORT_DNS = 53, PORT_NTP = 123, PORT_SSDP = 1900 };

/* RFC 1035 4.1.1: a whole header with QR set, an opcode in use (0 to 6) and at most one question. */
static bool is_dns_response(struct cur c)
{
	cur_skip(&c, 2);
	uint16_t flags = cur_u16(&c);
	uint16_t questions = cur_u16(&c);
	cur_skip(&c, 6);
	return cur_ok(&c) && flags & 0x8000 && (flags >> 11 & 15) <= 6 && questions <= 1;
}

/* RFC 5905 7.3: server (4) and broadcast (5) packets of at least 48 bytes; RFC 9327 2: control (6)
 * with the response bit; ntpd's private mode (7, monlist and the like) with its response bit. */
static bool is_ntp_response(struct cur c)
{
	size_t len = cur_left(&c);
	uint8_t first = cur_u8(&c), second = cur_u8(&c);

	switch (first & 7) {
	case 4:
	case 5:
		return len >= 48;
	case 6:
		return len >= 12 && second & 0x80;
	case 7:
		return len >= 8 && first & 0x80;
	default:
		return false;
	}
}

static bool starts_with(struct cur c, const char *text)
{
	size_t len = strlen(text);
	const uint8_t *head = cur_take(&c, len);

	return head && memcmp(head, text, len) == 0;
}

static bool is_udp_response(const struct packet *p)
{
	struct cur c = cur_of(p->payload, p->payload_len);

	switch (p->sport) {
	case PORT_DNS:
		return is_dns_response(c);
	case PORT_NTP:
		return is_ntp_response(c);
	case PORT_SSDP:
		return starts_with(c, "HTTP/1.1 200") || starts_with(c, "NOTIFY");
	default:
		return false;
	}
}

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
		return is_udp_response(p) ? CLASS_backscatter : CLASS_scan;
	case PROTOCOL_ICMP:
		return icmp_class(p);
	case PROTOCOL_ICMPV6:
		return icmp6_class(p->icmp_type);
	default:
		return CLASS_other;
	}
}
