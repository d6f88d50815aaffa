/* The half of teiten collect that takes segments into the store. It is a process of its own, so that whatever happens to it (the store
 * is gone, memory is short, a segment makes it fail) does not keep the other half from receiving; a small process between the two
 * starts it again. */
#pragma once

#include "prog/prog.h"

#include <sys/types.h>

struct loader {
	pid_t keeper; /* 0: none */
	int wake_fd;
};

/* folder: the collector's. Before other threads are started; SIGINT and SIGTERM are blocked. */
int loader_start(struct prog *p, const char *folder, struct loader *ret, struct err *e) MUST_USE;
/* There is something new in the inbox. Any thread. */
void loader_wake(struct loader *l);
/* Lets it complete the block under way. */
void loader_stop(struct loader *l);
static inline void auto_loader_stop(struct loader *l)
{
	loader_stop(l);
}
