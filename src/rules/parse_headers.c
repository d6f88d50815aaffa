/* Keywords about packet headers, and numbers of application protocols. */
#include "rules/parse.h"

#include <ctype.h>
#include <string.h>

static const uint64_t field_max[] = {
	[FIELD_ttl] = UINT8_MAX, [FIELD_tos] = UINT8_MAX, [FIELD_id] = UINT16_MAX, [FIELD_itype] = UINT8_MAX,
	[FIELD_icode] = UINT8_MAX, [FIELD_icmp_id] = UINT16_MAX, [FIELD_icmp_seq] = UINT16_MAX, [FIELD_mtu] = UINT32_MAX,
	[FIELD_seq] = UINT32_MAX, [FIELD_ack] = UINT32_MAX, [FIELD_window] = UINT16_MAX, [FIELD_mss] = UINT16_MAX,
	[FIELD_wscale] = UINT8_MAX, [FIELD_dsize] = UINT16_MAX, [FIELD_fragoffset] = UINT16_MAX,
	[FIELD_seq_minus_ack] = UINT32_MAX, [FIELD_dns_opcode] = 15, [FIELD_dns_rcode] = UINT16_MAX,
	[FIELD_dns_rrtype] = UINT16_MAX, [FIELD_snmp_version] = UINT32_MAX, [FIELD_snmp_pdu_type] = UINT8_MAX, [FIELD_tls_version] = UINT16_MAX,
};

static bool number_take(struct builder *b, enum header_field field, const char *value)
{
	struct header_test *test = test_add(b, field);

	return test && range_parse(b, value, field_max[field], &test->n);
}

PARSER(number)
{
	enum header_field field = (enum header_field)k->arg;

	if (field == FIELD_dsize && b->has_payload_size)
		return malformed(b, TR("dsize stands twice", "dsize が二つあります"));
	b->has_payload_size = b->has_payload_size || field == FIELD_dsize;
	b->needs_packet = true;
	return number_take(b, field, value);
}

/* Snort and old Suricata rules put these numbers in quotes. */
PARSER(icmp_number)
{
	if (!unquote(&value))
		return malformed(b, TR("%s: a quote is missing", "%s: 引用符が足りません"), k->name);
	return parse_number(b, k, trim(value));
}

PARSER(plain_test)
{
	b->needs_packet = true;
	return test_add(b, (enum header_field)k->arg) != NULL;
}

/* ---- flags and fragbits ---- */

static const struct letter {
	char letter;
	uint8_t bit;
} flag_letters[] = {{'F', TCP_FIN}, {'S', TCP_SYN}, {'R', TCP_RST}, {'P', TCP_PSH}, {'A', TCP_ACK}, {'U', TCP_URG},
	{'E', TCP_ECE}, {'2', TCP_ECE}, {'C', TCP_CWR}, {'1', TCP_CWR}, {'0', 0}, {0, 0}},
  fragment_letters[] = {{'M', 1}, {'D', 2}, {'R', 4}, {0, 0}};

static bool mode_of(char c, enum bits_mode *ret)
{
	switch (c) {
	case '+':
		*ret = BITS_ALL;
		return true;
	case '*':
		*ret = BITS_ANY;
		return true;
	case '!':
	case '-':
		*ret = BITS_NOT;
		return true;
	case '=':
		*ret = BITS_EXACT;
		return true;
	default:
		return false;
	}
}

/* Letters with a sign before or behind them. */
static bool letters_take(struct builder *b, const struct letter *letters, const char *text, uint8_t *ret, enum bits_mode *mode)
{
	bool some = false, sign = false;

	*ret = 0;
	for (; *text; text++) {
		const struct letter *l = letters;
		if (isspace((unsigned char)*text))
			continue;
		if (mode && !sign && mode_of(*text, mode)) {
			sign = true;
			continue;
		}
		while (l->letter && l->letter != toupper((unsigned char)*text))
			l++;
		if (!l->letter)
			return malformed(b, TR("\"%c\" is no flag here", "「%c」はここで使えるフラグではありません"), isprint((unsigned char)*text) ? *text : '?');
		*ret |= l->bit;
		some = true;
	}
	return some ? true : malformed(b, TR("no flag is named", "フラグがありません"));
}

PARSER(flags)
{
	struct header_test *test = test_add(b, FIELD_flags);
	char *ignored = value, *named = part_next(&ignored, ',');

	b->needs_packet = true;
	if (!test || !letters_take(b, flag_letters, named, &test->bits, &test->mode))
		return false;
	return !ignored || letters_take(b, flag_letters, ignored, &test->ignore, NULL);
}

PARSER(fragbits)
{
	struct header_test *test = test_add(b, FIELD_fragbits);

	b->needs_packet = true;
	return test && letters_take(b, fragment_letters, value, &test->bits, &test->mode);
}

/* ---- IP ---- */

static const struct {
	const char *name;
	uint8_t type;
} ip_options[] = {{"rr", 7}, {"eol", 0}, {"nop", 1}, {"ts", 68}, {"sec", 130}, {"esec", 133}, {"lsrr", 131},
	{"lsrre", 131}, {"ssrr", 137}, {"satid", 136}, {"qs", 25}, {"rtralt", 148}, {"cipso", 134}};

