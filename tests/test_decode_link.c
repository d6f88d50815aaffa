/* Link headers and tunnels. */
#include <criterion/criterion.h>

#include "base/base.h"
#include "capture/frame.h"
#include "decode/decode.h"
#include "decoded.h"
#include "frame_build.h"
#include "packet_bounds.h"

static struct packet decode(const struct bytes *o, uint16_t link_type, bool look_through)
{
	struct frame f = frame_of(o, link_type);
	struct packet p = decoded(&f, look_through);

	packet_check_bounds(&f, &p);
	return p;
}

static void put_packet(struct bytes *o, const struct packet *x)
{
	static const struct how plain;

	if (x->version == 4)
		put_ip4(o, x, &plain);
	else
		put_ip6(o, x, &plain);
}

/* The packet after so many bytes of a link header. */
static struct packet after(
	const void *header, size_t len, const struct packet *x, uint16_t link_type)
{
	static struct bytes o; /* the result points into it */

	o.len = 0;
	put(&o, header, len);
	put_packet(&o, x);
	return decode(&o, link_type, false);
}

#define AFTER(header, x, link_type) after(header, sizeof(header) - 1, x, link_type)

Test(link, loopback_families_count_in_either_byte_order)
{
	static const uint8_t families[] = {10, 24, 28, 30};
	struct packet four = plain_syn(), six = as_ip6(four);

	cr_assert_eq(AFTER("\0\0\0\2", &four, LINK_NULL).dport, 23);
	cr_assert_eq(AFTER("\2\0\0\0", &four, LINK_NULL).dport, 23);
	cr_assert_eq(AFTER("\0\0\0\2", &four, LINK_LOOP).dport, 23);
	for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
		uint8_t big[4] = {[3] = families[i]}, little[4] = {families[i]};
		cr_assert_eq(after(big, 4, &six, LINK_NULL).odds, 0);
		cr_assert_eq(after(big, 4, &six, LINK_NULL).dport, 23);
		cr_assert_eq(after(little, 4, &six, LINK_NULL).dport, 23);
	}
	cr_assert_not(AFTER("\7\0\0\0", &four, LINK_NULL).is_ip);
	cr_assert_eq(AFTER("\7\0\0\0", &four, LINK_NULL).odds, 0);
	cr_assert(AFTER("\x0f\0\x08\0", &four, LINK_NULL).is_ip); /* an EtherType in its place */
	cr_assert_eq(AFTER("\2\0\0\0", &six, LINK_NULL).odds, ODD_BIT(ip_version));
}

Test(link, ppp_with_and_without_address_and_control)
{
	struct packet four = plain_syn(), six = as_ip6(four);

	cr_assert_eq(AFTER("\0\x21", &four, LINK_PPP).dport, 23);
	cr_assert_eq(AFTER("\x21", &four, LINK_PPP).dport, 23); /* protocol field compressed */
	cr_assert_eq(AFTER("\xff\3\0\x21", &four, LINK_PPP).dport, 23);
	cr_assert_eq(AFTER("\xff\3\0\x57", &six, LINK_PPP_HDLC).dport, 23);
	cr_assert_eq(AFTER("\0\x21", &four, LINK_PPP_HDLC).dport, 23);
	cr_assert_eq(AFTER("\x0f\0\x08\0", &four, LINK_PPP_HDLC).dport, 23);
	cr_assert_eq(AFTER("\x8f\0\x86\xdd", &six, LINK_PPP_HDLC).dport, 23);
	cr_assert_eq(AFTER("\x02\x81\0\1\1\xff", &four, LINK_PPP).dport, 23);
	cr_assert_not(AFTER("\xc0\x21", &four, LINK_PPP).is_ip);
	cr_assert_eq(AFTER("\xc0\x21", &four, LINK_PPP).odds, 0);
}

#define MACS "\2\0\0\0\0\1\2\0\0\0\0\2"

