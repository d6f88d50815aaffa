#include "report/run.h"

#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

enum { OUTPUT_MAX = 64 * 1024 };

int run_find(const char *name, char **ret)
{
	const char *path = getenv("PATH");

	while (path && *path) {
		size_t len = strcspn(path, ":");
		char *candidate;

		if (asprintf(&candidate, "%.*s/%s", len ? (int)len : 1, len ? path : ".", name) < 0)
			return -ENOMEM;
		if (access(candidate, X_OK) == 0) {
			*ret = candidate;
			return 0;
		}
		free(candidate);
		path += len + (path[len] == ':');
	}
	return -ENOENT;
}

/* The variable is one of those that are set anew. */
static bool is_replaced(const char *variable, char *const settings[])
{
	for (size_t i = 0; settings[i]; i++) {
		size_t name = strcspn(settings[i], "=") + 1;

		if (strncmp(variable, settings[i], name) == 0)
			return true;
	}
	return false;
}

static size_t count(char *const list[])
{
	size_t n = 0;

	while (list[n])
		n++;
	return n;
}

static char **make_environment(char *const settings[])
{
	size_t n = 0;
	char **list = calloc(count(environ) + count(settings) + 1, sizeof(*list));

	for (size_t i = 0; list && environ[i]; i++)
		if (!is_replaced(environ[i], settings))
			list[n++] = environ[i];
	for (size_t i = 0; list && settings[i]; i++)
		list[n++] = settings[i];
	return list;
}

static int spawn(const char *program, char *const argv[], char **environment, int out, pid_t *ret)
{
	posix_spawn_file_actions_t actions;

	int rc = posix_spawn_file_actions_init(&actions);
	if (rc != 0)
		return -rc;
	rc = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	if (rc == 0)
		rc = posix_spawn_file_actions_adddup2(&actions, out, 1);
	if (rc == 0)
		rc = posix_spawn_file_actions_adddup2(&actions, out, 2);
	if (rc == 0)
		rc = posix_spawn(ret, program, &actions, NULL, argv, environment);
	posix_spawn_file_actions_destroy(&actions);
	return -rc;
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Reads until the program closes its output; -ETIMEDOUT. */
static int read_output(int fd, int timeout_s, struct buf *out)
{
	int64_t end = now_ms() + (int64_t)timeout_s * 1000;
	char chunk[4096];

	for (;;) {
		struct pollfd p = {.fd = fd, .events = POLLIN};
		int64_t left = end - now_ms();

		if (left <= 0 || poll(&p, 1, (int)left) == 0)
			return -ETIMEDOUT;
		ssize_t len = read(fd, chunk, sizeof(chunk));
		if (len == 0)
			return 0;
		if (len < 0 && errno != EINTR)
			return -errno;
		if (len > 0 && out->len < OUTPUT_MAX)
			buf_add(out, chunk, (size_t)len);
	}
}

static int wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -EIO;
}

int run_program(const char *program, char *const argv[], char *const settings[], int timeout_s,
	struct buf *out, struct err *e)
{
	AUTO(free) char **environment = make_environment(settings);
	AUTO(close) int reader = -1;
	int pipes[2];
	pid_t pid;

	if (!environment)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	if (pipe2(pipes, O_CLOEXEC) < 0)
		return err_set(e, errno, TR("cannot start %s: %s", "%s を起動できません: %s"),
			program, strerror(errno));
	reader = pipes[0];
	int rc = spawn(program, argv, environment, pipes[1], &pid);
	close(pipes[1]);
	if (rc < 0)
		return err_set(e, -rc, TR("cannot start %s: %s", "%s を起動できません: %s"),
			program, strerror(-rc));
	rc = read_output(reader, timeout_s, out);
	if (rc < 0)
		kill(pid, SIGKILL);
	int status = wait_for(pid);
	if (rc == 0 && status >= 0)
		return status;
	return err_set(e, rc < 0 ? -rc : EIO,
		TR("%s did not end properly", "%s が正常に終了しませんでした"), program);
}
