#include "store/local.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/number.h"
#include "base/text.h"
#include "store/pause.h"

extern char **environ;

enum { WAIT_MS = 30000, PAUSE_MS = 50, PING_S = 5, ENGINE_JSON_MAX = 512 };

static char *path_of(const struct local *l, const char *name)
{
	char *path;

	return asprintf(&path, "%s/%s", l->folder, name) < 0 ? NULL : path;
}

/* --- the folder --- */

static int find_folder(struct local *l, const struct store_options *o, struct err *e)
{
	struct stat st;

	if (o->create && mkdir(o->where, 0700) < 0 && errno != EEXIST)
		return err_set(e, errno,
			TR("cannot make the store %s: %s", "データの置き場所 %s を作れません: %s"),
			o->where, strerror(errno));
	l->folder = realpath(o->where, NULL);
	if (!l->folder || stat(l->folder, &st) < 0)
		return err_set(e, errno, TR("no store at %s: %s", "%s にデータがありません: %s"),
			o->where, strerror(errno));
	if (!S_ISDIR(st.st_mode))
		return err_set(e, ENOTDIR, TR("%s is no folder", "%s はフォルダーではありません"),
			o->where);
	AUTO(free) char *data = path_of(l, "clickhouse");
	if (!o->create && (!data || stat(data, &st) < 0))
		return err_set(e, ENOENT,
			TR("no store at %s (teiten import makes one)",
				"%s にデータがありません（teiten import が作成します）"),
			o->where);
	return 0;
}

/* The lock is exclusive for an instant each second when the engine looks for users, and for good
 * while it goes down. */
static int hold_users(struct local *l, struct err *e)
{
	int64_t until = now_ms() + WAIT_MS;
	AUTO(free) char *path = path_of(l, "engine.users");

	l->users_fd = path ? open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600) : -1;
	if (l->users_fd < 0)
		return err_set(e, errno, TR("cannot use the store %s: %s", "%s を使えません: %s"),
			l->folder, strerror(errno));
	while (flock(l->users_fd, LOCK_SH | LOCK_NB) < 0) {
		if (errno != EWOULDBLOCK || now_ms() >= until)
			return err_set(e, EIO,
				TR("the engine of %s neither stops nor answers",
					"%s のエンジンが停止も応答もしません"),
				l->folder);
		pause_ms(PAUSE_MS);
	}
	return 0;
}

int local_lock(const struct local *l, const char *name, struct err *e)
{
	AUTO(free) char *path = path_of(l, name);
	int fd = path ? open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600) : -1;

	if (fd >= 0 && flock(fd, LOCK_EX) == 0)
		return fd;
	int r = err_set(e, errno, TR("cannot use the store %s: %s", "%s を使えません: %s"), l->folder,
		strerror(errno));
	if (fd >= 0)
		close(fd);
	return r;
}

int local_init(struct local *l, const struct store_options *o, struct err *e)
{
	*l = (struct local){.users_fd = -1,
		.memory_mib = o->engine_mib,
		.idle_s = o->engine_idle_s,
		.program = strdup(o->engine_program ? o->engine_program : ""),
		.library = strdup(o->engine_library ? o->engine_library : "")};
	if (!l->program || !l->library)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	int r = find_folder(l, o, e);
	return r < 0 ? r : hold_users(l, e);
}

void local_done(struct local *l)
{
	if (!l)
		return;
	if (l->users_fd >= 0)
		close(l->users_fd);
	free(l->folder);
	free(l->program);
	free(l->library);
	*l = (struct local){.users_fd = -1};
}

/* --- finding --- */

/* The value of "key": in a flat JSON object without escapes, as the engine writes it. */
static bool json_value(const char *json, const char *key, char *ret, size_t size)
{
	const char *at = strstr(json, key);

	if (!at)
		return false;
	at += strlen(key);
	at += strspn(at, "\":");
	size_t len = strcspn(at, "\",}");
	if (len == 0 || len >= size)
		return false;
	memcpy(ret, at, len);
	ret[len] = '\0';
	return true;
}

static bool read_engine_file(const struct local *l, uint64_t *port, char *password, size_t size)
{
	char json[ENGINE_JSON_MAX], digits[8];
	AUTO(free) char *path = path_of(l, "engine.json");
	AUTO(fclose) FILE *f = path ? fopen(path, "re") : NULL;

	if (!f)
		return false;
	json[fread(json, 1, sizeof(json) - 1, f)] = '\0';
	return json_value(json, "\"port\"", digits, sizeof(digits)) &&
	       number_u64(digits, 1, 65535, port) &&
	       json_value(json, "\"password\"", password, size);
}

