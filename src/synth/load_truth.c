#include "synth/load_parts.h"

#include "base/json.h"
#include "base/zone.h"

static int compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* Addresses, of which several sources may have drawn the same. */
static uint64_t distinct_sources(const struct load *l, struct buf *out)
{
	AUTO(free) uint32_t *sent = malloc(l->traffic->sources * sizeof(*sent));
	uint64_t count = 0, distinct = 0;

	out->failed |= !sent;
	for (uint64_t i = 0; sent && i < l->traffic->sources; i++)
		if (l->source_packets[i] > 0)
			sent[count++] = l->sources[i].v4;
	if (sent)
		qsort(sent, count, sizeof(*sent), compare);
	for (uint64_t i = 0; i < count; i++)
		distinct += i == 0 || sent[i] != sent[i - 1];
	return distinct;
}

static void write_kinds(const struct load *l, struct json *j)
{
	static const char *const names[] = {
#define X(name, permille, class) #name,
		LOAD_KINDS(X)
#undef X
	};
	uint64_t scan = 0, backscatter = 0;

	json_open(j, "kinds", '{');
	for (size_t i = 0; i < LOAD_KIND_COUNT; i++)
		json_u64(j, names[i], l->kind_packets[i]);
	json_close(j, '}');
#define X(name, permille, class) class += l->kind_packets[LOAD_##name];
	LOAD_KINDS(X)
#undef X
	json_open(j, "classes", '{');
	json_u64(j, "scan", scan);
	json_u64(j, "backscatter", backscatter);
	json_close(j, '}');
}

static void write_service(struct json *j, const char *protocol, size_t number, uint64_t packets)
{
	char key[32];

	snprintf(key, sizeof(key), "%zu/%s", number, protocol);
	if (packets > 0)
		json_u64(j, key, packets);
}

static void write_services(const struct load *l, struct json *j)
{
	json_open(j, "services", '{');
	for (size_t i = 0; i < LOAD_PORTS; i++)
		write_service(j, "TCP", i, l->tcp_ports[i]);
	for (size_t i = 0; i < LOAD_PORTS; i++)
		write_service(j, "UDP", i, l->udp_ports[i]);
	write_service(j, "ICMP", 8, l->kind_packets[LOAD_echo]);
	write_service(j, "ICMP", 3, l->kind_packets[LOAD_unreachable]);
	json_close(j, '}');
}

static void write_countries(const struct load *l, struct json *j)
{
	uint64_t packets[26 * 26] = {0};

	for (uint64_t i = 0; i < l->traffic->sources; i++) {
		const char *code = l->sources[i].country;
		packets[(code[0] - 'A') * 26 + code[1] - 'A'] += l->source_packets[i];
	}
	json_open(j, "countries", '{');
	for (int i = 0; i < 26 * 26; i++) {
		char key[] = {(char)('A' + i / 26), (char)('A' + i % 26), '\0'};
		if (packets[i] > 0)
			json_u64(j, key, packets[i]);
	}
	json_close(j, '}');
}

void load_truth(const struct load *l, uint64_t seed, struct buf *out)
{
	struct json j = {.out = out};
	char text[ZONE_TEXT_SIZE];

	json_open(&j, NULL, '{');
	json_u64(&j, "seed", seed);
	json_text(&j, "from", zone_print(l->traffic->start_s, text));
	json_text(
		&j, "to", zone_print(l->traffic->start_s + (int64_t)l->traffic->duration_s, text));
	json_u64(&j, "packets", l->traffic->packets);
	json_u64(&j, "sources", distinct_sources(l, out));
	write_kinds(l, &j);
	write_services(l, &j);
	write_countries(l, &j);
	json_close(&j, '}');
	buf_char(out, '\n');
}