/* n is the option's type; "any": 256. */
PARSER(ipopts)
{
	struct header_test *test = test_add(b, FIELD_ipopts);

	b->needs_packet = true;
	if (!test)
		return false;
	test->n.low = 256;
	for (size_t i = 0; i < ARRAY_SIZE(ip_options); i++)
		if (strcasecmp(value, ip_options[i].name) == 0)
			test->n.low = ip_options[i].type;
	if (test->n.low == 256 && strcasecmp(value, "any") != 0)
		return malformed(b, TR("ipopts: \"%.20s\" is no option", "ipopts:「%.20s」はオプションではありません"), value);
	return true;
}

static int protocol_of(const char *text)
{
	static const struct {
		const char *name;
		int number;
	} more[] = {{"igmp", 2}, {"ipip", 4}, {"ip", 0}, {"egp", 8}, {"esp", 50}, {"ah", 51}, {"ospf", 89}, {"pim", 103},
		{"ipv6-icmp", 58}, {"ipv6", 41}, {"gre", 47}, {"sctp", 132}, {"pup", 12}, {"idp", 22}};
	uint64_t n;

	if (text_number(text, 255, &n))
		return (int)n;
	for (size_t i = 0; i < ARRAY_SIZE(more); i++)
		if (strcasecmp(text, more[i].name) == 0)
			return more[i].number;
	return protocol_number(text);
}

PARSER(ip_proto)
{
	struct header_test *test = test_add(b, FIELD_ip_proto);
	char sign = strchr("!<>", *value) ? *value : '\0';
	int protocol = protocol_of(trim(value + (sign != '\0')));

	if (!test)
		return false;
	if (protocol < 0 || (sign == '<' && protocol == 0) || (sign == '>' && protocol == 255))
		return malformed(b, TR("ip_proto: \"%.20s\" is no protocol", "ip_proto:「%.20s」はプロトコルではありません"), value);
	uint64_t n = (uint64_t)protocol;
	test->n = sign == '<'	? (struct number_range){.high = n - 1}
		  : sign == '>' ? (struct number_range){.low = n + 1, .high = 255}
				: (struct number_range){.low = n, .high = n, .not = sign == '!'};
	return true;
}

/* ---- application protocols ---- */

struct number_name {
	const char *name;
	const char *number;
};

/* A number, or a name in its place, behind an optional !. */
static bool named_number_take(struct builder *b, enum header_field field, char *value, const struct number_name *names)
{
	char copy[24];
	bool not = *value == '!';

	for (; names->name; names++)
		if (strcasecmp(trim(value + not), names->name) == 0) {
			snprintf(copy, sizeof(copy), "%s%s", not ? "!" : "", names->number);
			return number_take(b, field, copy);
		}
	return number_take(b, field, value);
}

PARSER(dns_opcode)
{
	static const struct number_name none = {NULL, NULL};

	return named_number_take(b, FIELD_dns_opcode, value, &none);
}

PARSER(dns_rcode)
{
	static const struct number_name names[] = {{"NOERROR", "0"}, {"FORMERR", "1"}, {"SERVFAIL", "2"}, {"NXDOMAIN", "3"},
		{"NOTIMP", "4"}, {"REFUSED", "5"}, {"YXDOMAIN", "6"}, {"YXRRSET", "7"}, {"NXRRSET", "8"}, {"NOTAUTH", "9"},
		{"NOTZONE", "10"}, {NULL, NULL}};

	return named_number_take(b, FIELD_dns_rcode, value, names);
}

PARSER(dns_rrtype)
{
	static const struct number_name names[] = {{"A", "1"}, {"NS", "2"}, {"CNAME", "5"}, {"SOA", "6"}, {"NULL", "10"},
		{"PTR", "12"}, {"HINFO", "13"}, {"MX", "15"}, {"TXT", "16"}, {"AAAA", "28"}, {"SRV", "33"}, {"NAPTR", "35"},
		{"OPT", "41"}, {"DS", "43"}, {"RRSIG", "46"}, {"DNSKEY", "48"}, {"TLSA", "52"}, {"SVCB", "64"}, {"HTTPS", "65"},
		{"AXFR", "252"}, {"ANY", "255"}, {"CAA", "257"}, {NULL, NULL}};

	return named_number_take(b, FIELD_dns_rrtype, value, names);
}

PARSER(snmp_version)
{
	return number_take(b, FIELD_snmp_version, value);
}

PARSER(snmp_pdu_type)
{
	static const struct number_name names[] = {{"get_request", "0"}, {"get_next_request", "1"}, {"get_response", "2"},
		{"response", "2"}, {"set_request", "3"}, {"trap_v1", "4"}, {"get_bulk_request", "5"}, {"inform_request", "6"},
		{"trap_v2", "7"}, {"report", "8"}, {NULL, NULL}};

	return named_number_take(b, FIELD_snmp_pdu_type, value, names);
}

PARSER(tls_version)
{
	static const struct number_name names[] = {{"1.0", "0x0301"}, {"1.1", "0x0302"}, {"1.2", "0x0303"}, {"1.3", "0x0304"},
		{NULL, NULL}};

	if (!unquote(&value))
		return malformed(b, TR("tls.version: a quote is missing", "tls.version: 引用符が足りません"));
	return named_number_take(b, FIELD_tls_version, value, names);
}
