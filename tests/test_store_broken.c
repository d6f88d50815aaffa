/* Connections to a server that break, at any byte and in any way: what is in the tables afterwards
 * is what an undisturbed import leaves, nothing twice and nothing missing. */
#include "store_make.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdarg.h>
#include <sys/socket.h>

#include "base/buf.h"
#include "store/pause.h"

enum { BLOCKS = 2, ROWS = 1500, CUTS = 12 };

static const char digest[] = "0123456789abcdef";

/* --- the processes around it --- */

struct process {
	pid_t pid;
	FILE *says;
};

static struct process start(char *const *arguments)
{
	int ends[2];

	cr_assert_eq(pipe2(ends, O_CLOEXEC), 0);
	pid_t pid = fork();
	if (pid == 0) {
		dup2(ends[1], STDOUT_FILENO);
		execv(arguments[0], arguments);
		_exit(127);
	}
	close(ends[1]);
	return (struct process){pid, fdopen(ends[0], "r")};
}

static void finish(struct process *p, int how)
{
	kill(p->pid, how);
	waitpid(p->pid, NULL, 0);
	fclose(p->says);
}

static const char *program(const char *name, char path[256])
{
	const char *bin = getenv("TEITEN_BIN");

	snprintf(path, 256, "%s/tests/%s", bin ? bin : ".", name);
	return path;
}

struct proxy {
	struct process process;
	unsigned port;
};

/* options: "--cut-up", "500", ... up to a NULL */
static struct proxy proxy_start(unsigned to, ...)
{
	struct proxy p;
	char path[256], port[8];
	char *arguments[16] = {(char *)program("breaking_proxy", path), (char[]){"--to"}, port};
	va_list rest;

	snprintf(port, sizeof(port), "%u", to);
	va_start(rest, to);
	for (int i = 3; (arguments[i] = va_arg(rest, char *)); i++)
		;
	va_end(rest);
	p.process = start(arguments);
	cr_assert_eq(fscanf(p.process.says, "%u", &p.port), 1);
	return p;
}

static void proxy_stop(
	struct proxy *p, unsigned long *connections, unsigned long *up, unsigned long *down)
{
	unsigned long unused;

	kill(p->process.pid, SIGTERM);
	cr_expect_eq(fscanf(p->process.says, " connections %lu up %lu down %lu",
			     connections ? connections : &unused, up ? up : &unused,
			     down ? down : &unused),
		3);
	finish(&p->process, SIGTERM);
}

/* A server as users have one, with its data in p->folder. */
struct server {
	struct process process;
	unsigned port;
};

static bool listens(unsigned port)
{
	struct sockaddr_in at = {.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
		.sin_port = htons((uint16_t)port)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool answers = connect(fd, (struct sockaddr *)&at, sizeof(at)) == 0;

	close(fd);
	return answers;
}

static unsigned free_port(void)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	cr_assert(bind(fd, (struct sockaddr *)&at, len) == 0 &&
		  getsockname(fd, (struct sockaddr *)&at, &len) == 0);
	close(fd);
	return ntohs(at.sin_port);
}

static void server_start(struct server *s, const struct place *p)
{
	char path[256], port[8];
	char *arguments[] = {(char *)program("clickhouse_server", path), (char *)p->library,
		(char *)p->folder, port, NULL};

	s->port = s->port ? s->port : free_port();
	snprintf(port, sizeof(port), "%u", s->port);
	s->process = start(arguments);
	for (int i = 0; i < 300 && !listens(s->port); i++)
		pause_ms(50);
	cr_assert(listens(s->port), "the server does not start; see %s/log", p->folder);
}

