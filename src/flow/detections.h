/* What signatures said of accesses, as rows of the table `detection`: the columns stand once, here. Repeats within a
 * minute merge, as accesses do, within bounds of their own. */
#pragma once

#include "base/hash.h"
#include "flow/coarse.h"
#include "flow/detection_rows.h"
#include "flow/minutes.h"
#include "flow/row.h"

struct detection_limits {
	size_t rows;	      /* of a block: when they are reached, the block is full */
	size_t signatures;    /* how many are loaded, so that one access can have as many; 0: none, and no memory */
	uint32_t minute_rows; /* of a minute of a capture in full detail, and as many again in less; 0: no limit */
};

struct detections {
	struct detection_rows rows;
	size_t full, max;
	uint64_t *index; /* open addressing: upper half of the hash, row number plus 1; 0 is empty */
	size_t index_mask;
	struct minutes minutes;
	struct hash_key key;
};

/* How many rows there is room for. */
size_t detections_max(struct detection_limits limits);
bool detection_rows_init(struct detection_rows *rows, size_t max) MUST_USE;
void detection_rows_done(struct detection_rows *rows, size_t max);

/* Returns 0 or -ENOMEM; detections_done() in either case. */
int detections_init(struct detections *d, struct detection_limits limits, const struct hash_key *key) MUST_USE;
void detections_done(struct detections *d);
/* The most memory that detections_init() will ever have taken. */
uint64_t detections_memory(struct detection_limits limits);
/* For the next block; for the next capture. */
void detections_clear(struct detections *d);
void detections_begin(struct detections *d);

static inline bool detections_is_full(const struct detections *d)
{
	return d->max > 0 && d->rows.count >= d->full;
}

/* One signature's word on an access whose columns are those of the row. What is coarser than it came is in the log. */
void detections_add(struct detections *d, const struct row *access, const struct detection *what, struct coarse_log *log);
