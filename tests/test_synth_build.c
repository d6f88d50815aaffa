/* Frames that synth builds: what decode reads of them is what was to be built. */
#include <criterion/criterion.h>

#include "base/base.h"
#include "decoded.h"
#include "synth/build.h"
#include "synth/payload.h"
#include "synth/random.h"
#include "synth/weights.h"

static struct addr random_addr(struct random *r, bool v4)
{
	struct addr a;
	uint64_t halves[2] = {random_next(r), random_next(r)};

	if (v4) /* no martians: 8.0.0.0/8 */
		return addr_from_v4(0x08000000 | (random_u32(r) & 0xffffff));
	memcpy(a.b, halves, sizeof(a.b));
	a.b[0] = 0x24;
	return a;
}

static struct build random_build(struct random *r, const uint8_t *payload)
{
	static const uint16_t links[] = {LINK_ETHERNET, LINK_RAW, LINK_LINUX_SLL};
	static const uint8_t options[] = {2, 4, 5, 180, 1, 3, 3, 7};
	bool v4 = random_below(r, 2);
	uint8_t icmp = v4 ? PROTOCOL_ICMP : PROTOCOL_ICMPV6;
	uint8_t protocols[] = {PROTOCOL_TCP, PROTOCOL_UDP, icmp};

	return (struct build){
		.link_type = links[random_below(r, 3)],
		.src = random_addr(r, v4),
		.dst = random_addr(r, v4),
		.protocol = protocols[random_below(r, 3)],
		.ttl = (uint8_t)random_next(r),
		.ip_id = random_u16(r),
		.dont_fragment = random_below(r, 2),
		.sport = (uint16_t)(1 + random_below(r, 65535)),
		.dport = (uint16_t)(1 + random_below(r, 65535)),
		.seq = random_u32(r),
		.ack = random_u32(r),
		.window = random_u16(r),
		.tcp_flags = TCP_SYN,
		.options = options,
		.options_len = random_below(r, 3) * 4,
		.icmp_type = v4 ? 8 : 128,
		.icmp_id = random_u16(r),
		.icmp_seq = random_u16(r),
		.payload = payload,
		.payload_len = random_below(r, 200),
	};
}

static void compare_transport(const struct build *b, const struct packet *p)
{
	if (b->protocol == PROTOCOL_TCP || b->protocol == PROTOCOL_UDP) {
		cr_assert_eq(p->sport, b->sport);
		cr_assert_eq(p->dport, b->dport);
	}
	if (b->protocol == PROTOCOL_TCP) {
		cr_assert_eq(p->tcp_seq, b->seq);
		cr_assert_eq(p->tcp_ack, b->ack);
		cr_assert_eq(p->tcp_window, b->window);
		cr_assert_eq(p->tcp_flags, b->tcp_flags);
		cr_assert_eq(p->tcp_options_len, b->options_len);
		cr_assert_eq(p->tcp_mss, b->options_len ? 1460 : 0);
	} else if (b->protocol != PROTOCOL_UDP) {
		cr_assert_eq(p->icmp_type, b->icmp_type);
		cr_assert_eq(p->icmp_id, b->icmp_id);
		cr_assert_eq(p->icmp_seq, b->icmp_seq);
	}
}

Test(build, decode_reads_what_was_built)
{
	const uint64_t seed = 20260601;
	struct random r = random_of(seed, 0);
	uint8_t payload[200], bytes[BUILD_FRAME_MAX];

	for (size_t i = 0; i < sizeof(payload); i++)
		payload[i] = (uint8_t)random_next(&r);
	for (size_t i = 0; i < 20000; i++) {
		struct build b = random_build(&r, payload);
		size_t len = build_frame(&b, bytes);
		struct frame frame = {.data = bytes,
			.cap_len = (uint32_t)len,
			.wire_len = (uint32_t)len,
			.link_type = b.link_type};
		struct packet p = decoded(&frame, false);
		cr_assert_eq(
			p.odds, 0, "seed %llu, %zu: odd %x", (unsigned long long)seed, i, p.odds);
		cr_assert(addr_equal(&p.src, &b.src) && addr_equal(&p.dst, &b.dst));
		cr_assert_eq(p.protocol, b.protocol);
		cr_assert_eq(p.ttl, b.ttl);
		cr_assert_eq(p.payload_len, b.payload_len);
		cr_assert_eq(p.payload_wire_len, b.payload_len);
		cr_assert(b.payload_len == 0 || memcmp(p.payload, payload, b.payload_len) == 0);
		cr_assert(p.version == 6 ||
			  (p.ip_id == b.ip_id && p.dont_fragment == b.dont_fragment));
		compare_transport(&b, &p);
	}
}

