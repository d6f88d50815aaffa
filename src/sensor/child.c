#include "sensor/child.h"

#include <stddef.h>

static volatile sig_atomic_t stop;

static void note_stop(int number)
{
	stop = number;
}

const volatile sig_atomic_t *child_stop(void)
{
	struct sigaction action = {.sa_handler = note_stop};

	sigemptyset(&action.sa_mask);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	sigprocmask(SIG_SETMASK, &action.sa_mask, NULL);
	return &stop;
}
