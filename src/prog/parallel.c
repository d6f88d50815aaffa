#include "prog/parallel.h"

#include "prog/stop.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

enum { THREADS_MAX = 64 };

struct job {
	void (*one)(void *context, size_t i);
	void *context;
	size_t count;
	_Atomic size_t next;
};

static void *run(void *context)
{
	struct job *job = context;
	size_t i;

	while (!stop_signal() && (i = atomic_fetch_add(&job->next, 1)) < job->count)
		job->one(job->context, i);
	return NULL;
}

void parallel_each(
	size_t threads, size_t count, void (*one)(void *context, size_t i), void *context)
{
	struct job job = {.one = one, .context = context, .count = count};
	pthread_t others[THREADS_MAX];
	size_t started = 0;

	threads = threads < count ? threads : count;
	while (started + 1 < threads && started < THREADS_MAX &&
		pthread_create(&others[started], NULL, run, &job) == 0)
		started++;
	run(&job);
	while (started > 0)
		pthread_join(others[--started], NULL);
}

size_t parallel_cores(void)
{
	cpu_set_t cores;

	/* more than a cpu_set_t holds: more than is used here */
	if (sched_getaffinity(0, sizeof(cores), &cores) < 0)
		return CPU_SETSIZE;
	return (size_t)CPU_COUNT(&cores);
}
