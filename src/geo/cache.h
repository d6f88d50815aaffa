/* The tables of places in a file, so that a command starts in milliseconds and all processes share
 * one copy in memory. A file is used only when it is what this version wrote from the very files
 * that are there now: the key, a checksum over every byte and the bounds of every index are checked
 * before the first look-up. Whatever is wrong with it, the tables are made anew.
 *
 * Files are places-HEX.table, one for each pair of database paths, mode 0600. A file of another
 * user than ours or root, or one that others may write, is not read. Layout: struct head in
 * cache.c, then the parts in the order of TABLE_PARTS, each filled up to 64 bytes. */
#pragma once

#include "geo/tables.h"

#include "base/buf.h"

/* Which file, and what must be in it. */
struct cache_place {
	const char *folder; /* "": no cache */
	uint64_t number;    /* of the pair of paths */
	const char *key;    /* identifies the contents of the files */
};

/* Whether there was a good file, which *ret leads to. */
bool cache_read(const struct cache_place *place, struct tables *ret) MUST_USE;
/* Writes the tables under their name, whole or not at all. Makes the folder (0700) and the one
 * above it. That it cannot be written, or that another process is writing it, is no error; returns
 * whether it was written. */
bool cache_write(const struct cache_place *place, const struct tables *t);

/* The checksum in the file; bytes is a multiple of 8. */
uint64_t cache_checksum(const void *data, size_t bytes);
