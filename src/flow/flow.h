/* Accesses to rows: repeats within a minute merge, distinct payloads are kept once, memory is
 * bounded. */
#pragma once

#include "flow/rows.h"
#include "observe/observe.h"

struct flow;

struct flow_limits {
	size_t rows;	      /* of a block: when they are reached, the block is full */
	size_t payload_bytes; /* bytes of distinct payloads of a block */
	uint32_t minute_rows; /* of a minute of a capture in full detail, and as many again in less;
				 0: no limit */
	uint32_t payloads;    /* distinct payloads of a capture whose bytes are kept; 0: no limit */
	size_t detections;    /* rows of detections of a block: when they are reached, the block is full */
	size_t signatures;    /* how many are loaded; 0: flow_detect() must not be called, and no memory is taken for it */
	uint32_t minute_detections; /* what minute_rows is for accesses */
};

/* All memory is taken here. NULL when there is none. */
struct flow *flow_new(struct flow_limits limits);
void flow_free(struct flow *f);
AUTO_RELEASE(struct flow, flow_free);

/* The next access is the first of another capture. Whatever was not taken is forgotten. */
void flow_begin(struct flow *f);
/* Merges one access: rows with the same minute and the same columns (all but time, packets and
 * bytes) become one, whose time is that of its first packet. Deterministic: the same accesses in
 * the same order give the same blocks. All accesses of a block have the same labels, which live as
 * long as the block.
 *
 * When its minute has made minute_rows rows, an access that would need one more is merged with less
 * detail (enum approximate_level): as LEVEL_COARSE, and when those are as many too, as
 * LEVEL_WITHOUT_SOURCE, of which there are never more than combinations of service, country,
 * sensor, class and tool. Sums by those columns stay exact whatever comes. */
void flow_add(struct flow *f, const struct access *a);
/* What a signature said of that access, which has been added to the same block or is added next: each signature at most once an
 * access. Rows merge within the minute as accesses do, and coarsely beyond minute_detections. The message must live until
 * the block has been sent. */
void flow_detect(struct flow *f, const struct access *a, const struct detection *what);
/* No room for a further row: send the block, then flow_clear(). A flow_add() before that is a
 * mistake of the caller (assert). */
bool flow_is_full(const struct flow *f);
/* The rows so far. Lives until flow_clear() or the next flow_add(). */
const struct block *flow_block(struct flow *f);
void flow_clear(struct flow *f);

/* Memory for a block of its own, of the same limits; NULL when there is none. */
struct block *flow_spare_new(struct flow_limits limits);
void flow_spare_free(struct block *spare);
AUTO_RELEASE(struct block, flow_spare_free);
/* Instead of flow_block() and flow_clear(): the rows so far move into the spare block, to be sent while the flow goes on
 * in the memory that the spare had. */
void flow_take(struct flow *f, struct block *spare);
/* What of the capture so far is not in full detail; *ret lives as long as f. Returns the number. */
size_t flow_approximations(const struct flow *f, const struct approximation **ret);
/* The most memory that flow_new() or flow_spare_new() will ever have taken, in bytes. */
uint64_t flow_memory(struct flow_limits limits);
uint64_t flow_spare_memory(struct flow_limits limits);