Test(link, tags_and_labels_are_looked_past)
{
	struct packet x = plain_syn(), six = as_ip6(x);

	cr_assert_eq(
		AFTER(MACS "\x81\0\0\1\x88\xa8\0\2\x91\0\0\3\x81\0\0\4\x08\0", &x, LINK_ETHERNET)
			.dport,
		23);
	cr_assert_eq(AFTER(MACS "\x89\x26\0\0\0\0\x08\0", &x, LINK_ETHERNET).dport, 23);
	cr_assert_eq(AFTER(MACS "\x89\x26\0\0\0\0\x81\0\0\1\x08\0", &x, LINK_ETHERNET).dport, 23);
	cr_assert_eq(AFTER(MACS "\x88\x47\0\1\0\xff\0\1\1\xff", &six, LINK_ETHERNET).dport, 23);
	cr_assert_eq(AFTER(MACS "\x88\x48\0\1\1\xff", &x, LINK_ETHERNET).odds, 0);
	/* a pseudowire's control word is no IP */
	cr_assert_not(AFTER(MACS "\x88\x47\0\1\1\xff\0\0\0\0", &x, LINK_ETHERNET).is_ip);
	cr_assert_eq(AFTER(MACS "\x88\x47\0\1\1\xff\0\0\0\0", &x, LINK_ETHERNET).odds, 0);
}

Test(link, frames_without_ip_are_no_packets_and_not_strange)
{
	struct packet x = plain_syn();

	cr_assert_not(AFTER(MACS "\x08\x06", &x, LINK_ETHERNET).is_ip);
	cr_assert_eq(AFTER(MACS "\x08\x06", &x, LINK_ETHERNET).odds, 0);
	cr_assert_eq(AFTER(MACS "\0\x26\x42\x42\3", &x, LINK_ETHERNET).odds, 0);
}

Test(link, a_link_type_without_ip_is_counted)
{
	static const uint16_t ours[] = {0, 1, 9, 12, 14, 50, 101, 108, 113, 228, 229, 276};
	struct packet x = plain_syn();
	size_t known = 0;

	for (unsigned type = 0; type < 400; type++) {
		struct packet p = after(MACS, 12, &x, (uint16_t)type);
		bool is_known = known < ARRAY_SIZE(ours) && ours[known] == type;
		known += is_known;
		cr_assert_eq(!!(p.odds & ODD_BIT(link_unknown)), !is_known, "%u", type);
		cr_assert(is_known || !p.is_ip);
	}
}

Test(link, a_header_that_is_cut_off_is_marked)
{
	static const struct {
		uint16_t link_type;
		const char *header;
		size_t len;
	} links[] = {
		{LINK_ETHERNET, MACS "\x08\0", 14},
		{LINK_ETHERNET, MACS "\x81\0\0\1\x08\0", 18},
		{LINK_ETHERNET, MACS "\x88\x47\0\1\1\xff", 19},
		{LINK_NULL, "\2\0\0\0", 4},
		{LINK_PPP, "\xff\3\0\x21", 4},
		{LINK_PPP_HDLC, "\x0f\0\x08\0", 4},
		{LINK_LINUX_SLL, "\0\0\0\1\0\6\0\0\0\0\0\0\0\0\x08\0", 16},
		{LINK_LINUX_SLL2, "\x08\0\0\0\0\0\0\1\0\1\0\6\0\0\0\0\0\0\0\0", 20},
	};

	for (size_t i = 0; i < ARRAY_SIZE(links); i++) {
		for (size_t len = 1; len <= links[i].len; len++) {
			struct bytes o = {0};
			put(&o, links[i].header, len);
			struct packet p = decode(&o, links[i].link_type, false);
			bool whole = len == links[i].len &&
				     i != 2; /* after labels the first byte of IP is needed */
			bool mpls = i == 2 && len == 19;
			cr_assert_not(p.is_ip);
			if (len == 1 && (i == 4 || i == 5))
				continue; /* one byte can be a whole, unknown PPP protocol */
			cr_assert_eq(p.odds,
				whole  ? ODD_BIT(ip_header)
				: mpls ? 0
				       : ODD_BIT(link_header),
				"%zu %zu", i, len);
		}
	}
}

/* An outer packet of that protocol around what is in inner. */
static struct packet around(uint8_t protocol, const struct bytes *inner)
{
	struct packet x = plain_syn();

	x.src = addr_from_v4(0x09090909);
	x.protocol = protocol;
	x.payload = inner->b;
	x.payload_len = (uint32_t)inner->len;
	return x;
}

static struct packet tunnel(
	uint8_t protocol, const void *header, size_t len, const struct packet *x, bool look_through)
{
	static struct bytes o;
	struct bytes inner = {0};

	put(&inner, header, len);
	put_packet(&inner, x);
	struct packet outer = around(protocol, &inner);
	o.len = 0;
	put_packet(&o, &outer);
	return decode(&o, LINK_RAW, look_through);
}

#define TUNNEL(protocol, header, x) tunnel(protocol, header, sizeof(header) - 1, x, true)

