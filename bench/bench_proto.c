/* What it costs to tell a payload's protocol, whether it is a UDP response, and to say it in a
 * line: nanoseconds per payload.
 *
 *   bench_proto tests/fuzz/corpus/fuzz_payload
 *
 * The files are as fuzz_payload reads them: transport, port, payload. Beside them an empty payload,
 * and 1,400 bytes of text, of zeros and of chance over TCP and UDP, which fit no form. */
#include "base/base.h"
#include "line.h"
#include "proto/response.h"
#include "proto/summary.h"

#include <dirent.h>
#include <string.h>

enum { FILES_MAX = 512, LONG = 1400, ROUNDS = 5, TIMES = 20000, TIMES_SUMMARY = 500 };

struct sample {
	char name[64];
	struct proto_payload payload;
	uint8_t data[LONG];
};

static volatile unsigned sink;

static void guess(const struct proto_payload *p)
{
	sink += proto_guess(p->ip_protocol, p->sport, p->dport, p->bytes);
}

static void respond(const struct proto_payload *p)
{
	sink += proto_is_udp_response(p->dport, p->bytes);
}

static void say(const struct proto_payload *p)
{
	static uint8_t memory[64 * 1024];
	struct scratch s = {.data = memory, .size = sizeof(memory)};
	AUTO(buf_done) struct buf out = {0};

	proto_summary(p, &s, &out);
	sink += (unsigned)out.len;
}

static double measure(
	const struct sample *s, void (*what)(const struct proto_payload *p), int times)
{
	double rounds[ROUNDS];

	for (int r = 0; r < ROUNDS; r++) {
		double begin = cpu_ns();

		for (int i = 0; i < times; i++)
			what(&s->payload);
		rounds[r] = (cpu_ns() - begin) / times;
	}
	return median(rounds, ROUNDS);
}

static struct sample *add(struct sample *samples, size_t *count, const char *name, uint8_t protocol,
	uint16_t port, size_t len)
{
	struct sample *s = &samples[(*count)++];

	snprintf(s->name, sizeof(s->name), "%s", name);
	s->payload = (struct proto_payload){protocol, 40000, port, {s->data, len}};
	return s;
}

static void add_file(struct sample *samples, size_t *count, const char *folder, const char *name)
{
	static const uint8_t protocols[] = {6, 17, 1};
	char path[4096];
	uint8_t head[3];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	AUTO(fclose) FILE *f = fopen(path, "rbe");
	if (!f || *count == FILES_MAX || fread(head, 1, sizeof(head), f) != sizeof(head))
		return;
	struct sample *s = add(samples, count, name, protocols[head[0] % 3],
		(uint16_t)(head[1] << 8 | head[2]), 0);
	s->payload.bytes.len = fread(s->data, 1, sizeof(s->data), f);
}

static void add_made(struct sample *samples, size_t *count)
{
	static const uint8_t transports[] = {6, 17};
	uint32_t chance = 1;

	add(samples, count, "(empty)", 17, 53, 0);
	for (size_t t = 0; t < ARRAY_SIZE(transports); t++) {
		add(samples, count, t ? "(zeros, UDP)" : "(zeros, TCP)", transports[t], 9, LONG);
		memset(add(samples, count, t ? "(text, UDP)" : "(text, TCP)", transports[t], 9,
			       LONG)
				->data,
			'A', LONG);
		struct sample *s = add(samples, count, t ? "(chance, UDP)" : "(chance, TCP)",
			transports[t], 9, LONG);
		for (size_t i = 0; i < LONG; i++)
			s->data[i] = (uint8_t)((chance = chance * 1664525u + 1013904223u) >> 24);
	}
}

int main(int argc, char **argv)
{
	DIR *folder = argc == 2 ? opendir(argv[1]) : NULL;
	AUTO(free) struct sample *samples = calloc(FILES_MAX + 16, sizeof(*samples));
	size_t count = 0;

	if (!folder || !samples) {
		fprintf(stderr, "usage: bench_proto tests/fuzz/corpus/fuzz_payload\n");
		return 2;
	}
	for (struct dirent *entry; (entry = readdir(folder));)
		if (entry->d_name[0] != '.')
			add_file(samples, &count, argv[1], entry->d_name);
	closedir(folder);
	add_made(samples, &count);
	printf("payload\tguess ns\tresponse ns\tsummary ns\n");
	for (size_t i = 0; i < count; i++)
		printf("%s\t%.0f\t%.0f\t%.0f\n", samples[i].name,
			measure(&samples[i], guess, TIMES), measure(&samples[i], respond, TIMES),
			measure(&samples[i], say, TIMES_SUMMARY));
	return 0;
}
