/* Any text as rules, in both dialects: each line is accepted or refused with a reason; what is accepted is asked about the same
 * bytes as payloads of several protocols. */
#include "rules/rules.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TEXT_MAX = 4096 };

static void ask(const struct rules *rules, struct rules_scratch *s, uint8_t protocol, uint16_t port, const uint8_t *data, size_t size)
{
	static const enum proto protos[] = {PROTO_none, PROTO_http, PROTO_dns, PROTO_tls, PROTO_ssh, PROTO_sip, PROTO_snmp};
	struct rules_bits bits = {0};
	struct packet p = {.is_ip = true, .version = 4, .protocol = protocol, .src = addr_from_v4(1), .dst = addr_from_v4(2),
		.sport = 1, .dport = port, .tcp_wscale = -1, .payload = data, .payload_len = (uint32_t)size};

	for (size_t i = 0; i < sizeof(protos) / sizeof(protos[0]); i++) {
		struct rules_unit unit = {.points = RULES_POINT_PACKET | RULES_POINT_BURST, .packet = &p, .data = {data, size},
			.to_server = true, .established = true, .proto = protos[i], .bits = &bits};
		const uint32_t *found;
		size_t count = rules_match(rules, s, &unit, &found);
		for (size_t j = 1; j < count; j++)
			assert(found[j - 1] < found[j]);
		assert(count == 0 || found[count - 1] < rules_count(rules));
	}
}

static void load(enum rules_dialect dialect, const uint8_t *data, size_t size)
{
	AUTO(rules_free) struct rules *rules = NULL;
	AUTO(rules_scratch_free) struct rules_scratch *s = NULL;
	AUTO(rules_report_done) struct rules_report report = {0};
	const struct rules_file file = {.name = "fuzz", .text = (const char *)data, .len = size, .dialect = dialect};
	const struct rules_source source = {.files = &file, .file_count = 1, .state = true};
	struct err e = {""};

	if (rules_load(&source, &rules, &report, &e) < 0)
		abort();
	for (size_t i = 0; i < report.malformed + report.unsupported; i++)
		assert(report.refused[i].reason[0] && report.refused[i].line > 0);
	assert(report.loaded == rules_count(rules));
	if (rules_scratch_new(rules, &s, &e) < 0)
		abort();
	ask(rules, s, PROTOCOL_TCP, 80, data, size);
	ask(rules, s, PROTOCOL_UDP, 53, data, size);
	ask(rules, s, PROTOCOL_ICMP, 0, data, size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > TEXT_MAX)
		return 0;
	load(RULES_SURICATA, data, size);
	load(RULES_SNORT, data, size);
	return 0;
}
