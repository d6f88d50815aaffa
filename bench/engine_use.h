/* What the engine of a store has used so far. It is a process of its own, so the times of a command
 * do not hold it. */
#pragma once

#include "store/store.h"

struct engine_use {
	double cpu_s;	   /* user and system, all its threads, since its start */
	uint64_t peak_kib; /* most resident memory since its start */
};

/* folder: of the store. -ENOENT when no engine runs there. */
int engine_use(const char *folder, struct engine_use *ret, struct err *e) MUST_USE;
/* Until no merge has run for two seconds. */
int engine_wait(struct store *s, struct err *e) MUST_USE;
