/* action protocol source ports direction destination ports */
#include "rules/parse.h"

#include <ctype.h>
#include <string.h>

/* The next word; blanks inside brackets belong to it. NULL: none is left. */
static char *word_next(char **rest)
{
	char *at = *rest;
	int open = 0;

	while (isspace((unsigned char)*at))
		at++;
	if (!*at)
		return NULL;
	char *word = at;
	for (; *at && (open > 0 || !isspace((unsigned char)*at)); at++) {
		open += *at == '[';
		open -= *at == ']' && open > 0;
	}
	*rest = *at ? at + 1 : at;
	*at = '\0';
	return word;
}

static bool action_take(struct builder *b, const char *word)
{
	static const char *const alerts[] = {"alert", "log", "drop", "sdrop", "reject", "rejectsrc", "rejectdst",
		"rejectboth", "block"};

	if (strcmp(word, "pass") == 0) {
		b->rule.info.action = RULE_PASS;
		return true;
	}
	for (size_t i = 0; i < ARRAY_SIZE(alerts); i++)
		if (strcmp(word, alerts[i]) == 0)
			return true;
	if (strcmp(word, "activate") == 0 || strcmp(word, "dynamic") == 0 || strcmp(word, "config") == 0 ||
		strcmp(word, "accept") == 0)
		return unsupported(b, "action", TR("action \"%s\"", "動作「%s」"), word);
	return malformed(b, TR("\"%.30s\" is no action: alert, pass, drop, reject, log", "「%.30s」は動作ではありません（alert, pass, drop, reject, log）"), word);
}

enum { TCP_UDP = TRANSPORT_TCP | TRANSPORT_UDP };

static const struct header_protocol {
	const char *name;
	uint8_t transports, version;
	enum proto proto;
	uint16_t flow; /* what the name says about packets and streams */
} header_protocols[] = {
	{"ip", TRANSPORT_ALL, 0, PROTO_none, 0},
	{"any", TRANSPORT_ALL, 0, PROTO_none, 0},
	{"pkthdr", TRANSPORT_ALL, 0, PROTO_none, FLOW_NO_STREAM},
	{"ipv4", TRANSPORT_ALL, 4, PROTO_none, 0},
	{"ip4", TRANSPORT_ALL, 4, PROTO_none, 0},
	{"ipv6", TRANSPORT_ALL, 6, PROTO_none, 0},
	{"ip6", TRANSPORT_ALL, 6, PROTO_none, 0},
	{"tcp", TRANSPORT_TCP, 0, PROTO_none, 0},
	{"tcp-pkt", TRANSPORT_TCP, 0, PROTO_none, FLOW_NO_STREAM},
	{"tcp-stream", TRANSPORT_TCP, 0, PROTO_none, FLOW_ONLY_STREAM},
	{"udp", TRANSPORT_UDP, 0, PROTO_none, 0},
	{"icmp", TRANSPORT_ICMP, 0, PROTO_none, 0},
	{"icmpv4", TRANSPORT_ICMP4, 0, PROTO_none, 0},
	{"icmpv6", TRANSPORT_ICMP6, 0, PROTO_none, 0},
	{"sctp", TRANSPORT_SCTP, 0, PROTO_none, 0},
	{"http", TRANSPORT_TCP, 0, PROTO_http, 0},
	{"http1", TRANSPORT_TCP, 0, PROTO_http, 0},
	{"dns", TCP_UDP, 0, PROTO_dns, 0},
	{"tls", TRANSPORT_TCP, 0, PROTO_tls, 0},
	{"ssl", TRANSPORT_TCP, 0, PROTO_tls, 0},
	{"ssh", TRANSPORT_TCP, 0, PROTO_ssh, 0},
	{"sip", TCP_UDP, 0, PROTO_sip, 0},
	{"snmp", TRANSPORT_UDP, 0, PROTO_snmp, 0},
};

