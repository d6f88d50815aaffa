/* Link headers down to IP. */
#include "decode/layers.h"

enum {
	ETHERTYPE_VLAN = 0x8100,
	ETHERTYPE_VLAN_SERVICE = 0x88a8, /* IEEE 802.1ad */
	ETHERTYPE_VLAN_OLD = 0x9100,
	ETHERTYPE_MPLS = 0x8847,
	ETHERTYPE_MPLS_UPSTREAM = 0x8848,
	ETHERTYPE_VNTAG = 0x8926,
	PPP_IPV4 = 0x0021,
	PPP_IPV6 = 0x0057,
	PPP_MPLS = 0x0281,
};

static enum net cut_off(struct packet *p)
{
	odd(p, ODD_BIT(link_header));
	return NET_NONE;
}

static enum net checked(struct packet *p, const struct cur *c, enum net net)
{
	return cur_ok(c) ? net : cut_off(p);
}

/* Labels up to the bottom of the stack (RFC 3032). What is below does not say what it is: IP when
 * it looks like IP; a pseudowire does not (RFC 4385: first nibble 0 or 1). */
static enum net mpls_read(struct packet *p, struct cur *c)
{
	uint32_t label;

	do {
		label = cur_u32(c);
		if (!cur_ok(c))
			return cut_off(p);
	} while (!(label & 0x100));

	struct cur look = *c;
	uint8_t version = cur_u8(&look) >> 4;
	if (!cur_ok(&look))
		return cut_off(p);
	return version == 4 || version == 6 ? NET_ANY : NET_NONE;
}

enum net ethertype_read(struct packet *p, struct cur *c, uint16_t type)
{
	for (;;) {
		switch (type) {
		case ETHERTYPE_IPV4:
			return checked(p, c, NET_IPV4);
		case ETHERTYPE_IPV6:
			return checked(p, c, NET_IPV6);
		case ETHERTYPE_VLAN:
		case ETHERTYPE_VLAN_SERVICE:
		case ETHERTYPE_VLAN_OLD:
			cur_skip(c, 2);
			break;
		case ETHERTYPE_VNTAG:
			cur_skip(c, 4);
			break;
		case ETHERTYPE_MPLS:
		case ETHERTYPE_MPLS_UPSTREAM:
			return mpls_read(p, c);
		default:
			return checked(p, c, NET_NONE);
		}
		type = cur_u16(c);
	}
}

enum net ether_read(struct packet *p, struct cur *c)
{
	cur_skip(c, 12);
	return ethertype_read(p, c, cur_u16(c));
}

/* The address family as the host that captured wrote it: its byte order is not known, IPv6's number
 * differs by system. Some writers put an EtherType into the last two bytes. */
static enum net null_read(struct packet *p, struct cur *c)
{
	uint32_t family = cur_u32(c);

	switch (family > 0xffff ? __builtin_bswap32(family) : family) {
	case 2:
		return NET_IPV4;
	case 10: /* Linux */
	case 24: /* NetBSD, OpenBSD */
	case 28: /* FreeBSD */
	case 30: /* macOS */
		return NET_IPV6;
	default:
		return ethertype_read(p, c, (uint16_t)family);
	}
}

static enum net sll_read(struct packet *p, struct cur *c)
{
	cur_skip(c, 14);
	return ethertype_read(p, c, cur_u16(c));
}

static enum net sll2_read(struct packet *p, struct cur *c)
{
	uint16_t type = cur_u16(c);

	cur_skip(c, 18);
	return ethertype_read(p, c, type);
}

/* RFC 1661 and 1662: address and control (ff 03) may be left out, and the protocol's first byte
 * where it is 0. */
enum net ppp_read(struct packet *p, struct cur *c)
{
	struct cur look = *c;

	if (cur_u16(&look) == 0xff03)
		*c = look;
	uint16_t protocol = cur_u8(c);
	if (!(protocol & 1))
		protocol = (uint16_t)(protocol << 8 | cur_u8(c));
	switch (protocol) {
	case PPP_IPV4:
		return checked(p, c, NET_IPV4);
	case PPP_IPV6:
		return checked(p, c, NET_IPV6);
	case PPP_MPLS:
		return mpls_read(p, c);
	default:
		return checked(p, c, NET_NONE);
	}
}

/* PPP, or Cisco's HDLC with an EtherType (RFC 1547 4.3.1). */
static enum net hdlc_read(struct packet *p, struct cur *c)
{
	struct cur look = *c;
	uint16_t head = cur_u16(&look);

	if (head != 0x0f00 && head != 0x8f00)
		return ppp_read(p, c);
	*c = look;
	return ethertype_read(p, c, cur_u16(c));
}

enum net link_read(struct packet *p, struct cur *c, uint16_t link_type)
{
	switch (link_type) {
	case LINK_ETHERNET:
		return ether_read(p, c);
	case LINK_RAW_12:
	case LINK_RAW_14:
	case LINK_RAW:
		return NET_ANY;
	case LINK_IPV4:
		return NET_IPV4;
	case LINK_IPV6:
		return NET_IPV6;
	case LINK_NULL:
	case LINK_LOOP:
		return null_read(p, c);
	case LINK_LINUX_SLL:
		return sll_read(p, c);
	case LINK_LINUX_SLL2:
		return sll2_read(p, c);
	case LINK_PPP:
		return ppp_read(p, c);
	case LINK_PPP_HDLC:
		return hdlc_read(p, c);
	default:
		odd(p, ODD_BIT(link_unknown));
		return NET_NONE;
	}
}
