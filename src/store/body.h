/* The body of a request on its way to libcurl: pieces as they lie in memory, or the same compressed
 * as they go, so that no second copy of a block is ever made. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <zstd.h>

#include "base/err.h"

/* A part of a body: sent as it lies there, without a copy. */
struct piece {
	const void *data;
	size_t len;
};

struct body {
	const struct piece *pieces, *at, *end;
	size_t done;	 /* bytes of *at */
	ZSTD_CCtx *zstd; /* NULL: as it is */
	bool ended, failed;
};

size_t body_bytes(const struct piece *pieces, size_t count);
/* The pieces, which must outlive it, from their beginning; zstd (not owned, whatever it did before)
 * makes the bytes that go out, or NULL. */
void body_init(struct body *b, const struct piece *pieces, size_t count, ZSTD_CCtx *zstd);
/* Back to the first byte, for a connection that broke before it was used. */
void body_rewind(struct body *b);
/* Fills `to`; 0 at the end, and with b->failed where memory was short. */
size_t body_read(struct body *b, char *to, size_t room);
