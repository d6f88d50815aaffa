/* ClickHouse's Native format: a block as columns, each with its name and type, values as they lie
 * in memory (little endian). Columns that are already such arrays are not copied. */
#pragma once

#include "base/buf.h"
#include "flow/rows.h"
#include "store/http.h"
#include "store/rollup.h"

enum { NATIVE_PIECES = 64 };

struct native {
	struct buf text;		    /* what is not in arrays of the caller */
	size_t text_sent;		    /* of it already in pieces */
	struct piece pieces[NATIVE_PIECES]; /* valid after native_access() or another of them */
	size_t count;
};

void native_done(struct native *n);
/* The rows as columns of the table `access`; labels are those of their block. base and its rows must live as long as
 * n. */
int native_access(struct native *n, const struct rollup_base *base, const struct labels *labels, struct err *e)
	MUST_USE;
/* A roll-up as columns of its table. r and base must live as long as n. */
int native_rollup(struct native *n, const struct rollup *r, const struct rollup_base *base,
	struct err *e) MUST_USE;
/* The detections as columns of the table `detection`. rows must live as long as n. */
int native_detection(struct native *n, const struct detection_rows *rows, const struct plant *plant, struct err *e) MUST_USE;
/* The payloads as columns of the table `payload`. */
int native_payload(struct native *n, const struct block *block, struct err *e) MUST_USE;

static inline void auto_native_done(struct native *n)
{
	native_done(n);
}
