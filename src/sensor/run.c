/* The parent reads nothing that comes from outside; it keeps the right to remove the rules, and to signal its children. */
#include "sensor/run.h"

#include "base/notify.h"
#include "base/text.h"
#include "sensor/capture_process.h"
#include "sensor/guard.h"
#include "sensor/responder_process.h"
#include "sensor/silence.h"
#include "sensor/upload_process.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <pwd.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

/* One line a process. */
static const struct process {
	const char *name;
	int (*run)(const struct sensor_config *c, int ready_fd, struct err *e);
	bool (*is_wanted)(const struct sensor_config *c); /* NULL: always */
} processes[] = {
	{"capture", capture_process, NULL},
	{"respond", responder_process, sensor_is_reactive},
	{"upload", upload_process, sensor_uploads},
};

enum { PROCESSES = ARRAY_SIZE(processes) };

struct family {
	pid_t pids[PROCESSES]; /* 0: not there */
	bool failed;
};

/* The children belong to other accounts: the folder is made for them. */
static int make_spool_folder(const struct sensor_config *c, struct err *e)
{
	const char *folder = c->settings.spool_folder;
	const struct passwd *account = geteuid() == 0 ? getpwnam(c->settings.user) : NULL;

	if (mkdir(folder, 0770) < 0)
		return errno == EEXIST ? 0
				       : err_set(e, errno,
						 TR("cannot make spool.folder %s: %m",
							 "spool.folder %s を作れません: %m"),
						 folder);
	/* with the group's rights, whatever the mask of who starts us */
	if (chmod(folder, 0770) < 0 || (account && chown(folder, account->pw_uid, account->pw_gid) < 0))
		return err_set(e, errno, TR("cannot give %s to %s: %m", "%s の所有者を %s にできません: %m"),
			folder, c->settings.user);
	return 0;
}

/* Why it could not start is told to the parent; what comes later, when that listens no more, on standard error. */
static _Noreturn void be_child(const struct process *process, const struct sensor_config *c, int ready_fd)
{
	struct err e = {""};
	char name[16]; /* as ps shows it */

	snprintf(name, sizeof(name), "teiten-%s", process->name);
	prctl(PR_SET_NAME, name);
	int rc = process->run(c, ready_fd, &e);

	if (rc < 0 && write(ready_fd, e.text, strlen(e.text)) < 0)
		fprintf(stderr, "teiten-sensor: %s: %s\n", process->name, e.text);
	_exit(rc < 0 ? 1 : 0);
}

/* Waits until the child has what it needs: after that nothing can fail for a wrong setting. */
static int start(struct family *f, size_t i, const struct sensor_config *c, struct err *e)
{
	int pipe_fds[2];
	char said[sizeof(e->text)] = "";

	if (pipe2(pipe_fds, O_CLOEXEC) < 0)
		return err_set(e, errno, "pipe: %m");
	f->pids[i] = fork();
	if (f->pids[i] < 0)
		return err_set(e, errno, "fork: %m");
	if (f->pids[i] == 0) {
		close(pipe_fds[0]);
		be_child(&processes[i], c, pipe_fds[1]);
	}
	close(pipe_fds[1]);
	ssize_t n = read(pipe_fds[0], said, sizeof(said) - 1);
	close(pipe_fds[0]);
	if (n == 1 && said[0] == '\0')
		return 0;
	return err_set(e, ECHILD, "%s: %s", processes[i].name,
		n > 0 ? said : TR("it ended while it started", "起動中に終了しました"));
}

static void stop_all(const struct family *f)
{
	for (size_t i = 0; i < PROCESSES; i++)
		if (f->pids[i] > 0)
			kill(f->pids[i], SIGTERM);
}

/* All children that ended; one that was not asked to is a failure. */
static void reap(struct family *f, bool asked)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (size_t i = 0; i < PROCESSES; i++) {
			if (f->pids[i] != pid)
				continue;
			f->pids[i] = 0;
			bool well = WIFEXITED(status) && WEXITSTATUS(status) == 0;
			f->failed = f->failed || !well || !asked;
			if (WIFSIGNALED(status))
				fprintf(stderr, "teiten-sensor: state=ended process=%s signal=%d\n",
					processes[i].name, WTERMSIG(status));
		}
}

static bool is_empty(const struct family *f)
{
	for (size_t i = 0; i < PROCESSES; i++)
		if (f->pids[i] > 0)
			return false;
	return true;
}

/* When one ends, all do: whoever watches us starts us again. */
static void wait_for_all(struct family *f, const sigset_t *signals)
{
	bool asked = false;

	while (!is_empty(f)) {
		int number = sigwaitinfo(signals, NULL);

		if (number == SIGCHLD)
			reap(f, asked);
		if ((number == SIGTERM || number == SIGINT || f->failed) && !asked) {
			asked = true;
			notify_service("STOPPING=1");
			stop_all(f);
		}
	}
}

static int keep_rights(const struct sensor_config *c, struct err *e)
{
	const unsigned int kept[] = {CAP_KILL, CAP_NET_ADMIN};
	bool silent = strcmp(c->settings.silence, "off") != 0;

	return guard_keep(geteuid() == 0 ? kept : kept + 1, (geteuid() == 0) + (size_t)silent, e);
}

static int run_family(const struct sensor_config *c, const sigset_t *signals, struct err *e)
{
	struct family family = {0};
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < PROCESSES; i++)
		if (!processes[i].is_wanted || processes[i].is_wanted(c))
			rc = start(&family, i, c, e);
	if (rc == 0)
		rc = keep_rights(c, e);
	if (rc < 0)
		stop_all(&family);
	else if (!notify_service("READY=1"))
		fputs("teiten-sensor: state=not_notified\n", stderr);
	wait_for_all(&family, signals);
	if (rc == 0 && family.failed)
		rc = err_set(e, ECHILD,
			TR("a process ended that should not have: see the lines above",
				"終わるはずのないプロセスが終わりました。上の行を見てください"));
	return rc;
}

int sensor_run(const struct sensor_config *c, struct err *e)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGCHLD);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	int rc = make_spool_folder(c, e);
	if (rc == 0)
		rc = silence_on(c, e);
	if (rc < 0)
		return rc;
	rc = run_family(c, &signals, e);
	/* after a crash of ours the kernel must stay silent until we are started again */
	struct err late = {""};
	int off = rc == 0 ? silence_off(c, &late) : 0;
	if (off < 0)
		*e = late;
	return rc < 0 ? rc : off;
}
