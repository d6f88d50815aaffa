/* teiten-engine: the packaged ClickHouse (libchdb.so) as a small server of one store folder, on
 * loopback only.
 *
 *   teiten-engine --store FOLDER --library PATH [--memory-mib N] [--idle-s N] [--lang en|ja]
 *
 * In FOLDER:
 * - clickhouse/: the data; engine/: generated configuration; engine.log: what the library prints.
 * - engine.lock: flock, exclusive: one engine per folder.
 * - engine.users: flock, shared, held by every client. The engine stops when nobody held it for
 *   idle-s seconds, and keeps it exclusively while it goes down, so that no client takes a dying
 *   engine for a live one.
 * - engine.json: renamed into place when the engine answers: {"pid":1,"port":2,"password":"hex"}.
 *
 * One line on standard output says how the start went: "ready", "busy" (another engine has the
 * folder), "taken REASON" (another ClickHouse has the data) or "error REASON". The data survive a
 * kill at any moment (every insert is synced, see store/), so the way to stop is to exit. */
#include <arpa/inet.h>
#include <assert.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "base/number.h"
#include "base/text.h"

enum {
	PATH_SIZE = 4096,
	FOLDER_SIZE = PATH_SIZE - 64, /* leaves room for the names below it */
	PASSWORD_BYTES = 32,
	POLL_START_MS = 20, /* between looks whether the server answers */
	LOG_MAX = 1 << 20,  /* bytes of engine.log: it is emptied beyond that */
	EXIT_BUSY = 3,
};

struct engine {
	const char *library;
	char folder[FOLDER_SIZE]; /* absolute: a relative path breaks fsync_part_directory in the
				   * library
				   */
	uint64_t memory_mib;
	uint64_t idle_s;
	char password[2 * PASSWORD_BYTES + 1];
	uint16_t port;
	int report_fd; /* the starter's pipe */
	int lock_fd;   /* engine.lock */
	int users_fd;  /* engine.users */
	int log_fd;
};

/* Of libchdb 26.7: chdb.h. Only what is needed to run a server. */
struct chdb {
	void (*set_signal_handlers_enabled)(int);
	void *(*query_cmdline)(int, char **);
	const char *(*result_error)(void *);
};

/* Says the one word or line that the starter waits for. */
static void report(const struct engine *engine, const char *word, const char *text)
{
	/* Should the starter be gone, the engine serves whoever comes. */
	dprintf(engine->report_fd, "%s%s%s\n", word, *text ? " " : "", text);
}

/* "FOLDER/name". The folder's length was tested by parse(). */
static const char *path_in(const struct engine *engine, const char *name, char ret[PATH_SIZE])
{
	int len = snprintf(ret, PATH_SIZE, "%s/%s", engine->folder, name);

	assert(len > 0 && len < PATH_SIZE);
	return ret;
}

static int open_in(const struct engine *engine, const char *name, int flags, struct err *e)
{
	char path[PATH_SIZE];
	int fd = open(path_in(engine, name, path), flags | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return err_set(e, errno, TR("cannot open %s: %s", "%s を開けません: %s"), path,
			strerror(errno));
	return fd;
}

/* Writes a file whole or not at all, for this user only. */
static int write_file(
	const struct engine *engine, const char *name, const struct buf *text, struct err *e)
{
	char path[PATH_SIZE], temporary[PATH_SIZE + 4];

	snprintf(temporary, sizeof(temporary), "%s.new", path_in(engine, name, path));
	unlink(temporary);
	AUTO(close) int fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 || text->failed || write(fd, text->data, text->len) != (ssize_t)text->len ||
		rename(temporary, path) < 0)
		return err_set(e, errno ? errno : EIO,
			TR("cannot write %s: %s", "%s を書けません: %s"), path, strerror(errno));
	return 0;
}

static int make_password(struct engine *engine, struct err *e)
{
	uint8_t bytes[PASSWORD_BYTES];

	if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
		return err_set(e, EIO, TR("no random bytes: %s", "乱数を得られません: %s"),
			strerror(errno));
	for (size_t i = 0; i < sizeof(bytes); i++)
		snprintf(engine->password + 2 * i, 3, "%02x", bytes[i]);
	return 0;
}

