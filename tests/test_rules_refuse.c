/* What is no rule is refused, with the reason; what is only not had, too, but as that. */
#include "rules/rules.h"

#include "rules_make.h"


#define WITH(options) "alert tcp any any -> any any (" options " sid:1;)"

static const struct {
	const char *rule, *reason; /* a part of the reason; NULL: it is accepted */
} cases[] = {
	{WITH("content:\"a\";"), NULL},
	{"alert tcp any any -> any any (content:\"a\";)", "sid is missing"},
	{"alert tcp any any -> any 65535 (sid:1;)", NULL},
	{"alert tcp any any -> any 65536 (sid:1;)", "no port"},
	{"alert tcp any any -> any 90:80 (sid:1;)", "no port"},
	{"alert tcp any any -> any !any (sid:1;)", "leaves no port"},
	{"alert tcp any any -> any [80,!80] (sid:1;)", "exclude all"},
	{"alert tcp !any any -> any any (sid:1;)", "leaves no address"},
	{"alert tcp [192.0.2.0/24,!192.0.2.0/24] any -> any any (sid:1;)", "exclude all"},
	{"alert tcp [192.0.2.0/24,!192.0.2.0/25] any -> any any (sid:1;)", NULL},
	{"alert tcp 192.0.2.300 any -> any any (sid:1;)", "no address"},
	{"alert tcp $NOWHERE any -> any any (sid:1;)", "no variable $NOWHERE"},
	{"alert tcp [192.0.2.1 any -> any any (sid:1;)", "header ends early"},
	{"alert tcp any any <- any any (sid:1;)", "no direction"},
	{"alert tcp any any => any any (sid:1;)", "both sides"},
	{"alart tcp any any -> any any (sid:1;)", "no action"},
	{"alert tpc any any -> any any (sid:1;)", "no protocol"},
	{"alert icmp any any -> any 80 (sid:1;)", "ports with a protocol that has none"},
	{"alert tcp any any -> any any (sid:1)", "does not end with a ;"},
	{"alert tcp any any -> any any sid:1;", "parentheses"},
	{WITH("content:\"|41|\";"), NULL},
	{WITH("content:\"|4|\";"), "hexadecimal"},
	{WITH("content:\"|41\";"), "hexadecimal"},
	{WITH("content:\"\";"), "nothing to look for"},
	{WITH("content:abc;"), "quotes"},
	{WITH("content:\"abc\"; depth:3;"), NULL},
	{WITH("content:\"abc\"; depth:2;"), "depth 2 is less than the 3 bytes"},
	{WITH("content:\"abc\"; within:3;"), NULL},
	{WITH("content:\"abc\"; within:2;"), "within 2 is less"},
	{WITH("content:\"abc\"; distance:1048576;"), NULL},
	{WITH("content:\"abc\"; distance:1048577;"), "no number"},
	{WITH("content:\"abc\"; startswith; offset:1;"), "beside startswith"},
	{WITH("content:\"abc\"; offset:1; offset:2;"), "twice"},
	{WITH("content:\"abc\"; fast_pattern:0,3;"), NULL},
	{WITH("content:\"abc\"; fast_pattern:1,3;"), "beyond the content"},
	{WITH("nocase;"), "stands behind a content"},
	{WITH("content:\"abc\"; dsize:3;"), NULL},
	{WITH("content:\"abc\"; dsize:2;"), "dsize allows 2 bytes, the contents need 3"},
	{WITH("content:\"abc\"; content:\"d\"; distance:5; dsize:<9;"), "dsize allows 8 bytes, the contents need 9"},
	{WITH("dsize:65536;"), "no number"},
	{WITH("dsize:10<>11;"), "no range"},
	{WITH("dsize:10<>12;"), NULL},
	{WITH("ttl:>255;"), "leaves nothing"},
	{WITH("dsize:63kb;"), NULL},
	{WITH("dsize:64kb;"), "no number"},
	{WITH("dsize:1xb;"), "no number"},
	{WITH("dsize:&0x0f=0x08;"), NULL},
	{WITH("dsize:&0x0f=0x10;"), "no test of bits"},
	{WITH("dsize:&0=0;"), "no test of bits"},
	{WITH("dsize:&4;"), "no test of bits"},
	{WITH("byte_test:0,=,1,0,string;"), NULL},
	{WITH("byte_test:0,=,1,0;"), "no bytes"},
	{WITH("isdataat:left;"), "variable \"left\" is not set"},
	{WITH("byte_extract:1,0,left; isdataat:left;"), NULL},
	{WITH("byte_test:1,=,left,0;"), "is not set"},
	{WITH("byte_test:9,=,1,0;"), "more than 8 bytes"},
	{WITH("byte_test:23,=,1,0,string;"), NULL},
	{WITH("byte_test:24,=,1,0,string;"), "no number"},
	{WITH("byte_test:1,~,1,0;"), "no operator"},
	{WITH("byte_test:1,=,1,0,hex;"), "without string"},
	{WITH("byte_jump:4;"), "too few parts"},
	{WITH("byte_math:bytes 1, offset 0, oper /, rvalue 0, result r;"), "division by 0"},
	{WITH("byte_math:bytes 1, offset 0, oper +, result r;"), "rvalue"},
	{WITH("pcre:\"/a/\";"), NULL},
	{WITH("pcre:\"/a(/\";"), "regular expression"},
	{WITH("pcre:\"/a/q\";"), "no flag"},
	{WITH("pcre:\"/a/S\";"), "answer"},
	{WITH("flags:SA,12;"), NULL},
	{WITH("flags:X;"), "no flag"},
	{WITH("flow:to_server,to_client;"), "exclude each other"},
	{WITH("flow:established,established;"), "twice"},
	{WITH("flow:upstream;"), "not known"},
	{WITH("flowbits:set,a;"), NULL},
	{WITH("flowbits:isset,a;"), "earlier packet"},
	{WITH("flowbits:set,a|b;"), "isset and isnotset only"},
	{WITH("flowbits:set;"), "needs a name"},
	{WITH("flowbits:put,a;"), "no command"},
	{WITH("threshold:type limit, track by_src, count 1, seconds 60;"), NULL},
	{WITH("threshold:type limit, track by_src, count 1;"), "threshold: type, track, count and seconds"},
	{WITH("threshold:type limits, track by_src, count 1, seconds 60;"), "not known"},
	{WITH("threshold:type limit, track by_src, count 0, seconds 60;"), "no number from 1"},
	{WITH("detection_filter:track by_dst, count 1, seconds 60, unique_on dst_port;"), NULL},
	{WITH("detection_filter:type limit, track by_dst, count 1, seconds 60;"), "detection_filter: track"},
	{WITH("http.request_body; xor:\"0d0a\"; content:\"a\";"), NULL},
	{WITH("http.request_body; xor:\"0d0\"; content:\"a\";"), "hexadecimal"},
	{WITH("http.request_body; xor:\"\"; content:\"a\";"), "nothing to look for"},
	{WITH("http.request_body; xor:offset 1,extract 1 0; content:\"a\";"), NULL},
	{WITH("http.request_body; xor:offset 1; content:\"a\";"), "missing"},
	{WITH("http.request_body; xor:extract 0 0; content:\"a\";"), "length of the key"},
	{WITH("http.request_body; xor:extract 1; content:\"a\";"), "length of the key"},
	{WITH("http.request_body; xor:offset 1,offset 2,extract 1 0; content:\"a\";"), "one number"},
	{WITH("http.request_body; from_base64: mode wild; content:\"a\";"), "no mode"},
	{WITH("to_lowercase; content:\"a\";"), "behind a sticky buffer"},
	{WITH("http.uri; content:\"abc\"; bsize:3;"), NULL},
	{WITH("http.uri; content:\"abc\"; bsize:2;"), "bsize allows 2"},
	{WITH("http.uri;"), "nothing is looked for in http.uri"},
	{WITH("bsize:2;"), "behind a sticky buffer"},
	{WITH("http.uri; content:\"a\"; dns.query; content:\"b\";"), "beside another application protocol"},
	{"alert udp any any -> any any (http.uri; content:\"a\"; sid:1;)", "never carries it"},
	{"alert dns any any -> any any (http.uri; content:\"a\"; sid:1;)", "beside another application protocol"},
	{WITH("base64_data; content:\"a\";"), "behind a base64_decode"},
	{WITH("file_data; content:\"a\";"), "keyword \"file_data\": looks at a server's answer"},
	{WITH("krb5.cname; content:\"a\";"), "keyword \"krb5.cname\": belongs to an application protocol"},
	{WITH("enip_command:1;"), "keyword \"enip_command\": belongs"},
	{WITH("ssh.hassh; content:\"a\";"), "keyword \"ssh.hassh\": belongs"},
	{WITH("stream_size:client,>,1;"), "keyword \"stream_size\": keeps state"},
	{WITH("contant:\"a\";"), "no keyword \"contant\""},
	{"alert smtp any any -> any any (sid:1;)", "protocol \"smtp\""},
	{WITH("content:\"a\",depth 5;"), "Snort 3"},
	{"alert http (content:\"a\"; sid:1;)", "Snort 3"},
	{"/* text */", "Snort 3"},
};

