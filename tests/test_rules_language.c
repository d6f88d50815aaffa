/* What each family of keywords says about bytes and headers, on both sides of its limits. */
#include "rules/rules.h"

#include "rules_make.h"

/* ---- contents ---- */

Test(rules_language, depth_counts_from_the_offset)
{
	cr_expect(matches("content:\"cd\"; offset:2; depth:2;", "abcd"));
	cr_expect_not(matches("content:\"cd\"; offset:1; depth:2;", "abcd"));
	cr_expect(matches("content:\"cd\"; offset:1; depth:3;", "abcd"));
	cr_expect_not(matches("content:\"cd\"; offset:3;", "abcd"));
}

Test(rules_language, within_must_cover_the_whole_content_and_distance_may_be_negative)
{
	cr_expect(matches("content:\"ab\"; content:\"cd\"; within:2;", "abcd"));
	cr_expect_not(matches("content:\"ab\"; content:\"cd\"; within:2;", "ab-cd"));
	cr_expect(matches("content:\"ab\"; content:\"cd\"; within:3;", "ab-cd"));
	cr_expect(matches("content:\"ab\"; content:\"cd\"; distance:1; within:2;", "ab-cd"));
	cr_expect_not(matches("content:\"ab\"; content:\"cd\"; distance:2;", "ab-cd"));
	cr_expect(matches("content:\"cd\"; content:\"ab\"; distance:-4; within:2;", "abcd"));
}

Test(rules_language, the_case_counts_unless_nocase_stands_there)
{
	cr_expect_not(matches("content:\"AbC\";", "xaBcx"));
	cr_expect(matches("content:\"AbC\"; nocase;", "xaBcx"));
	cr_expect(matches("content:\"|41|b\";", "xAbx"));
	cr_expect(matches("content:\"a\\;b\\\"c\\:d\\\\\";", "a;b\"c:d\\"));
}

Test(rules_language, what_is_negated_holds_where_its_window_is_outside_but_a_content_does_not)
{
	cr_expect(matches("content:!\"x\"; offset:10;", "abcx"));
	cr_expect_not(matches("content:!\"x\"; offset:3;", "abcx"));
	cr_expect_not(matches("content:\"x\"; offset:10;", "abcx"));
}

Test(rules_language, other_places_are_tried_as_far_as_they_can_help)
{
	cr_expect(matches("content:\"a\"; content:\"b\"; within:1; content:\"c\"; within:1;", "ab-ab-abc"));
	cr_expect(matches("content:\"a\"; byte_extract:1,0,n,relative,string,dec; content:\"x\"; content:\"y\"; offset:n; depth:1;",
		"a1a6-xy"));
	cr_expect_not(matches("content:\"a\"; byte_extract:1,0,n,relative,string,dec; content:\"x\"; content:\"y\"; offset:n; depth:1;",
		"a1a2-xy"));
}

Test(rules_language, a_relative_isdataat_is_a_matter_of_the_dialect)
{
	struct packet p = packet_tcp();

	cr_expect(matches_in(RULES_SURICATA, "tcp", "content:\"ab\"; isdataat:2,relative;", p, "abcd", 4));
	cr_expect_not(matches_in(RULES_SURICATA, "tcp", "content:\"ab\"; isdataat:3,relative;", p, "abcd", 4));
	cr_expect_not(matches_in(RULES_SNORT, "tcp", "content:\"ab\"; isdataat:2,relative;", p, "abcd", 4));
	cr_expect(matches_in(RULES_SNORT, "tcp", "content:\"ab\"; isdataat:1,relative;", p, "abcd", 4));
	cr_expect(matches("isdataat:3;", "abcd"));
	cr_expect_not(matches("isdataat:4;", "abcd"));
}

