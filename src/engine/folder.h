/* The folder of a store, as the engine sees it: locks, log, generated configuration. */
#pragma once

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

enum {
	PATH_SIZE = 4096,
	FOLDER_SIZE = PATH_SIZE - 64, /* leaves room for the names below it */
	PASSWORD_BYTES = 32,
};

struct engine {
	const char *library;
	char folder[FOLDER_SIZE]; /* absolute: a relative path breaks fsync_part_directory in the
				     library */
	uint64_t memory_mib;
	uint64_t idle_s;
	char password[2 * PASSWORD_BYTES + 1];
	uint16_t port;
	int report_fd; /* the starter's pipe */
	int lock_fd;   /* engine.lock */
	int users_fd;  /* engine.users */
	int log_fd;
};

/* "FOLDER/name" */
const char *path_in(const struct engine *engine, const char *name, char ret[PATH_SIZE]);
/* Writes a file whole or not at all, for this user only. */
int write_file(const struct engine *engine, const char *name, const struct buf *text,
	struct err *e) MUST_USE;
/* Takes engine.lock and opens engine.users. -EBUSY, without a text, when another engine has the
 * folder. */
int lock_folder(struct engine *engine, struct err *e) MUST_USE;
/* The library's standard input is empty (an INSERT would read it), its output goes to the log. */
int redirect(struct engine *engine, struct err *e) MUST_USE;
/* Makes the folders, the password, the port and the configuration; the password goes to the
 * environment too. */
int prepare(struct engine *engine, struct err *e) MUST_USE;
/* The one word or line that the starter waits for. */
void report(const struct engine *engine, const char *word, const char *text);
