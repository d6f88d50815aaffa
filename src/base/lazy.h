/* Tables that are large and mostly empty: zeros that cost memory only where something was written,
 * and none again once they are cleared. */
#pragma once

#include "base/base.h"

#include <assert.h>
#include <sys/mman.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LAZY_ON_HEAP 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define LAZY_ON_HEAP 1
#endif

#ifdef LAZY_ON_HEAP /* whose bounds the sanitizer watches */
#include <stdlib.h>
#include <string.h>

static inline void *lazy_new(size_t bytes)
{
	return calloc(1, bytes);
}

static inline void lazy_clear(void *p, size_t bytes)
{
	memset(p, 0, bytes);
}

static inline void lazy_free(void *p, size_t bytes)
{
	free(p);
}

#else

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

#endif
