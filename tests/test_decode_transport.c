/* TCP, UDP, ICMP and IPv6's extension headers at their limits. */
#include <criterion/criterion.h>

#include "base/base.h"
#include "capture/frame.h"
#include "decode/service.h"
#include "decoded.h"
#include "frame_build.h"
#include "packet_bounds.h"

static struct bytes raw(const struct packet *x, unsigned extensions)
{
	struct how how = {.link_type = LINK_RAW, .extensions = extensions};
	struct bytes o;

	build_frame(&o, x, &how);
	return o;
}

static struct packet decode(const struct bytes *o)
{
	struct frame f = frame_of(o, LINK_RAW);
	struct packet p = decoded(&f, false);

	packet_check_bounds(&f, &p);
	return p;
}

static struct packet decode_packet(const struct packet *x)
{
	static struct bytes o; /* the result points into it */

	o = raw(x, 0);
	return decode(&o);
}

Test(tcp, an_impossible_data_offset_leaves_ports_sequence_and_flags)
{
	struct packet x = plain_syn();

	for (unsigned words = 0; words < 16; words++) {
		x.tcp_header_len = (uint8_t)(words * 4);
		struct packet p = decode_packet(&x);
		cr_assert_eq(p.odds, words == 5 ? 0 : ODD_BIT(tcp_header));
		cr_assert_eq(p.dport, 23);
		cr_assert_eq(p.tcp_seq, 1);
		cr_assert_eq(p.tcp_flags, TCP_SYN);
		cr_assert_eq(p.tcp_header_len, words * 4);
	}
}

Test(tcp, a_cut_header_gives_what_there_is)
{
	struct packet x = plain_syn();
	struct bytes o = raw(&x, 0);

	for (size_t len = 20; len <= 40; len++) {
		struct frame f = frame_of(&o, LINK_RAW);
		f.cap_len = (uint32_t)len;
		struct packet p = decoded(&f, false);
		cr_assert_eq(p.odds, len < 40 ? ODD_BIT(tcp_header) : 0);
		cr_assert_eq(p.sport, len >= 22 ? 40000 : 0);
		cr_assert_eq(p.dport, len >= 24 ? 23 : 0);
		cr_assert_eq(p.tcp_seq, len >= 28 ? 1 : 0);
		cr_assert_eq(p.tcp_flags, len >= 34 ? TCP_SYN : 0);
		cr_assert_eq(p.tcp_window, len >= 36 ? 1024 : 0);
	}
}

static struct packet with_options(const void *options, size_t len)
{
	struct packet x = plain_syn();

	x.tcp_options = options;
	x.tcp_options_len = (uint8_t)len;
	x.tcp_header_len = (uint8_t)(20 + len);
	return decode_packet(&x);
}

Test(tcp, options_give_segment_size_and_window_scale)
{
	struct packet p = with_options("\2\4\5\xb4\1\3\3\x0e", 8);

	cr_assert_eq(p.odds, 0);
	cr_assert_eq(p.tcp_mss, 1460);
	cr_assert_eq(p.tcp_wscale, 14);
	p = with_options("\1\1\1\1\0\xff\xff\xff", 8); /* nothing counts after the end of options */
	cr_assert_eq(p.odds, 0);
	cr_assert_eq(p.tcp_mss, 0);
	cr_assert_eq(p.tcp_wscale, -1);
	p = with_options("\1\3\3\xc8", 4); /* RFC 7323 2.3: taken as 14 */
	cr_assert_eq(p.odds, ODD_BIT(tcp_option));
	cr_assert_eq(p.tcp_wscale, 14);
}

Test(tcp, options_that_run_out_of_the_header_are_malformed)
{
	cr_assert_eq(with_options("\x08\4xx", 4).odds, 0);
	cr_assert_eq(with_options("\x08\5xx", 4).odds, ODD_BIT(tcp_option));
	cr_assert_eq(with_options("\x08\1\0\0", 4).odds, ODD_BIT(tcp_option));
	cr_assert_eq(with_options("\x08\0\0\0", 4).odds, ODD_BIT(tcp_option));
	cr_assert_eq(with_options("\1\1\1\x08", 4).odds, ODD_BIT(tcp_option));
	cr_assert_eq(with_options("\2\3\5\0", 4).odds, ODD_BIT(tcp_option));
	cr_assert_eq(with_options("\2\5\5\xb4\1\0\0\0", 8).odds, ODD_BIT(tcp_option));
}

