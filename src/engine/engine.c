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
 * kill at any moment (every insert is synced, see store/, and tokens.c repairs what a kill leaves),
 * so the way to stop is to exit. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

#include "base/number.h"
#include "base/text.h"
#include "engine/folder.h"
#include "engine/tokens.h"
#include "engine/watch.h"

enum { EXIT_BUSY = 3 };

/* Of libchdb 26.7: chdb.h. Only what is needed to run a server. */
struct chdb {
	void (*set_signal_handlers_enabled)(int);
	void *(*query_cmdline)(int, char **);
	const char *(*result_error)(void *);
};

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
	int r = tokens_repair(engine, e);
	if (r < 0)
		return r;
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
