/* share/tags.rules: every line of tests/tags_samples.tsv gets its tags and no others, and every rule has a line. */
#include <criterion/criterion.h>

#include "base/base.h"
#include "rules/rules.h"

#include <stdbool.h>
#include <string.h>

enum { LINE_MAX = 1 << 14, PAYLOAD_MAX = 4096, HEADERS = 28 /* IPv4 and ICMP */, RULES_HERE_MAX = 1024, TAGS_TEXT = 512 };

static const char *source_path(const char *below, char path[512])
{
	const char *source = getenv("TEITEN_SOURCE");

	cr_assert(source, "TEITEN_SOURCE is not set");
	snprintf(path, 512, "%s/%s", source, below);
	return path;
}

static struct rules *load(void)
{
	char path[512];
	struct rules_file file = {.name = source_path("share/tags.rules", path)};
	struct rules_source source = {.files = &file, .file_count = 1};
	struct rules_report report = {0};
	struct rules *rules = NULL;
	struct err e = {0};

	cr_assert_eq(rules_load(&source, &rules, &report, &e), 0, "%s", e.text);
	for (size_t i = 0; i < report.malformed + report.unsupported; i++)
		cr_expect_fail("line %u: %s", report.refused[i].line, report.refused[i].reason);
	cr_expect_eq(report.warnings, 0);
	rules_report_done(&report);
	return rules;
}

/* --- one line: tags, packet, payload, remark --- */

struct sample {
	const char *tags;
	struct packet packet;
	bool burst;
	uint8_t bytes[HEADERS + PAYLOAD_MAX];
	size_t len; /* of the payload */
};

static void put(struct sample *s, unsigned byte, unsigned long times)
{
	cr_assert_leq(s->len + times, (size_t)PAYLOAD_MAX);
	memset(s->bytes + HEADERS + s->len, (int)byte, times);
	s->len += times;
}

/* "00 0A*16" up to the next bar. */
static const char *read_hex(struct sample *s, const char *at)
{
	while (*at != '|') {
		char *end;
		unsigned long byte = strtoul(at, &end, 16), times = 1;

		cr_assert(end == at + 2, "two digits at \"%.20s\"", at);
		if (*end == '*')
			times = strtoul(end + 1, &end, 10);
		put(s, (unsigned)byte, times);
		at = end + (*end == ' ');
	}
	return at + 1;
}

static void read_payload(struct sample *s, const char *text)
{
	while (*text)
		if (*text == '|')
			text = read_hex(s, text + 1);
		else
			put(s, (unsigned char)*text++, 1);
}

static void set_field(struct packet *p, const char *name, uint32_t value)
{
	const struct {
		const char *name;
		uint16_t *field;
	} shorts[] = {{"sport", &p->sport}, {"dport", &p->dport}, {"id", &p->icmp_id}, {"seq", &p->icmp_seq}};

	for (size_t i = 0; i < ARRAY_SIZE(shorts); i++)
		if (strcmp(name, shorts[i].name) == 0)
			*shorts[i].field = (uint16_t)value;
	if (strcmp(name, "seq") == 0)
		p->tcp_seq = value;
	if (strcmp(name, "ack") == 0)
		p->tcp_ack = value;
	if (strcmp(name, "flags") == 0)
		p->tcp_flags = (uint8_t)value;
	if (strcmp(name, "ttl") == 0)
		p->ttl = (uint8_t)value;
	if (strcmp(name, "type") == 0)
		p->icmp_type = (uint8_t)value;
	if (strcmp(name, "code") == 0)
		p->icmp_code = (uint8_t)value;
}

/* "udp sport=53 dport=4000" */
static void read_packet(struct sample *s, char *text)
{
	char *save = NULL, *word = strtok_r(text, " ", &save);
	int protocol = word ? protocol_number(word) : -1;

	cr_assert_gt(protocol, 0, "%s", text);
	s->packet = (struct packet){.is_ip = true, .version = 4, .ttl = 50, .protocol = (uint8_t)protocol, .sport = 40000,
		.icmp_id = 77, .icmp_seq = 1, .tcp_seq = 1000, .tcp_ack = 5001, .tcp_flags = TCP_PSH | TCP_ACK};
	addr_parse("203.0.113.1", &s->packet.src);
	addr_parse("192.0.2.9", &s->packet.dst);
	s->burst = protocol == PROTOCOL_TCP;
	while ((word = strtok_r(NULL, " ", &save))) {
		char *value = strchr(word, '=');

		cr_assert(value, "%s", word);
		*value++ = '\0';
		set_field(&s->packet, word, (uint32_t)strtoul(value, NULL, 10));
		if (strcmp(word, "flags") == 0)
			s->burst = false;
	}
}