Test(tcp, options_cut_by_the_capture_are_cut_not_malformed)
{
	struct packet x = plain_syn();
	x.tcp_options = (const uint8_t *)"\2\4\5\xb4\4\2\x08\x0a\0\0\0\1\0\0\0\0";
	x.tcp_options_len = 16;
	x.tcp_header_len = 36;
	struct bytes o = raw(&x, 0);
	struct frame f = frame_of(&o, LINK_RAW);

	f.cap_len -= 4;
	struct packet p = decoded(&f, false);
	cr_assert_eq(p.odds, ODD_BIT(tcp_header));
	cr_assert_eq(p.tcp_options_len, 12);
	cr_assert_eq(p.tcp_mss, 1460);
}

Test(tcp, flags_that_no_stack_sends_are_marked)
{
	for (unsigned flags = 0; flags < 256; flags++) {
		struct packet x = plain_syn();
		x.tcp_flags = (uint8_t)flags;
		unsigned kinds = !!(flags & TCP_SYN) + !!(flags & TCP_RST) + !!(flags & TCP_FIN);
		bool answered = flags & (TCP_SYN | TCP_RST | TCP_ACK);
		cr_assert_eq(decode_packet(&x).odds,
			kinds > 1 || !answered ? ODD_BIT(tcp_flags) : 0, "%02x", flags);
	}
}

Test(transport, port_0_is_marked_on_either_side)
{
	struct packet x = plain_syn();
	x.sport = 0;
	cr_assert_eq(decode_packet(&x).odds, ODD_BIT(port_zero));
	x = plain_udp("x", 1);
	x.dport = 0;
	cr_assert_eq(decode_packet(&x).odds, ODD_BIT(port_zero));
}

Test(udp, a_length_that_contradicts_ip_is_marked)
{
	static const struct {
		unsigned len;
		uint32_t odds, payload;
	} cases[] = {
		{18, 0, 10},
		{17, ODD_BIT(udp_length), 9},
		{8, ODD_BIT(udp_length), 0},
		{7, ODD_BIT(udp_length), 10},
		{0, ODD_BIT(udp_length), 10},
		{19, ODD_BIT(udp_length), 10},
	};
	struct packet x = plain_udp("0123456789", 10);
	struct bytes o = raw(&x, 0);

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		set16(&o, 24, cases[i].len);
		struct packet p = decode(&o);
		cr_assert_eq(p.odds, cases[i].odds, "%u", cases[i].len);
		cr_assert_eq(p.payload_len, cases[i].payload);
		cr_assert_eq(p.payload_wire_len, cases[i].payload);
		cr_assert_eq(p.dport, 53);
	}
}

/* An ICMP error of that type quoting so many bytes of a packet. */
static struct packet quoting(const struct packet *quoted, uint8_t type, size_t len)
{
	struct bytes q = raw(quoted, 0);
	struct packet x = plain_syn();

	if (quoted->version == 6)
		x = as_ip6(x);
	x.protocol = quoted->version == 4 ? PROTOCOL_ICMP : PROTOCOL_ICMPV6;
	x.icmp_type = type;
	x.payload = q.b;
	x.payload_len = (uint32_t)(len < q.len ? len : q.len);
	return decode_packet(&x);
}

Test(icmp, an_error_shows_what_it_quotes)
{
	static const uint8_t types4[] = {3, 4, 5, 11, 12};
	struct packet syn = plain_syn(), udp6 = plain_udp("x", 1);
	udp6 = as_ip6(udp6);

	for (size_t i = 0; i < ARRAY_SIZE(types4); i++) {
		struct packet p = quoting(&syn, types4[i], 28);
		cr_assert_eq(p.odds, 0);
		cr_assert(p.quote.present);
		cr_assert(addr_equal(&p.quote.src, &syn.src));
		cr_assert(addr_equal(&p.quote.dst, &syn.dst));
		cr_assert_eq(p.quote.protocol, PROTOCOL_TCP);
		cr_assert_eq(p.quote.sport, 40000);
		cr_assert_eq(p.quote.dport, 23);
		cr_assert_eq(p.payload_len, 28);
		cr_assert_eq(p.sport, 0);
	}
	for (uint8_t type = 1; type <= 4; type++) {
		struct packet p = quoting(&udp6, type, 100);
		cr_assert(p.quote.present);
		cr_assert_eq(p.quote.dport, 53);
		cr_assert(addr_equal(&p.quote.dst, &udp6.dst));
	}
	cr_assert_not(quoting(&syn, 13, 28).quote.present);
	cr_assert_not(quoting(&udp6, 5, 100).quote.present);
}

