/* Classes, tools and the way from packet to access. */
#include <criterion/criterion.h>

#include "base/base.h"
#include "capture/frame.h"
#include "observe/observe.h"

static struct addr addr(const char *text)
{
	struct addr a;

	cr_assert(addr_parse(text, &a), "%s", text);
	return a;
}

static struct packet packet(uint8_t protocol)
{
	return (struct packet){
		.ts_ns = INT64_C(1000000000) * 1000,
		.is_ip = true,
		.version = protocol == PROTOCOL_ICMPV6 ? 6 : 4,
		.src = addr("8.8.8.8"),
		.dst = addr("198.51.100.1"),
		.ttl = 50,
		.length = 40,
		.protocol = protocol,
		.sport = 40000,
		.dport = 23,
	};
}

static struct packet tcp(uint8_t flags)
{
	struct packet p = packet(PROTOCOL_TCP);

	p.tcp_flags = flags;
	return p;
}

/* The formatter takes the `class` of `enum class` for C++. */
/* clang-format off */
static enum class udp_class(uint16_t sport, const void *payload, size_t len)
{
	struct packet p = packet(PROTOCOL_UDP);

	p.sport = sport;
	p.payload = payload;
	p.payload_len = (uint32_t)len;
	return class_of(&p);
}
/* clang-format on */

Test(class, of_tcp_goes_by_syn_ack_and_rst)
{
	for (unsigned flags = 0; flags < 256; flags++) {
		struct packet p = tcp((uint8_t)flags);
		bool syn = flags & TCP_SYN, ack = flags & TCP_ACK, rst = flags & TCP_RST;
		enum class want = rst || (syn && ack) ? CLASS_backscatter
				  : syn		      ? CLASS_scan
						      : CLASS_other;
		cr_assert_eq(class_of(&p), want, "%02x", flags);
	}
}

Test(class, of_icmp_goes_by_type)
{
	static const uint8_t replies[] = {0, 3, 4, 5, 11, 12, 14, 16, 18};

	for (unsigned type = 0; type < 256; type++) {
		struct packet p = packet(PROTOCOL_ICMP);
		p.icmp_type = (uint8_t)type;
		bool reply = memchr(replies, (int)type, sizeof(replies));
		cr_assert_eq(class_of(&p),
			reply	    ? CLASS_backscatter
			: type == 8 ? CLASS_scan
				    : CLASS_other,
			"%u", type);
		p = packet(PROTOCOL_ICMPV6);
		p.icmp_type = (uint8_t)type;
		reply = (type >= 1 && type <= 4) || type == 129;
		cr_assert_eq(class_of(&p),
			reply	      ? CLASS_backscatter
			: type == 128 ? CLASS_scan
				      : CLASS_other,
			"%u", type);
	}
	struct packet cut = packet(PROTOCOL_ICMP);
	cut.odds = ODD_BIT(icmp_header);
	cr_assert_eq(class_of(&cut), CLASS_other);
}

Test(class, of_udp_from_53_is_backscatter_when_it_reads_as_a_dns_response)
{
	cr_assert_eq(udp_class(53, "\x12\x34\x81\x80\0\1\0\1\0\0\0\0", 12), CLASS_backscatter);
	cr_assert_eq(udp_class(53, "\x12\x34\x81\x85\0\0\0\0\0\0\0\0", 12), CLASS_backscatter);
	cr_assert_eq(udp_class(53, "\x12\x34\x81\x80\0\1\0\1\0\0\0", 11), CLASS_scan);
	cr_assert_eq(udp_class(53, "\x12\x34\x01\x00\0\1\0\0\0\0\0\0", 12), CLASS_scan);
	cr_assert_eq(udp_class(53, "\x12\x34\x81\x80\0\2\0\1\0\0\0\0", 12), CLASS_scan);
	cr_assert_eq(udp_class(53, "\x12\x34\xb1\x80\0\1\0\1\0\0\0\0", 12),
		CLASS_backscatter); /* opcode 6 */
	cr_assert_eq(
		udp_class(53, "\x12\x34\xb9\x80\0\1\0\1\0\0\0\0", 12), CLASS_scan); /* opcode 7 */
	cr_assert_eq(udp_class(54, "\x12\x34\x81\x80\0\1\0\1\0\0\0\0", 12), CLASS_scan);
	cr_assert_eq(udp_class(53, NULL, 0), CLASS_scan);
}