/* A port that is free now; the library takes it a moment later. */
static int find_port(struct engine *engine, struct err *e)
{
	struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(any);
	AUTO(close) int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&any, len) < 0 ||
		getsockname(fd, (struct sockaddr *)&any, &len) < 0)
		return err_set(e, errno,
			TR("no free port on 127.0.0.1: %s",
				"127.0.0.1 に空きポートがありません: %s"),
			strerror(errno));
	engine->port = ntohs(any.sin_port);
	return 0;
}

/* Server settings for a small machine: without these the limit is 90 % of the memory and the caches
 * are sized for a rack. */
static int write_config(const struct engine *engine, struct err *e)
{
	AUTO(buf_done) struct buf b = {0};

	buf_text(&b, "<clickhouse>\n<users_config>");
	buf_html(&b, engine->folder);
	buf_printf(&b,
		"/engine/users.xml</users_config>\n"
		"<listen_host>127.0.0.1</listen_host>\n"
		"<http_port>%u</http_port>\n"
		"<max_server_memory_usage>%" PRIu64 "</max_server_memory_usage>\n",
		engine->port, engine->memory_mib << 20);
	buf_text(&b, "<mark_cache_size>16777216</mark_cache_size>\n"
		     "<primary_index_cache_size>16777216</primary_index_cache_size>\n"
		     "<index_mark_cache_size>1048576</index_mark_cache_size>\n"
		     "<uncompressed_cache_size>0</uncompressed_cache_size>\n"
		     "<mmap_cache_size>64</mmap_cache_size>\n"
		     "<query_condition_cache_size>1048576</query_condition_cache_size>\n"
		     "<background_pool_size>1</background_pool_size>\n"
		     "<background_merges_mutations_concurrency_ratio>1</"
		     "background_merges_mutations_concurrency_ratio>\n"
		     "<background_schedule_pool_size>2</background_schedule_pool_size>\n"
		     "<http_max_uri_size>8388608</http_max_uri_size>\n"
		     "<http_max_field_value_size>8388608</http_max_field_value_size>\n"
		     /* The library's own session is the user "default" without a password; this
		      * rule keeps everybody who does not know the password from that user too. */
		     "<http_handlers>\n"
		     "<rule><url>/ping</url><handler><type>ping</type></handler></rule>\n"
		     "<rule><methods>POST</methods><url>/</url>"
		     "<headers><X-ClickHouse-Key from_env=\"TEITEN_ENGINE_PASSWORD\"/></headers>"
		     "<handler><type>dynamic_query_handler</type><query_param_name>query</"
		     "query_param_name></handler></rule>\n"
		     "</http_handlers>\n</clickhouse>\n");
	return write_file(engine, "engine/config.xml", &b, e);
}

static int write_users(const struct engine *engine, struct err *e)
{
	static const char users[] =
		"<clickhouse>\n<profiles><default/></profiles>\n<quotas><default/></"
		"quotas>\n<users>\n"
		"<default><password></password><networks><ip>127.0.0.1</ip></networks>"
		"<profile>default</profile><quota>default</quota>"
		"<grants><query>GRANT SYSTEM LISTEN ON *.*</query><query>GRANT SELECT ON "
		"system.numbers</query></grants>"
		"</default>\n"
		"<teiten><password "
		"from_env=\"TEITEN_ENGINE_PASSWORD\"/><networks><ip>127.0.0.1</ip></networks>"
		"<profile>default</profile><quota>default</quota></teiten>\n"
		"</users>\n</clickhouse>\n";
	AUTO(buf_done) struct buf b = {0};

	buf_text(&b, users);
	return write_file(engine, "engine/users.xml", &b, e);
}

static int make_folder(const struct engine *engine, const char *name, struct err *e)
{
	char path[PATH_SIZE];

	if (mkdir(path_in(engine, name, path), 0700) < 0 && errno != EEXIST)
		return err_set(e, errno, TR("cannot make %s: %s", "%s を作れません: %s"), path,
			strerror(errno));
	return 0;
}