Test(icmp, a_quote_that_is_cut_off_is_marked)
{
	struct packet syn = plain_syn();

	cr_assert_eq(quoting(&syn, 3, 24).odds, 0);
	cr_assert_eq(quoting(&syn, 3, 23).odds, ODD_BIT(icmp_header));
	cr_assert(quoting(&syn, 3, 20).quote.present);
	cr_assert_not(quoting(&syn, 3, 19).quote.present);
	cr_assert_eq(quoting(&syn, 3, 19).odds, ODD_BIT(icmp_header));
	cr_assert_eq(quoting(&syn, 3, 0).odds, ODD_BIT(icmp_header));
}

Test(icmp, a_quoted_ping_gives_its_type)
{
	struct packet ping = plain_syn();
	ping.protocol = PROTOCOL_ICMP;
	ping.icmp_type = 8;
	struct packet p = quoting(&ping, 3, 28);

	cr_assert_eq(p.quote.protocol, PROTOCOL_ICMP);
	cr_assert_eq(p.quote.dport, 8);
	cr_assert_eq(p.quote.sport, 0);
}

Test(icmp, a_header_below_8_bytes_is_cut_off)
{
	struct packet x = plain_syn();
	x.protocol = PROTOCOL_ICMP;
	x.icmp_type = 8;
	struct bytes o = raw(&x, 0);

	cr_assert_eq(decode(&o).odds, 0);
	struct frame f = frame_of(&o, LINK_RAW);
	f.cap_len--;
	struct packet p = decoded(&f, false);
	cr_assert_eq(p.odds, ODD_BIT(icmp_header));
	cr_assert_eq(p.icmp_type, 8);
}

/* An IPv6 packet whose payload is given, with its first next header. */
static struct packet ip6(uint8_t next, const void *body, size_t len)
{
	static struct bytes o;
	struct packet x = plain_syn();

	x = as_ip6(x);
	x.protocol = next;
	x.payload = body;
	x.payload_len = (uint32_t)len;
	o = (struct bytes){0};
	put_ip6(&o, &x, &(struct how){0});
	if (next == PROTOCOL_TCP || next == PROTOCOL_UDP)
		o = raw(&x, 0);
	return decode(&o);
}

Test(ip6, a_fragment_header_hides_the_ports_of_later_fragments)
{
	struct packet p = ip6(44,
		"\x11\0\0\1\0\0\0\1"
		"\x9c\x40\0\x35\0\x10\0\0"
		"12345678",
		24);
	cr_assert_eq(p.fragment, FRAGMENT_FIRST);
	cr_assert_eq(p.dport, 53);
	cr_assert_eq(p.odds, 0);
	p = ip6(44,
		"\x11\0\0\x08\0\0\0\1"
		"12345678",
		16);
	cr_assert_eq(p.fragment, FRAGMENT_LATER);
	cr_assert_eq(p.protocol, PROTOCOL_UDP);
	cr_assert_eq(p.payload_len, 8);
	cr_assert_eq(p.odds, 0);
	p = ip6(44,
		"\x11\0\0\0\0\0\0\1"
		"\x9c\x40\0\x35\0\x08\0\0",
		16); /* RFC 6946: whole */
	cr_assert_eq(p.fragment, FRAGMENT_NONE);
	cr_assert_eq(p.dport, 53);
	p = ip6(44,
		"\x3c\0\0\x08\0\0\0\1"
		"\x11\xff\xff\xff\xff\xff\xff\xff",
		16); /* what would be an extension header is data */
	cr_assert_eq(p.fragment, FRAGMENT_LATER);
	cr_assert_eq(p.protocol, 60);
	cr_assert_eq(p.odds, 0);
	p = ip6(44,
		"\x11\0\xff\xf8\0\0\0\1"
		"12345678",
		16);
	cr_assert_eq(p.odds, ODD_BIT(fragment));
}