Test(class, of_udp_from_123_goes_by_ntp_mode)
{
	uint8_t ntp[48] = {0x24}; /* version 4, server */

	cr_assert_eq(udp_class(123, ntp, 48), CLASS_backscatter);
	cr_assert_eq(udp_class(123, ntp, 47), CLASS_scan);
	ntp[0] = 0x25;
	cr_assert_eq(udp_class(123, ntp, 48), CLASS_backscatter);
	ntp[0] = 0x23; /* client */
	cr_assert_eq(udp_class(123, ntp, 48), CLASS_scan);
	cr_assert_eq(udp_class(123, "\x97\0\3\x2a\0\0\0\0", 8),
		CLASS_backscatter);					     /* monlist response */
	cr_assert_eq(udp_class(123, "\x17\0\3\x2a\0\0\0\0", 8), CLASS_scan); /* monlist request */
	cr_assert_eq(udp_class(123, "\x16\x82\0\0\0\0\0\0\0\0\0\0", 12), CLASS_backscatter);
	cr_assert_eq(udp_class(123, "\x16\x02\0\0\0\0\0\0\0\0\0\0", 12), CLASS_scan);
	cr_assert_eq(udp_class(123, "\x16\x82", 2), CLASS_scan); /* too short for a header */
	cr_assert_eq(udp_class(123, "\x97\0\3\x2a\0\0\0", 7), CLASS_scan);
}

Test(class, of_udp_from_1900_is_backscatter_when_it_answers_or_announces)
{
	cr_assert_eq(udp_class(1900, "HTTP/1.1 200 OK", 15), CLASS_backscatter);
	cr_assert_eq(udp_class(1900, "HTTP/1.1 200", 12), CLASS_backscatter);
	cr_assert_eq(udp_class(1900, "HTTP/1.1 20", 11), CLASS_scan);
	cr_assert_eq(udp_class(1900, "NOTIFY * HTTP/1.1", 17), CLASS_backscatter);
	cr_assert_eq(udp_class(1900, "M-SEARCH * HTTP/1.1", 19), CLASS_scan);
	cr_assert_eq(udp_class(1901, "HTTP/1.1 200 OK", 15), CLASS_scan);
}

Test(class, of_later_fragments_and_other_protocols_is_other)
{
	struct packet p = packet(PROTOCOL_UDP);

	p.fragment = FRAGMENT_LATER;
	cr_assert_eq(class_of(&p), CLASS_other);
	p = packet(PROTOCOL_GRE);
	cr_assert_eq(class_of(&p), CLASS_other);
}

static enum tool tool(uint32_t seq, uint16_t ip_id, uint8_t flags)
{
	struct packet p = tcp(flags);

	p.tcp_seq = seq;
	p.ip_id = ip_id;
	return tool_of(&p);
}

Test(tool, shows_in_a_syn_only)
{
	const uint32_t dst = 0xc6336401, seq = 0x12345678;
	const uint16_t masscan = (uint16_t)(dst ^ 23 ^ seq);

	cr_assert_eq(tool(dst, 1, TCP_SYN), TOOL_mirai);
	cr_assert_eq(tool(dst + 1, 1, TCP_SYN), TOOL_none);
	cr_assert_eq(tool(seq, masscan, TCP_SYN), TOOL_masscan);
	cr_assert_eq(tool(seq, masscan ^ 1, TCP_SYN), TOOL_none);
	cr_assert_eq(tool(seq, 54321, TCP_SYN), TOOL_zmap);
	cr_assert_eq(tool(seq, 54320, TCP_SYN), TOOL_none);
	cr_assert_eq(tool(dst, 54321, TCP_SYN), TOOL_mirai);
	cr_assert_eq(tool(dst, 1, TCP_SYN | TCP_ACK), TOOL_none);
	cr_assert_eq(tool(seq, 54321, TCP_RST), TOOL_none);
	cr_assert_eq(tool(dst, 1, TCP_SYN | TCP_ECE), TOOL_mirai);
	struct packet udp = packet(PROTOCOL_UDP);
	udp.ip_id = 54321;
	cr_assert_eq(tool_of(&udp), TOOL_none);
	struct packet six = tcp(TCP_SYN);
	six.version = 6;
	six.tcp_seq = dst;
	cr_assert_eq(tool_of(&six), TOOL_none);
}

