/* A load run: its state, its packets, its truth. */
#pragma once

#include "base/buf.h"
#include "synth/build.h"
#include "synth/load_sources.h"
#include "synth/scenario.h"
#include "synth/weights.h"

enum { LOAD_UDP_PORTS = 8, LOAD_PORTS = 65536 };

/* X(name, permille, class): the mix of a telescope's day, as measured for the benchmarks. */
#define LOAD_KINDS(X)                                                                              \
	X(syn, 333, scan)                                                                          \
	X(mirai, 199, scan)                                                                        \
	X(masscan, 182, scan)                                                                      \
	X(zmap, 143, scan)                                                                         \
	X(nmap, 18, scan)                                                                          \
	X(udp, 71, scan) X(echo, 35, scan) X(syn_ack, 9, backscatter) X(rst, 6, backscatter)       \
		X(unreachable, 4, backscatter)
enum load_kind {
#define X(name, permille, class) LOAD_##name,
	LOAD_KINDS(X)
#undef X
		LOAD_KIND_COUNT
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
	} echo, udp[LOAD_UDP_PORTS], quote;
};

/* The destination ports of UDP packets; their payloads stand in udp[]. */
extern const uint16_t load_udp_ports[LOAD_UDP_PORTS];

/* One packet more: drawn, counted, built. Returns the length of the frame. */
size_t load_frame(struct load *l, uint8_t out[BUILD_FRAME_MAX]);
/* What was counted. */
void load_truth(const struct load *l, uint64_t seed, struct buf *out);
