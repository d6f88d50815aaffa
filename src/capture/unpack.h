/* The decompressors behind one small table: stream.c drives them. Private to this folder. */
#pragma once

#include "base/base.h"

struct unpack_io {
	const uint8_t *in;
	size_t in_left;
	uint8_t *out;
	size_t out_left;
};

/* That many bytes were taken from in and put into out. */
static inline void unpack_advance(struct unpack_io *io, size_t in, size_t out)
{
	io->in += in;
	io->in_left -= in;
	io->out += out;
	io->out_left -= out;
}

enum unpack_result {
	UNPACK_DAMAGED = -1, /* *ret_why says how, in the library's words; lives for ever */
	UNPACK_MORE,
	UNPACK_END, /* of a member (gzip), frame (zstd, lz4) or stream (xz); another may follow */
};

enum { UNPACK_MAGIC_MAX = 6 };

struct unpacker {
	const char *name;
	uint8_t magic[UNPACK_MAGIC_MAX];
	size_t magic_len;
	void *(*open)(void); /* NULL: out of memory */
	/* Moves what it can from in to out and sets both. What was good before a damage is in out
	 * by then. */
	enum unpack_result (*run)(void *state, struct unpack_io *io, const char **ret_why);
	void (*close)(void *state);
};

extern const struct unpacker unpack_gzip;

/* By the first bytes of the file; NULL when it is not compressed. A skippable frame (they are the
 * same in zstd and lz4) is looked over when what follows it is within len; else it counts as zstd,
 * whose tools write them. */
const struct unpacker *unpacker_find(const uint8_t *head, size_t len);
/* How many of the first bytes unpacker_find() would like to have, when it has len of them; at most
 * max. */
size_t unpacker_wants(const uint8_t *head, size_t len, size_t max);
