/* Files and folders that are on the disk when a function returns: written, synced, renamed, the folder synced. */
#pragma once

#include "base/err.h"

#include <stdbool.h>
#include <sys/types.h>

/* The folder of that name below parent (AT_FDCWD: any path), made when it is not there. A descriptor. */
int files_folder(int parent_fd, const char *name, struct err *e) MUST_USE;
/* All of it: a signal or a short write is no end. Returns -errno, with errno as it was. */
int files_write_all(int fd, const void *data, size_t len) MUST_USE;
/* Replaces folder/name at once: whoever opens it sees the old or the new. */
int files_replace(int folder_fd, const char *name, mode_t mode, const void *data, size_t len,
	struct err *e) MUST_USE;
/* A whole file of at most max bytes, with a zero behind them; *ret is owned by the caller. -ENOENT without a message when
 * there is none. */
int files_read(int folder_fd, const char *name, size_t max, char **ret, size_t *ret_len, struct err *e) MUST_USE;
/* Calls each() for the entries of a folder whose names do not begin with a dot, until it returns less than 0. */
int files_each(int folder_fd, int (*each)(void *context, const char *name, struct err *e), void *context,
	struct err *e) MUST_USE;
