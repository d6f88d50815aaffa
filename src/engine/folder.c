#include "engine/folder.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "base/text.h"

void report(const struct engine *engine, const char *word, const char *text)
{
	/* Should the starter be gone, the engine serves whoever comes. */
	dprintf(engine->report_fd, "%s%s%s\n", word, *text ? " " : "", text);
}

const char *path_in(const struct engine *engine, const char *name, char ret[PATH_SIZE])
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

int write_file(const struct engine *engine, const char *name, const struct buf *text, struct err *e)
{
	char path[PATH_SIZE], temporary[PATH_SIZE + 4];

	snprintf(temporary, sizeof(temporary), "%s.new", path_in(engine, name, path));
	unlink(temporary);
	AUTO(close) int fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 || text->failed || write(fd, text->data, text->len) != (ssize_t)text->len ||
		fsync(fd) < 0 || rename(temporary, path) < 0)
		return err_set(e, errno ? errno : EIO,
			TR("cannot write %s: %s", "%s を書けません: %s"), path, strerror(errno));
	return 0;
}

int lock_folder(struct engine *engine, struct err *e)
{
	engine->lock_fd = open_in(engine, "engine.lock", O_RDWR, e);
	if (engine->lock_fd < 0)
		return engine->lock_fd;
	if (flock(engine->lock_fd, LOCK_EX | LOCK_NB) < 0)
		return -EBUSY;
	engine->users_fd = open_in(engine, "engine.users", O_RDWR, e);
	return engine->users_fd;
}

int redirect(struct engine *engine, struct err *e)
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

/* What the library counts, in sixteenths of what it may have: its allocator holds more. Enough for
 * imports; what questions of 70 million sources took stands in bench/RESULTS.md. */
enum { COUNTED_SIXTEENTHS = 14 };

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
		engine->port, (engine->memory_mib << 20) / 16 * COUNTED_SIXTEENTHS);
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
		     /* Nothing asks for statistics of columns; and rows are merged fewer times when more
		      * parts are merged at once (bench/growth). */
		     "<merge_tree><auto_statistics_types></auto_statistics_types>"
		     "<merge_selector_base>40</merge_selector_base>"
		     /* else a pool of one never makes one part of what is quiet (schema.c) */
		     "<number_of_free_entries_in_pool_to_execute_optimize_entire_partition>1"
		     "</number_of_free_entries_in_pool_to_execute_optimize_entire_partition>"
		     "</merge_tree>\n"
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

int prepare(struct engine *engine, struct err *e)
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
