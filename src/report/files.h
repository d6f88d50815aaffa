/* The files of a report: made in a folder of their own inside the output folder and renamed into
 * place at the end, each whole or not at all. */
#pragma once

#include "base/buf.h"
#include "base/err.h"

#include <limits.h>

enum { FILES_MAX = 64, FILES_NAME_SIZE = 48 };

struct files {
	char folder[PATH_MAX / 2];
	char work[PATH_MAX - 256]; /* "" before files_begin() and after the end */
	char names[FILES_MAX][FILES_NAME_SIZE];
	size_t count;
};

/* Makes the folder when it is not there (its parent must be) and the working folder in it. */
int files_begin(struct files *f, const char *folder, struct err *e) MUST_USE;
/* Where the file of that name ("figures/fig-3-1.svg") is to be written by someone else. */
int files_add(struct files *f, const char *name, char path[PATH_MAX], struct err *e) MUST_USE;
int files_write(
	struct files *f, const char *name, const struct buf *contents, struct err *e) MUST_USE;
/* Forgets the file that was added last. */
void files_drop(struct files *f);
/* Renames all into place and removes what an earlier report left: report.pdf and figures that this
 * one does not have. */
int files_commit(struct files *f, struct err *e) MUST_USE;
/* Removes what was not committed. */
void files_done(struct files *f);

static inline void auto_files_done(struct files *f)
{
	files_done(f);
}
