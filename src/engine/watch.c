#include "engine/watch.h"

#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>

#include "base/json.h"
#include "base/text.h"

enum {
	POLL_START_MS = 20, /* between looks whether the server answers */
	LOG_MAX = 1 << 20,  /* bytes of engine.log: it is emptied beyond that */
};

static bool answers(uint16_t port)
{
	static const char ask[] = "GET /ping HTTP/1.0\r\n\r\n";
	struct sockaddr_in to = {.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct timeval wait = {.tv_sec = 1};
	char reply[16];
	AUTO(close) int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	return fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait)) == 0 &&
	       connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0 &&
	       send(fd, ask, sizeof(ask) - 1, MSG_NOSIGNAL) == (ssize_t)sizeof(ask) - 1 &&
	       recv(fd, reply, 12, MSG_WAITALL) == 12 && memcmp(reply + 9, "200", 3) == 0;
}

static int announce(const struct engine *engine, struct err *e)
{
	AUTO(buf_done) struct buf b = {0};
	struct json j = {.out = &b};

	json_open(&j, NULL, '{');
	json_u64(&j, "pid", (uint64_t)getpid());
	json_u64(&j, "port", engine->port);
	json_text(&j, "password", engine->password);
	json_close(&j, '}');
	buf_char(&b, '\n');
	return write_file(engine, "engine.json", &b, e);
}

/* Waits that long; true when a signal asks to stop. */
static bool stop_asked(uint64_t wait_ms)
{
	struct timespec wait = {
		.tv_sec = (time_t)(wait_ms / 1000), .tv_nsec = (long)(wait_ms % 1000) * 1000000};
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	return sigtimedwait(&set, NULL, &wait) > 0;
}

/* Nobody held engine.users: kept exclusively from the moment that decides, so that a client that
 * comes now waits until this process is gone and then starts a new one. */
static bool is_unused(const struct engine *engine, uint64_t *idle_s)
{
	if (flock(engine->users_fd, LOCK_EX | LOCK_NB) < 0) {
		*idle_s = 0;
		return false;
	}
	if (++*idle_s >= engine->idle_s)
		return true;
	flock(engine->users_fd, LOCK_UN);
	return false;
}

static void bound_log(const struct engine *engine)
{
	struct stat st;

	if (fstat(engine->log_fd, &st) == 0 && st.st_size > LOG_MAX &&
		ftruncate(engine->log_fd, 0) < 0)
		return; /* nothing to be done about it, and nobody to tell */
}

static void *watch(void *context)
{
	const struct engine *engine = context;
	uint64_t idle_s = 0;
	struct err e = {0};
	char path[PATH_SIZE];

	while (!answers(engine->port))
		if (stop_asked(POLL_START_MS))
			_exit(EXIT_SUCCESS);
	if (announce(engine, &e) < 0) {
		report(engine, "error", e.text);
		_exit(EXIT_FAILURE);
	}
	report(engine, "ready", "");
	close(engine->report_fd);
	while (!stop_asked(1000) && !is_unused(engine, &idle_s))
		bound_log(engine);
	unlink(path_in(engine, "engine.json", path));
	_exit(EXIT_SUCCESS);
}

int start_watcher(struct engine *engine, struct err *e)
{
	pthread_t thread;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	pthread_sigmask(SIG_BLOCK, &set,
		NULL); /* the library's threads inherit this: only the watcher takes them */
	int r = pthread_create(&thread, NULL, watch, engine);
	if (r != 0)
		return err_set(e, r, TR("cannot start a thread: %s", "スレッドを作れません: %s"),
			strerror(r));
	return 0;
}
