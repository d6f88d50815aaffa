/* Packets through frames and back, and what decode_frame() does at each limit of IP and its
 * transports. */
#include <criterion/criterion.h>
#include <time.h>

#include "base/base.h"
#include "capture/frame.h"
#include "decode/service.h"
#include "decoded.h"
#include "frame_build.h"
#include "packet_bounds.h"

enum { ROUNDS = 20000 };

static uint64_t state;

static uint32_t draw(uint32_t below)
{
	state = state * 6364136223846793005 + 1442695040888963407;
	return (uint32_t)(state >> 33) % below;
}

static void draw_bytes(uint8_t *out, size_t len)
{
	for (size_t i = 0; i < len; i++)
		out[i] = (uint8_t)draw(256);
}

static void draw_addresses(struct packet *x)
{
	x->version = draw(2) ? 4 : 6;
	draw_bytes(x->src.b, 16);
	draw_bytes(x->dst.b, 16);
	x->src.b[0] = 0x24;
	if (x->version == 4) {
		x->src = addr_from_v4(0x08000000 | draw(1 << 24));
		x->dst = addr_from_v4(0xc0000000 | draw(1 << 24));
	}
}

static void draw_tcp(struct packet *x, uint8_t options[40])
{
	static const uint8_t flags[] = {TCP_SYN, TCP_SYN | TCP_ACK, TCP_RST, TCP_ACK | TCP_FIN,
		TCP_SYN | TCP_ECE | TCP_CWR};
	static const uint8_t all[] = {
		2, 4, 5, 180, 1, 3, 3, 7, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0};

	x->tcp_seq = draw(UINT32_MAX);
	x->tcp_ack = draw(UINT32_MAX);
	x->tcp_window = (uint16_t)draw(65536);
	x->tcp_flags = flags[draw(ARRAY_SIZE(flags))];
	x->tcp_wscale = -1;
	x->tcp_header_len = 20;
	if (draw(2)) {
		memcpy(options, all, sizeof(all));
		x->tcp_options = options;
		x->tcp_options_len = sizeof(all);
		x->tcp_header_len = 40;
		x->tcp_mss = 1460;
		x->tcp_wscale = 7;
	}
}

/* The fields of the transport header; SCTP's ports are the first bytes of the payload. */
static void draw_transport(struct packet *x, uint8_t options[40], uint8_t *payload)
{
	static const uint8_t protocols[] = {PROTOCOL_TCP, PROTOCOL_UDP, PROTOCOL_ICMP,
		PROTOCOL_ICMPV6, PROTOCOL_SCTP, PROTOCOL_GRE, 50, 253};

	x->protocol = protocols[draw(ARRAY_SIZE(protocols))];
	x->tcp_wscale = -1;
	if (x->protocol == PROTOCOL_ICMP || x->protocol == PROTOCOL_ICMPV6) {
		x->icmp_type = x->protocol == PROTOCOL_ICMP ? 8 : 128;
		x->icmp_code = (uint8_t)draw(256);
		x->icmp_id = (uint16_t)draw(65536);
		x->icmp_seq = (uint16_t)draw(65536);
	} else if (x->protocol == PROTOCOL_TCP || x->protocol == PROTOCOL_UDP ||
		   x->protocol == PROTOCOL_SCTP) {
		x->sport = (uint16_t)(1 + draw(65535));
		x->dport = (uint16_t)(1 + draw(65535));
	}
	if (x->protocol == PROTOCOL_TCP)
		draw_tcp(x, options);
	if (x->protocol == PROTOCOL_SCTP) {
		payload[0] = (uint8_t)(x->sport >> 8);
		payload[1] = (uint8_t)x->sport;
		payload[2] = (uint8_t)(x->dport >> 8);
		payload[3] = (uint8_t)x->dport;
	}
}

static struct how draw_how(uint8_t version)
{
	static const uint16_t links[] = {LINK_ETHERNET, LINK_ETHERNET, LINK_NULL, LINK_LOOP,
		LINK_PPP, LINK_PPP_HDLC, LINK_RAW, LINK_RAW_12, LINK_RAW_14, LINK_LINUX_SLL,
		LINK_LINUX_SLL2};

	return (struct how){
		.link_type = links[draw(ARRAY_SIZE(links))],
		.tags = draw(4),
		.extensions = draw(2) ? draw(version == 4 ? 11 : 8) : 0,
		.trailer = draw(2) ? draw(20) : 0,
	};
}

