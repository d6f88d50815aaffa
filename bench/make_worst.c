/* Captures that no plant should meet, with the truth about them: pcap (raw IPv4, nanoseconds) on standard output.
 *
 *   make_worst KIND PACKETS FOLDER >capture.pcap
 *
 * FOLDER gets teiten.yaml, whose sensors have all destinations, and `truth`: lines of a question's words and its number.
 * Depends on KIND and PACKETS alone. */
#include "base/base.h"
#include "base/number.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>

/* X(kind, what it is) */
#define KINDS(X)                                                                                   \
	X(sources, "each packet from a source of its own, all in one day")                         \
	X(flood, "one flow")                                                                       \
	X(pairs, "65,536 ports x 65,536 destinations at random, a million a second")               \
	X(payloads, "each packet with a payload of its own")                                       \
	X(year, "one packet an hour")                                                              \
	X(sensors, "400 sensors in turn")

enum kind {
#define X(name, what) KIND_##name,
	KINDS(X)
#undef X
		KIND_COUNT
};

enum {
	PCAP_HEADER = 24,
	RECORD_HEADER = 16,
	IP_HEADER = 20,
	TCP_HEADER = 20,
	UDP_HEADER = 8,
	PAYLOAD = 64,
	FRAME_MAX = RECORD_HEADER + IP_HEADER + TCP_HEADER + PAYLOAD,
	LINKTYPE_RAW = 101,
	SENSORS = 400,
	SENSORS_EACH = 16,
	SOURCES = 1000,
	PORT = 445,
};

static const uint32_t plant_first = 0xc6120000; /* 198.18.0.0/16 */
static const uint32_t source_first = 0x01000000;
static const int64_t start_ns = INT64_C(1583884800) * 1000000000; /* 2020-03-11T00:00:00Z */
static const int64_t second_ns = 1000000000, day_ns = INT64_C(86400) * 1000000000;

struct shot {
	int64_t ts_ns;
	uint32_t src, dst;
	uint16_t sport, dport;
	uint8_t payload[PAYLOAD];
	size_t payload_len; /* 0: TCP SYN, else UDP */
};

struct maker {
	enum kind kind;
	uint64_t packets;
	uint64_t random;
	uint64_t to_port, to_first; /* truth: to PORT, to the first address of the plant */
};

