/* The archive: every capture that was taken in, named by what it holds. ARCHIVE/ab/abcdef... .zst
 * is the zstd-compressed copy of a file whose decompressed bytes have that SHA-256, openable with
 * zstdcat and tcpdump. */
#pragma once

#include "base/err.h"
#include "prog/digest.h"
#include "prog/prog.h"
#include "prog/progress.h"
#include "store/store.h"

#include <limits.h>

struct archive {
	char folder[PATH_MAX - 512]; /* "" where there is none (a server's store without archive.folder) */
};

/* The archive that belongs to the open store: the setting archive.folder, else STORE/archive. */
void archive_of(const struct prog *p, struct archive *ret);

/* What one reading of a capture gives. */
struct archive_copy {
	char digest[DIGEST_TEXT];
	uint64_t bytes;	     /* decompressed */
	struct err damage; /* of the compression; "" when it is whole */
	char begins_with[DIGEST_TEXT]; /* the longest known shorter capture that it begins with; "" when there is none */
	char path[PATH_MAX]; /* of the copy; "" where none was made */
	char below[256];     /* the same below the archive's folder */
};

/* Reads a capture ("-": standard input) once: its digest and, with keep, its copy in the archive.
 * Standard input is always kept, since it cannot be read twice. progress is drawn. The copy appears whole under its
 * name or not at all. Any number of threads and processes at once. -EINTR when a signal asks to stop. */
int archive_take(const struct archive *a, const char *path, bool keep, const struct digest_known *known,
	struct progress *progress, struct archive_copy *ret,
	struct err *e) MUST_USE;
/* Where the copy of a segment lies; "" when it was not kept. */
void archive_path(const struct archive *a, const struct segment *segment, char ret[PATH_MAX]);
/* Takes the lock of one digest, so that no two processes import the same bytes at once: a
 * descriptor whose closing (or whose process's end) gives it back; -EBUSY when another process has
 * it. */
int archive_lock(const struct archive *a, const char *digest, struct err *e) MUST_USE;
/* A copy without its final name. */
bool archive_is_incoming(const char *name);
/* Removes copies that a killed process left unfinished; never one that is being written, by whichever process. */
void archive_sweep(const struct archive *a);