Test(tunnel, the_outer_packet_counts_unless_asked)
{
	struct packet x = plain_syn();
	struct packet p = tunnel(PROTOCOL_IPIP, "", 0, &x, false);

	cr_assert_eq(p.protocol, PROTOCOL_IPIP);
	cr_assert_eq(p.tunnels, 0);
	p = tunnel(PROTOCOL_IPIP, "", 0, &x, true);
	cr_assert_eq(p.dport, 23);
	cr_assert_eq(p.tunnels, 1);
	cr_assert(addr_equal(&p.src, &x.src));
	cr_assert_eq(p.odds, 0);
}

Test(tunnel, the_oddities_of_the_outer_packet_stay)
{
	struct packet x = plain_syn();
	struct bytes inner = {0}, o = {0};

	put_packet(&inner, &x);
	struct packet outer = around(PROTOCOL_IPIP, &inner);
	outer.src = addr_from_v4(0x0a000001);
	put_packet(&o, &outer);
	struct packet p = decode(&o, LINK_RAW, true);
	cr_assert_eq(p.tunnels, 1);
	cr_assert_eq(p.odds, ODD_BIT(ip_martian));
}

Test(tunnel, a_later_fragment_holds_no_packet)
{
	struct packet x = plain_syn();
	struct bytes inner = {0}, o = {0};

	put_packet(&inner, &x);
	struct packet outer = around(PROTOCOL_IPIP, &inner);
	put_packet(&o, &outer);
	set16(&o, 6, 1);
	struct packet p = decode(&o, LINK_RAW, true);
	cr_assert_eq(p.tunnels, 0);
	cr_assert_eq(p.fragment, FRAGMENT_LATER);
}

Test(tunnel, gre_in_its_variants)
{
	struct packet x = plain_syn(), six = as_ip6(x);

	cr_assert_eq(TUNNEL(PROTOCOL_GRE, "\0\0\x08\0", &x).dport, 23);
	cr_assert_eq(TUNNEL(PROTOCOL_GRE, "\0\0\x86\xdd", &six).dport, 23);
	cr_assert_eq(TUNNEL(PROTOCOL_GRE,
			     "\xb0\0\x08\0"
			     "cccckkkkssss",
			     &x)
			     .dport,
		23);
	cr_assert_eq(TUNNEL(PROTOCOL_GRE, "\x20\0\x65\x58kkkk" MACS "\x08\0", &x).dport, 23);
	cr_assert_eq(TUNNEL(PROTOCOL_GRE, "\0\0\x88\xbe" MACS "\x08\0", &x).dport, 23);
	cr_assert_eq(TUNNEL(PROTOCOL_GRE,
			     "\x10\0\x88\xbe"
			     "ssss"
			     "\x10\0\0\0\0\0\0\0" MACS "\x81\0\0\1\x08\0",
			     &x)
			     .dport,
		23);
	cr_assert_eq(TUNNEL(PROTOCOL_GRE,
			     "\x10\0\x22\xeb"
			     "ssss"
			     "\x20\0\0\0tttt\0\0\0\0" MACS "\x08\0",
			     &x)
			     .dport,
		23);
	cr_assert_eq(TUNNEL(PROTOCOL_GRE,
			     "\x10\0\x22\xeb"
			     "ssss"
			     "\x20\0\0\0tttt\0\0\0\1"
			     "pppppppp" MACS "\x08\0",
			     &x)
			     .dport,
		23);
	cr_assert_eq(TUNNEL(PROTOCOL_GRE,
			     "\x10\0\x22\xeb"
			     "ssss"
			     "\x20\0\0\0tttt\0\0\x08\0",
			     &x)
			     .dport,
		23);
	cr_assert_eq(TUNNEL(PROTOCOL_GRE,
			     "\x30\x81\x88\x0b"
			     "llccssssaaaa"
			     "\xff\3\0\x21",
			     &x)
			     .dport,
		23);
	cr_assert_eq(TUNNEL(PROTOCOL_GRE, "\x40\0\x08\0", &x).protocol, PROTOCOL_GRE);
	cr_assert_eq(TUNNEL(PROTOCOL_GRE, "\0\2\x08\0", &x).protocol, PROTOCOL_GRE);
	cr_assert_eq(TUNNEL(PROTOCOL_GRE, "\0\0\x89\x09", &x).protocol, PROTOCOL_GRE);
}

