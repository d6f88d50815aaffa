/* A claimed batch into the store. */
#pragma once

#include "prog/inbox.h"
#include "prog/intake.h"

/* The identity of a batch in the ledger of segments: its digest, name and origin. */
void collected_describe(uint64_t n, struct segment *ret);
/* All rows of a batch, sorted by sensor, epoch and sequence. The same rows and files give the same blocks each time, so it may be
 * done again after whatever happened, by whoever has the files. -ENOENT when one of them is missing; -ESTALE as
 * store_insert_block(). */
int collected_take(struct intake *in, const struct inbox *box, const struct posted *rows, size_t count, struct intake_result *ret, struct err *e) MUST_USE;
/* The segment of that number of the same epoch, observed within a day of that row. 1, and *ret_raw is owned by the caller; 0: there is none of
 * that number, since a later one speaks for it or it is gone. */
int collected_read(const struct inbox *box, const struct posted *row, uint64_t sequence, struct segment_info *ret, uint8_t **ret_raw,
	size_t *ret_len, struct err *e) MUST_USE;