Test(rules_language, a_pattern_moves_on_and_can_be_negated)
{
	cr_expect(matches("content:\"ab\"; pcre:\"/^c+/R\"; content:\"d\"; within:1;", "abccd"));
	cr_expect_not(matches("content:\"ab\"; pcre:\"/^d/R\";", "abccd"));
	cr_expect(matches("pcre:!\"/x/\"; content:\"a\";", "abc"));
	cr_expect(matches("pcre:\"/ABC/i\";", "abc"));
	cr_expect_not(matches("pcre:\"/ABC/\";", "abc"));
}

Test(rules_language, a_catastrophic_pattern_ends_at_the_limit_and_is_counted)
{
	struct asked a = ask_with((struct rules_source){0}, "alert tcp any any -> any any (pcre:\"/^(a+)+$/\"; sid:1;)", RULES_SURICATA);
	char text[1000];

	memset(text, 'a', sizeof(text));
	text[sizeof(text) - 1] = 'b';
	struct packet p = packet_tcp();
	struct rules_unit unit = unit_of(&p, text, sizeof(text));
	cr_expect_not(asks(&a, &unit, 1));
	cr_expect_gt(rules_limits(a.scratch)->pcre, 0);
	asked_done(&a);
}

Test(rules_language, too_many_ways_to_place_contents_end_and_are_counted)
{
	struct asked a = ask_with((struct rules_source){0},
		"alert tcp any any -> any any (content:\"a\"; content:\"a\"; distance:0; content:\"a\"; distance:0; content:\"b\"; distance:0; within:1; sid:1;)",
		RULES_SURICATA);
	char text[400];

	memset(text, 'a', sizeof(text));
	struct packet p = packet_tcp();
	struct rules_unit unit = unit_of(&p, text, sizeof(text));
	cr_expect_not(asks(&a, &unit, 1));
	cr_expect_gt(rules_limits(a.scratch)->recursion, 0);
	asked_done(&a);
}

/* ---- numbers ---- */

static bool holds(const char *options, const char *bytes, size_t len)
{
	return matches_in(RULES_SURICATA, "tcp", options, packet_tcp(), bytes, len);
}

Test(rules_language, byte_test_compares_in_both_orders_and_is_false_beyond_the_end)
{
	cr_expect(holds("byte_test:2,=,258,0;", "\x01\x02", 2));
	cr_expect(holds("byte_test:2,=,513,0,little;", "\x01\x02", 2));
	cr_expect_not(holds("byte_test:2,=,258,1;", "\x01\x02", 2));
	cr_expect_not(holds("byte_test:2,!=,258,1;", "\x01\x02", 2));
	cr_expect(holds("byte_test:1,&,0x80,0;", "\x81", 1));
	cr_expect(holds("byte_test:1,!&,0x80,0;", "\x01", 1));
	cr_expect(holds("byte_test:1,=,8,0,bitmask 0xf0;", "\x81", 1));
	cr_expect(holds("byte_test:3,>,122,0,string,dec;", "123", 3));
	cr_expect_not(holds("byte_test:3,>,123,0,string,dec;", "123", 3));
	cr_expect_not(holds("byte_test:3,>=,0,0,string,dec;", "abc", 3));
}

Test(rules_language, a_string_of_no_length_goes_on_as_far_as_its_digits)
{
	cr_expect(holds("byte_test:0,=,1234,0,string,dec;", "1234", 4));
	cr_expect(holds("byte_test:0,=,12,1,string,dec;", "x12y4", 5));
	cr_expect_not(holds("byte_test:0,>,1234,0,string,dec;", "1234", 4));
	cr_expect_not(holds("byte_test:0,>=,0,0,string,dec;", "x", 1));
}

