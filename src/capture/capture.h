/* Frames out of capture files: pcap (both byte orders, micro- and nanoseconds) and pcapng (any number of interfaces,
 * link types, snap lengths, resolutions, sections; statistics blocks). */
#pragma once

#include "capture/frame.h"
#include "capture/stream.h"

#include <stdbool.h>

struct capture;

struct capture_stats {
	uint64_t frames;      /* given out */
	uint64_t bytes;       /* captured bytes of them */
	uint64_t interfaces;  /* pcapng; 1 for pcap */
	uint64_t received;    /* by the interfaces, sum over the last statistics block of each; 0 when the file does not say */
	uint64_t dropped;     /* by the interfaces or the system, likewise */
	int64_t from_ns, to_ns; /* what the statistics blocks say was observed, from the earliest start to the latest end;
				 * 0, 0 when they do not */
	bool cut_off;         /* the file ends inside a record (counted once as ODD_frame_truncated on the last frame, if that
	                       * frame has bytes at all) or its compression is damaged */
	const char *damage;   /* the line that says how the compression is damaged; NULL when it is not */
	const char *format;   /* "pcap" or "pcapng" */
};

/* path "-" is standard input. A file that is no capture is refused in one line that says what it is instead (snoop, ERF,
 * text, empty ...); -EINVAL. limit_bytes: read no more than that many decompressed bytes, as if the file ended there
 * (0 = all). */
int capture_open(const char *path, uint64_t limit_bytes, struct capture **ret, struct err *e) MUST_USE;
/* Fills the batch; returns the number of frames, 0 at the end, negative errno when the file is damaged in a way that
 * cannot be read over (-EBADMSG: a record of impossible length; the frames before it have been given out by then).
 * Compression that is damaged or cut off ends the file instead: cut_off and damage. Frames live until the next call.
 * Times: what a simple packet block does not say is the time of the frame before (ODD_time_range when there is none);
 * beyond 64 bits of nanoseconds they are the nearest that fits. */
int capture_read(struct capture *c, struct frame_batch *batch, struct err *e) MUST_USE;
const struct capture_stats *capture_stats(const struct capture *c);
/* For progress: see stream.h. */
const struct stream *capture_stream(const struct capture *c);
void capture_close(struct capture *c);
AUTO_RELEASE(struct capture, capture_close);