/* Suricata's others: parsers of server-side or long conversations, which a telescope does not see. */
static const char *const other_protocols[] = {"http2", "ftp", "ftp-data", "smtp", "imap", "pop3", "smb", "dcerpc",
	"dce", "nfs", "rfb", "mqtt", "modbus", "dnp3", "enip", "krb5", "ike", "ikev2", "tftp", "ntp", "dhcp", "rdp", "quic",
	"telnet", "websocket", "ldap", "doh2", "pgsql", "bittorrent-dht", "mdns", "llmnr", "template", "msn", "jabber", "irc",
	"file", "arp", "ether", "decnet", "ipx", "user", "pcap", "socks", "nbss", "modbus-tcp"};

static bool protocol_take(struct builder *b, char *word)
{
	for (char *p = word; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	for (size_t i = 0; i < ARRAY_SIZE(header_protocols); i++) {
		const struct header_protocol *h = &header_protocols[i];
		if (strcmp(word, h->name) != 0)
			continue;
		b->rule.transports = h->transports;
		b->rule.ip_version = h->version;
		b->rule.proto = h->proto;
		b->rule.flow |= h->flow;
		return true;
	}
	for (size_t i = 0; i < ARRAY_SIZE(other_protocols); i++)
		if (strcmp(word, other_protocols[i]) == 0) {
			char group[64];
			snprintf(group, sizeof(group), "protocol %s", word);
			return unsupported(b, group, TR("protocol \"%s\"", "プロトコル「%s」"), word);
		}
	return strchr(word, ':') ? unsupported(b, "firewall hook", TR("firewall hook \"%.40s\"", "ファイアウォールのフック「%.40s」"), word)
				 : malformed(b, TR("\"%.30s\" is no protocol", "「%.30s」はプロトコルではありません"), word);
}

static bool direction_take(struct builder *b, const char *word)
{
	if (strcmp(word, "->") == 0)
		return true;
	if (strcmp(word, "<>") == 0) {
		b->rule.both_ways = true;
		return true;
	}
	if (strcmp(word, "=>") == 0)
		return unsupported(b, "direction =>", TR("a rule over both sides of a transaction (=>)", "トランザクションの両側にわたるルール（=>）"));
	return malformed(b, TR("\"%.20s\" is no direction: -> or <>", "「%.20s」は方向ではありません（-> か <>）"), word);
}

static bool ports_make_sense(struct builder *b)
{
	if ((b->rule.transports & (TRANSPORT_TCP | TRANSPORT_UDP | TRANSPORT_SCTP)) ||
		(b->rule.sport->any && b->rule.dport->any))
		return true;
	return malformed(b, TR("ports with a protocol that has none", "ポートのないプロトコルにポートが指定されています"));
}

bool header_parse(struct builder *b, char *text)
{
	char *words[7];

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		words[i] = word_next(&text);
		if (!words[i] && i == 2)
			return unsupported(b, "Snort 3", TR("a header without addresses: this is Snort 3 text; use the Snort 2.9 or Suricata rules", "アドレスのないヘッダーは Snort 3 の書式です。Snort 2.9 か Suricata のルールを使ってください"));
		if (!words[i])
			return malformed(b, TR("the header ends early: action protocol source ports -> destination ports (options)", "ヘッダーが途中で終わっています: 動作 プロトコル 送信元 ポート -> 宛先 ポート (オプション)"));
	}
	if (word_next(&text))
		return malformed(b, TR("the header has too many words: a list needs [ and ]", "ヘッダーの語が多すぎます（一覧は [ と ] で囲みます）"));
	return action_take(b, words[0]) && protocol_take(b, words[1]) &&
	       addresses_parse(b, words[2], &b->rule.src) && ports_parse(b, words[3], &b->rule.sport) &&
	       direction_take(b, words[4]) && addresses_parse(b, words[5], &b->rule.dst) &&
	       ports_parse(b, words[6], &b->rule.dport) && ports_make_sense(b);
}