Test(rules_language, byte_jump_stops_at_the_end_and_before_the_start)
{
	cr_expect(holds("byte_jump:1,0; content:\"x\"; within:1;", "\x02--x", 4));
	cr_expect(holds("byte_jump:1,0; isdataat:!1,relative;", "\x03--x", 4));
	cr_expect_not(holds("byte_jump:1,0; isdataat:!1,relative;", "\x04--x", 4));
	cr_expect(holds("byte_jump:1,0,multiplier 2; content:\"x\"; within:1;", "\x01--x", 4));
	cr_expect(holds("byte_jump:1,0,align; content:\"x\"; within:1;", "\x01----x", 6));
	cr_expect(holds("byte_jump:1,0,from_beginning; content:\"x\"; within:1;", "\x03--x", 4));
	cr_expect(holds("byte_jump:0,0,from_end,post_offset -1; content:\"x\"; within:1;", "---x", 4));
	cr_expect(holds("byte_jump:1,0,post_offset -9; content:\"|01|\"; within:1;", "\x01--x", 4));
}

Test(rules_language, byte_math_calculates_and_refuses_to_divide_by_zero)
{
	cr_expect(holds("byte_math:bytes 1, offset 0, oper *, rvalue 3, result r; byte_test:1,=,r,1;", "\x02\x06", 2));
	cr_expect_not(holds("byte_math:bytes 1, offset 0, oper *, rvalue 3, result r; byte_test:1,=,r,1;", "\x02\x05", 2));
	cr_expect(holds("byte_extract:1,0,n; byte_math:bytes 1, offset 1, oper /, rvalue n, result r; byte_test:1,=,r,2;", "\x02\x08\x04", 3));
	cr_expect_not(holds("byte_extract:1,0,n; byte_math:bytes 1, offset 1, oper /, rvalue n, result r; byte_test:1,=,r,2;", "\x00\x08\x00", 3));
	cr_expect(holds("byte_math:bytes 1, offset 0, oper <<, rvalue 2, result r; byte_test:1,=,r,1;", "\x02\x08", 2));
}

/* ---- headers ---- */

static bool header(const char *proto, const char *options, struct packet p)
{
	return matches_in(RULES_SURICATA, proto, options, p, "", 0);
}

Test(rules_language, flags_are_exact_or_more_or_any_or_none)
{
	struct packet p = packet_tcp();

	p.tcp_flags = TCP_SYN | TCP_ECE | TCP_CWR;
	cr_expect_not(header("tcp", "flags:S;", p));
	cr_expect(header("tcp", "flags:S,12;", p));
	cr_expect(header("tcp", "flags:S,CE;", p));
	cr_expect(header("tcp", "flags:+S;", p));
	cr_expect(header("tcp", "flags:*SA;", p));
	cr_expect_not(header("tcp", "flags:+SA;", p));
	cr_expect(header("tcp", "flags:!SA;", p));
	p.tcp_flags = 0;
	cr_expect(header("tcp", "flags:0;", p));
	cr_expect_not(header("tcp", "flags:*S;", p));
}

Test(rules_language, a_range_leaves_its_ends_out)
{
	struct packet p = packet_tcp();

	p.ttl = 10;
	cr_expect(header("ip", "ttl:9-11;", p));
	cr_expect_not(header("ip", "ttl:10-12;", p));
	cr_expect_not(header("ip", "ttl:8<>10;", p));
	cr_expect(header("ip", "ttl:<=10;", p));
	cr_expect_not(header("ip", "ttl:<10;", p));
	cr_expect(header("ip", "ttl:!11;", p));
	cr_expect(header("ip", "ttl:0x0a;", p));
}

Test(rules_language, numbers_may_have_units_and_be_asked_for_some_of_their_bits)
{
	static const char bytes[2049] = {0};

	cr_expect(holds("dsize:2kb;", bytes, 2048));
	cr_expect_not(holds("dsize:2kb;", bytes, 2049));
	cr_expect(holds("dsize:1KiB<>3kib;", bytes, 2048));
	cr_expect(holds("dsize:>1 kb;", bytes, 1025));
	cr_expect(holds("dsize:&0x0a=0x0a;", bytes, 0x1a));
	cr_expect_not(holds("dsize:&0x0a=0x0a;", bytes, 0x08));
	cr_expect(holds("dsize:&0x0a!=0;", bytes, 0x08));
	cr_expect_not(holds("dsize:&0x0a!=0;", bytes, 0x05));
	cr_expect(holds("dsize:&8=8; content:\"|00 00|\";", bytes, 9));
}

