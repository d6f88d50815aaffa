/* Load for benchmarks: one plain pcap file of Internet background radiation at a prefix, shaped
 * like a telescope's. */
#pragma once

#include "base/buf.h"
#include "geo/geo.h"
#include "synth/scenario.h"

/* Writes traffic.file below the folder and its truth into ret_truth. */
int load_run(const struct scenario *s, const char *folder, uint64_t seed, const struct geo *geo,
	struct buf *ret_truth, struct err *e) MUST_USE;
/* The configuration that goes with it. */
void load_config(const struct scenario *s, struct buf *out);
