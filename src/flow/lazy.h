/* Tables that are large and mostly empty: zeros that cost memory only where something was written,
 * and none again once they are cleared. */
#pragma once

#include "base/base.h"

#include <assert.h>
#include <sys/mman.h>

/* NULL when there is no memory. */
static inline void *lazy_new(size_t bytes)
{
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

/* All zero again. */
static inline void lazy_clear(void *p, size_t bytes)
{
	int r = madvise(p, bytes, MADV_DONTNEED);

	assert(r == 0); /* fails only for what is no mapping */
	(void)r;
}

static inline void lazy_free(void *p, size_t bytes)
{
	if (p)
		munmap(p, bytes);
}
