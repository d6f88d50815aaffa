/* Blocks on their way to the store, on a thread of their own: while one is sent, the next one is filled. At most one is on
 * its way, and they go in order. */
#pragma once

#include "flow/flow.h"
#include "prog/prog.h"

struct sender;

/* s is the sender's alone while something is on its way. */
int sender_new(struct store *s, struct flow_limits limits, struct sender **ret, struct err *e) MUST_USE;
/* Waits for what is on its way. */
void sender_free(struct sender *sender);
AUTO_RELEASE(struct sender, sender_free);

/* Takes the rows out of the flow and sends them as block number `index` of the segment. begun is what the ledger is told
 * before (store_segment_begin). Segments are copied; the plant must live until sender_wait(). First waits for the block
 * before, whose failure is then this one's. */
int sender_send(struct sender *sender, struct flow *flow, const struct segment *begun, uint64_t index,
	const struct plant *plant, struct err *e) MUST_USE;
/* Until all is in: the failure of what was on its way, once. */
int sender_wait(struct sender *sender, struct err *e) MUST_USE;
