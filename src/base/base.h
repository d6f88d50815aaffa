/* Words that every file uses: scope-bound release, hand-over, attributes. */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define MUST_USE       __attribute__((warn_unused_result))
#define PRINTF(f, a)   __attribute__((format(printf, f, a)))
#define ARRAY_SIZE(a)  (sizeof(a) / sizeof((a)[0]))

/* AUTO(fclose) FILE *f = ...;   released by auto_fclose() on every return from the scope */
#define AUTO(release)  __attribute__((cleanup(auto_##release)))
/* *ret = TAKE(p);   hands p over: p is NULL from here on, so that AUTO releases nothing */
#define TAKE(p)        __extension__({ __typeof__(p) taken_ = (p); (p) = NULL; taken_; })
/* Defines auto_NAME() for AUTO(NAME), where NAME(type *) accepts NULL. */
#define AUTO_RELEASE(type, name)                                                                   \
	static inline void auto_##name(type **p)                                                   \
	{                                                                                          \
		name(*p);                                                                          \
	}                                                                                          \
	struct auto_needs_semicolon_

static inline void auto_free(void *p)
{
	free(*(void **)p);
}

static inline void auto_fclose(FILE **f)
{
	if (*f)
		fclose(*f);
}

/* For file descriptors: AUTO(close) int fd = -1; */
static inline void auto_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}
