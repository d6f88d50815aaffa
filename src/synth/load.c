#include "synth/load.h"

#include "base/json.h"
#include "base/text.h"
#include "base/zone.h"
#include "capture/writer.h"
#include "synth/build.h"
#include "synth/load_sources.h"
#include "synth/weights.h"

#include <errno.h>

enum {
	SECOND_NS = 1000000000,
	ZMAP_IP_ID = 54321,
	SYN_PORTS_LEN = 16,
	UDP_PORTS_LEN = 8,
	PORTS = 65536
};

/* X(name, permille, class): the mix of a telescope's day, as measured for the benchmarks. */
#define LOAD_KINDS(X)                                                                              \
	X(syn, 333, scan)                                                                          \
	X(mirai, 199, scan)                                                                        \
	X(masscan, 182, scan)                                                                      \
	X(zmap, 143, scan)                                                                         \
	X(nmap, 18, scan) X(udp, 71, scan) X(echo, 35, scan) X(syn_ack, 9, backscatter)            \
		X(rst, 6, backscatter) X(unreachable, 4, backscatter)
enum load_kind {
#define X(name, permille, class) LOAD_##name,
	LOAD_KINDS(X)
#undef X
		LOAD_KIND_COUNT
};
static const double permilles[] = {
#define X(name, permille, class) permille,
	LOAD_KINDS(X)
#undef X
};

struct load {
	const struct traffic *traffic;
	struct random random;
	struct weights kinds, zipf;
	struct load_source *sources;
	uint32_t *source_packets;
	uint32_t first, mask; /* of the prefix */
	uint64_t kind_packets[LOAD_KIND_COUNT];
	uint64_t *tcp_ports, *udp_ports; /* packets by destination port */
	struct payload_bytes {
		uint8_t bytes[PAYLOAD_MAX];
		size_t len;
	} echo, udp[UDP_PORTS_LEN], quote;
};

static const uint16_t udp_ports[UDP_PORTS_LEN] = {53, 123, 1900, 5060, 161, 137, 1434, 389};

/* --- one packet --- */

/* Half of all probes go to a few ports, the rest anywhere. */
static uint16_t syn_port(struct random *r)
{
	static const uint16_t ports[SYN_PORTS_LEN] = {22, 23, 80, 443, 445, 1433, 2323, 3306, 3389,
		5555, 5900, 6379, 8080, 8443, 8728, 9200};
	uint64_t draw = random_next(r);

	return draw & 16 ? ports[draw & 15] : (uint16_t)(1 + (draw >> 32) % (PORTS - 1));
}

static uint16_t mask_id(const struct build *b)
{
	return (uint16_t)(addr_v4(&b->dst) ^ b->dport ^ b->seq);
}

/* No packet has the mark of a tool that did not send it. */
static void avoid_marks(struct build *b, struct random *r)
{
	uint32_t dst = addr_v4(&b->dst);

	while (b->seq == dst || b->ip_id == mask_id(b) || b->ip_id == ZMAP_IP_ID) {
		b->seq = random_u32(r);
		b->ip_id = random_u16(r);
	}
}

static void make_tool_syn(struct build *b, enum load_kind kind, struct random *r)
{
	uint32_t dst = addr_v4(&b->dst);

	if (kind == LOAD_mirai) {
		b->dport = random_below(r, 10) ? 23 : 2323;
		b->seq = dst;
		while (b->ip_id == mask_id(b) || b->ip_id == ZMAP_IP_ID)
			b->ip_id = random_u16(r);
		return;
	}
	if (kind == LOAD_zmap) {
		b->window = 65535;
		b->ttl = (uint8_t)(b->ttl | 0xc0); /* starts at 255 */
		b->ip_id = ZMAP_IP_ID;
		while (b->seq == dst || mask_id(b) == ZMAP_IP_ID)
			b->seq = random_u32(r);
		return;
	}
	b->window = 1024;
	b->ttl = (uint8_t)(b->ttl | 0xc0);
	while (b->seq == dst || mask_id(b) == ZMAP_IP_ID)
		b->seq = random_u32(r);
	b->ip_id = mask_id(b);
}

