/* Whether a thread beside the caller's can run at the same time. Private to this folder. */
#pragma once

#include <sched.h>
#include <stdbool.h>

static inline bool have_cores(void)
{
	cpu_set_t cores;

	return sched_getaffinity(0, sizeof(cores), &cores) < 0 || CPU_COUNT(&cores) > 1;
}