Test(ip6, extension_headers_that_run_out_of_the_packet_are_marked)
{
	struct packet p = ip6(60, "\x11\1\1\4\0\0\0\0", 8);
	cr_assert_eq(p.odds, ODD_BIT(ip_option));
	cr_assert_eq(p.protocol, 60);
	cr_assert_eq(ip6(60,
			     "\x11\0\1\5\0\0\0\0"
			     "\x9c\x40\0\x35\0\x08\0\0",
			     16)
			     .odds,
		ODD_BIT(ip_option));
	cr_assert_eq(ip6(60,
			     "\x11\0\1\4\0\0\0\0"
			     "\x9c\x40\0\x35\0\x08\0\0",
			     16)
			     .odds,
		0);
	/* hop-by-hop only stands first */
	cr_assert_eq(ip6(60,
			     "\0\0\1\4\0\0\0\0"
			     "\x11\0\1\4\0\0\0\0"
			     "\x9c\x40\0\x35\0\x08\0\0",
			     24)
			     .odds,
		ODD_BIT(ip_option));
}

Test(ip6, a_chain_of_extension_headers_has_an_end)
{
	uint8_t chain[18 * 8] = {0};

	for (size_t count = 15; count <= 18; count++) {
		for (size_t i = 0; i < count; i++) {
			memcpy(chain + i * 8, "\x3c\0\1\4\0\0\0\0", 8);
			chain[i * 8] = i + 1 < count ? 60 : 59;
		}
		struct packet p = ip6(60, chain, count * 8);
		cr_assert_eq(p.odds, count <= 16 ? 0 : ODD_BIT(ip_option), "%zu", count);
		cr_assert_eq(p.protocol, count <= 16 ? 59 : 60);
	}
}

Test(ip6, a_jumbo_option_gives_the_length)
{
	static uint8_t data[70100];
	struct bytes o = {0};
	struct packet x = plain_syn();

	x = as_ip6(x);
	x.protocol = 0;
	put_ip6(&o, &x, &(struct how){0});
	put(&o, "\x11\0\xc2\4", 4);
	put32(&o, 8 + 8 + 70000);
	put16(&o, 40000);
	put16(&o, 53);
	put32(&o, 0);
	memcpy(data, o.b, o.len);
	struct frame f = {.data = data,
		.cap_len = sizeof(data),
		.wire_len = sizeof(data),
		.link_type = LINK_RAW};
	struct packet p = decoded(&f, false);
	packet_check_bounds(&f, &p);
	cr_assert_eq(p.odds, 0);
	cr_assert_eq(p.length, 40 + 8 + 8 + 70000);
	cr_assert_eq(p.dport, 53);
	cr_assert_eq(p.payload_len, 70000);
}

Test(ip6, nothing_after_the_header_is_nothing_even_in_a_padded_frame)
{
	struct packet x = plain_syn();
	x = as_ip6(x);
	x.protocol = 59;
	struct bytes o = raw(&x, 0);

	put_fill(&o, 0, 6);
	struct packet p = decode(&o);
	cr_assert_eq(p.odds, 0);
	cr_assert_eq(p.length, 40);
	cr_assert_eq(p.payload_len, 0);
}

Test(ip6, a_trailer_of_the_frame_is_no_extension_header)
{
	struct packet x = plain_syn();
	x = as_ip6(x);
	x.protocol = 60;
	x.payload = (const uint8_t *)"\x3b\1\1\4\0\0\0\0";
	x.payload_len = 8;
	struct bytes o = {0};

	put_ip6(&o, &x, &(struct how){0});
	put_fill(&o, 0, 8);
	cr_assert_eq(decode(&o).odds, ODD_BIT(ip_option));
	set16(&o, 4, 16);
	cr_assert_eq(decode(&o).odds, 0);
}

Test(ip6, a_length_beyond_the_frame_is_marked)
{
	struct packet x = plain_udp("12345678", 8);
	x = as_ip6(x);
	struct bytes o = raw(&x, 0);

	set16(&o, 4, 17);
	struct packet p = decode(&o);
	cr_assert(p.odds & ODD_BIT(ip_length));
	cr_assert_eq(p.length, 57);
	cr_assert_eq(p.payload_len, 8);
}

Test(ip6, land_is_marked)
{
	struct packet x = plain_syn();
	x = as_ip6(x);
	x.dst = x.src;
	cr_assert_eq(decode_packet(&x).odds, ODD_BIT(land));
}
