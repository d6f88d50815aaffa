/* The compressors behind one small table: sink.c drives them. Private to this folder. */
#pragma once

#include "base/base.h"

#include <stdbool.h>

/* A sink offers at most PACK_IN_MAX bytes at once and at least PACK_OUT_MIN of room (lz4 needs all
 * at once). */
enum { PACK_IN_MAX = 128 * 1024, PACK_OUT_MIN = 512 * 1024 };

struct pack_io {
	const uint8_t *in;
	size_t in_left;
	uint8_t *out;
	size_t out_left;
};

struct packer {
	const char *suffix;
	void *(*open)(void); /* NULL: out of memory */
	/* Moves what it can from in to out and sets both. finish: nothing follows in. 1: finished,
	 * 0: call again (while in is left, or to finish), -1: failed. */
	int (*run)(void *state, struct pack_io *io, bool finish);
	void (*close)(void *state);
};

/* By the end of the name; NULL when nothing is to be compressed. */
const struct packer *packer_find(const char *path);
