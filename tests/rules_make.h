/* Rules from text, and packets to ask them about. */
#pragma once

#include "rules/rules.h"

#include <criterion/criterion.h>
#include <string.h>

/* Everything a question needs; made anew by each test, which is its own process. */
struct asked {
	struct rules *rules;
	struct rules_scratch *scratch;
	struct rules_report report;
};

static inline struct asked ask_with(struct rules_source source, const char *text, enum rules_dialect dialect)
{
	const struct rules_file file = {.name = "test.rules", .text = text, .len = strlen(text), .dialect = dialect};
	struct asked a = {0};
	struct err e = {""};

	source.files = &file;
	source.file_count = 1;
	cr_assert_eq(rules_load(&source, &a.rules, &a.report, &e), 0, "%s", e.text);
	cr_assert_eq(rules_scratch_new(a.rules, &a.scratch, &e), 0, "%s", e.text);
	return a;
}

static inline void asked_done(struct asked *a)
{
	rules_scratch_free(a->scratch);
	rules_free(a->rules);
	rules_report_done(&a->report);
}

/* A TCP data packet from 192.0.2.1:1024 to 198.51.100.2:80, after a handshake. */
static inline struct packet packet_tcp(void)
{
	return (struct packet){.is_ip = true, .version = 4, .ttl = 64, .protocol = PROTOCOL_TCP, .sport = 1024, .dport = 80,
		.src = addr_from_v4(0xc0000201), .dst = addr_from_v4(0xc6336402), .tcp_flags = TCP_ACK | TCP_PSH,
		.tcp_wscale = -1, .tcp_header_len = 20};
}

static inline struct packet packet_udp(uint16_t dport)
{
	struct packet p = packet_tcp();

	p.protocol = PROTOCOL_UDP;
	p.dport = dport;
	p.tcp_flags = 0;
	return p;
}

static inline struct rules_unit unit_of(const struct packet *p, const void *data, size_t len)
{
	return (struct rules_unit){.points = RULES_POINT_PACKET | RULES_POINT_BURST, .packet = p,
		.data = {.data = data, .len = len}, .to_server = true, .established = p->protocol == PROTOCOL_TCP,
		.proto = proto_guess(p->protocol, p->sport, p->dport, (struct bytes){.data = data, .len = len})};
}

/* Whether the rule with that sid is among those that match. */
static inline bool asks(struct asked *a, const struct rules_unit *unit, uint32_t sid)
{
	const uint32_t *matches;
	size_t count = rules_match(a->rules, a->scratch, unit, &matches);

	for (size_t i = 0; i < count; i++)
		if (rules_info(a->rules, matches[i])->sid == sid)
			return true;
	return false;
}

/* Whether `alert PROTO any any -> any any (OPTIONS sid:1;)` matches these bytes; a refused rule fails the test. */
static inline bool matches_in(enum rules_dialect dialect, const char *proto, const char *options, struct packet p,
	const void *data, size_t len)
{
	char text[4096];

	snprintf(text, sizeof(text), "alert %s any any -> any any (%s sid:1;)", proto, options);
	struct asked a = ask_with((struct rules_source){0}, text, dialect);
	cr_assert_eq(a.report.loaded, 1, "%s: %s", text, a.report.refused ? a.report.refused[0].reason : "not loaded");
	p.payload = data;
	p.payload_len = p.payload_wire_len = (uint32_t)len;
	struct rules_unit unit = unit_of(&p, data, len);
	bool matched = asks(&a, &unit, 1);
	asked_done(&a);
	return matched;
}

static inline bool matches(const char *options, const char *payload)
{
	return matches_in(RULES_SURICATA, "tcp", options, packet_tcp(), payload, strlen(payload));
}

/* Why a rule is refused; "" when it is not. The text lives until the next call. */
static inline const char *refusal_of(const char *text)
{
	static char reason[600];
	struct asked a = ask_with((struct rules_source){0}, text, RULES_SURICATA);

	snprintf(reason, sizeof(reason), "%s", a.report.refused ? a.report.refused[0].reason : "");
	asked_done(&a);
	return reason;
}
