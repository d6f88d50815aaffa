/* The beginning of a capture, looked at without reading the rest: when it begins, and by what it
 * could be told from another. */
#pragma once

#include "base/zone.h"
#include "base/err.h"

#include <stdbool.h>

struct head {
	bool has_frame, has_time; /* a frame; one that has bytes */
	bool is_cut;	  /* the file ends within its first frame, or that is empty: its print says
			     little */
	int64_t frame_ns; /* of the first frame */
	int64_t time_ns;  /* of the first that has bytes */
	uint64_t print;	  /* of the first frame's bytes and lengths */
	uint64_t bytes;	  /* of the file, compressed as it is; 0 when unknown */
	const char *format;	 /* "pcap", "pcapng"; lives for ever */
	const char *compression; /* "plain", "gzip", "zstd", "xz", "lz4"; likewise */
};

/* Opens the capture; errors are those of capture_open(). Any thread. What is damaged behind its
 * header is no error here: it has no frame then. */
int head_read(const char *path, struct head *ret, struct err *e) MUST_USE;
