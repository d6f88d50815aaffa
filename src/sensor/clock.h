/* What the clocks say. */
#pragma once

#include "ship/segment.h"

#include <sys/timex.h>
#include <time.h>

static inline int64_t clock_ns(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static inline struct segment_clock clock_read(void)
{
	struct timex timex = {0};
	int state = adjtimex(&timex);

	return (struct segment_clock){
		.real_ns = clock_ns(CLOCK_REALTIME),
		.monotonic_ns = clock_ns(CLOCK_MONOTONIC),
		.boot_ns = clock_ns(CLOCK_BOOTTIME),
		.max_error_us = timex.maxerror,
		.state = (uint32_t)(state < 0 ? TIME_ERROR : state),
		.status = (uint32_t)timex.status,
	};
}