static void expect_same(const struct packet *p, const struct packet *x)
{
	cr_assert_eq(p->odds, 0, "odds %x", p->odds);
	cr_assert(p->is_ip);
	cr_assert_eq(p->version, x->version);
	cr_assert(addr_equal(&p->src, &x->src));
	cr_assert(addr_equal(&p->dst, &x->dst));
	cr_assert_eq(p->ttl, x->ttl);
	cr_assert_eq(p->tos, x->tos);
	cr_assert_eq(p->protocol, x->protocol);
	cr_assert_eq(p->ip_id, x->ip_id);
	cr_assert_eq(p->dont_fragment, x->dont_fragment);
	cr_assert_eq(p->fragment, FRAGMENT_NONE);
	cr_assert_eq(p->sport, x->sport);
	cr_assert_eq(p->dport, x->dport);
	cr_assert_eq(p->icmp_type, x->icmp_type);
	cr_assert_eq(p->icmp_code, x->icmp_code);
	cr_assert_eq(p->icmp_id, x->icmp_id);
	cr_assert_eq(p->icmp_seq, x->icmp_seq);
	cr_assert_eq(p->tcp_seq, x->tcp_seq);
	cr_assert_eq(p->tcp_ack, x->tcp_ack);
	cr_assert_eq(p->tcp_window, x->tcp_window);
	cr_assert_eq(p->tcp_flags, x->tcp_flags);
	cr_assert_eq(p->tcp_header_len, x->tcp_header_len);
	cr_assert_eq(p->tcp_mss, x->tcp_mss);
	cr_assert_eq(p->tcp_wscale, x->tcp_wscale);
	cr_assert_eq(p->tcp_options_len, x->tcp_options_len);
	cr_assert(x->tcp_options_len == 0 ||
		  memcmp(p->tcp_options, x->tcp_options, x->tcp_options_len) == 0);
	cr_assert_eq(p->payload_len, x->payload_len);
	cr_assert_eq(p->payload_wire_len, x->payload_len);
	cr_assert(x->payload_len == 0 || memcmp(p->payload, x->payload, x->payload_len) == 0);
}

Test(decode, gives_back_the_packet_that_a_frame_was_built_from)
{
	const char *seed = getenv("TEITEN_SEED");
	uint8_t options[40], payload[300];
	struct bytes o;

	state = seed ? strtoull(seed, NULL, 10) : (uint64_t)time(NULL);
	printf("TEITEN_SEED=%llu\n", (unsigned long long)state);
	for (int i = 0; i < ROUNDS; i++) {
		struct packet x = {.ttl = (uint8_t)draw(256), .tos = (uint8_t)draw(256)};

		draw_addresses(&x);
		draw_bytes(payload, sizeof(payload));
		draw_transport(&x, options, payload);
		x.payload = payload;
		x.payload_len = 4 + draw(sizeof(payload) - 4);
		if (x.version == 4) {
			x.ip_id = (uint16_t)draw(65536);
			x.dont_fragment = draw(2);
		}
		struct how how = draw_how(x.version);
		build_frame(&o, &x, &how);
		struct frame f = frame_of(&o, how.link_type);
		f.ts_ns = i;
		struct packet p = decoded(&f, false);
		expect_same(&p, &x);
		packet_check_bounds(&f, &p);
		cr_assert_eq(p.ts_ns, i);
		cr_assert_eq(p.length, o.len - how.trailer - (size_t)(p.ip - o.b));
		cr_assert_eq(p.ip_captured, p.length);
	}
}

static struct packet decode(const struct bytes *o, uint16_t link_type)
{
	struct frame f = frame_of(o, link_type);
	struct packet p = decoded(&f, false);

	packet_check_bounds(&f, &p);
	return p;
}

static struct bytes raw(const struct packet *x, unsigned extensions)
{
	struct how how = {.link_type = LINK_RAW, .extensions = extensions};
	struct bytes o;

	build_frame(&o, x, &how);
	return o;
}

/* After bytes of an IPv4 header were changed. */
static struct packet decode_resealed(struct bytes *o)
{
	set16(o, 10, 0);
	set16(o, 10, checksum(o->b, (o->b[0] & 15u) * 4));
	return decode(o, LINK_RAW);
}

