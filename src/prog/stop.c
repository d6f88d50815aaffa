#include "prog/stop.h"

#include "base/text.h"

#include <signal.h>
#include <stdatomic.h>

/* Atomic, as the signal may come to any thread. */
static _Atomic sig_atomic_t stop;
_Static_assert(ATOMIC_INT_LOCK_FREE == 2, "a signal handler may set it");

static void note(int number)
{
	atomic_store_explicit(&stop, number, memory_order_relaxed);
}

/* Not restarted: a read that waits for a pipe ends with it. */
static void set_handler(void (*handler)(int))
{
	struct sigaction action = {.sa_handler = handler, .sa_flags = (int)SA_RESETHAND};

	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

void stop_catch(void)
{
	set_handler(note);
}

void stop_release(void)
{
	set_handler(SIG_DFL);
}

int stop_signal(void)
{
	return atomic_load_explicit(&stop, memory_order_relaxed);
}

int stop_check(struct err *e)
{
	return stop_signal()
		       ? err_set(e, EINTR, TR("stopped by a signal", "シグナルにより中断しました"))
		       : 0;
}