Test(tunnel, what_is_inside_must_be_what_the_tunnel_says)
{
	struct packet x = plain_syn(), six = as_ip6(x);

	cr_assert_eq(TUNNEL(PROTOCOL_IPV6, "", &six).dport, 23);
	cr_assert_eq(TUNNEL(PROTOCOL_IPV6, "", &x).protocol, PROTOCOL_IPV6);
	cr_assert_eq(TUNNEL(PROTOCOL_IPIP, "", &six).protocol, PROTOCOL_IPIP);
	cr_assert_eq(TUNNEL(PROTOCOL_IPIP, "", &six).odds, 0);
}

/* The UDP payload is the header and the packet. */
static struct packet in_udp(uint16_t dport, const void *header, size_t len, const struct packet *x)
{
	static struct bytes whole;
	uint8_t udp[8] = {0x9c, 0x40, (uint8_t)(dport >> 8), (uint8_t)dport};
	struct bytes o = {0};

	put(&o, udp, sizeof(udp));
	put(&o, header, len);
	put_packet(&o, x);
	set16(&o, 4, (unsigned)o.len);
	struct packet outer = around(253, &o); /* put as it is */
	whole.len = 0;
	put_packet(&whole, &outer);
	whole.b[9] = PROTOCOL_UDP;
	set16(&whole, 10, 0);
	set16(&whole, 10, checksum(whole.b, 20));
	return decode(&whole, LINK_RAW, true);
}

#define IN_UDP(dport, header, x) in_udp(dport, header, sizeof(header) - 1, x)

Test(tunnel, vxlan_and_teredo_by_port_and_content)
{
	struct packet x = plain_syn(), six = as_ip6(x);

	cr_assert_eq(IN_UDP(4789, "\x08\0\0\0\0\0\1\0" MACS "\x08\0", &x).dport, 23);
	cr_assert_eq(IN_UDP(4789, "\0\0\0\0\0\0\1\0" MACS "\x08\0", &x).dport, 4789);
	cr_assert_eq(IN_UDP(4788, "\x08\0\0\0\0\0\1\0" MACS "\x08\0", &x).dport, 4788);
	cr_assert_eq(IN_UDP(3544, "", &six).dport, 23);
	cr_assert_eq(IN_UDP(3544, "\0\0ppaaaa", &six).dport, 23);
	cr_assert_eq(IN_UDP(3544,
			     "\0\1\0\0nnnnnnnnc"
			     "\0\0ppaaaa",
			     &six)
			     .dport,
		23);
	cr_assert_eq(IN_UDP(3544, "\0\1\3\2iiiaannnnnnnnc", &six).dport, 23);
	cr_assert_eq(IN_UDP(3544, "", &x).dport, 3544);
}

Test(tunnel, at_most_four_deep)
{
	for (unsigned depth = 0; depth <= 6; depth++) {
		struct packet x = plain_syn();
		struct bytes o = {0};

		put_packet(&o, &x);
		for (unsigned i = 0; i < depth; i++) {
			struct bytes inner = o;
			struct packet outer = around(PROTOCOL_IPIP, &inner);
			o.len = 0;
			put_packet(&o, &outer);
		}
		struct packet p = decode(&o, LINK_RAW, true);
		cr_assert_eq(p.tunnels, depth < 4 ? depth : 4);
		cr_assert_eq(p.protocol, depth <= 4 ? PROTOCOL_TCP : PROTOCOL_IPIP);
		cr_assert_eq(p.odds, depth <= 4 ? 0 : ODD_BIT(tunnel_depth));
	}
}

Test(tunnel, a_cut_tunnel_header_leaves_the_outer_packet)
{
	struct packet x = plain_syn();
	struct bytes inner = {0};

	put(&inner,
		"\xb0\0\x65\x58"
		"cccckkkkssss" MACS "\x08\0",
		30);
	put_packet(&inner, &x);
	struct packet outer = around(PROTOCOL_GRE, &inner);
	struct bytes o = {0};
	put_packet(&o, &outer);
	for (size_t len = 20; len <= o.len; len++) {
		AUTO(free) uint8_t *exact = malloc(len);
		struct frame f = {.data = exact,
			.cap_len = (uint32_t)len,
			.wire_len = (uint32_t)o.len,
			.link_type = LINK_RAW};

		memcpy(exact, o.b, len);
		struct packet p = decoded(&f, true);
		packet_check_bounds(&f, &p);
		cr_assert_eq(p.tunnels, len >= 20 + 30 + 20);
	}
}
