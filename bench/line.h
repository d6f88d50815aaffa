/* The way of a packet in import up to blocks of rows, without a store: for benchmarks over a
 * capture of `teiten synth share/load.yaml`. */
#pragma once

#include "capture/capture.h"
#include "flow/flow.h"
#include "geo/geo.h"
#include "observe/groups.h"
#include "observe/observe.h"

struct line {
	struct plant plant; /* one sensor: the prefix of share/load.yaml */
	struct geo *geo;
	struct groups *groups; /* 4,000 prefixes, as many as the published lists of scanners have */
	struct labels *labels;
	struct flow *flow;
};

/* Limits as import has them without a configuration; block_rows 0: that one too. On failure
 * line_done() is still to be called. */
int line_init(struct line *l, size_t block_rows, struct err *e) MUST_USE;
void line_done(struct line *l);

static inline void auto_line_done(struct line *l)
{
	line_done(l);
}

/* What intake.c does to a frame; false when it is no access. */
bool line_access(struct line *l, const struct frame *frame, struct access *ret);
/* Reads the capture and gives out its blocks, the last one in part. Stops when take() fails. */
int line_blocks(struct line *l, const char *path,
	int (*take)(void *context, const struct block *block, struct err *e), void *context,
	struct err *e) MUST_USE;

/* CPU time of this thread. */
double cpu_ns(void);
/* Sorts the values. count > 0. */
double median(double *values, size_t count);