static int prepare(struct engine *engine, struct err *e)
{
	int r = make_folder(engine, "engine", e);

	if (r >= 0)
		r = make_folder(engine, "clickhouse", e);
	if (r >= 0)
		r = make_password(engine, e);
	if (r >= 0)
		r = find_port(engine, e);
	if (r >= 0)
		r = write_config(engine, e);
	if (r >= 0)
		r = write_users(engine, e);
	if (r >= 0 && setenv("TEITEN_ENGINE_PASSWORD", engine->password, 1) < 0)
		r = err_set(e, errno, "%s", strerror(errno));
	return r;
}

/* The library's standard input is empty (an INSERT would read it), its output goes to the log. */
static int redirect(struct engine *engine, struct err *e)
{
	AUTO(close) int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);

	engine->log_fd = open_in(engine, "engine.log", O_WRONLY | O_TRUNC | O_APPEND, e);
	if (engine->log_fd < 0)
		return engine->log_fd;
	if (nothing < 0 || dup2(nothing, STDIN_FILENO) < 0 ||
		dup2(engine->log_fd, STDOUT_FILENO) < 0 || dup2(engine->log_fd, STDERR_FILENO) < 0)
		return err_set(e, errno,
			TR("cannot redirect: %s", "入出力を切り替えられません: %s"),
			strerror(errno));
	return 0;
}

static int load_library(const char *path, struct chdb *ret, struct err *e)
{
	void *library = dlopen(path, RTLD_NOW);

	if (!library)
		return err_set(e, EIO,
			TR("cannot load the engine's library: %s (setting engine.library)",
				"エンジンのライブラリを読み込めません: %s（設定 engine.library）"),
			dlerror());
	*(void **)&ret->set_signal_handlers_enabled =
		dlsym(library, "chdb_set_signal_handlers_enabled");
	*(void **)&ret->query_cmdline = dlsym(library, "chdb_query_cmdline");
	*(void **)&ret->result_error = dlsym(library, "chdb_result_error");
	if (!ret->set_signal_handlers_enabled || !ret->query_cmdline || !ret->result_error)
		return err_set(e, EIO,
			TR("%s is no libchdb 26.7 or later",
				"%s は libchdb 26.7 以降ではありません"),
			path);
	return 0;
}

/* --- the watcher: a thread of its own, because the library keeps the first one
 * -------------------------------------- */

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

static int start_watcher(struct engine *engine, struct err *e)
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

/* The library prints the reason only on standard error, which is the log. */
static int reason_from_log(const struct engine *engine, struct err *e)
{
	char path[PATH_SIZE], text[4096];
	AUTO(fclose) FILE *log = fopen(path_in(engine, "engine.log", path), "re");
	size_t len = log ? fread(text, 1, sizeof(text) - 1, log) : 0;

	text[len] = '\0';
	if (strstr(text, "Cannot lock file"))
		return err_set(e, EBUSY,
			TR("%s is in use by another ClickHouse process; stop that one first",
				"%s は別の ClickHouse "
				"プロセスが使用中です。先にそちらを止めてください"),
			engine->folder);
	if (strstr(text, "No space left on device"))
		return err_set(e, ENOSPC,
			TR("no space left on the disk of %s", "%s のディスクに空きがありません"),
			engine->folder);
	return err_set(e, EIO,
		TR("the engine did not start: %.400s", "エンジンが起動しません: %.400s"), text);
}

/* Serves until the watcher ends the process; returns only when the library gives up. */
static int serve(const struct engine *engine, const struct chdb *chdb, struct err *e)
{
	char data[PATH_SIZE], config[PATH_SIZE];
	char run[] =
		"SYSTEM START LISTEN HTTP; SELECT sleepEachRow(1) FROM system.numbers SETTINGS "
		"max_block_size=1, function_sleep_max_microseconds_per_block=0 FORMAT Null";

	if (chdir(engine->folder) < 0)
		return err_set(e, errno, TR("cannot enter %s: %s", "%s に移れません: %s"),
			engine->folder, strerror(errno));
	path_in(engine, "clickhouse", data);
	path_in(engine, "engine/config.xml", config);
	char *arguments[] = {(char[]){"clickhouse-local"}, (char[]){"--path"}, data,
		(char[]){"--config-file"}, config, (char[]){"--query"}, run, NULL};
	void *result = chdb->query_cmdline((int)ARRAY_SIZE(arguments) - 1, arguments);
	const char *error = result ? chdb->result_error(result) : NULL;
	if (error)
		dprintf(engine->log_fd, "%s\n", error);
	return reason_from_log(engine, e);
}

