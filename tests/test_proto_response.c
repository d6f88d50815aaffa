/* SNMP messages, and which UDP payloads are responses. */
#include "base/base.h"
#include "hex_bytes.h"
#include "proto/response.h"
#include "proto/snmp.h"

static const char get_public[] = "3029 020100 0406 7075626c6963 a01c 0204 565adc5d 020100 020100 "
				 "300e 300c 0608 2b06010201010100 0500";
static const char v3_discovery[] = "303a 020103 300f 02024a69 020300ffe3 040104 020103 0410 300e "
				   "0400 020100 020100 0400 0400 0400"
				   " 3012 0400 0400 a00c 020237f0 020100 020100 3000";
static const char v3_encrypted[] =
	"302b 020103 300f 02024a69 020300ffe3 040103 020103 0415 3013 0402 aabb 020100 020100"
	" 0405 61646d696e 0400 0400";

/* the same, but it may be answered by a report */
static const char v3_encrypted_request[] =
	"302b 020103 300f 02024a69 020300ffe3 040107 020103 0415 3013 0402 aabb 020100 020100"
	" 0405 61646d696e 0400 0400";

Test(proto_response, snmp_shows_community_user_and_kind_of_pdu)
{
	struct snmp_message m;

	cr_assert(snmp_parse(hex_bytes(get_public), &m));
	cr_assert_eq(m.version, 1);
	expect_text(m.community, "public");
	cr_assert_eq(m.pdu_type, SNMP_GET);
	cr_assert_eq(m.oid_count, 1);
	cr_assert_str_eq(snmp_pdu_name(m.pdu_type), "get");
	cr_assert(snmp_parse(hex_bytes(v3_discovery), &m));
	cr_assert_eq(m.version, 3);
	cr_assert(m.is_reportable);
	cr_assert_eq(m.pdu_type, SNMP_GET);
	cr_assert(snmp_parse(hex_bytes(v3_encrypted), &m));
	expect_text(m.usm, "admin");
	cr_assert(m.is_encrypted && m.pdu_type == -1);
	cr_assert_not(snmp_parse(hex_bytes("3003 020105"), &m));
	cr_assert_not(snmp_parse(hex_bytes("3003 020102"), &m));
}

Test(proto_response, every_prefix_of_a_message_is_read_within_it)
{
	struct bytes whole = hex_bytes(get_public);
	struct snmp_message m;

	for (size_t n = 0; n <= whole.len; n++)
		cr_assert_eq(snmp_parse(exact(whole.data, n), &m), n >= 13, "%zu", n);
}