Test(rules_language, what_a_packet_does_not_have_matches_no_number)
{
	struct packet p = packet_tcp();

	cr_expect_not(header("tcp", "tcp.mss:<536;", p));
	cr_expect_not(header("tcp", "tcp.wscale:!3;", p));
	p.tcp_mss = 500;
	p.tcp_wscale = 0;
	cr_expect(header("tcp", "tcp.mss:<536;", p));
	cr_expect(header("tcp", "tcp.wscale:0;", p));
}

Test(rules_language, our_own_keywords_compare_what_the_language_cannot)
{
	struct packet p = packet_tcp();

	p.tcp_seq = 0xc6336402;
	cr_expect(header("tcp", "tcp.seq_is_dst;", p));
	p.tcp_seq = 0xc6336403;
	cr_expect_not(header("tcp", "tcp.seq_is_dst;", p));
	p.ip_id = (uint16_t)(0xc6336402 ^ 80 ^ 0xc6336403);
	cr_expect(header("tcp", "ip.id_is_dst_port_seq;", p));
	p.ip_id++;
	cr_expect_not(header("tcp", "ip.id_is_dst_port_seq;", p));
	p.tcp_ack = p.tcp_seq - 0xc123d;
	cr_expect(header("tcp", "tcp.seq_minus_ack:0xc123d;", p));
	p.tcp_ack++;
	cr_expect_not(header("tcp", "tcp.seq_minus_ack:0xc123d;", p));
}

Test(rules_language, flow_is_about_direction_and_handshake)
{
	static const char text[] = "alert tcp any any -> any any (flow:to_server,established; content:\"a\"; sid:1;)\n"
				   "alert tcp any any -> any any (flow:to_client; content:\"a\"; sid:2;)\n"
				   "alert tcp any any -> any any (flow:not_established; content:\"a\"; sid:3;)\n"
				   "alert tcp any any -> any any (flow:stateless; content:\"a\"; sid:4;)\n";
	struct asked a = ask_with((struct rules_source){0}, text, RULES_SURICATA);
	struct packet p = packet_tcp();
	struct rules_unit unit = unit_of(&p, "a", 1);

	cr_expect(asks(&a, &unit, 1));
	cr_expect_not(asks(&a, &unit, 2));
	cr_expect_not(asks(&a, &unit, 3));
	cr_expect(asks(&a, &unit, 4));
	unit.to_server = unit.established = false;
	cr_expect_not(asks(&a, &unit, 1));
	cr_expect(asks(&a, &unit, 2));
	cr_expect(asks(&a, &unit, 3));
	cr_expect(asks(&a, &unit, 4));
	asked_done(&a);
}

Test(rules_language, addresses_and_ports_are_lists_with_exceptions)
{
	static const char text[] = "alert tcp [192.0.2.0/24,!192.0.2.1] any -> any any (sid:1;)\n"
				   "alert tcp !192.0.2.0/24 any -> any any (sid:2;)\n"
				   "alert tcp $HOME_NET any -> any [1:79,81:] (sid:3;)\n"
				   "alert tcp $EXTERNAL_NET any -> $HOME_NET 80 (sid:4;)\n"
				   "alert tcp any 80 <> any 1024 (sid:5;)\n"
				   "alert tcp 2001:db8::/32 any -> any any (sid:6;)\n"
				   "alert tcp 192.0.2.0-192.0.2.9 any -> any !80 (sid:7;)\n";
	const struct rules_var home = {"HOME_NET", "198.51.100.0/24"};
	struct asked a = ask_with((struct rules_source){.vars = &home, .var_count = 1}, text, RULES_SURICATA);
	struct packet p = packet_tcp();
	struct rules_unit unit = unit_of(&p, "", 0);

	cr_expect_not(asks(&a, &unit, 1));
	cr_expect_not(asks(&a, &unit, 2));
	cr_expect_not(asks(&a, &unit, 3));
	cr_expect(asks(&a, &unit, 4));
	cr_expect(asks(&a, &unit, 5));
	cr_expect_not(asks(&a, &unit, 6));
	cr_expect_not(asks(&a, &unit, 7));
	p.src = addr_from_v4(0xc0000202);
	p.dport = 81;
	cr_expect(asks(&a, &unit, 1));
	cr_expect_not(asks(&a, &unit, 4));
	cr_expect(asks(&a, &unit, 7));
	p.src = addr_from_v4(0xc633640a);
	cr_expect(asks(&a, &unit, 2));
	cr_expect(asks(&a, &unit, 3));
	asked_done(&a);
}

