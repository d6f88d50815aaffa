/* Accesses to rows: repeats within a minute merge, distinct payloads are kept once, memory is
 * bounded. */
#pragma once

#include "flow/rows.h"
#include "observe/observe.h"

struct flow;

struct flow_limits {
	size_t rows;	      /* of a block: when they are reached, the block is full */
	size_t payload_bytes; /* bytes of distinct payloads of a block */
};

/* All memory is taken here. NULL when there is none. */
struct flow *flow_new(struct flow_limits limits);
void flow_free(struct flow *f);
AUTO_RELEASE(struct flow, flow_free);

/* Merges one access: rows with the same minute and the same columns (all but time, packets and
 * bytes) become one, whose time is that of its first packet. Deterministic: the same accesses in
 * the same order give the same blocks. */
void flow_add(struct flow *f, const struct access *a);
/* No room for a further row: send the block, then flow_clear(). A flow_add() before that is a
 * mistake of the caller (assert). */
bool flow_is_full(const struct flow *f);
/* The rows so far. Lives until flow_clear() or the next flow_add(). */
const struct block *flow_block(struct flow *f);
void flow_clear(struct flow *f);