static void server_stop(struct server *s, struct place *p)
{
	char path[128], why[512] = "";
	int status;

	snprintf(path, sizeof(path), "%s/log", p->folder);
	FILE *log = fopen(path, "r");
	why[log ? fread(why, 1, sizeof(why) - 1, log) : 0] = '\0';
	if (log)
		fclose(log);
	cr_expect_eq(waitpid(s->process.pid, &status, WNOHANG), 0,
		"the server ended by itself: %x %s", (unsigned)status, why);
	finish(&s->process, SIGKILL);
	nftw(p->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* --- an import --- */

static struct store_options server_options(
	char *where, size_t size, unsigned port, const char *database)
{
	snprintf(where, size, "clickhouse://127.0.0.1:%u/%s", port, database);
	return (struct store_options){
		.where = where, .create = true, .retry_s = 20, .silence_s = 20};
}

static struct block block_with_payloads(uint64_t number)
{
	struct block b = block_make(1, number, ROWS);

	b.payload_bytes_len = 3000;
	b.payload_bytes = malloc(b.payload_bytes_len);
	for (size_t i = 0; i < b.payload_bytes_len; i++)
		b.payload_bytes[i] = (uint8_t)(i * i >> 3);
	b.payload_count = 10;
	b.payloads = calloc(b.payload_count, sizeof(*b.payloads));
	for (size_t i = 0; i < b.payload_count; i++)
		b.payloads[i] = (struct payload_entry){.hash = {{(uint8_t)i, (uint8_t)number}},
			.length = 300,
			.first_seen = 1767225600,
			.kept = 300,
			.offset = i * 300};
	return b;
}

static int insert_blocks(struct store *s, const struct segment *segment, struct err *e)
{
	struct plant plant = two_sensors();
	int r = 0;

	for (uint64_t number = 0; r >= 0 && number < BLOCKS; number++) {
		struct block b = block_with_payloads(number);

		r = store_segment_begin(s, segment, e);
		if (r >= 0)
			r = store_insert_block(s, segment, number, &b, &plant, e);
		block_free(&b);
	}
	return r;
}

static int import(const struct store_options *o, struct err *e)
{
	struct segment segment = segment_make(digest);
	struct coverage coverage[] = {
		{.sensor = "tokyo-1", .from_s = 1, .to_s = 2, .addresses = 3, .packets = 4},
		{.sensor = "osaka.2", .from_s = 5, .to_s = 6, .addresses = 7, .packets = 8}};
	struct store *s = NULL;
	int r = store_open(o, &s, e);

	if (r >= 0)
		r = insert_blocks(s, &segment, e);
	if (r >= 0)
		r = store_segment_complete(s, &segment, coverage, 2, e);
	store_close(s);
	return r;
}

/* --- what it leaves --- */

/* Every table's rows as they lie there (nothing merges, see open_server()); of the ledgers those
 * that count. */
static void describe(struct store *s, const char *database, struct buf *ret)
{
	struct result tables = {0};
	char sql[512];

	snprintf(sql, sizeof(sql),
		"SELECT name, engine LIKE 'Replacing%%' FROM system.tables WHERE database = '%s' "
		"ORDER BY name",
		database);
	if (store_query(s, sql, NULL, 0, &tables, &(struct err){0}) < 0) {
		buf_text(ret, "(the server does not answer)");
		return;
	}
	for (size_t i = 0; i < tables.rows; i++) {
		struct result hash = {0};

		const char *name = result_cell(&tables, i, 0);
		bool is_block = strcmp(name, "block") == 0; /* may be noted twice, see ingest.c */
		snprintf(sql, sizeof(sql),
			"SELECT count(), sum(cityHash64(*)) FROM (SELECT %s * EXCEPT (version, "
			"noted) FROM %s.%s %s)",
			is_block ? "DISTINCT" : "", database, name,
			result_u64(&tables, i, 1) ? "FINAL" : "");
		GOOD(store_query(s, sql, NULL, 0, &hash, E));
		buf_printf(ret, "%s %s %s\n", name, result_cell(&hash, 0, 0),
			result_cell(&hash, 0, 1));
		result_done(&hash);
	}
	result_done(&tables);
}

/* What the tests share: a server, a connection to it that never breaks, and the truth. */
struct scene {
	struct place place;
	struct server server;
	struct store *store;
	struct buf truth;
	unsigned long connections, up, down; /* of an undisturbed import */
};

static void make_database(struct scene *scene, const char *name)
{
	char sql[64];
	int status = 0;

	snprintf(sql, sizeof(sql), "CREATE DATABASE %s", name);
	int r = store_execute(scene->store, sql, NULL, 0, &(struct err){0});
	pid_t ended = r < 0 ? waitpid(scene->server.process.pid, &status, WNOHANG) : 0;
	cr_assert_eq(
		r, 0, "%s: %s %x", sql, ended ? "the server ended" : "no answer", (unsigned)status);
}

static void expect_truth(struct scene *scene, const char *database)
{
	struct buf got = {0};

	describe(scene->store, database, &got);
	cr_expect_str_eq(buf_str(&got), buf_str(&scene->truth), "%s:\n%s\ninstead of\n%s", database,
		buf_str(&got), buf_str(&scene->truth));
	buf_done(&got);
}

static void scene_connect(struct scene *scene)
{
	char where[128];
	struct store_options o =
		server_options(where, sizeof(where), scene->server.port, "default");

	GOOD(store_open(&o, &scene->store, E));
	GOOD(store_execute(scene->store, "SYSTEM STOP MERGES", NULL, 0, E));
}

static void scene_make(struct scene *scene)
{
	char where[128];

	*scene = (struct scene){0};
	place_make(&scene->place);
	server_start(&scene->server, &scene->place);
	scene_connect(scene);
	make_database(scene, "truth");
	struct proxy proxy = proxy_start(scene->server.port, NULL);
	struct store_options o = server_options(where, sizeof(where), proxy.port, "truth");
	GOOD(import(&o, E));
	proxy_stop(&proxy, &scene->connections, &scene->up, &scene->down);
	describe(scene->store, "truth", &scene->truth);
	cr_assert(strstr(buf_str(&scene->truth), "access 3000 "), "%s", buf_str(&scene->truth));
	cr_assert(strstr(buf_str(&scene->truth), "payload 20 "), "%s", buf_str(&scene->truth));
}

static void scene_remove(struct scene *scene)
{
	store_close(scene->store);
	buf_done(&scene->truth);
	server_stop(&scene->server, &scene->place);
}

/* --- */

/* The first request, SELECT version(), is not repeated: whoever gave a wrong address learns it at
 * once. */
enum { FIRST_UP = 700, FIRST_DOWN = 1500 };

static void cut_at(
	struct scene *scene, const char *way, unsigned long bytes, const char *compression)
{
	char number[24], name[48], where[128];
	unsigned long connections;

	snprintf(number, sizeof(number), "%lu", bytes);
	snprintf(
		name, sizeof(name), "%s_%s_%lu", compression, way[6] == 'u' ? "up" : "down", bytes);
	make_database(scene, name);
	struct proxy proxy = proxy_start(scene->server.port, way, number, NULL);
	struct store_options o = server_options(where, sizeof(where), proxy.port, name);
	struct err e = {0};
	o.compression = compression;
	cr_expect_eq(import(&o, &e), 0, "%s: %s", name, e.text);
	proxy_stop(&proxy, &connections, NULL, NULL);
	cr_expect_gt(connections, scene->connections, "%s: not cut", name);
	expect_truth(scene, name);
}

static void cut_everywhere(const char *way, bool up, unsigned long from, const char *compression)
{
	struct scene scene;

	scene_make(&scene);
	unsigned long to = (up ? scene.up : scene.down) * 9 / 10;
	if (strcmp(compression, "zstd") == 0 && up)
		to /= 7; /* our blocks shrink to a sixth */
	for (unsigned long i = 0; i < CUTS; i++)
		cut_at(&scene, way, from + i * (to - from) / CUTS, compression);
	scene_remove(&scene);
}

Test(store_broken, a_request_that_is_cut_is_sent_again, .timeout = 300)
{
	cut_everywhere("--cut-up", true, FIRST_UP, "none");
}

Test(store_broken, a_compressed_request_that_is_cut_is_sent_again, .timeout = 300)
{
	cut_everywhere("--cut-up", true, FIRST_UP, "zstd");
}

Test(store_broken, an_answer_that_is_lost_doubles_nothing, .timeout = 300)
{
	cut_everywhere("--cut-down", false, FIRST_DOWN, "none");
}

/* Every answer is lost once: each request arrives twice. */
Test(store_broken, every_request_may_arrive_twice, .timeout = 300)
{
	struct scene scene;
	char where[128];

	scene_make(&scene);
	make_database(&scene, "twice");
	struct store_options o = server_options(where, sizeof(where), scene.server.port, "twice");
	for (int again = 0; again < 2; again++)
		GOOD(import(&o, E));
	expect_truth(&scene, "twice");
	struct proxy proxy =
		proxy_start(scene.server.port, "--cut-down", "1000", "--times", "100000", NULL);
	make_database(&scene, "often");
	o = server_options(where, sizeof(where), proxy.port, "often");
	GOOD(import(&o, E));
	unsigned long connections;
	proxy_stop(&proxy, &connections, NULL, NULL);
	cr_expect_gt(connections, 10);
	expect_truth(&scene, "often");
	scene_remove(&scene);
}

/* A server whose profile forbids it; the setting of a request wins. */
Test(store_broken, tokens_count_whatever_the_profile_says, .timeout = 60)
{
	struct scene scene;
	char where[128];

	scene_make(&scene);
	make_database(&scene, "profile");
	struct proxy proxy =
		proxy_start(scene.server.port, "--cut-down", "1000", "--times", "100000", NULL);
	struct store_options o = server_options(where, sizeof(where), proxy.port, "profile");
	snprintf(where, sizeof(where), "clickhouse://careless@127.0.0.1:%u/profile", proxy.port);
	GOOD(import(&o, E));
	proxy_stop(&proxy, NULL, NULL, NULL);
	expect_truth(&scene, "profile");
	scene_remove(&scene);
}

/* Without patience the import ends, and the next one completes it. */
Test(store_broken, an_import_that_gave_up_is_completed_by_the_next, .timeout = 300)
{
	struct scene scene;

	scene_make(&scene);
	for (unsigned long i = 1; i < 6; i++) {
		char where[128], name[16], bytes[24];
		struct err e = {0};

		snprintf(name, sizeof(name), "next_%lu", i);
		snprintf(bytes, sizeof(bytes), "%lu", i * scene.up / 6);
		make_database(&scene, name);
		struct proxy proxy = proxy_start(
			scene.server.port, "--cut-up", bytes, "--down-ms", "2000", NULL);
		struct store_options o = server_options(where, sizeof(where), proxy.port, name);
		o.retry_s = 0;
		cr_expect_eq(import(&o, &e), -EIO);
		cr_expect(strstr(e.text, "cannot reach the database at http://127.0.0.1:"), "%s",
			e.text);
		while (!listens(proxy.port))
			pause_ms(50);
		GOOD(import(&o, E));
		proxy_stop(&proxy, NULL, NULL, NULL);
		expect_truth(&scene, name);
	}
	scene_remove(&scene);
}

Test(store_broken, a_server_that_is_gone_for_a_while_is_waited_for, .timeout = 300)
{
	struct scene scene;
	char where[128];

	scene_make(&scene);
	make_database(&scene, "away");
	struct proxy proxy = proxy_start(
		scene.server.port, "--cut-up", "60000", "--times", "3", "--down-ms", "1500", NULL);
	struct store_options o = server_options(where, sizeof(where), proxy.port, "away");
	GOOD(import(&o, E));
	proxy_stop(&proxy, NULL, NULL, NULL);
	expect_truth(&scene, "away");
	scene_remove(&scene);
}

Test(store_broken, one_that_stays_away_is_said_after_the_time_is_over, .timeout = 60)
{
	struct scene scene;
	char where[128];
	struct err e = {0};

	scene_make(&scene);
	make_database(&scene, "gone");
	struct proxy proxy =
		proxy_start(scene.server.port, "--cut-up", "60000", "--down-ms", "30000", NULL);
	struct store_options o = server_options(where, sizeof(where), proxy.port, "gone");
	o.retry_s = 3;
	int64_t before = now_ms();
	cr_expect_eq(import(&o, &e), -EIO);
	int64_t took = now_ms() - before;
	cr_expect(took >= 3000 && took < 12000, "%ld ms", (long)took);
	cr_expect(strstr(e.text, "cannot reach") && strstr(e.text, "tried for 3 s"), "%s", e.text);
	finish(&proxy.process, SIGKILL);
	scene_remove(&scene);
}

/* --- the server itself --- */

static pid_t import_process(const struct store_options *o)
{
	pid_t child = fork();

	cr_assert_geq(child, 0);
	if (child == 0) {
		struct err e = {0};
		int r = import(o, &e);

		if (r < 0)
			fprintf(stderr, "import: %s\n", e.text);
		_exit(r < 0);
	}
	return child;
}

Test(store_broken, a_server_that_is_restarted_in_between_loses_nothing, .timeout = 300)
{
	struct scene scene;
	int status;

	scene_make(&scene);
	for (int round = 0; round < 6; round++) {
		char where[128], name[16];

		snprintf(name, sizeof(name), "restart_%d", round);
		make_database(&scene, name);
		/* slowly, so that the kill meets it in the middle */
		struct proxy proxy = proxy_start(scene.server.port, "--rate", "300", NULL);
		struct store_options o = server_options(where, sizeof(where), proxy.port, name);
		pid_t child = import_process(&o);
		pause_ms(500 + 130 * round);
		finish(&scene.server.process, SIGKILL);
		pause_ms(200);
		server_start(&scene.server, &scene.place);
		waitpid(child, &status, 0);
		cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%s", name);
		proxy_stop(&proxy, NULL, NULL, NULL);
		GOOD(store_execute(scene.store, "SYSTEM STOP MERGES", NULL, 0, E));
		expect_truth(&scene, name);
	}
	scene_remove(&scene);
}

Test(store_broken, a_server_that_hangs_is_noticed_and_one_that_thinks_is_not, .timeout = 120)
{
	struct scene scene;
	char where[128];
	struct result answer = {0};
	struct err e = {0};

	scene_make(&scene);
	struct store_options o = server_options(where, sizeof(where), scene.server.port, "truth");
	o.silence_s = 2;
	o.retry_s = 0;
	struct store *s = NULL;
	GOOD(store_open(&o, &s, E));
	GOOD(store_query(s, "SELECT sleepEachRow(3) FROM numbers(2) SETTINGS max_block_size = 1",
		NULL, 0, &answer, E));
	result_done(&answer);
	kill(scene.server.process.pid, SIGSTOP);
	int64_t before = now_ms();
	cr_expect_eq(store_query(s, "SELECT 1", NULL, 0, &answer, &e), -EIO);
	kill(scene.server.process.pid, SIGCONT);
	int64_t took = now_ms() - before;
	cr_expect(took >= 2000 && took < 20000, "%ld ms", (long)took);
	cr_expect(strstr(e.text, "silent for 2 s"), "%s", e.text);
	store_close(s);
	scene_remove(&scene);
}

Test(store_broken, a_busy_server_is_asked_again, .timeout = 60)
{
	struct scene scene;
	char where[128];
	struct err e = {0};

	scene_make(&scene);
	make_database(&scene, "busy");
	struct proxy proxy = proxy_start(scene.server.port, "--busy", "1", NULL);
	struct store_options o = server_options(where, sizeof(where), proxy.port, "busy");
	cr_expect_eq(import(&o, &e), -EIO, "the first request has no patience");
	cr_expect(strstr(e.text, "HTTP 503: busy"), "%s", e.text);
	GOOD(import(&o, E));
	proxy_stop(&proxy, NULL, NULL, NULL);
	expect_truth(&scene, "busy");
	scene_remove(&scene);
}

/* --- compression --- */

static unsigned long bytes_up(struct scene *scene, const char *name, const char *compression)
{
	unsigned long up;
	char where[128];

	make_database(scene, name);
	struct proxy proxy = proxy_start(scene->server.port, NULL);
	struct store_options o = server_options(where, sizeof(where), proxy.port, name);
	o.compression = compression;
	GOOD(import(&o, E));
	proxy_stop(&proxy, NULL, &up, NULL);
	expect_truth(scene, name);
	return up;
}

Test(store_broken, blocks_go_compressed_when_they_are_told_to, .timeout = 60)
{
	struct scene scene;

	scene_make(&scene);
	unsigned long plain = bytes_up(&scene, "plain", "none");
	unsigned long near = bytes_up(&scene, "near", "auto");
	unsigned long zstd = bytes_up(&scene, "zstd", "zstd");
	cr_expect_lt(near > plain ? near - plain : plain - near, 200, "auto: not on one machine");
	cr_expect_lt(2 * zstd, plain, "%lu of %lu", zstd, plain);
	scene_remove(&scene);
}

Test(store_broken, compressed_answers_and_refusals_are_read, .timeout = 60)
{
	struct scene scene;
	char where[128];
	struct result answer = {0};
	struct err e = {0};
	unsigned long down;

	scene_make(&scene);
	struct proxy proxy = proxy_start(scene.server.port, NULL);
	struct store_options o = server_options(where, sizeof(where), proxy.port, "truth");
	o.compression = "zstd";
	struct store *s = NULL;
	GOOD(store_open(&o, &s, E));
	GOOD(store_query(
		s, "SELECT number, 'something' FROM numbers(100000)", NULL, 0, &answer, E));
	cr_expect_eq(answer.rows, 100000);
	cr_expect_str_eq(result_cell(&answer, 99999, 0), "99999");
	result_done(&answer);
	cr_expect_eq(store_query(s, "SELECT * FROM missing", NULL, 0, &answer, &e), -ENOENT);
	cr_expect(strstr(e.text, "missing"), "%s", e.text);
	store_close(s);
	proxy_stop(&proxy, NULL, NULL, &down);
	cr_expect_lt(down, 700000);
	scene_remove(&scene);
}