static bool from(const char *addresses, struct addr src)
{
	char text[200];
	struct packet p = packet_udp(53);

	snprintf(text, sizeof(text), "alert udp %s any -> any any (sid:1;)", addresses);
	struct asked a = ask_with((struct rules_source){0}, text, RULES_SURICATA);
	p.src = src;
	p.version = addr_is_v4(&src) ? 4 : 6;
	cr_expect_eq(a.report.malformed, 0, "%s", addresses);
	struct rules_unit unit = unit_of(&p, "x", 1);
	bool matched = asks(&a, &unit, 1);
	asked_done(&a);
	return matched;
}

Test(rules_language, all_of_ipv6_is_no_ipv4)
{
	const struct addr v4 = addr_from_v4(0xcb007105), v6 = {{0x20, 0x01, 0x0d, 0xb8, [15] = 1}}, low = {{[15] = 1}};

	cr_expect(from("::/0", v6) && from("::/0", low));
	cr_expect_not(from("::/0", v4));
	cr_expect(from("0.0.0.0/0", v4));
	cr_expect_not(from("0.0.0.0/0", v6));
	cr_expect(from("[::/0,0.0.0.0/0]", v4) && from("[::/0,0.0.0.0/0]", v6));
	cr_expect(from("!::/0", v4));
	cr_expect_not(from("!::/0", v6));
	cr_expect(from("[any,!::/0]", v4));
	cr_expect(from("::ffff:0:0/96", v4));
}

Test(rules_language, a_list_of_addresses_has_its_ends_and_nothing_beyond)
{
	static const char text[] = "alert ip [192.0.2.16/28,203.0.113.7] any -> any any (sid:1;)\n"
				   "alert ip 192.0.2.24 any -> any any (sid:2;)\n"
				   "alert ip 2001:db8:0:1::/64 any -> any any (sid:3;)\n";
	struct asked a = ask_with((struct rules_source){0}, text, RULES_SURICATA);
	struct packet p = packet_tcp();
	struct rules_unit unit = unit_of(&p, "", 0);
	static const struct {
		uint32_t src;
		bool first, second;
	} cases[] = {{0xc000020f, false, false}, {0xc0000210, true, false}, {0xc0000218, true, true}, {0xc000021f, true, false},
		{0xc0000220, false, false}, {0xcb007106, false, false}, {0xcb007107, true, false}, {0xcb007108, false, false},
		{0, false, false}, {UINT32_MAX, false, false}};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		p.src = addr_from_v4(cases[i].src);
		cr_expect_eq(asks(&a, &unit, 1), cases[i].first, "%x", cases[i].src);
		cr_expect_eq(asks(&a, &unit, 2), cases[i].second, "%x", cases[i].src);
		cr_expect_not(asks(&a, &unit, 3));
	}
	cr_assert(addr_parse("2001:db8:0:1::9", &p.src));
	cr_expect(asks(&a, &unit, 3));
	cr_assert(addr_parse("2001:db8:0:2::", &p.src));
	cr_expect_not(asks(&a, &unit, 3));
	asked_done(&a);
}

