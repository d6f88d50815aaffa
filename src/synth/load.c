#include "synth/load.h"

#include "base/text.h"
#include "capture/writer.h"
#include "synth/load_parts.h"

#include <errno.h>

enum { SECOND_NS = 1000000000 };

static const double permilles[] = {
#define X(name, permille, class) permille,
	LOAD_KINDS(X)
#undef X
};

static int write_frames(struct load *l, struct capture_writer *w, struct err *e)
{
	const struct traffic *t = l->traffic;
	double step_ns = (double)t->duration_s * SECOND_NS / (double)t->packets;
	uint8_t bytes[BUILD_FRAME_MAX];

	for (uint64_t i = 0; i < t->packets; i++) {
		uint32_t len = (uint32_t)load_frame(l, bytes);
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
	for (size_t i = 0; i < LOAD_UDP_PORTS; i++)
		keep_payload(&l->udp[i], payload_of_port(load_udp_ports[i]));
	l->source_packets = calloc(t->sources, sizeof(*l->source_packets));
	l->tcp_ports = calloc(LOAD_PORTS, sizeof(*l->tcp_ports));
	l->udp_ports = calloc(LOAD_PORTS, sizeof(*l->udp_ports));
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
		load_truth(&l, seed, ret_truth);
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