Test(names, of_classes_and_tools_read_back)
{
	cr_assert_str_eq(class_name(CLASS_backscatter), "backscatter");
	cr_assert_eq(class_number("scan"), CLASS_scan);
	cr_assert_eq(class_number("SCAN"), CLASS_scan);
	cr_assert_eq(class_number("scans"), -1);
	cr_assert_str_eq(tool_name(TOOL_none), "-");
	cr_assert_str_eq(tool_name(TOOL_masscan), "masscan");
	cr_assert_eq(tool_number("-"), TOOL_none);
	cr_assert_eq(tool_number("none"), TOOL_none);
	cr_assert_eq(tool_number("zmap"), TOOL_zmap);
	cr_assert_eq(tool_number(""), -1);
}

Test(names, of_operating_systems_go_by_ttl)
{
	static const struct {
		uint8_t ttl;
		const char *name;
	} cases[] = {{0, "linux"}, {64, "linux"}, {65, "windows"}, {128, "windows"}, {129, "unix"},
		{255, "unix"}};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		cr_assert_str_eq(os_name(cases[i].ttl), cases[i].name);
}

/* Sensor 0: 198.51.100.0/28, in service from second 1000 to before 2000; sensor 1: 203.0.113.7,
 * always. */
static void two_sensors(struct plant *plant)
{
	struct prefix p;
	struct err e = {0};

	*plant = (struct plant){0};
	cr_assert(prefix_parse("198.51.100.0/28", false, &p));
	cr_assert_geq(plant_add(plant, "tokyo-1", &p, 1, false, &e), 0, "%s", e.text);
	cr_assert(prefix_parse("203.0.113.7", false, &p));
	cr_assert_geq(plant_add(plant, "osaka-1", &p, 1, false, &e), 0, "%s", e.text);
	plant->sensors[0].since_s = 1000;
	plant->sensors[0].until_s = 2000;
	cr_assert_geq(plant_index(plant, &e), 0, "%s", e.text);
}

static enum verdict verdict(
	const struct plant *plant, int only, const char *src, const char *dst, int64_t ts_ns)
{
	struct packet p = tcp(TCP_SYN);
	struct access a;

	p.src = addr(src);
	p.dst = addr(dst);
	p.ts_ns = ts_ns;
	return observe(plant, only, NULL, &p, &a);
}

Test(observe, keeps_what_arrived_at_a_sensor_in_service)
{
	const int64_t s = 1000000000;
	struct plant plant;

	two_sensors(&plant);
	cr_assert_eq(verdict(&plant, -1, "8.8.8.8", "198.51.100.15", 1500 * s), VERDICT_ACCESS);
	cr_assert_eq(verdict(&plant, -1, "8.8.8.8", "198.51.100.16", 1500 * s), VERDICT_NO_SENSOR);
	cr_assert_eq(verdict(&plant, -1, "198.51.100.1", "8.8.8.8", 1500 * s), VERDICT_LEFT_SENSOR);
	cr_assert_eq(
		verdict(&plant, -1, "198.51.100.1", "198.51.100.2", 1500 * s), VERDICT_LEFT_SENSOR);
	cr_assert_eq(verdict(&plant, -1, "198.51.100.1", "198.51.100.1", 1500 * s),
		VERDICT_ACCESS); /* land */
	cr_assert_eq(verdict(&plant, -1, "8.8.8.8", "198.51.100.1", 1000 * s), VERDICT_ACCESS);
	cr_assert_eq(verdict(&plant, -1, "8.8.8.8", "198.51.100.1", 1000 * s - 1),
		VERDICT_OUT_OF_SERVICE);
	cr_assert_eq(verdict(&plant, -1, "8.8.8.8", "198.51.100.1", 2000 * s - 1), VERDICT_ACCESS);
	cr_assert_eq(
		verdict(&plant, -1, "8.8.8.8", "198.51.100.1", 2000 * s), VERDICT_OUT_OF_SERVICE);
	cr_assert_eq(verdict(&plant, -1, "8.8.8.8", "203.0.113.7", -1), VERDICT_ACCESS);
	plant.sensors[1].since_s = 0;
	cr_assert_eq(verdict(&plant, -1, "8.8.8.8", "203.0.113.7", 0), VERDICT_ACCESS);
	cr_assert_eq(verdict(&plant, -1, "8.8.8.8", "203.0.113.7", -1), VERDICT_OUT_OF_SERVICE);
	plant_done(&plant);
}

