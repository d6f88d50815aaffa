/* From a collector's inbox into the store, each segment exactly once, whatever happens in between and however many collectors
 * have it. */
#pragma once

#include "prog/inbox.h"
#include "prog/intake.h"

struct collected_total {
	uint64_t batches, segments, frames, accesses, rows, blocks; /* taken in */
	uint64_t known;		 /* segments that the store had: by another collector, or before a crash */
	uint64_t quarantined;
	uint64_t waiting;	 /* in the inbox, for those before or behind them, or for a batch of another collector */
	uint64_t not_configured; /* for their sensor to be in teiten.yaml */
	uint64_t failed;	 /* batches that could not be completed now */
};

struct collected;

/* in must be a ready intake (intake_init()) and live as long; folder is the collector's. -EBUSY: another process loads from it. */
int collected_open(struct intake *in, const char *folder, struct collected **ret, struct err *e) MUST_USE;
void collected_close(struct collected *c);
AUTO_RELEASE(struct collected, collected_close);
/* Takes in all that is ready, and adds to *total. all: does not wait for segments that may still come. Batches that fail are
 * told in one line each and tried again the next time; errors are those that concern all (the store is gone, no memory, a signal
 * asks to stop: -EINTR). */
int collected_load(struct collected *c, bool all, struct collected_total *total, struct err *e) MUST_USE;
/* The setting collect.folder, else collect in the store's folder. -EINVAL: a server's store without the setting. */
int collected_folder(const struct prog *p, char ret[PATH_MAX], struct err *e) MUST_USE;