Test(decode, every_prefix_of_a_good_frame_gives_a_packet_within_it)
{
	uint8_t text[] = "payload", options[] = {2, 4, 5, 180, 1, 3, 3, 7};
	struct packet syn = plain_syn();
	syn.tcp_options = options;
	syn.tcp_options_len = sizeof(options);
	syn.tcp_header_len = 28;
	struct packet udp = plain_udp(text, sizeof(text));
	struct packet all[] = {syn, udp, as_ip6(syn), as_ip6(udp)};

	for (size_t k = 0; k < ARRAY_SIZE(all); k++) {
		struct how how = {
			.link_type = LINK_ETHERNET, .tags = 1, .extensions = k % 2 ? 7 : 0};
		struct bytes o;

		build_frame(&o, &all[k], &how);
		for (size_t len = 0; len <= o.len; len++) {
			AUTO(free) uint8_t *exact = malloc(len ? len : 1);
			struct frame f = {.data = exact,
				.cap_len = (uint32_t)len,
				.wire_len = (uint32_t)o.len,
				.link_type = LINK_ETHERNET};

			memcpy(exact, o.b, len);
			struct packet p = decoded(&f, true);
			packet_check_bounds(&f, &p);
			cr_assert_eq(p.is_ip, len >= 18u + (all[k].version == 4 ? 20 : 40));
			cr_assert_eq(
				p.payload_len == all[k].payload_len && p.odds == 0, len == o.len);
		}
	}
}

Test(decode, a_frame_of_no_bytes_is_empty)
{
	struct frame f = {.ts_ns = 7, .odds = ODD_BIT(time_backwards), .link_type = LINK_ETHERNET};
	struct packet p = decoded(&f, true);

	cr_assert_eq(p.odds, ODD_BIT(frame_empty) | ODD_BIT(time_backwards));
	cr_assert_not(p.is_ip);
	cr_assert_eq(p.ts_ns, 7);
}

Test(decode, the_ip_length_ends_the_payload_not_the_frame)
{
	struct packet x = plain_udp("12345", 5);
	struct bytes o = raw(&x, 0);

	put_fill(&o, 0xee, 13);
	struct packet p = decode(&o, LINK_RAW);
	cr_assert_eq(p.payload_len, 5);
	cr_assert_eq(p.payload_wire_len, 5);
	cr_assert_eq(p.odds, 0);
}

Test(decode, a_snapped_frame_says_how_much_payload_there_was)
{
	uint8_t payload[100] = {0};
	struct packet x = plain_udp(payload, sizeof(payload));
	struct bytes o = raw(&x, 0);
	struct frame f = frame_of(&o, LINK_RAW);

	f.cap_len -= 60;
	struct packet p = decoded(&f, false);
	cr_assert_eq(p.payload_len, 40);
	cr_assert_eq(p.payload_wire_len, 100);
	cr_assert_eq(p.length, 128);
	cr_assert_eq(p.odds, 0);
	f.wire_len = f.cap_len; /* now IP says more than there was */
	p = decoded(&f, false);
	cr_assert_eq(p.odds, ODD_BIT(ip_length));
	f.wire_len = 0; /* unknown: what was captured is all that is known */
	p = decoded(&f, false);
	cr_assert_eq(p.odds, ODD_BIT(ip_length));
}

Test(decode, a_frame_of_unknown_wire_length_was_captured_whole)
{
	struct packet x = plain_udp("12345", 5);
	struct how how = {.link_type = LINK_ETHERNET};
	struct bytes o;

	build_frame(&o, &x, &how);
	struct frame f = frame_of(&o, LINK_ETHERNET);
	f.wire_len = 0;
	cr_assert_eq(decoded(&f, false).odds, 0);
	f.wire_len = f.cap_len - 1; /* less than was captured cannot be */
	cr_assert_eq(decoded(&f, false).odds, 0);
}

Test(decode, ip_length_0_takes_the_length_of_the_frame)
{
	struct packet x = plain_udp("12345", 5);
	struct bytes o = raw(&x, 0);

	set16(&o, 2, 0);
	struct packet p = decode_resealed(&o);
	cr_assert_eq(p.odds, ODD_BIT(ip_length));
	cr_assert_eq(p.length, 33);
	cr_assert_eq(p.payload_len, 5);

	x = as_ip6(x);
	o = raw(&x, 0);
	set16(&o, 4, 0);
	p = decode(&o, LINK_RAW);
	cr_assert_eq(p.odds, ODD_BIT(ip_length));
	cr_assert_eq(p.length, 53);
	cr_assert_eq(p.payload_len, 5);
}