Test(rules_refuse, a_rule_is_refused_with_its_reason_and_its_neighbour_is_not)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *reason = refusal_of(cases[i].rule);
		if (cases[i].reason)
			cr_expect_neq(strstr(reason, cases[i].reason), NULL, "%s: \"%s\"", cases[i].rule, reason);
		else
			cr_expect_str_eq(reason, "", "%s: %s", cases[i].rule, reason);
	}
}

Test(rules_refuse, bits_that_contradict_each_other_are_refused_where_state_is_kept)
{
	static const char text[] = "alert tcp any any -> any any (flowbits:isset,a; flowbits:isset,b; sid:1;)\n"
				   "alert tcp any any -> any any (flowbits:isset,a; flowbits:isnotset,a; sid:2;)\n";
	struct asked a = ask_with((struct rules_source){.state = true}, text, RULES_SURICATA);

	cr_assert_eq(a.report.loaded, 1);
	cr_assert_eq(a.report.malformed, 1);
	cr_assert_eq(a.report.refused[0].sid, 2);
	cr_assert_eq(a.report.refused[0].line, 2);
	asked_done(&a);
}

Test(rules_refuse, the_report_names_file_line_sid_and_kind_and_counts_what_is_disabled)
{
	static const char text[] = "# a comment\n"
				   "#alert tcp any any -> any any (sid:9;)\n"
				   "alert tcp any any -> any any ( \\\n msg:\"joined\"; \\\n sid:1;)\n"
				   "alert tcp any any -> any any (lua:x; sid:2;)\r\n"
				   "alert tcp any any -> any any (sid:x;)";
	struct asked a = ask_with((struct rules_source){0}, text, RULES_SURICATA);

	cr_assert_eq(a.report.loaded, 1);
	cr_assert_eq(a.report.disabled, 1);
	cr_assert_eq(a.report.unsupported, 1);
	cr_assert_eq(a.report.malformed, 1);
	cr_assert_str_eq(a.report.refused[0].file, "test.rules");
	cr_assert_eq(a.report.refused[0].line, 6);
	cr_assert_eq(a.report.refused[0].sid, 2);
	cr_assert_eq(a.report.refused[0].kind, RULES_UNSUPPORTED);
	cr_assert_str_eq(a.report.refused[0].group, "keyword lua");
	cr_assert_eq(a.report.refused[1].line, 7);
	cr_assert_eq(rules_info(a.rules, 0)->line, 3);
	cr_assert_str_eq(rules_info(a.rules, 0)->msg, "joined");
	asked_done(&a);
}

Test(rules_refuse, of_the_same_sid_the_higher_revision_stays)
{
	static const char text[] = "alert tcp any any -> any any (msg:\"two\"; sid:1; rev:2;)\n"
				   "alert tcp any any -> any any (msg:\"three\"; sid:1; rev:3;)\n"
				   "alert tcp any any -> any any (msg:\"one\"; sid:1; rev:1;)\n"
				   "alert tcp any any -> any any (msg:\"again\"; sid:1; rev:3;)\n"
				   "alert tcp any any -> any any (msg:\"other\"; gid:2; sid:1; rev:3;)\n";
	struct asked a = ask_with((struct rules_source){0}, text, RULES_SURICATA);

	cr_assert_eq(a.report.loaded, 2);
	cr_assert_eq(a.report.replaced, 2);
	cr_assert_eq(a.report.malformed, 1);
	cr_assert_str_eq(rules_info(a.rules, 0)->msg, "three");
	asked_done(&a);
}