/* splitmix64 */
static uint64_t next(struct maker *m)
{
	uint64_t z = m->random += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

/* Different for each i below 2^31, in no order. */
static uint32_t source_of(uint64_t i)
{
	return source_first + ((uint32_t)i * 2654435761u & 0x7fffffff);
}

static struct shot shoot(struct maker *m, uint64_t i)
{
	struct shot s = {.ts_ns = start_ns + (int64_t)i * 1000,
		.src = source_first,
		.dst = plant_first,
		.sport = 40000,
		.dport = PORT};

	switch (m->kind) {
	case KIND_sources:
		s.ts_ns = start_ns + (int64_t)((unsigned __int128)i * (uint64_t)day_ns / m->packets);
		s.src = source_of(i);
		s.dst = plant_first + (uint32_t)(next(m) & 0xff);
		s.dport = i % 4 ? PORT : 23;
		s.sport = (uint16_t)(next(m) | 1024);
		break;
	case KIND_pairs:
		s.src = source_of(i % SOURCES);
		s.dst = plant_first + (uint32_t)(next(m) & 0xffff);
		s.dport = (uint16_t)next(m);
		break;
	case KIND_payloads:
		s.ts_ns = start_ns + (int64_t)i * 10000;
		s.src = source_of(i % SOURCES);
		s.payload_len = PAYLOAD;
		memset(s.payload, 'x', PAYLOAD);
		memcpy(s.payload, &i, sizeof(i));
		break;
	case KIND_year:
		s.ts_ns = start_ns + (int64_t)i * 3600 * second_ns;
		break;
	case KIND_sensors:
		s.ts_ns = start_ns + (int64_t)i * 10000;
		s.src = source_of(i % SOURCES);
		s.dst = plant_first + (uint32_t)(i % SENSORS) * SENSORS_EACH;
		break;
	default: /* flood: all the same */
		break;
	}
	m->to_port += s.dport == PORT && s.payload_len == 0;
	m->to_first += s.dst == plant_first;
	return s;
}

/* --- bytes --- */

static uint8_t *put_be(uint8_t *to, uint32_t value, int bytes)
{
	for (int i = bytes - 1; i >= 0; i--)
		*to++ = (uint8_t)(value >> 8 * i);
	return to;
}

static uint8_t *put_le32(uint8_t *to, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		*to++ = (uint8_t)(value >> 8 * i);
	return to;
}

static uint16_t checksum(const uint8_t header[IP_HEADER])
{
	uint32_t sum = 0;

	for (int i = 0; i < IP_HEADER; i += 2)
		sum += (uint32_t)header[i] << 8 | header[i + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~((sum & 0xffff) + (sum >> 16));
}

static uint8_t *put_ip(uint8_t *to, const struct shot *s, uint32_t total)
{
	uint8_t *first = to;

	to = put_be(to, 0x4500u << 16 | total, 4);
	to = put_be(to, 0, 4);
	to = put_be(to, 55u << 24 | (s->payload_len ? 17u : 6u) << 16, 4); /* TTL, protocol */
	to = put_be(to, s->src, 4);
	to = put_be(to, s->dst, 4);
	put_be(first + 10, checksum(first), 2);
	return to;
}

static uint8_t *put_transport(uint8_t *to, const struct shot *s)
{
	to = put_be(to, (uint32_t)s->sport << 16 | s->dport, 4);
	if (s->payload_len) {
		to = put_be(to, (uint32_t)(UDP_HEADER + s->payload_len) << 16, 4);
		memcpy(to, s->payload, s->payload_len);
		return to + s->payload_len;
	}
	to = put_be(to, 7, 4);			  /* sequence number */
	to = put_be(to, 0, 4);
	to = put_be(to, 0x5002u << 16 | 1024, 4); /* length, SYN, window */
	return put_be(to, 0, 4);
}

static size_t put_record(uint8_t frame[FRAME_MAX], const struct shot *s)
{
	uint32_t total = IP_HEADER + (s->payload_len ? UDP_HEADER + (uint32_t)s->payload_len : TCP_HEADER);
	uint8_t *to = frame;

	to = put_le32(to, (uint32_t)(s->ts_ns / second_ns));
	to = put_le32(to, (uint32_t)(s->ts_ns % second_ns));
	to = put_le32(to, total);
	to = put_le32(to, total);
	to = put_ip(to, s, total);
	return (size_t)(put_transport(to, s) - frame);
}

static void write_header(void)
{
	uint8_t header[PCAP_HEADER] = {0}, *to = header;

	to = put_le32(to, 0xa1b23c4d);
	to = put_le32(to, 4 << 16 | 2);
	to = put_le32(put_le32(to, 0), 0);
	to = put_le32(to, 65535);
	put_le32(to, LINKTYPE_RAW);
	fwrite(header, 1, sizeof(header), stdout);
}

/* --- what belongs to it --- */

static FILE *open_in(const char *folder, const char *name)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	FILE *file = fopen(path, "we");
	if (!file)
		fprintf(stderr, "make_worst: %s: %m\n", path);
	return file;
}

static const char *address(uint32_t v4, char text[INET_ADDRSTRLEN])
{
	uint32_t big_endian = htonl(v4);

	return inet_ntop(AF_INET, &big_endian, text, INET_ADDRSTRLEN);
}

static bool write_plant(const struct maker *m, const char *folder)
{
	AUTO(fclose) FILE *file = open_in(folder, "teiten.yaml");
	uint32_t sensors = m->kind == KIND_sensors ? SENSORS : 1;
	char text[INET_ADDRSTRLEN];

	if (!file)
		return false;
	fprintf(file, "timezone: UTC\nsensors:\n");
	for (uint32_t i = 0; i < sensors; i++)
		fprintf(file, "  - {name: worst-%u, addresses: [%s/%d], since: 2020-01-01}\n", i,
			address(plant_first + i * SENSORS_EACH, text), sensors > 1 ? 28 : 16);
	return true;
}

/* KIND OF NUMBER, arguments of `teiten top`, a tab, the number: total.packets, total.sources or keys of the answer. */
static bool write_truth(const struct maker *m, const char *folder)
{
	AUTO(fclose) FILE *file = open_in(folder, "truth");
	uint64_t sources = m->kind == KIND_sources ? m->packets
			   : m->kind == KIND_flood || m->kind == KIND_year ? 1
			   : m->packets < SOURCES			   ? m->packets
									   : SOURCES;

	if (!file)
		return false;
	fprintf(file, "packets\tclass\t\t%" PRIu64 "\n", m->packets);
	fprintf(file, "sources\tclass\t\t%" PRIu64 "\n", sources);
	fprintf(file, "packets\tservice\tservice = 445/TCP\t%" PRIu64 "\n", m->to_port);
	fprintf(file, "packets\tclass\tdestination = 198.18.0.0\t%" PRIu64 "\n", m->to_first);
	fprintf(file, "packets\tclass\tttl = 55\t%" PRIu64 "\n", m->packets);
	fprintf(file, "keys\tttl\t\t1\n");
	if (m->kind == KIND_sensors)
		fprintf(file, "keys\tsensor\t\t%d\npackets\tclass\tsensor = worst-0\t%" PRIu64 "\n",
			SENSORS, m->to_first);
	if (m->kind == KIND_payloads)
		fprintf(file, "keys\tpayload\t\t%" PRIu64 "\n", m->packets);
	return true;
}

static bool find_kind(const char *name, enum kind *ret)
{
	static const char *const names[] = {
#define X(kind, what) #kind,
		KINDS(X)
#undef X
	};

	for (int i = 0; i < KIND_COUNT; i++)
		if (strcmp(name, names[i]) == 0) {
			*ret = (enum kind)i;
			return true;
		}
	return false;
}

int main(int argc, char **argv)
{
	struct maker m = {.random = 1};
	uint8_t frame[FRAME_MAX];

	if (argc != 4 || !find_kind(argv[1], &m.kind) ||
		!number_u64(argv[2], 1, UINT64_C(1) << 31, &m.packets)) {
		fprintf(stderr, "usage: make_worst KIND PACKETS FOLDER >capture.pcap\n");
#define X(kind, what) fprintf(stderr, "  %-9s %s\n", #kind, what);
		KINDS(X)
#undef X
		return 2;
	}
	write_header();
	for (uint64_t i = 0; i < m.packets; i++) {
		struct shot shot = shoot(&m, i);
		size_t len = put_record(frame, &shot);

		fwrite(frame, 1, len, stdout);
	}
	if (fflush(stdout) != 0 || ferror(stdout)) {
		fprintf(stderr, "make_worst: cannot write: %m\n");
		return 1;
	}
	return write_plant(&m, argv[3]) && write_truth(&m, argv[3]) ? 0 : 1;
}