static void make_syn(struct build *b, enum load_kind kind, struct random *r)
{
	static const uint8_t options[] = {2, 4, 5, 180, 1, 1, 4, 2};

	b->protocol = PROTOCOL_TCP;
	b->tcp_flags = TCP_SYN;
	b->dport = syn_port(r);
	b->window = 29200;
	if (kind == LOAD_mirai || kind == LOAD_zmap || kind == LOAD_masscan) {
		make_tool_syn(b, kind, r);
		return;
	}
	b->options = options;
	b->options_len = kind == LOAD_nmap ? 4 : random_below(r, 3) ? 0 : sizeof(options);
	if (kind == LOAD_nmap)
		b->window = 1024;
	avoid_marks(b, r);
}

static void make_answer(struct build *b, enum load_kind kind, struct random *r)
{
	b->protocol = PROTOCOL_TCP;
	b->dport = b->sport;
	b->sport = 80;
	b->ack = random_u32(r);
	b->window = 8192;
	b->tcp_flags = kind == LOAD_rst ? TCP_RST | TCP_ACK : TCP_SYN | TCP_ACK;
}

static void make_udp(struct load *l, struct build *b)
{
	size_t which = random_below(&l->random, UDP_PORTS_LEN);

	b->protocol = PROTOCOL_UDP;
	b->dport = udp_ports[which];
	b->payload = l->udp[which].bytes;
	b->payload_len = l->udp[which].len;
}

static void make_icmp(struct load *l, struct build *b, enum load_kind kind)
{
	const struct payload_bytes *payload = &l->echo;

	b->protocol = PROTOCOL_ICMP;
	b->icmp_type = 8;
	b->icmp_id = b->sport;
	if (kind == LOAD_unreachable) {
		struct build quoted = {.src = b->dst,
			.dst = b->src,
			.protocol = PROTOCOL_TCP,
			.ttl = 48,
			.sport = b->sport,
			.dport = 80,
			.tcp_flags = TCP_SYN};
		b->icmp_type = 3;
		b->icmp_code = 3;
		b->icmp_id = 0;
		l->quote.len = build_quote(&quoted, l->quote.bytes, 28);
		payload = &l->quote;
	}
	b->payload = payload->bytes;
	b->payload_len = payload->len;
}

static size_t make_frame(struct load *l, uint8_t out[BUILD_FRAME_MAX])
{
	struct random *r = &l->random;
	enum load_kind kind = weights_draw(&l->kinds, r);
	uint32_t which = weights_draw(&l->zipf, r);
	const struct load_source *source = &l->sources[which];
	uint64_t draw = random_next(r), more = random_next(r);
	struct build b = {.link_type = LINK_ETHERNET,
		.src = addr_from_v4(source->v4),
		.dst = addr_from_v4(l->first | ((uint32_t)draw & l->mask)),
		.ttl = (uint8_t)(source->start_ttl - source->hops),
		.ip_id = (uint16_t)more,
		.seq = (uint32_t)(more >> 32),
		.sport = (uint16_t)(1024 + (draw >> 32) % 64000)};

	l->source_packets[which]++;
	l->kind_packets[kind]++;
	if (kind <= LOAD_nmap)
		make_syn(&b, kind, r);
	else if (kind == LOAD_syn_ack || kind == LOAD_rst)
		make_answer(&b, kind, r);
	else if (kind == LOAD_udp)
		make_udp(l, &b);
	else
		make_icmp(l, &b, kind);
	if (b.protocol == PROTOCOL_TCP)
		l->tcp_ports[b.dport]++;
	else if (b.protocol == PROTOCOL_UDP)
		l->udp_ports[b.dport]++;
	return build_frame(&b, out);
}

/* --- the file --- */

static int write_frames(struct load *l, struct capture_writer *w, struct err *e)
{
	const struct traffic *t = l->traffic;
	double step_ns = (double)t->duration_s * SECOND_NS / (double)t->packets;
	uint8_t bytes[BUILD_FRAME_MAX];

	for (uint64_t i = 0; i < t->packets; i++) {
		uint32_t len = (uint32_t)make_frame(l, bytes);
		int64_t after_ns = (int64_t)(((double)i + random_unit(&l->random)) * step_ns);
		struct frame frame = {.ts_ns = t->start_s * SECOND_NS + after_ns,
			.data = bytes,
			.cap_len = len,
			.wire_len = len,
			.link_type = LINK_ETHERNET};
		int rc = writer_add(w, &frame, e);
		if (rc < 0)
			return rc;
	}
	return 0;
}

