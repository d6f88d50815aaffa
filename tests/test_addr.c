/* Addresses, prefixes, protocol and service names as text. */
#include <arpa/inet.h>
#include <criterion/criterion.h>

#include "base/base.h"
#include "decode/service.h"

static struct addr addr(const char *text)
{
	struct addr a;

	cr_assert(addr_parse(text, &a), "%s", text);
	return a;
}

static struct prefix prefix(const char *text)
{
	struct prefix p;

	cr_assert(prefix_parse(text, false, &p), "%s", text);
	return p;
}

Test(addr, prints_in_the_recommended_form)
{
	static const char *const forms[][2] = {
		{"203.0.113.5", "203.0.113.5"},
		{"0.0.0.0", "0.0.0.0"},
		{"255.255.255.255", "255.255.255.255"},
		{"10.20.100.9", "10.20.100.9"},
		{"::ffff:203.0.113.5", "203.0.113.5"},
		{"::ffff:cb00:7105", "203.0.113.5"},
		{"::", "::"},
		{"::1", "::1"},
		{"1::", "1::"},
		{"2001:DB8::00a0", "2001:db8::a0"},
		{"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
		{"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
		{"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
		{"0:0:1::", "0:0:1::"},
		{"::1:0:0", "::1:0:0"},
		{"::fffe:1.2.3.4", "::fffe:102:304"},
		{"1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"},
		{"1:2:3:4:5:6::", "1:2:3:4:5:6::"},
		{"::3:4:5:6:7:8", "::3:4:5:6:7:8"},
		{"1000:200:30:4::", "1000:200:30:4::"},
	};
	char text[ADDR_TEXT_SIZE];

	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		struct addr a = addr(forms[i][0]);
		cr_assert_str_eq(addr_print(&a, text), forms[i][1]);
	}
}

Test(addr, prints_what_it_reads_back)
{
	uint64_t state = 1;

	for (int i = 0; i < 20000; i++) {
		struct addr a = {0};
		char text[ADDR_TEXT_SIZE], libc[INET6_ADDRSTRLEN];
		for (size_t k = 0; k < 8; k++) {
			state = state * 6364136223846793005 + 1442695040888963407;
			a.b[2 * k] = state >> 63 ? 0 : (uint8_t)(state >> 40);
			a.b[2 * k + 1] = state >> 62 & 1 ? 0 : (uint8_t)(state >> 32);
		}
		struct addr again = addr(addr_print(&a, text));
		cr_assert(addr_equal(&a, &again), "%s", text);
		inet_ntop(AF_INET6, a.b, libc, sizeof(libc));
		if (!strchr(libc, '.'))
			cr_assert_str_eq(text, libc);
	}
}

Test(addr, refuses_what_is_no_address)
{
	static const char *const texts[] = {"", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.4 ",
		" 1.2.3.4", "01.2.3.4", "1:2", ":::", "1::2::3", "12345::", "fe80::1%eth0",
		"1.2.3.4/32", "localhost", "0x7f.1.1.1"};
	struct addr a;

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		cr_assert_not(addr_parse(texts[i], &a), "%s", texts[i]);
}

Test(addr, v4_is_the_mapped_form)
{
	struct addr a = addr_from_v4(0xcb007105), b = addr("203.0.113.5");

	cr_assert(addr_equal(&a, &b));
	cr_assert(addr_is_v4(&a));
	cr_assert_eq(addr_v4(&a), 0xcb007105);
	b = addr("::fffe:203.0.113.5");
	cr_assert_not(addr_is_v4(&b));
}

Test(prefix, prints_what_it_reads)
{
	static const char *const texts[] = {
		"203.0.113.0/24", "0.0.0.0/0", "1.2.3.4/32", "2001:db8::/32", "::/0", "::1/128"};
	char text[ADDR_TEXT_SIZE];

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct prefix p = prefix(texts[i]);
		cr_assert_str_eq(prefix_print(&p, text), texts[i]);
	}
	struct prefix p = prefix("203.0.113.5");
	cr_assert_str_eq(prefix_print(&p, text), "203.0.113.5/32");
	p = prefix("2001:db8::1");
	cr_assert_eq(p.bits, 128);
	p = prefix("::fffe:0:0/95"); /* wider than all of IPv4 */
	cr_assert_str_eq(prefix_print(&p, text), "::fffe:0:0/95");
}

Test(prefix, refuses_what_is_none)
{
	static const char *const texts[] = {"", "/", "/24", "203.0.113.0/", "203.0.113.0/33",
		"2001:db8::/129", "203.0.113.0/24/8", "203.0.113.0/ 24", "203.0.113.0/-1",
		"203.0.113/24", "203.0.113.1/24", "2001:db8::1/64",
		("1111111111111111111111111111111111111111111111111111111111111111111111111111111111"
		 "111/8")};
	struct prefix p;

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		cr_assert_not(prefix_parse(texts[i], false, &p), "%s", texts[i]);
	cr_assert(prefix_parse("203.0.113.77/24", true, &p));
	struct prefix want = prefix("203.0.113.0/24");
	cr_assert(addr_equal(&p.addr, &want.addr));
	cr_assert_eq(p.bits, 120);
}

Test(prefix, has_its_first_and_last_address_and_none_beside)
{
	for (unsigned bits = 0; bits <= 128; bits++) {
		struct addr a = addr("2001:db8:ffff:0:aaaa:5555:1234:8001");
		struct prefix p = {addr_mask(&a, bits), (uint8_t)bits};
		cr_assert(prefix_has(&p, &a));
		cr_assert(prefix_has(&p, &p.addr));
		struct addr again = addr_mask(&p.addr, bits);
		cr_assert(addr_equal(&again, &p.addr));
		for (unsigned i = 0; i < 128; i++) {
			struct addr other = a;
			other.b[i / 8] ^= (uint8_t)(0x80 >> i % 8);
			cr_assert_eq(prefix_has(&p, &other), i >= bits, "/%u bit %u", bits, i);
		}
	}
}

Test(addr, networks_are_24_and_64)
{
	struct addr four = addr("203.0.113.77"), six = addr("2001:db8:1:2:3:4:5:6");
	struct prefix n4 = addr_network(&four), n6 = addr_network(&six);
	char text[ADDR_TEXT_SIZE];

	cr_assert_str_eq(prefix_print(&n4, text), "203.0.113.0/24");
	cr_assert_str_eq(prefix_print(&n6, text), "2001:db8:1:2::/64");
}

Test(addr, groups_are_no_single_host)
{
	static const char *const groups[] = {
		"0.0.0.0", "224.0.0.0", "239.255.255.255", "255.255.255.255", "::", "ff02::1"};
	static const char *const hosts[] = {
		"0.0.0.1", "223.255.255.255", "240.0.0.0", "255.255.255.254", "::1", "feff::1"};

	for (size_t i = 0; i < ARRAY_SIZE(groups); i++) {
		struct addr a = addr(groups[i]), b = addr(hosts[i]);
		cr_assert(addr_is_group(&a), "%s", groups[i]);
		cr_assert_not(addr_is_group(&b), "%s", hosts[i]);
	}
}

Test(protocol, every_number_has_a_name_that_reads_back)
{
	cr_assert_str_eq(protocol_name(6), "TCP");
	cr_assert_str_eq(protocol_name(58), "ICMPv6");
	cr_assert_str_eq(protocol_name(253), "proto-253");
	cr_assert_str_eq(protocol_name(0), "proto-0");
	cr_assert_str_eq(protocol_name(9), "proto-9");
	cr_assert_str_eq(protocol_name(200), "proto-200");
	for (int i = 0; i < 256; i++)
		cr_assert_eq(protocol_number(protocol_name((uint8_t)i)), i);
	cr_assert_eq(protocol_number("tcp"), 6);
	cr_assert_eq(protocol_number("icmpV6"), 58);
	cr_assert_eq(protocol_number("proto-256"), -1);
	cr_assert_eq(protocol_number("proto-"), -1);
	cr_assert_eq(protocol_number(""), -1);
}

Test(service, prints_what_it_reads)
{
	static const char *const texts[] = {"445/TCP", "0/TCP", "65535/UDP", "8/ICMP", "255/ICMP",
		"128/ICMPv6", "36412/SCTP", "GRE", "ESP", "proto-253", "frag/UDP", "frag/proto-253",
		"frag/ICMPv6"};
	char text[SERVICE_TEXT_SIZE];
	uint32_t service;

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		cr_assert(service_parse(texts[i], &service), "%s", texts[i]);
		cr_assert_str_eq(service_print(service, text), texts[i]);
	}
	cr_assert(service_parse("445/tcp", &service));
	cr_assert_eq(service, service_make(6, 445));
	cr_assert(service_parse("FRAG/udp", &service));
	cr_assert_eq(service, 1 << 24 | 17 << 16);
}

Test(service, refuses_what_is_none)
{
	static const char *const texts[] = {"", "/", "TCP", "ICMP", "445", "445/", "/TCP",
		"65536/TCP", "256/ICMP", "-1/TCP", "x/TCP", "5/GRE", "445/TCP/", "445 /TCP",
		"00000000445/TCP", "frag", "frag/", "frag/xyz"};
	uint32_t service;

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		cr_assert_not(service_parse(texts[i], &service), "%s", texts[i]);
}

Test(service, orders_by_number_then_protocol_then_fragments_last)
{
	uint32_t tcp23 = service_make(6, 23), udp23 = service_make(17, 23),
		 tcp80 = service_make(6, 80);
	uint32_t frag = service_make(17, 0) | 1 << 24;

	cr_assert_lt(service_order(tcp23), service_order(udp23));
	cr_assert_lt(service_order(udp23), service_order(tcp80));
	cr_assert_lt(service_order(tcp80), service_order(frag));
	cr_assert_lt(service_order(service_make(6, 65535)), service_order(frag));
}