static int usage(struct err *e)
{
	return err_set(e, EINVAL,
		TR("usage: teiten-engine --store FOLDER --library PATH [--memory-mib N] [--idle-s "
		   "N] [--lang en|ja]",
			"使い方: teiten-engine --store フォルダー --library パス [--memory-mib N] "
			"[--idle-s N] [--lang en|ja]"));
}

static int parse(int argc, char **argv, struct engine *engine, struct err *e)
{
	static const struct option options[] = {{"store", required_argument, NULL, 's'},
		{"library", required_argument, NULL, 'l'},
		{"memory-mib", required_argument, NULL, 'm'},
		{"idle-s", required_argument, NULL, 'i'}, {"lang", required_argument, NULL, 'L'},
		{0}};
	const char *store = NULL;
	bool good = true;

	for (int o; good && (o = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		if (o == 's')
			store = optarg;
		else if (o == 'l')
			engine->library = optarg;
		else if (o == 'm')
			good = number_u64(optarg, 1, UINT32_MAX, &engine->memory_mib);
		else if (o == 'i')
			good = number_u64(optarg, 1, UINT32_MAX, &engine->idle_s);
		else if (o == 'L')
			text_set_lang(lang_of(optarg));
		else
			good = false;
	}
	if (!good || !store || !engine->library || optind != argc)
		return usage(e);
	AUTO(free) char *folder = realpath(store, NULL);
	if (!folder || strlen(folder) >= sizeof(engine->folder))
		return err_set(
			e, EINVAL, TR("no such folder: %s", "フォルダーがありません: %s"), store);
	memcpy(engine->folder, folder, strlen(folder) + 1);
	return 0;
}

/* -EBUSY when another engine has the folder. */
static int lock_folder(struct engine *engine, struct err *e)
{
	engine->lock_fd = open_in(engine, "engine.lock", O_RDWR, e);
	if (engine->lock_fd < 0)
		return engine->lock_fd;
	if (flock(engine->lock_fd, LOCK_EX | LOCK_NB) < 0)
		return -EBUSY;
	engine->users_fd = open_in(engine, "engine.users", O_RDWR, e);
	return engine->users_fd;
}

static int run(struct engine *engine, struct err *e)
{
	struct chdb chdb = {0};
	int r = redirect(engine, e);

	if (r >= 0)
		r = prepare(engine, e);
	if (r >= 0)
		r = load_library(engine->library, &chdb, e);
	if (r >= 0)
		r = start_watcher(engine, e);
	if (r < 0)
		return r;
	/* With the library's handlers a crash would hang for ever instead of ending the process. */
	chdb.set_signal_handlers_enabled(0);
	return serve(engine, &chdb, e);
}

int main(int argc, char **argv)
{
	close_range(3, ~0u, 0); /* the starter's other files are not ours to keep open */
	struct engine engine = {.memory_mib = 700,
		.idle_s = 60,
		.report_fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)};
	struct err e = {0};

	signal(SIGPIPE, SIG_IGN);
	umask(077);
	setenv("TZ", "UTC", 1);
	int r = parse(argc, argv, &engine, &e);
	if (r < 0) {
		report(&engine, "error", e.text);
		return 2;
	}
	r = lock_folder(&engine, &e);
	if (r == -EBUSY) {
		report(&engine, "busy", "");
		return EXIT_BUSY;
	}
	if (r >= 0)
		r = run(&engine, &e);
	report(&engine, r == -EBUSY ? "taken" : "error", e.text);
	/* Not exit(): the library's other threads may still run. */
	_exit(EXIT_FAILURE);
}
