/* What signatures cost: loading a set the size of the large public ones, its memory, and nanoseconds per packet with and without
 * payload; and that a catastrophic pattern ends.
 * bench_rules [RULES [SEED]]: default 30,000 rules. bench_rules write RULES SEED: prints the set instead. */
#include "base/base.h"
#include "base/number.h"
#include "rules/rules.h"
#include "rules_text.h"

#include <inttypes.h>
#include <malloc.h>
#include <string.h>
#include <time.h>

enum { PAYLOADS = 8192, ROUNDS = 12, RUNS = 5 };

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double resident_mib(void)
{
	AUTO(fclose) FILE *f = fopen("/proc/self/statm", "r");
	unsigned long pages = 0;

	if (!f || fscanf(f, "%*u %lu", &pages) != 1)
		return 0;
	return (double)pages * (double)sysconf(_SC_PAGESIZE) / (1 << 20);
}

static struct rules *load(const char *text, size_t len, struct rules_report *report)
{
	const struct rules_var home = {"HOME_NET", "198.51.100.0/24"};
	const struct rules_file file = {.name = "made", .text = text, .len = len};
	const struct rules_source source = {.files = &file, .file_count = 1, .vars = &home, .var_count = 1};
	struct rules *rules = NULL;
	struct err e = {""};

	if (rules_load(&source, &rules, report, &e) < 0) {
		fprintf(stderr, "%s\n", e.text);
		exit(1);
	}
	return rules;
}

static struct packet packet_of(const struct made_payload *m, uint64_t *state)
{
	*state = *state * 6364136223846793005 + 1442695040888963407;
	return (struct packet){.is_ip = true, .version = 4, .ttl = 64, .protocol = m->protocol, .sport = 40000, .dport = m->dport,
		.src = addr_from_v4((uint32_t)(*state >> 32)), .dst = addr_from_v4(0xc6336402), .tcp_wscale = -1, .tcp_header_len = 20,
		.tcp_flags = m->len ? TCP_ACK | TCP_PSH : TCP_SYN, .tcp_window = 1024, .payload = m->bytes,
		.payload_len = (uint32_t)m->len, .payload_wire_len = (uint32_t)m->len};
}

struct asked {
	struct made_payload payload;
	struct packet packet;
	struct rules_unit unit;
};

static void ask_make(struct asked *a, uint64_t *state, bool with_payload)
{
	rules_payload_make(state, &a->payload);
	if (!with_payload)
		a->payload.len = 0;
	a->packet = packet_of(&a->payload, state);
	struct bytes data = {a->payload.bytes, a->payload.len};
	a->unit = (struct rules_unit){.points = RULES_POINT_PACKET | (with_payload ? RULES_POINT_BURST : 0), .packet = &a->packet,
		.data = data, .to_server = true, .established = with_payload && a->payload.protocol == PROTOCOL_TCP,
		.proto = proto_guess(a->packet.protocol, a->packet.sport, a->packet.dport, data)};
}

static double best_ns(const struct rules *rules, struct rules_scratch *s, const struct asked *asked, size_t *matches)
{
	double best = 1e9;

	for (int run = 0; run < RUNS; run++) {
		double start = seconds();
		*matches = 0;
		for (int round = 0; round < ROUNDS; round++)
			for (size_t i = 0; i < PAYLOADS; i++) {
				const uint32_t *found;
				*matches += rules_match(rules, s, &asked[i].unit, &found);
			}
		double ns = (seconds() - start) * 1e9 / (ROUNDS * (double)PAYLOADS);
		if (ns < best)
			best = ns;
	}
	return best;
}

static void measure(const struct rules *rules, const char *what, bool with_payload)
{
	AUTO(rules_scratch_free) struct rules_scratch *s = NULL;
	AUTO(free) struct asked *asked = calloc(PAYLOADS, sizeof(*asked));
	struct err e = {""};
	uint64_t state = 7;
	size_t bytes = 0, matches;

	if (!asked || rules_scratch_new(rules, &s, &e) < 0)
		exit(1);
	for (size_t i = 0; i < PAYLOADS; i++) {
		ask_make(&asked[i], &state, with_payload);
		bytes += asked[i].payload.len;
	}
	double ns = best_ns(rules, s, asked, &matches);
	printf("%s\t%.0f ns\t%.0f bytes\t%.3f matches\n", what, ns, (double)bytes / PAYLOADS, (double)matches / ROUNDS / PAYLOADS);
}

/* (a+)+$ on many a: 2^n ways. */
static void measure_catastrophe(void)
{
	static const char text[] = "alert tcp any any -> any any (content:\"aaaa\"; pcre:\"/^(a+)+$/\"; sid:1;)";
	AUTO(rules_free) struct rules *rules = load(text, strlen(text), NULL);
	AUTO(rules_scratch_free) struct rules_scratch *s = NULL;
	struct made_payload payload = {.len = 1000, .protocol = PROTOCOL_TCP, .dport = 80};
	uint64_t state = 1;
	struct err e = {""};
	const uint32_t *found;

	memset(payload.bytes, 'a', payload.len - 1);
	payload.bytes[payload.len - 1] = 'b';
	struct packet packet = packet_of(&payload, &state);
	struct rules_unit unit = {.points = RULES_POINT_PACKET, .packet = &packet, .data = {payload.bytes, payload.len}};
	if (rules_scratch_new(rules, &s, &e) < 0)
		exit(1);
	double start = seconds();
	size_t matches = rules_match(rules, s, &unit, &found);
	printf("a catastrophic pcre\t%.0f us\t%zu matches\t%" PRIu64 " limits hit\n", (seconds() - start) * 1e6, matches, rules_limits(s)->pcre);
}

int main(int argc, char **argv)
{
	bool write = argc > 1 && strcmp(argv[1], "write") == 0;
	uint64_t count = 30000, seed = 1;
	AUTO(buf_done) struct buf text = {0};
	AUTO(rules_report_done) struct rules_report report = {0};

	if ((argc > 1 + write && !number_u64(argv[1 + write], 1, 1000000, &count)) ||
		(argc > 2 + write && !number_u64(argv[2 + write], 1, UINT64_MAX, &seed))) {
		fprintf(stderr, "usage: bench_rules [write] [RULES [SEED]]\n");
		return 2;
	}
	rules_text_make(seed, count, &text);
	if (write) {
		fwrite(text.data, 1, text.len, stdout);
		return 0;
	}
	double before = resident_mib(), start = seconds();
	AUTO(rules_free) struct rules *rules = load(text.data, text.len, &report);
	printf("load\t%.2f s\t%.0f MiB\t%" PRIu64 " rules\t%" PRIu64 " refused\n", seconds() - start, resident_mib() - before, report.loaded,
		report.malformed + report.unsupported);
	measure(rules, "with payload", true);
	measure(rules, "without payload", false);
	measure_catastrophe();
	return 0;
}
