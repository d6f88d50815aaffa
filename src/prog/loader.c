#include "prog/loader.h"

#include "base/text.h"
#include "prog/loading.h"
#include "prog/start.h"
#include "prog/stop.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>

enum {
	/* Segments wait for those before and behind them, so there is something to do without news, too. */
	LOOK_MS = 10000,
	/* After news, so that what comes together is loaded together. */
	GATHER_MS = 1000,
	RETRY_FIRST_S = 1,
	RETRY_MAX_S = 60,
};

/* --- the process that loads --- */

static void log_total(const struct collected_total *t)
{
	if (t->segments + t->known + t->quarantined + t->failed == 0)
		return;
	fprintf(stderr,
		"teiten: load=done segments=%" PRIu64 " frames=%" PRIu64 " accesses=%" PRIu64 " known=%" PRIu64
		" quarantined=%" PRIu64 " failed=%" PRIu64 " waiting=%" PRIu64 "\n",
		t->segments, t->frames, t->accesses, t->known, t->quarantined, t->failed, t->waiting);
}

/* False when the collector is gone. */
static bool wait_for_news(int wake_fd)
{
	struct pollfd news = {.fd = wake_fd, .events = POLLIN};
	char bytes[256];

	if (poll(&news, 1, LOOK_MS) <= 0)
		return true;
	if (read(wake_fd, bytes, sizeof(bytes)) == 0)
		return false;
	poll(NULL, 0, GATHER_MS);
	return true;
}

static int load(struct prog *p, const char *folder, int wake_fd, struct err *e)
{
	AUTO(loading_close) struct loading l = {0};
	int rc = loading_open(p, folder, &l, e);

	do {
		struct collected_total total = {0};

		if (rc == 0)
			rc = prog_clock(p, e);
		if (rc == 0)
			rc = collected_load(l.collected, false, &total, e);
		log_total(&total);
	} while (rc == 0 && !stop_signal() && wait_for_news(wake_fd));
	return rc;
}

/* Signals end it between two blocks. */
static int loader_main(struct prog *p, const char *folder, int wake_fd)
{
	struct err e = {""};
	sigset_t none;

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	stop_catch();
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	int rc = load(p, folder, wake_fd, &e);
	if (rc < 0 && !stop_signal())
		fprintf(stderr, "teiten: load=failed why=\"%s\"\n", e.text);
	return rc < 0 && !stop_signal() ? EXIT_FAILED : EXIT_DONE;
}

/* --- the process that starts it again --- */

static pid_t start(struct prog *p, const char *folder, int wake_fd)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(loader_main(p, folder, wake_fd));
	return pid;
}

/* The next signal, 0 when there was none for so long. */
static int next_signal(const sigset_t *signals, time_t wait_s)
{
	struct timespec wait = {.tv_sec = wait_s};
	int number = sigtimedwait(signals, NULL, &wait);

	return number < 0 ? 0 : number;
}

static void end(pid_t pid)
{
	if (pid > 0) {
		kill(pid, SIGTERM);
		waitpid(pid, NULL, 0);
	}
}

/* Until a signal says so. */
static void keep(struct prog *p, const char *folder, int wake_fd, const sigset_t *signals)
{
	time_t retry_s = RETRY_FIRST_S;
	pid_t pid = 0;

	for (;;) {
		time_t started_s = time(NULL);

		pid = start(p, folder, wake_fd);
		int number = next_signal(signals, pid > 0 ? INT32_MAX : 0);
		if (number != SIGCHLD && number != 0)
			break;
		if (pid > 0)
			waitpid(pid, NULL, 0);
		pid = 0;
		retry_s = time(NULL) - started_s > RETRY_MAX_S ? RETRY_FIRST_S : retry_s * 2 < RETRY_MAX_S ? retry_s * 2 : RETRY_MAX_S;
		number = next_signal(signals, retry_s);
		if (number == SIGTERM || number == SIGINT)
			break;
	}
	end(pid);
}

static void keeper_main(struct prog *p, const char *folder, int wake_fd)
{
	sigset_t signals;

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGCHLD);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	keep(p, folder, wake_fd, &signals);
}

/* --- what the collector calls --- */

int loader_start(struct prog *p, const char *folder, struct loader *ret, struct err *e)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
		return err_set(e, errno, TR("cannot start the loading process: %m", "取り込みプロセスを起動できません: %m"));
	pid_t pid = fork();
	if (pid == 0) {
		close(ends[1]);
		keeper_main(p, folder, ends[0]);
		_exit(EXIT_DONE);
	}
	close(ends[0]);
	*ret = (struct loader){.keeper = pid > 0 ? pid : 0, .wake_fd = ends[1]};
	return pid < 0 ? err_set(e, errno, TR("cannot start the loading process: %m", "取り込みプロセスを起動できません: %m")) : 0;
}

/* A pipe that is full has news enough. */
void loader_wake(struct loader *l)
{
	ssize_t n = write(l->wake_fd, "", 1);

	(void)n;
}

void loader_stop(struct loader *l)
{
	if (l->keeper <= 0)
		return;
	kill(l->keeper, SIGTERM);
	waitpid(l->keeper, NULL, 0);
	close(l->wake_fd);
	*l = (struct loader){0};
}