/* 0 says that there is no checksum (RFC 768): a sum that comes out as 0 is written as 0xffff. */
Test(build, a_udp_checksum_is_never_zero)
{
	uint8_t bytes[BUILD_FRAME_MAX];
	struct build b = {.link_type = LINK_RAW,
		.src = addr_from_v4(0x08080808),
		.dst = addr_from_v4(0x08080404),
		.protocol = PROTOCOL_UDP,
		.ttl = 60,
		.sport = 1000};
	size_t all_ones = 0;

	for (unsigned port = 0; port < 65536; port++) {
		b.dport = (uint16_t)port;
		build_frame(&b, bytes);
		cr_assert(bytes[26] || bytes[27], "port %u", port);
		all_ones += bytes[26] == 0xff && bytes[27] == 0xff;
	}
	cr_assert_eq(all_ones, 1); /* exactly the one port whose sum is 0 */
}

Test(build, a_frame_takes_what_fits_and_no_more)
{
	static uint8_t payload[BUILD_FRAME_MAX];
	uint8_t bytes[BUILD_FRAME_MAX];
	struct build b = {.link_type = LINK_ETHERNET,
		.src = addr_from_v4(1),
		.dst = addr_from_v4(2),
		.protocol = PROTOCOL_UDP,
		.payload = payload,
		.payload_len = BUILD_FRAME_MAX - 14 - 20 - 8};

	cr_assert_eq(build_frame(&b, bytes), BUILD_FRAME_MAX);
	b.payload_len++;
	cr_assert_eq(build_frame(&b, bytes), 0);
	b.payload_len = 0;
	cr_assert_eq(build_frame(&b, bytes), 60);
}

Test(payload, each_fits_and_differs_from_the_others)
{
	static const char *const names[] = {"dns-query", "dns-response", "ntp-request",
		"ssdp-search", "sip-options", "snmp-get", "netbios-status", "sql-resolution",
		"popup-spam", "windows-ping", "probe-aa", "zeros", "get-request", "generic", "sql-worm",
		"dns-any", "ntp-monlist", "sip-register", "popup-message", "zeros-8"};
	uint8_t a[PAYLOAD_MAX], b[PAYLOAD_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const struct payload *p = payload_named(names[i]);
		cr_assert(p, "%s", names[i]);
		cr_assert(p->head_len <= p->len && p->len <= PAYLOAD_MAX && p->len > 0, "%s",
			names[i]);
		payload_write(p, a);
		for (size_t k = 0; k < i; k++) {
			const struct payload *q = payload_named(names[k]);
			payload_write(q, b);
			cr_assert(p->len != q->len || memcmp(a, b, p->len) != 0, "%s is %s",
				names[i], names[k]);
		}
	}
	cr_assert_null(payload_named("bomb"));
	cr_assert_eq(payload_of_port(53), payload_named("dns-query"));
	cr_assert_eq(payload_of_port(54), payload_named("generic"));
	cr_assert_eq(payload_of_port(0), payload_named("generic"));
}

Test(weights, are_drawn_in_their_proportion)
{
	const double values[] = {1, 0, 3, 6};
	struct random r = random_of(1, 2);
	struct weights w;
	size_t drawn[4] = {0};

	cr_assert_eq(weights_init(&w, values, 4), 0);
	for (size_t i = 0; i < 100000; i++)
		drawn[weights_draw(&w, &r)]++;
	weights_done(&w);
	cr_assert_eq(drawn[1], 0);
	cr_assert_float_eq((double)drawn[0], 10000, 500);
	cr_assert_float_eq((double)drawn[2], 30000, 800);
	cr_assert_float_eq((double)drawn[3], 60000, 800);
}

/* The first numbers of xoshiro256** from the state 1, 2, 3, 4, as its authors' code gives them. */
Test(random, is_xoshiro256_starstar)
{
	struct random r = {{1, 2, 3, 4}};

	cr_assert_eq(random_next(&r), UINT64_C(11520));
	cr_assert_eq(random_next(&r), UINT64_C(0));
	cr_assert_eq(random_next(&r), UINT64_C(1509978240));
	cr_assert_eq(random_next(&r), UINT64_C(1215971899390074240));
}

Test(random, stays_below_its_bound)
{
	struct random r = random_of(3, 4);

	for (size_t i = 0; i < 10000; i++) {
		cr_assert_lt(random_below(&r, 7), 7);
		cr_assert_eq(random_below(&r, 1), 0);
		cr_assert(random_unit(&r) < 1);
	}
}
