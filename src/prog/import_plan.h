/* What an import is going to read, and in which order: from names of files, folders and lists to
 * captures by time.
 *
 * Captures that begin alike (with the same first frame) may be the same one twice, or one that
 * grew: they make a group, which is to be read one after the other, shortest first. All others have
 * nothing to do with one another, so groups may be read in any order and at the same time. The plan
 * depends on the set of names alone, not on their order.
 *
 * A file costs about 120 bytes and its path. */
#pragma once

#include "base/err.h"

#include <stdbool.h>
#include <sys/stat.h>

enum import_skip {
	IMPORT_READ,
	IMPORT_NO_CAPTURE,
	IMPORT_SPECIAL, /* a pipe, a device, a socket */
	IMPORT_LINK,	/* to a folder or to nothing */
};

struct import_file {
	char *path;   /* as given, or below a folder as given */
	dev_t device; /* 0 with inode 0: it cannot be looked at */
	ino_t inode;
	uint64_t bytes;			  /* of the file */
	uint64_t length;		  /* decompressed; known where the order depends on it */
	int64_t frame_ns, time_ns;	  /* of the first frame; of the first with bytes */
	uint64_t print;			  /* of the first frame */
	const char *format, *compression; /* NULL when it is no capture that can be read */
	uint32_t group;
	enum import_skip skip : 8;
	bool named; /* by the user, not found in a folder */
	bool has_frame, has_time, is_cut;
};

struct import_plan {
	struct import_file *files;
	size_t count, max;
	uint32_t *order; /* indices of files: first those to read, then those that are skipped (by
			    path) */
	size_t read, skipped;
	bool standard_input; /* one more capture, of which nothing is known */
	bool has_folder;
	char **failures; /* lines about what could not be listed */
	size_t failure_count;
	struct stat avoid; /* the folder of the store, which is not walked */
};

void import_plan_done(struct import_plan *p);
static inline void auto_import_plan_done(struct import_plan *p)
{
	import_plan_done(p);
}
/* One that was named: a capture, a folder to walk, or "-". What cannot be listed is a failure of
 * the plan; an error of this function is only -ENOMEM, or -EINTR after a signal. */
int import_plan_add(struct import_plan *p, const char *path, struct err *e) MUST_USE;
/* The names that a file ("-": standard input) holds, separated by line feeds or by zero bytes. */
int import_plan_add_list(
	struct import_plan *p, const char *file, char separator, struct err *e) MUST_USE;
/* Looks at every file and orders them, on so many threads. */
int import_plan_make(struct import_plan *p, size_t threads, struct err *e) MUST_USE;
/* The i-th in the order of reading; from p->read on those that are skipped. */
static inline const struct import_file *import_plan_at(const struct import_plan *p, size_t i)
{
	return &p->files[p->order[i]];
}
/* Bytes that it holds. */
uint64_t import_plan_memory(const struct import_plan *p);
/* Why a file is skipped, for people; looks at it again. */
void import_plan_reason(const struct import_file *file, struct err *ret);