Test(decode, ip_length_at_and_below_the_header)
{
	struct packet x = plain_syn();
	x.protocol = 253;
	struct bytes o = raw(&x, 0);

	cr_assert_eq(decode(&o, LINK_RAW).odds, 0); /* 20: a header alone */
	set16(&o, 2, 19);
	struct packet p = decode_resealed(&o);
	cr_assert_eq(p.odds, ODD_BIT(ip_length));
	cr_assert(p.is_ip);
	cr_assert_eq(p.payload_wire_len, 0);
}

Test(decode, header_lengths_below_20_and_beyond_the_frame_leave_the_addresses)
{
	struct packet x = plain_syn();
	struct bytes o = raw(&x, 0);

	for (unsigned words = 0; words < 16; words++) {
		o.b[0] = (uint8_t)(0x40 | words);
		struct packet p = decode(&o, LINK_RAW);
		cr_assert(p.is_ip);
		cr_assert_eq(addr_v4(&p.dst), 0xc6336401);
		cr_assert_eq(!!(p.odds & ODD_BIT(ip_header)), words < 5 || words > 10, "%u", words);
		cr_assert_eq(p.dport, words == 5 ? 23 : words > 5 && words < 10 ? p.dport : 0);
	}
}

Test(decode, the_version_nibble_decides_and_disagreement_shows)
{
	struct packet x = plain_syn();
	struct bytes four = raw(&x, 0);
	x = as_ip6(x);
	struct bytes six = raw(&x, 0);

	cr_assert_eq(decode(&six, LINK_IPV4).odds, ODD_BIT(ip_version));
	cr_assert_eq(decode(&six, LINK_IPV4).version, 6);
	cr_assert_eq(decode(&six, LINK_IPV6).odds, 0);
	cr_assert_eq(decode(&four, LINK_IPV6).odds, ODD_BIT(ip_version));
	cr_assert_eq(decode(&four, LINK_IPV6).dport, 23);
	cr_assert_eq(decode(&four, LINK_IPV4).odds, 0);
	four.b[0] = 0x55;
	cr_assert_eq(decode(&four, LINK_RAW).odds, ODD_BIT(ip_version));
	cr_assert_not(decode(&four, LINK_RAW).is_ip);
}

Test(decode, a_wrong_ipv4_checksum_shows_also_when_it_was_left_to_the_card)
{
	struct packet x = plain_syn();
	struct bytes o = raw(&x, 3);

	cr_assert_eq(decode(&o, LINK_RAW).odds, 0);
	for (size_t i = 0; i < 32; i++) {
		o.b[i] ^= 0x10;
		cr_assert(decode(&o, LINK_RAW).odds != 0, "byte %zu", i);
		o.b[i] ^= 0x10;
	}
	set16(&o, 10, 0);
	cr_assert_eq(decode(&o, LINK_RAW).odds, ODD_BIT(ip_checksum));
}

Test(decode, ipv4_options_are_walked_to_their_end)
{
	struct packet x = plain_syn();
	struct bytes o = raw(&x, 2);

	memcpy(o.b + 20, "\x07\x07\x04\0\0\0\0\0", 8); /* record route, end */
	cr_assert_eq(decode_resealed(&o).odds, 0);
	memcpy(o.b + 20, "\x07\x08\x04\0\0\0\0\0", 8);
	cr_assert_eq(decode_resealed(&o).odds, 0);
	memcpy(o.b + 20, "\x07\x09\x04\0\0\0\0\0", 8);
	cr_assert_eq(decode_resealed(&o).odds, ODD_BIT(ip_option));
	memcpy(o.b + 20, "\x07\x01\x04\0\0\0\0\0", 8);
	cr_assert_eq(decode_resealed(&o).odds, ODD_BIT(ip_option));
	memcpy(o.b + 20, "\x01\x01\x01\x01\x01\x01\x01\x07", 8);
	cr_assert_eq(decode_resealed(&o).odds, ODD_BIT(ip_option));
	cr_assert_eq(decode_resealed(&o).dport, 23);
}

Test(decode, only_the_first_fragment_has_ports)
{
	uint8_t payload[64] = {0};
	struct packet x = plain_udp(payload, 56);
	struct bytes o = raw(&x, 0);

	set16(&o, 6, 0x2000);
	struct packet p = decode_resealed(&o);
	cr_assert_eq(p.fragment, FRAGMENT_FIRST);
	cr_assert_eq(p.dport, 53);
	cr_assert_eq(p.odds, 0);
	set16(&o, 24, 1000); /* the length of the whole datagram */
	cr_assert_eq(decode_resealed(&o).odds, 0);
	set16(&o, 6, 0x0001);
	p = decode_resealed(&o);
	cr_assert_eq(p.fragment, FRAGMENT_LATER);
	cr_assert_eq(p.dport, 0);
	cr_assert_eq(p.payload_len, 64);
	cr_assert_eq(p.odds, 0);
	cr_assert_eq(service_of(&p), service_make(PROTOCOL_UDP, 0) | 1 << 24);
}

