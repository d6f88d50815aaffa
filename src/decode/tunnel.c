/* Packets inside packets, when they are asked for. */
#include "decode/layers.h"

enum {
	DEPTH_MAX = 4,
	PORT_TEREDO = 3544,
	PORT_VXLAN = 4789,
	GRE_CHECKSUM = 0x8000,
	GRE_ROUTING = 0x4000,
	GRE_KEY = 0x2000,
	GRE_SEQUENCE = 0x1000,
	GRE_ACK = 0x0080,
	GRE_VERSION = 0x0007,
	GRE_ETHERNET = 0x6558,
	GRE_PPP = 0x880b,
	GRE_ERSPAN = 0x88be,
	GRE_ERSPAN_3 = 0x22eb,
};

/* Type III (draft-foschiano-erspan): 12 bytes, and 8 more when the last bit says so; the frame is
 * Ethernet or bare IP. */
static enum net erspan3_read(struct packet *p, struct cur *c)
{
	cur_skip(c, 10);
	uint16_t flags = cur_u16(c);
	if (flags & 1)
		cur_skip(c, 8);
	switch (flags >> 10 & 31) {
	case 0:
		return ether_read(p, c);
	case 2:
		return NET_ANY;
	default:
		return NET_NONE;
	}
}

/* RFC 2784 and 2890; version 1 is PPTP's (RFC 2637). Source routes (RFC 1701) are not looked past. */
static enum net gre_read(struct packet *p, struct cur *c)
{
	uint16_t flags = cur_u16(c);
	uint16_t type = cur_u16(c);
	unsigned version = flags & GRE_VERSION;

	if (version > 1 || flags & GRE_ROUTING)
		return NET_NONE;
	if (flags & GRE_CHECKSUM)
		cur_skip(c, 4);
	if (flags & GRE_KEY)
		cur_skip(c, 4);
	if (flags & GRE_SEQUENCE)
		cur_skip(c, 4);
	if (version == 1) {
		if (flags & GRE_ACK)
			cur_skip(c, 4);
		return type == GRE_PPP ? ppp_read(p, c) : NET_NONE;
	}
	switch (type) {
	case GRE_ETHERNET:
		return ether_read(p, c);
	case GRE_ERSPAN: /* type II has a sequence number and 8 bytes of its own, type I neither */
		cur_skip(c, flags & GRE_SEQUENCE ? 8 : 0);
		return ether_read(p, c);
	case GRE_ERSPAN_3:
		return erspan3_read(p, c);
	default:
		return ethertype_read(p, c, type);
	}
}

/* RFC 7348 5: the flag that the network identifier is valid must be set. */
static enum net vxlan_read(struct packet *p, struct cur *c)
{
	uint8_t flags = cur_u8(c);

	cur_skip(c, 7);
	return flags & 0x08 ? ether_read(p, c) : NET_NONE;
}

/* RFC 4380 5.1.1: authentication and origin may stand before the IPv6 packet. */
static enum net teredo_read(struct cur *c)
{
	struct cur look = *c;

	if (cur_u16(&look) == 1) {
		uint8_t id_len = cur_u8(&look);
		uint8_t auth_len = cur_u8(&look);
		cur_skip(&look, (size_t)id_len + auth_len + 9);
		*c = look;
	}
	look = *c;
	if (cur_u16(&look) == 0) {
		cur_skip(&look, 6);
		*c = look;
	}
	return NET_IPV6;
}

/* Steps over the tunnel's header, if p is one. */
static enum net tunnel_header(const struct packet *p, struct packet *inner, struct cur *c)
{
	switch (p->protocol) {
	case PROTOCOL_IPIP:
		return NET_IPV4;
	case PROTOCOL_IPV6:
		return NET_IPV6;
	case PROTOCOL_GRE:
		return gre_read(inner, c);
	case PROTOCOL_UDP:
		if (p->dport == PORT_VXLAN)
			return vxlan_read(inner, c);
		if (p->dport == PORT_TEREDO || p->sport == PORT_TEREDO)
			return teredo_read(c);
		return NET_NONE;
	default:
		return NET_NONE;
	}
}

/* The packet inside p. False when there is none that can be read: a port number alone makes no
 * tunnel. */
static bool tunnel_read(const struct packet *p, struct packet *inner)
{
	if (p->fragment == FRAGMENT_LATER || p->payload_len == 0)
		return false;
	packet_init(inner, p->ts_ns, 0);
	struct cur c = payload_cur(p);
	enum net says = tunnel_header(p, inner, &c);
	if (says == NET_NONE)
		return false;

	payload_set(inner, &c, p->payload_wire_len - (size_t)(c.at - p->payload));
	bool has_transport = ip_read(inner, says);
	if (!inner->is_ip || inner->odds & ODD_BIT(ip_version))
		return false;
	if (has_transport)
		transport_read(inner);
	inner->odds |= p->odds;
	inner->tunnels = (uint8_t)(p->tunnels + 1);
	return true;
}

void tunnels_read(struct packet *p)
{
	struct packet inner;

	while (tunnel_read(p, &inner)) {
		if (p->tunnels == DEPTH_MAX) {
			odd(p, ODD_BIT(tunnel_depth));
			return;
		}
		*p = inner;
	}
}