/* ---- buffers ---- */

static const char request[] = "POST /a/../b%41?q=1 HTTP/1.1\r\nHost: Example.ORG:80\r\nUser-Agent: probe/1\r\nCookie: k=v\r\n"
			      "Content-Length: 7\r\n\r\nabc=%41";

static bool http(const char *options)
{
	return matches_in(RULES_SURICATA, "http", options, packet_tcp(), request, sizeof(request) - 1);
}

Test(rules_language, a_sticky_buffer_governs_what_follows_and_a_modifier_what_stands_before)
{
	cr_expect(http("http.uri; content:\"/bA\"; startswith;"));
	cr_expect_not(http("http.uri; content:\"%41\";"));
	cr_expect(http("http.uri.raw; content:\"%41\";"));
	cr_expect(http("content:\"%41\"; http_raw_uri;"));
	cr_expect(http("http.method; content:\"POST\"; http.user_agent; content:\"probe\"; startswith;"));
	cr_expect(http("http.host; content:\"example.org\"; bsize:11;"));
	cr_expect_not(http("http.host; content:\"example\"; bsize:10;"));
	cr_expect(http("content:\"k=v\"; http_cookie; content:\"abc\"; http_client_body; depth:3;"));
	cr_expect(http("http.uri; content:\"/b\"; pkt_data; content:\"POST\"; depth:4;"));
	cr_expect(http("http.referer; absent;"));
	cr_expect_not(http("http.user_agent; absent;"));
	cr_expect(http("pcre:\"/^probe/V\"; urilen:7;"));
}

Test(rules_language, transforms_change_what_is_looked_at)
{
	cr_expect(http("http.user_agent; to_uppercase; content:\"PROBE\";"));
	cr_expect(http("http.host; dotprefix; content:\".example.org\"; endswith;"));
	cr_expect(http("http.request_body; content:\"abc\"; url_decode; content:\"=A\"; isdataat:!1,relative;"));
	cr_expect(http("http.method; to_md5; bsize:16; content:\"|a0 24 39 ec|\"; startswith;"));
	cr_expect(http("http.method; xor:\"20\"; content:\"post\";"));
	cr_expect(http("http.header; compress_whitespace; strip_whitespace; content:\"Host:\";"));
	cr_expect(http("http.uri; pcrexform:\"q=(.)\"; content:\"1\"; bsize:1;"));
}

Test(rules_language, base64_is_decoded_as_far_as_it_goes)
{
	cr_expect(matches("content:\"x=\"; base64_decode:relative; base64_data; content:\"hello\"; startswith;", "x=aGVsbG8=!"));
	cr_expect(matches("content:\"x=\"; base64_decode:bytes 4,relative; base64_data; content:\"hel\";", "x=aGVsbG8="));
	cr_expect_not(matches("content:\"x=\"; base64_decode:bytes 4,relative; base64_data; content:\"hell\";", "x=aGVsbG8="));
}

Test(rules_language, dns_names_are_judged_one_by_one)
{
	static const char query[] = "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x03www\x07"
				    "example\x03org\x00\x00\x1c\x00\x01";
	struct packet p = packet_udp(53);

	cr_expect(matches_in(RULES_SURICATA, "dns", "dns.query; content:\"www.example.org\"; bsize:15;", p, query, sizeof(query) - 1));
	cr_expect(matches_in(RULES_SURICATA, "dns", "dns.rrtype:28; dns.opcode:0;", p, query, sizeof(query) - 1));
	cr_expect(matches_in(RULES_SURICATA, "dns", "dns.rrtype:AAAA;", p, query, sizeof(query) - 1));
	cr_expect_not(matches_in(RULES_SURICATA, "dns", "dns.rrtype:1;", p, query, sizeof(query) - 1));
	cr_expect_not(matches_in(RULES_SURICATA, "tls", "content:\"www\";", packet_tcp(), query, sizeof(query) - 1));
}

