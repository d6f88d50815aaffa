/* From the ring into segments, and from these into the spool: a thread that only copies packets, and one that compresses
 * and waits for the disk. Both know the same few buffers; when all wait for the disk, the ring fills and counts. */
#pragma once

#include "capture/ring.h"
#include "ship/spool.h"

#include <signal.h>

struct record_options {
	const char *sensor, *interface, *mode;
	uint64_t segment_bytes, segment_s;
	uint64_t spool_bytes_max; /* for the status */
};

struct record;

/* Takes ring and spool, which must outlive it. The first segment begins now. */
int record_new(const struct record_options *options, struct ring *ring, struct spool *spool,
	struct record **ret, struct err *e) MUST_USE;
/* Until *stop is set (then what the ring holds is taken, the last segment is sealed and marked as such), or until the
 * interface is gone or the disk fails for another reason than being full. */
int record_run(struct record *r, const volatile sig_atomic_t *stop, struct err *e) MUST_USE;
void record_free(struct record *r);
AUTO_RELEASE(struct record, record_free);