static int write_file(struct load *l, const char *folder, struct err *e)
{
	AUTO(writer_close) struct capture_writer *w = NULL;
	AUTO(free) char *path = NULL;

	if (asprintf(&path, "%s/%s", folder, l->traffic->file) < 0) {
		path = NULL;
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	}
	int rc = writer_open(path, WRITER_PCAP, LINK_ETHERNET, &w, e);
	if (rc < 0 || (rc = write_frames(l, w, e)) < 0)
		return rc;
	return writer_commit(w, e);
}

/* --- truth --- */

static uint64_t distinct_sources(struct load *l)
{
	uint64_t sources = 0;

	for (uint64_t i = 0; i < l->traffic->sources; i++)
		sources += l->source_packets[i] > 0;
	return sources;
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
	for (size_t i = 0; i < PORTS; i++)
		write_service(j, "TCP", i, l->tcp_ports[i]);
	for (size_t i = 0; i < PORTS; i++)
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

static void write_truth(struct load *l, uint64_t seed, struct buf *out)
{
	struct json j = {.out = out};
	char text[ZONE_TEXT_SIZE];

	json_open(&j, NULL, '{');
	json_u64(&j, "seed", seed);
	json_text(&j, "from", zone_print(l->traffic->start_s, text));
	json_text(
		&j, "to", zone_print(l->traffic->start_s + (int64_t)l->traffic->duration_s, text));
	json_u64(&j, "packets", l->traffic->packets);
	json_u64(&j, "sources", distinct_sources(l));
	write_kinds(l, &j);
	write_services(l, &j);
	write_countries(l, &j);
	json_close(&j, '}');
	buf_char(out, '\n');
}

/* --- the run --- */

static void keep_payload(struct payload_bytes *to, const struct payload *payload)
{
	payload_write(payload, to->bytes);
	to->len = payload->len;
}

static int prepare(struct load *l, const struct geo *geo, struct err *e)
{
	const struct traffic *t = l->traffic;

	l->first = addr_v4(&t->prefix.addr);
	l->mask = t->prefix.bits == 96 ? UINT32_MAX : (UINT32_C(1) << (128 - t->prefix.bits)) - 1;
	keep_payload(&l->echo, payload_named("windows-ping"));
	for (size_t i = 0; i < UDP_PORTS_LEN; i++)
		keep_payload(&l->udp[i], payload_of_port(udp_ports[i]));
	l->source_packets = calloc(t->sources, sizeof(*l->source_packets));
	l->tcp_ports = calloc(PORTS, sizeof(*l->tcp_ports));
	l->udp_ports = calloc(PORTS, sizeof(*l->udp_ports));
	if (!l->source_packets || !l->tcp_ports || !l->udp_ports ||
		weights_init(&l->kinds, permilles, LOAD_KIND_COUNT) < 0 ||
		weights_zipf(&l->zipf, t->sources, t->skew) < 0)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	return load_sources_make(geo, &t->prefix, t->sources, &l->random, &l->sources, e);
}

static void done(struct load *l)
{
	free(l->source_packets);
	free(l->tcp_ports);
	free(l->udp_ports);
	free(l->sources);
	weights_done(&l->kinds);
	weights_done(&l->zipf);
}

int load_run(const struct scenario *s, const char *folder, uint64_t seed, const struct geo *geo,
	struct buf *ret_truth, struct err *e)
{
	struct load l = {.traffic = &s->traffic, .random = random_of(seed, 3)};
	int rc = prepare(&l, geo, e);

	if (rc == 0)
		rc = write_file(&l, folder, e);
	if (rc == 0)
		write_truth(&l, seed, ret_truth);
	done(&l);
	return rc == 0 && ret_truth->failed
		       ? err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"))
		       : rc;
}

void load_config(const struct scenario *s, struct buf *out)
{
	char text[ADDR_TEXT_SIZE];

	buf_printf(out,
		"timezone: %s\nstore: ./teiten-data\nsensors:\n  - name: load\n    addresses: "
		"[%s]\n",
		s->timezone, prefix_print(&s->traffic.prefix, text));
}