/* ---- state, categories, many rules ---- */

Test(rules_language, bits_are_set_before_they_are_read_whatever_the_order_of_the_text)
{
	static const char text[] = "alert tcp any any -> any any (flowbits:isset,a; sid:1;)\n"
				   "alert tcp any any -> any any (flowbits:isset,b; sid:2;)\n"
				   "alert tcp any any -> any any (flowbits:set,a; flowbits:noalert; sid:3;)\n"
				   "alert tcp any any -> any any (xbits:set,h,track ip_src,expire 10; content:\"go\"; sid:4;)\n"
				   "alert tcp any any -> any any (xbits:isset,h,track ip_src; sid:5;)\n";
	struct asked a = ask_with((struct rules_source){.state = true}, text, RULES_SURICATA);
	AUTO(rules_hosts_free) struct rules_hosts *hosts = rules_hosts_new();
	struct rules_bits bits = {0};
	struct packet p = packet_tcp();
	struct rules_unit unit = unit_of(&p, "go", 2);

	unit.bits = &bits;
	unit.hosts = hosts;
	cr_expect(asks(&a, &unit, 1));
	cr_expect_not(asks(&a, &unit, 2));
	cr_expect(asks(&a, &unit, 5));
	p.ts_ns += INT64_C(10) * 1000000000;
	unit.data.len = 0;
	cr_expect(asks(&a, &unit, 5));
	p.ts_ns++;
	cr_expect_not(asks(&a, &unit, 5));
	cr_expect(rules_info(a.rules, 0)->noalert);
	asked_done(&a);
}

Test(rules_language, a_rule_has_the_category_of_the_first_line_that_fits)
{
	static const char text[] = "alert tcp any any -> any any (msg:\"ET WORM Slammer\"; classtype:attempted-recon; sid:1;)\n"
				   "alert udp any any -> any 53 (msg:\"name\"; sid:2;)\n"
				   "alert tcp any any -> any any (classtype:network-scan; sid:3;)\n"
				   "alert tcp any any -> any any (classtype:misc-attack; sid:4;)\n"
				   "alert tcp any any -> any any (classtype:misc-attack; metadata:tag x-y, category UDP spam; sid:5;)\n";
	static const enum rule_category expected[] = {RULE_CATEGORY_worm, RULE_CATEGORY_dns, RULE_CATEGORY_scan, RULE_CATEGORY_others,
		RULE_CATEGORY_udp_spam};
	struct asked a = ask_with((struct rules_source){0}, text, RULES_SURICATA);

	cr_assert_eq(rules_count(a.rules), ARRAY_SIZE(expected));
	for (uint32_t i = 0; i < ARRAY_SIZE(expected); i++) {
		const struct rule_info *info = rules_info(a.rules, i);
		cr_expect_eq(info->category, expected[info->sid - 1], "sid %u", info->sid);
		if (info->sid == 5)
			cr_expect_str_eq(info->tag, "x-y");
	}
	asked_done(&a);
}

/* Both sides of what rules without a literal are sorted by. */
Test(rules_language, a_packet_without_payload_is_asked_only_what_needs_none)
{
	static const struct {
		const char *options;
		bool bare, with_data;
	} rules[] = {{"dsize:0;", true, false}, {"dsize:>0;", false, true}, {"dsize:!0;", false, true}, {"dsize:0<>2;", false, true}, {"dsize:&0x0a=0;", true, true}, {"dsize:&1=0;", true, false},
		{"flags:S;", true, true}, {"flags:+A;", false, false}, {"flow:established;", true, true}, {"flow:not_established;", false, false},
		{"pcre:\"/^$/\";", true, false}, {"pcre:\"/^b*/\";", true, true}, {"pcre:\"/a/\";", false, true}, {"pcre:!\"/a/\";", true, false},
		{"isdataat:0;", false, true}, {"isdataat:!0;", true, false}, {"content:!\"a\";", true, false},
		{"byte_test:1,>,0,0;", false, true}, {"byte_test:1,!>,0,0;", false, false}, {"byte_jump:1,0;", false, false}};
	struct packet p = packet_tcp();

	p.tcp_flags = TCP_SYN;
	for (size_t i = 0; i < ARRAY_SIZE(rules); i++) {
		cr_expect_eq(matches_in(RULES_SURICATA, "tcp", rules[i].options, p, "", 0), rules[i].bare, "%s bare", rules[i].options);
		cr_expect_eq(matches_in(RULES_SURICATA, "tcp", rules[i].options, p, "a", 1), rules[i].with_data, "%s with data", rules[i].options);
	}
}

