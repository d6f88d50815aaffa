/* A claimed batch into the store. */
#pragma once

#include "prog/inbox.h"
#include "prog/intake.h"

/* The identity of a batch in the ledger of segments: its digest, name and origin. */
void collected_describe(uint64_t n, struct segment *ret);
bool collected_is_batch(const struct segment *segment);
/* All rows of a batch, sorted by sensor, epoch and sequence. The same rows and files give the same blocks each time, so it may be
 * done again after whatever happened, by whoever has the files. -ENOENT when one of them is missing; -ESTALE as
 * store_insert_block(). */
int collected_take(struct intake *in, const struct inbox *box, const struct posted *rows, size_t count, struct intake_result *ret, struct err *e) MUST_USE;