Test(decode, fragments_that_cannot_be_are_marked)
{
	uint8_t payload[64] = {0};
	struct packet x = plain_udp(payload, 56);
	struct bytes o = raw(&x, 0);

	set16(&o, 6, (65535 - 64) / 8); /* 65464 + 64 */
	cr_assert_eq(decode_resealed(&o).odds, 0);
	set16(&o, 6, (65535 - 64) / 8 + 1);
	cr_assert_eq(decode_resealed(&o).odds, ODD_BIT(fragment));
	x = plain_udp(payload, 63 - 8);
	o = raw(&x, 0);
	set16(&o, 6, 65472 / 8); /* 65535 just fit */
	cr_assert_eq(decode_resealed(&o).odds, 0);
	x = plain_udp(payload, 57);
	o = raw(&x, 0);
	set16(&o, 6, 0x2001); /* more to follow, but no multiple of 8 */
	cr_assert_eq(decode_resealed(&o).odds, ODD_BIT(fragment));
	set16(&o, 6, 0x0001);
	cr_assert_eq(decode_resealed(&o).odds, 0);
	set16(&o, 2, 20);
	cr_assert_eq(decode_resealed(&o).odds, ODD_BIT(fragment));
}

Test(decode, land_and_sources_from_nowhere_are_marked)
{
	struct packet x = plain_syn();
	x.src = x.dst = addr_from_v4(0x08080808);
	struct bytes o = raw(&x, 0);
	cr_assert_eq(decode(&o, LINK_RAW).odds, ODD_BIT(land));

	static const struct {
		uint32_t v4;
		bool martian;
	} cases[] = {
		{0x00ffffff, true},
		{0x01000000, false},
		{0x09ffffff, false},
		{0x0a000000, true},
		{0x0b000000, false},
		{0x643fffff, false},
		{0x64400000, true},
		{0x647fffff, true},
		{0x64800000, false},
		{0x7f000001, true},
		{0xa9fdffff, false},
		{0xa9fe0000, true},
		{0xac0fffff, false},
		{0xac100000, true},
		{0xac1fffff, true},
		{0xac200000, false},
		{0xbfffffff, false},
		{0xc0000000, true},
		{0xc00000ff, true},
		{0xc0000100, false},
		{0xc0000200, true},
		{0xc0000300, false},
		{0xc0a7ffff, false},
		{0xc0a80000, true},
		{0xc6110000, false},
		{0xc6120000, true},
		{0xc6140000, false},
		{0xcb007101, true},
		{0xcb007201, false},
		{0xdfffffff, false},
		{0xe0000000, true},
		{0xffffffff, true},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		x.src = addr_from_v4(cases[i].v4);
		o = raw(&x, 0);
		cr_assert_eq(decode(&o, LINK_RAW).odds, cases[i].martian ? ODD_BIT(ip_martian) : 0,
			"%08x", cases[i].v4);
	}
}

Test(decode, ipv6_sources_from_nowhere_are_marked)
{
	static const struct {
		const char *text;
		bool martian;
	} cases[] = {
		{"::", true},
		{"::1", true},
		{"::2", false},
		{"2001:db7:ffff::1", false},
		{"2001:db8::1", true},
		{"2001:db9::1", false},
		{"fbff::1", false},
		{"fc00::1", true},
		{"fdff::1", true},
		{"fe80::1", true},
		{"fe7f::1", false},
		{"fec0::1", true},
		{"ff02::1", true},
		{"100::1", true},
		{"100:0:0:1::1", false},
		{"64:ff9b::1", false},
		{"3fff:fff::1", true},
		{"3fff:1000::1", false},
		{"::ffff:8.8.8.8", true},
	};
	struct packet x = plain_syn();

	x = as_ip6(x);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		cr_assert(addr_parse(cases[i].text, &x.src));
		struct bytes o = raw(&x, 0);
		cr_assert_eq(decode(&o, LINK_RAW).odds, cases[i].martian ? ODD_BIT(ip_martian) : 0,
			"%s", cases[i].text);
	}
}