Test(rules_language, a_content_at_a_known_place_is_nowhere_else)
{
	cr_expect(matches("content:\"abcd\"; startswith;", "abcdxx"));
	cr_expect_not(matches("content:\"abcd\"; startswith;", "xabcd"));
	cr_expect(matches("content:\"abcd\"; offset:2; depth:4;", "xxabcd"));
	cr_expect_not(matches("content:\"abcd\"; offset:2; depth:4;", "xabcdabcd"));
	cr_expect_not(matches("content:\"abcd\"; offset:2; depth:4;", "xxabc"));
	cr_expect(matches("content:\"AB\"; nocase; offset:1; depth:2;", "xaB"));
	cr_expect(matches("content:\"abcd\"; offset:2; depth:5;", "xxxabcd"));
	cr_expect(matches("content:\"x\"; content:\"abcd\"; distance:0; within:4;", "yxabcd"));
}

Test(rules_language, a_literal_is_found_in_each_protocol_of_its_rule)
{
	struct packet udp = packet_udp(7), icmp = packet_udp(0);

	icmp.protocol = PROTOCOL_ICMP;
	cr_expect(matches_in(RULES_SURICATA, "ip", "content:\"abcd\";", packet_tcp(), "xabcd", 5));
	cr_expect(matches_in(RULES_SURICATA, "ip", "content:\"abcd\";", udp, "xabcd", 5));
	cr_expect(matches_in(RULES_SURICATA, "ip", "content:\"abcd\";", icmp, "xabcd", 5));
	cr_expect_not(matches_in(RULES_SURICATA, "udp", "content:\"abcd\";", packet_tcp(), "xabcd", 5));
}

Test(rules_language, many_rules_match_what_each_alone_does)
{
	static const char *const options[] = {"content:\"abcd\";", "content:\"ABCD\"; nocase;", "content:\"bc\";", "content:\"c\"; offset:2;",
		"content:\"zzzz\";", "content:!\"abcd\";", "pcre:\"/a.c/\";", "dsize:6;", "content:\"bcde\"; depth:5;", "content:\"|00 00 00 00|\";",
		"content:\"cdef\"; endswith;", "http.uri; content:\"/x\";", "flow:to_client; content:\"abcd\";", "content:\"abcd\"; content:\"zz\";"};
	static const char *const payloads[] = {"abcdef", "xABCDx", "bc", "", "zzzzabcd", "GET /x HTTP/1.0\r\n\r\n"};
	char text[8192] = "";

	for (size_t i = 0; i < ARRAY_SIZE(options); i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "alert tcp any any -> any any (%s sid:%zu;)\n", options[i], i + 1);
	struct asked a = ask_with((struct rules_source){0}, text, RULES_SURICATA);
	for (size_t j = 0; j < ARRAY_SIZE(payloads); j++) {
		struct packet p = packet_tcp();
		p.payload_len = (uint32_t)strlen(payloads[j]);
		struct rules_unit unit = unit_of(&p, payloads[j], strlen(payloads[j]));
		for (size_t i = 0; i < ARRAY_SIZE(options); i++)
			cr_expect_eq(asks(&a, &unit, (uint32_t)i + 1), matches(options[i], payloads[j]), "%s on %s", options[i], payloads[j]);
	}
	asked_done(&a);
}
