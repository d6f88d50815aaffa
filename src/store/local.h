/* The engine of a store folder: found running, or started. See engine/engine.c for the files and
 * locks. */
#pragma once

#include <sys/types.h>

#include "base/err.h"
#include "store/http.h"

struct local {
	char *folder; /* absolute */
	char *program, *library;
	uint64_t memory_mib, idle_s;
	int users_fd;  /* engine.users, held shared: while it is, the engine does not stop for
			  idleness */
	pid_t started; /* the engine is our child; 0: it is not */
};

/* Takes the folder (made when create) and holds engine.users. On failure local_done() is still to
 * be called. -ENOENT when there is no store in it and not create. */
int local_init(struct local *l, const struct store_options *options, struct err *e) MUST_USE;
void local_done(struct local *l);

/* Makes h a connection to the running engine, which is started when there is none; h keeps its
 * database. Again after the engine crashed. Waits at most 30 seconds. -EBUSY when the data belong
 * to another process. */
int local_connect(struct local *l, struct http *h, const char *database, struct err *e) MUST_USE;
/* Waits for the lock of a file in the folder; it lasts as long as the descriptor that is returned. */
int local_lock(const struct local *l, const char *name, struct err *e) MUST_USE;