Test(observe, with_one_sensor_the_others_are_as_if_not_there)
{
	const int64_t t = INT64_C(1500) * 1000000000;
	struct plant plant;

	two_sensors(&plant);
	cr_assert_eq(verdict(&plant, 0, "8.8.8.8", "203.0.113.7", t), VERDICT_NO_SENSOR);
	cr_assert_eq(verdict(&plant, 1, "8.8.8.8", "203.0.113.7", t), VERDICT_ACCESS);
	cr_assert_eq(verdict(&plant, 0, "203.0.113.7", "198.51.100.1", t), VERDICT_ACCESS);
	cr_assert_eq(verdict(&plant, -1, "203.0.113.7", "198.51.100.1", t), VERDICT_LEFT_SENSOR);
	plant_done(&plant);
}

Test(observe, fills_the_access)
{
	struct plant plant;
	struct packet p = tcp(TCP_SYN);
	struct access a;

	two_sensors(&plant);
	p.dst = addr("203.0.113.7");
	p.tcp_seq = 0xcb007107;
	p.tcp_window = 14600;
	p.payload = (const uint8_t *)"GET";
	p.payload_len = 3;
	cr_assert_eq(observe(&plant, -1, NULL, &p, &a), VERDICT_ACCESS);
	cr_assert_eq(a.ts_ns, p.ts_ns);
	cr_assert_eq(a.sensor, 1);
	cr_assert_eq(a.service, service_make(PROTOCOL_TCP, 23));
	cr_assert_eq(a.sport, 40000);
	cr_assert_eq(a.length, 40);
	cr_assert_eq(a.window, 14600);
	cr_assert_eq(a.tcp_flags, TCP_SYN);
	cr_assert_eq(a.ttl, 50);
	cr_assert_eq(a.class, CLASS_scan);
	cr_assert_eq(a.tool, TOOL_mirai);
	cr_assert_eq(memcmp(a.country, "ZZ", 2), 0);
	cr_assert_eq(a.asn, 0);
	cr_assert_eq(a.payload, p.payload);
	cr_assert_eq(a.payload_len, 3);
	p.is_ip = false;
	cr_assert_eq(observe(&plant, -1, NULL, &p, &a), VERDICT_NOT_IP);
	plant_done(&plant);
}

static bool keeps_payload(struct packet p)
{
	struct plant plant;
	struct access a;

	two_sensors(&plant);
	p.payload = (const uint8_t *)"x";
	p.payload_len = 1;
	cr_assert_eq(observe(&plant, -1, NULL, &p, &a), VERDICT_ACCESS);
	cr_assert_eq(!!a.payload, a.payload_len == 1);
	plant_done(&plant);
	return a.payload;
}

Test(observe, keeps_payloads_of_udp_echo_and_syn_only)
{
	struct packet p = packet(PROTOCOL_UDP);

	cr_assert(keeps_payload(p));
	p.fragment = FRAGMENT_FIRST;
	cr_assert(keeps_payload(p));
	p.fragment = FRAGMENT_LATER;
	cr_assert_not(keeps_payload(p));
	cr_assert(keeps_payload(tcp(TCP_SYN)));
	cr_assert_not(keeps_payload(tcp(TCP_SYN | TCP_ACK)));
	cr_assert_not(keeps_payload(tcp(TCP_ACK)));
	p = packet(PROTOCOL_ICMP);
	for (unsigned type = 0; type < 20; type++) {
		p.icmp_type = (uint8_t)type;
		cr_assert_eq(keeps_payload(p), type == 0 || type == 8);
	}
	cr_assert_not(keeps_payload(packet(PROTOCOL_GRE)));
}

Test(observe, shows_the_code_of_icmp_as_source_port)
{
	struct plant plant;
	struct packet p = packet(PROTOCOL_ICMP);
	struct access a;

	two_sensors(&plant);
	p.icmp_type = 3;
	p.icmp_code = 13;
	cr_assert_eq(observe(&plant, -1, NULL, &p, &a), VERDICT_ACCESS);
	cr_assert_eq(a.service, service_make(PROTOCOL_ICMP, 3));
	cr_assert_eq(a.sport, 13);
	plant_done(&plant);
}