/* sport, request, response: the one is never taken for the other. */
static const struct {
	uint16_t sport;
	const char *request, *response;
} pairs[] = {
	{53, "1234 0100 0001 0000 0000 0000 00 0001 0001",
		"1234 8180 0001 0000 0000 0000 00 0001 0001"},
	{5353, "0000 0000 0001 0000 0000 0000 00 0001 0001", "0000 8400 0000 0000 0000 0000"},
	{137, "e5d8 0000 0001 0000 0000 0000 00 0021 0001",
		"e5d8 8400 0000 0001 0000 0000 00 0021 0001"},
	{123, "1700032a 00000000", "d700032a 00000000"},
	{123, "160200010000000000000000", "168200010000000000000000"},
	{1900, "4d2d534541524348202a20485454502f312e31", "485454502f312e3120323030204f4b"},
	{161, get_public,
		"3029 020100 0406 7075626c6963 a21c 0204 565adc5d 020100 020100 300e 300c 0608 "
		"2b06010201010100 0500"},
	{161, v3_discovery, v3_encrypted},
	{161, v3_encrypted_request, v3_encrypted},
	{11211, "0000 0000 0001 0000 73746174730d0a", "0000 0000 0001 0000 53544154207069642031"},
	{11211, "0000 0000 0001 0000 6765742061", "0000 0001 0002 0000 6162"},
	{389, "3084 00000008 020101 63 03 040100", "3084 00000008 020101 64 03 040100"},
	{19, "01", "202122232425262728292a2b2c2d2e2f30"},
	{111, "1aa9ffe1 00000000 00000002 000186a0 00000002 00000004",
		"1aa9ffe1 00000001 00000000 00000000 00000000"},
	{177, "0001 0002 0001 00", "0001 0005 0002 0000"},
	{427, "0201 000010 0000 000000 0001 0002 656e", "0202 000010 0000 000000 0001 0002 656e"},
	{443, "c0 00000001 04 11111111 00", "c0 00000000 00 04 11111111 00000001"},
	{443, "16 feff 0000 000000000000 0066 01 00", "16 feff 0000 000000000000 0066 03 00"},
	{500, "0011223344556677 0000000000000000 21202208 00000000 0000001c",
		"0011223344556677 1111111111111111 21202220 00000000 0000001c"},
	{520, "01010000 00000000 00000000 00000000 00000000 00000010",
		"02010000 00020000 0a000000 00000000 00000000 00000001"},
	{623, "0600ff06 000011be 80000000", "0600ff06 000011be 40000010 00000000"},
	{623, "0600ff07 00 00000000 00000000 09 20 18 c8",
		"0600ff07 00 00000000 00000000 10 81 1c 63"},
	{1194, "38 1212121212121212 00 00000000", "40 1212121212121212 00 00000000"},
	{1434, "03", "05 0300 616263"},
	{1812, "01 00 0014 00000000000000000000000000000000",
		"02 00 0014 00000000000000000000000000000000"},
	{1701, "c802 0014 0000 0000 0000 0000 8008 0000 0000 0001",
		"c802 0014 0001 0000 0000 0001 8008 0000 0000 0002"},
	{2123, "320100040000000000000000", "320200040000000000000000"},
	{3478, "0001 0000 2112a442 070707070707070707070707",
		"0101 0000 2112a442 070707070707070707070707"},
	{3671, "0610 0203 000e 0801 0000 0000 0000", "0610 0204 000e 0801 0000 0000 0000"},
	{3702, "3c50726f62652f3e", "3c50726f62654d6174636865733e"},
	{5060, "4f5054494f4e53207369703a31205349502f322e30", "5349502f322e3020323030204f4b"},
	{5351, "0000", "0080 0000 00000000"},
	{5683, "40 01 7d70 bb2e", "60 45 7d70 ff41"},
	{10001, "01000000", "01000004 61626364"},
	{27015, "ffffffff 54 536f", "ffffffff 49 11"},
	{27960, "ffffffff 676574737461747573", "ffffffff 737461747573526573706f6e7365"},
	{27960, "ffffffff 00 00", "ffffffff 696e666f526573706f6e7365"},
	{44818, "6300 0000 00000000 00000000 0000000000000000 00000000",
		"6300 0100 00000000 00000000 0000000000000000 00000000 00"},
	{47808, "810b 000c 0120 ffff 00 ff 1008", "810b 000c 0120 ffff 00 ff 1000"},
	{47808, "810a 0011 01 04 0005d60c0c023fffff194b", "810a 0009 01 00 30d60c"},
};

Test(proto_response, a_response_is_told_from_a_request)
{
	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
		cr_assert_not(proto_is_udp_response(pairs[i].sport, hex_bytes(pairs[i].request)),
			"request %zu, port %u", i, pairs[i].sport);
		cr_assert(proto_is_udp_response(pairs[i].sport, hex_bytes(pairs[i].response)),
			"response %zu, port %u", i, pairs[i].sport);
		cr_assert_not(proto_is_udp_response(40000, hex_bytes(pairs[i].response)),
			"other port %zu", i);
	}
}

Test(proto_response, every_prefix_of_a_response_is_read_within_it)
{
	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
		struct bytes whole = hex_bytes(pairs[i].response);

		for (size_t n = 0; n < whole.len; n++)
			proto_is_udp_response(pairs[i].sport, exact(whole.data, n));
		cr_assert_not(proto_is_udp_response(pairs[i].sport, (struct bytes){0}));
	}
}

Test(proto_response, server_and_broadcast_time_is_a_response_and_client_time_is_not)
{
	uint8_t ntp[48] = {0x24};

	cr_assert(proto_is_udp_response(123, exact(ntp, 48)));
	cr_assert_not(proto_is_udp_response(123, exact(ntp, 47)));
	ntp[0] = 0x25;
	cr_assert(proto_is_udp_response(123, exact(ntp, 48)));
	ntp[0] = 0xe3;
	cr_assert_not(proto_is_udp_response(123, exact(ntp, 48)));
}

Test(proto_response, a_dht_answer_is_a_response_from_any_port_and_a_query_is_none)
{
	cr_assert(proto_is_udp_response(
		6881, exact_text("d1:rd2:id20:abcdefghij0123456789e1:t2:aa1:y1:re")));
	cr_assert(proto_is_udp_response(40000, exact_text("d1:eli201e1:xe1:t2:aa1:y1:ee")));
	cr_assert_not(proto_is_udp_response(
		6881, exact_text("d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe")));
	cr_assert_not(proto_is_udp_response(6881, exact_text("1:y1:re")));
}