/* 0 when it answers to our password; an engine that is merely out of memory or disk does answer. */
static int ping(struct http *h)
{
	struct request one = {.sql = "SELECT 1", .timeout_s = PING_S};
	AUTO(buf_done) struct buf answer = {0};
	struct err unused = {0};
	int r = http_post(h, &one, &answer, &unused);

	return r == -ENOTCONN || r == -EACCES ? r : 0;
}

static bool find_engine(const struct local *l, struct http *h, const char *database)
{
	char url[64], password[128];
	struct err unused = {0};
	uint64_t port;

	if (!read_engine_file(l, &port, password, sizeof(password)))
		return false;
	snprintf(url, sizeof(url), "http://127.0.0.1:%" PRIu64 "/", port);
	http_done(h);
	return http_init(h, url, database, "teiten", password, &unused) == 0 && ping(h) == 0;
}

/* --- starting --- */

static void reap(struct local *l, int how)
{
	if (l->started > 0 && waitpid(l->started, NULL, how) == l->started)
		l->started = 0;
}

/* In a session of its own, so that Ctrl-C of a command does not reach it. */
static int spawn(struct local *l, int report_fd, struct err *e)
{
	char memory[24], idle[24];
	char *arguments[] = {l->program, (char[]){"--store"}, l->folder, (char[]){"--library"},
		l->library, (char[]){"--memory-mib"}, memory, (char[]){"--idle-s"}, idle,
		(char[]){"--lang"}, (char[]){"en"}, NULL};
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	sigset_t none;

	snprintf(memory, sizeof(memory), "%" PRIu64, l->memory_mib);
	snprintf(idle, sizeof(idle), "%" PRIu64, l->idle_s);
	memcpy(arguments[10], lang_name(text_lang()), 2);
	sigemptyset(&none);
	posix_spawn_file_actions_init(&files);
	posix_spawnattr_init(&attributes);
	posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&files, report_fd, STDOUT_FILENO);
	posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK);
	int r = posix_spawn(&l->started, l->program, &files, &attributes, arguments, environ);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attributes);
	if (r == 0)
		return 0;
	l->started = 0;
	return err_set(e, EIO,
		TR("cannot start the engine %s: %s", "エンジン %s を起動できません: %s"),
		l->program, strerror(r));
}

/* The engine's one line, or "" when it says nothing until the end of its output or of the time. */
static void read_report(int fd, int64_t until, char *line, size_t size)
{
	size_t len = 0;

	while (len < size - 1) {
		struct pollfd p = {.fd = fd, .events = POLLIN};
		int64_t left = until - now_ms();

		if (left <= 0 || poll(&p, 1, (int)left) <= 0)
			break;
		ssize_t n = read(fd, line + len, size - 1 - len);
		if (n <= 0)
			break;
		len += (size_t)n;
		if (line[len - 1] == '\n')
			break;
	}
	line[len] = '\0';
	line[strcspn(line, "\n")] = '\0';
}

/* 0: ours runs; 1: another was quicker and will answer soon. */
static int understand(struct local *l, const char *line, struct err *e)
{
	if (strcmp(line, "ready") == 0)
		return 0;
	if (strcmp(line, "busy") != 0 && strncmp(line, "taken ", 6) != 0 &&
		strncmp(line, "error ", 6) != 0)
		return err_set(e, EIO,
			TR("the engine does not start; see %s/engine.log",
				"エンジンが起動しません（%s/engine.log を参照してください）"),
			l->folder);
	reap(l, 0);
	if (strcmp(line, "busy") == 0)
		return 1;
	return err_set(e, line[0] == 't' ? EBUSY : EIO, "%s", line + 6);
}

static int start_engine(struct local *l, int64_t until, struct err *e)
{
	char line[2048];
	int ends[2];

	reap(l, WNOHANG);
	if (pipe2(ends, O_CLOEXEC) < 0)
		return err_set(e, errno, TR("cannot make a pipe: %s", "パイプを作れません: %s"),
			strerror(errno));
	AUTO(close) int from = ends[0];
	int r = spawn(l, ends[1], e);
	close(ends[1]);
	if (r < 0)
		return r;
	read_report(from, until, line, sizeof(line));
	return understand(l, line, e);
}

int local_connect(struct local *l, struct http *h, const char *database, struct err *e)
{
	int64_t until = now_ms() + WAIT_MS;

	while (!find_engine(l, h, database)) {
		if (now_ms() >= until)
			return err_set(e, EIO,
				TR("the engine of %s does not answer; see %s/engine.log",
					"%s のエンジンが応答しません（%s/engine.log "
					"を参照してください）"),
				l->folder, l->folder);
		int r = start_engine(l, until, e);
		if (r < 0)
			return r;
		if (r > 0)
			pause_ms(PAUSE_MS);
	}
	return 0;
}
