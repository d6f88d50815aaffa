/* The same work for many things on several threads. */
#pragma once

#include <stddef.h>

/* Calls one(context, i) for every i below count, in turn, on so many threads (this one is one of
 * them; fewer when the system has no more), until all are done or a signal asks to stop
 * (prog/stop.h). */
void parallel_each(
	size_t threads, size_t count, void (*one)(void *context, size_t i), void *context);
/* How many cores this process may use. */
size_t parallel_cores(void);