static void put16(uint8_t *at, uint16_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

/* Identifier and sequence are read from the header itself. */
static void finish_packet(struct sample *s)
{
	struct packet *p = &s->packet;

	s->bytes[0] = 0x45;
	put16(s->bytes + 24, p->icmp_id);
	put16(s->bytes + 26, p->icmp_seq);
	p->ip = s->bytes;
	p->ip_captured = (uint32_t)(HEADERS + s->len);
	p->payload = s->bytes + HEADERS;
	p->payload_len = p->payload_wire_len = (uint32_t)s->len;
}

static bool read_sample(char *line, struct sample *ret)
{
	char *rest = line;

	line[strcspn(line, "\n")] = '\0';
	if (!*line || *line == '#')
		return false;
	*ret = (struct sample){.tags = strsep(&rest, "\t")};
	char *packet = strsep(&rest, "\t"), *payload = strsep(&rest, "\t");
	cr_assert(packet && payload, "three fields: %s", ret->tags);
	read_packet(ret, packet);
	read_payload(ret, payload);
	finish_packet(ret);
	return true;
}

/* --- what the rules say --- */

static size_t match(const struct rules *rules, struct rules_scratch *scratch, const struct sample *s, const uint32_t **ret)
{
	struct bytes payload = {s->packet.payload, s->len};
	struct rules_unit unit = {
		.points = s->burst ? RULES_POINT_BURST : RULES_POINT_PACKET,
		.packet = &s->packet,
		.data = payload,
		.to_server = true,
		.established = s->burst,
		.proto = proto_guess(s->packet.protocol, s->packet.sport, s->packet.dport, payload),
		.proto_done = true,
	};

	if (!s->burst && s->packet.protocol == PROTOCOL_UDP)
		unit.points |= RULES_POINT_TX;
	return rules_match(rules, scratch, &unit, ret);
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The tags, sorted, each once; "-" when there are none. */
static void tags_of(const struct rules *rules, const uint32_t *matched, size_t count, char ret[TAGS_TEXT])
{
	const char *names[RULES_HERE_MAX];
	size_t used = 0;

	for (size_t i = 0; i < count; i++)
		names[i] = rules_info(rules, matched[i])->tag;
	qsort(names, count, sizeof(*names), compare);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || strcmp(names[i], names[i - 1]) != 0)
			used += (size_t)snprintf(ret + used, TAGS_TEXT - used, "%s%s", used ? " " : "", names[i]);
	if (!used)
		strcpy(ret, "-");
}

Test(tag_rules, samples_get_their_tags_and_what_comes_near_gets_none)
{
	AUTO(rules_free) struct rules *rules = load();
	AUTO(rules_scratch_free) struct rules_scratch *scratch = NULL;
	static bool hit[RULES_HERE_MAX];
	static struct sample sample;
	static char line[LINE_MAX];
	char path[512], got[TAGS_TEXT];
	struct err e = {0};
	unsigned number = 0;

	cr_assert_leq(rules_count(rules), RULES_HERE_MAX);
	cr_assert_eq(rules_scratch_new(rules, &scratch, &e), 0, "%s", e.text);
	AUTO(fclose) FILE *f = fopen(source_path("tests/tags_samples.tsv", path), "re");
	cr_assert(f, "%s", path);
	while (fgets(line, sizeof(line), f)) {
		const uint32_t *matched;

		number++;
		if (!read_sample(line, &sample))
			continue;
		size_t count = match(rules, scratch, &sample, &matched);
		tags_of(rules, matched, count, got);
		cr_expect_str_eq(got, sample.tags, "line %u: got \"%s\", not \"%s\"", number, got, sample.tags);
		for (size_t i = 0; i < count; i++)
			hit[matched[i]] = true;
	}
	for (uint32_t i = 0; i < rules_count(rules); i++)
		cr_expect(hit[i], "no line for %u, %s", rules_info(rules, i)->sid, rules_info(rules, i)->msg);
}

Test(tag_rules, every_rule_says_what_it_is)
{
	AUTO(rules_free) struct rules *rules = load();

	for (uint32_t i = 0; i < rules_count(rules); i++) {
		const struct rule_info *info = rules_info(rules, i);

		cr_expect(info->tag && *info->tag, "%u", info->sid);
		cr_expect(*info->msg, "%u", info->sid);
		cr_expect(info->sid >= 9000001 && info->sid <= 9009999, "%u", info->sid);
	}
}

/* --- the list that was asked for, where it is at hand --- */

/* Stands in the head of the file as made natively, or as a rule that is not in force. */
static bool stands_in_comment(const char *text, const char *tag)
{
	char native[128], behind[128];

	snprintf(native, sizeof(native), "\n#   %s ", tag);
	snprintf(behind, sizeof(behind), "metadata:tag %s,", tag);
	return strstr(text, native) || strstr(text, behind);
}

static void check_listed(const struct rules *rules, const char *text, const char *tag, const char *category)
{
	for (uint32_t i = 0; i < rules_count(rules); i++) {
		const struct rule_info *info = rules_info(rules, i);

		if (strcmp(info->tag, tag) == 0) {
			cr_expect_str_eq(rule_category_name(info->category), category, "%s", tag);
			return;
		}
	}
	cr_expect(stands_in_comment(text, tag), "%s", tag);
}

Test(tag_rules, all_of_the_list_are_there_with_their_categories)
{
	AUTO(rules_free) struct rules *rules = load();
	static char text[1 << 18], line[LINE_MAX];
	const char *data = getenv("TEITEN_DATA");
	char path[512];
	size_t count = 0;

	AUTO(fclose) FILE *own = fopen(source_path("share/tags.rules", path), "re");
	cr_assert(own);
	cr_assert_lt(fread(text, 1, sizeof(text) - 1, own), sizeof(text) - 1);
	snprintf(path, sizeof(path), "%s/tags/tags.tsv", data ? data : "");
	AUTO(fclose) FILE *f = fopen(path, "re");
	if (!f)
		cr_skip_test("no %s", path);
	while (fgets(line, sizeof(line), f)) {
		char *rest = line, *tag = strsep(&rest, "\t"), *category = strsep(&rest, "\t");

		if (*tag == '#')
			continue;
		check_listed(rules, text, tag, category);
		count++;
	}
	cr_expect_eq(count, 189);
}
