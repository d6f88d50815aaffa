/* A server instead of the engine: addresses, passwords, versions, refusals. */
#include "store_make.h"

#include <arpa/inet.h>
#include <errno.h>
#include <sys/socket.h>

#include "observe/plant.h"
#include "store/exception.h"
#include "store/store.h"
#include "store/target.h"

static void expect_target(const char *where, const char *url, const char *user,
	const char *password, const char *database)
{
	struct target t;
	struct err e = {0};

	cr_assert_eq(target_parse(where, "from-environment", &t, &e), 0, "%s: %s", where, e.text);
	cr_expect_str_eq(t.url, url);
	cr_expect_str_eq(t.user, user);
	cr_expect_str_eq(t.password, password);
	cr_expect_str_eq(t.database, database);
	target_done(&t);
}

Test(store_server, addresses_are_taken_apart)
{
	expect_target(
		"clickhouse://host", "http://host:8123/", "default", "from-environment", "default");
	expect_target("clickhouse://host/", "http://host:8123/", "default", "from-environment",
		"default");
	expect_target("clickhouse://u@h:1/db", "http://h:1/", "u", "from-environment", "db");
	expect_target("clickhouse://u:p%40%2f@h:65535/db", "http://h:65535/", "u", "p@/", "db");
	expect_target("clickhouse://u:a@b@h/db", "http://h:8123/", "u", "a@b", "db");
	expect_target("clickhouse://u:@h/db", "http://h:8123/", "u", "", "db");
	expect_target("clickhouses://u@[2001:db8::1]:9/%e6%97%a5", "https://[2001:db8::1]:9/", "u",
		"from-environment", "日");
	expect_target("clickhouses://[::1]", "https://[::1]:8443/", "default", "from-environment",
		"default");
	expect_target("https://h.example.", "https://h.example.:8443/", "default",
		"from-environment", "default");
	expect_target("http://10.0.0.1", "http://10.0.0.1:8123/", "default", "from-environment",
		"default");
}

Test(store_server, wrong_addresses_are_refused_without_the_password)
{
	static const char *const bad[] = {"clickhouse://", "clickhouse://:8123", "clickhouse://h:0",
		"clickhouse://h:65536", "clickhouse://h:", "clickhouse://h:12x",
		"clickhouse://h/a/b", "clickhouse://h/db?x=secret", "clickhouse://h#x",
		"clickhouse://u:secret%zz@h/", "clickhouse://u:secret%4@h",
		"clickhouse://u:secret%@h", "clickhouse://@h", "clickhouse://u:secret%00@h",
		"clickhouse://h h/", "clickhouse://[::1", "clickhouse://[]", "clickhouse://[::1]x",
		"clickhouse://a\r\nb/", "ftp://h"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct target t;
		struct err e = {0};

		cr_expect_eq(target_parse(bad[i], "x", &t, &e), -EINVAL, "%s", bad[i]);
		cr_expect_null(strstr(e.text, "secret"), "%s", e.text);
		target_done(&t);
	}
	cr_expect(target_is_server("clickhouse://h") && target_is_server("https://h"));
	cr_expect_not(target_is_server("./clickhouse") || target_is_server("clickhouse:") ||
		      target_is_server(""));
}

static void expect_explained(const char *text, long status, int code, const char *words)
{
	struct err e = {0};

	cr_expect_eq(exception_explain(text, status, &e), code, "%s", text);
	cr_expect(strstr(e.text, words), "%s: %s", text, e.text);
}

Test(store_server, common_exceptions_have_words_of_their_own)
{
	expect_explained(
		"Code: 516. DB::Exception: u: Authentication failed (AUTHENTICATION_FAILED)", 403,
		-EACCES, "TEITEN_STORE_PASSWORD");
	expect_explained("Code: 81. DB::Exception: Database x does not exist. (UNKNOWN_DATABASE) "
			 "(version 26)",
		404, -ENOENT, "CREATE DATABASE: Database x does not exist. (UNKNOWN_DATABASE)");
	expect_explained("Code: 243. DB::Exception: Cannot reserve 1 MiB (NOT_ENOUGH_SPACE)", 500,
		-ENOSPC, "no space left");
	expect_explained("Code: 75. DB::ErrnoException: write: , errno: 28, strerror: No space "
			 "left on device",
		500, -ENOSPC, "no space left");
	expect_explained("Code: 241. DB::Exception: Memory limit (MEMORY_LIMIT_EXCEEDED)", 500,
		-ENOMEM, "engine.memory_mib");
	expect_explained("Code: 62. DB::Exception: Syntax error (SYNTAX_ERROR) (version 26.7)", 400,
		-EIO, "database: Syntax error (SYNTAX_ERROR)");
	expect_explained("<html>nginx</html>", 404, -EACCES, "no ClickHouse");
	expect_explained("", 500, -EIO, "HTTP 500");
	expect_explained("Code: 99999999999999999999. DB::Exception: x", 500, -EIO, "x");
	expect_explained("Code: ", 500, -EIO, "HTTP 500");
}

/* What passes by waiting is told from what does not. */
Test(store_server, an_overloaded_server_is_asked_again_later)
{
	static const long passing[] = {429, 502, 503, 504};

	for (size_t i = 0; i < 4; i++)
		expect_explained("<html>try later</html>", passing[i], -EAGAIN, "try later");
	expect_explained("Code: 202. DB::Exception: Too many simultaneous queries. "
			 "(TOO_MANY_SIMULTANEOUS_QUERIES)",
		500, -EAGAIN, "Too many");
	expect_explained("Code: 252. DB::Exception: Too many parts (TOO_MANY_PARTS)", 500, -EAGAIN,
		"Too many parts");
	expect_explained("Code: 242. DB::Exception: read only (TABLE_IS_READ_ONLY)", 500, -EAGAIN,
		"read only");
	expect_explained("Code: 251. DB::Exception: x (NO_SUCH)", 503, -EIO, "x");
	expect_explained("", 505, -EIO, "HTTP 505");
}

/* The engine of a folder is a server too, when one knows its port and password. */
static void engine_address(const struct place *p, const char *database, char *ret, size_t size)
{
	char path[128], text[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/engine.json", p->folder);
	f = fopen(path, "r");
	cr_assert(f);
	text[fread(text, 1, sizeof(text) - 1, f)] = '\0';
	fclose(f);
	const char *password = strstr(text, "password\":\"") + strlen("password\":\"");
	snprintf(ret, size, "clickhouse://teiten:%.64s@127.0.0.1:%ld/%s", password,
		engine_value(p, "port"), database);
}

static int try_open(const char *where, bool create, struct err *e)
{
	struct store_options options = {.where = where, .create = create};
	struct store *s = NULL;
	int r = store_open(&options, &s, e);

	*e = r < 0 ? *e : (struct err){0};
	store_close(s);
	return r;
}

Test(store_server, a_server_holds_the_same_store)
{
	struct place p;
	struct err e = {0};
	char where[256];

	place_make(&p);
	struct store *s = place_open(&p);
	engine_address(&p, "teiten", where, sizeof(where));
	cr_expect_eq(try_open(where, false, &e), 0, "%s", e.text);
	engine_address(&p, "missing", where, sizeof(where));
	cr_expect_eq(try_open(where, true, &e), -ENOENT);
	cr_expect(strstr(e.text, "CREATE DATABASE"), "%s", e.text);
	GOOD(store_execute(s, "CREATE DATABASE empty", NULL, 0, E));
	engine_address(&p, "empty", where, sizeof(where));
	e = (struct err){0};
	cr_expect_eq(try_open(where, false, &e), -ENOENT);
	cr_expect_eq(try_open(where, true, &e), 0, "%s", e.text);
	cr_expect_eq(try_open(where, false, &e), 0, "%s", e.text);
	store_close(s);
	place_remove(&p);
}

/* The packaged engine hides behind the password entirely: not even its other user answers. */
Test(store_server, a_wrong_password_is_said_and_not_shown)
{
	struct place p;
	struct err e = {0};
	char where[256];

	place_make(&p);
	struct store *s = place_open(&p);
	snprintf(where, sizeof(where), "clickhouse://teiten:wrongsecret@127.0.0.1:%ld/teiten",
		engine_value(&p, "port"));
	cr_expect_eq(try_open(where, false, &e), -EACCES, "%s", e.text);
	cr_expect_null(strstr(e.text, "wrongsecret"));
	e = (struct err){0};
	snprintf(where, sizeof(where), "clickhouse://default@127.0.0.1:%ld/teiten",
		engine_value(&p, "port"));
	cr_expect_eq(try_open(where, false, &e), -EACCES, "%s", e.text);
	store_close(s);
	place_remove(&p);
}

Test(store_server, nobody_there_is_said_in_one_line)
{
	struct err e = {0};

	cr_expect_eq(try_open("clickhouse://u:secret@127.0.0.1:1/x", true, &e), -EIO);
	cr_expect(strstr(e.text, "cannot reach the database at http://127.0.0.1:1/") &&
			  strstr(e.text, "refused") && !strstr(e.text, "secret"),
		"%s", e.text);
}

/* Answers every request on *port with this text. */
static pid_t fake_server(const char *answer, unsigned *port)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(at);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	cr_assert(bind(listener, (struct sockaddr *)&at, len) == 0 && listen(listener, 4) == 0 &&
		  getsockname(listener, (struct sockaddr *)&at, &len) == 0);
	*port = ntohs(at.sin_port);
	pid_t child = fork();
	if (child == 0)
		for (;;) {
			char request[4096];
			int fd = accept(listener, NULL, NULL);

			if (recv(fd, request, sizeof(request), 0) > 0)
				send(fd, answer, strlen(answer), MSG_NOSIGNAL);
			shutdown(fd, SHUT_WR);
			while (recv(fd, request, sizeof(request), 0) > 0)
				;
			close(fd);
		}
	close(listener);
	return child;
}

static void expect_answer_refused(const char *answer, int code, const char *words)
{
	struct err e = {0};
	char where[128];
	unsigned port;
	int status;
	pid_t server = fake_server(answer, &port);

	snprintf(where, sizeof(where), "clickhouse://127.0.0.1:%u/x", port);
	cr_expect_eq(try_open(where, true, &e), code, "%s", e.text);
	cr_expect(strstr(e.text, words), "%s", e.text);
	kill(server, SIGKILL);
	waitpid(server, &status, 0);
}

Test(store_server, a_server_that_is_too_old_is_refused_politely)
{
	expect_answer_refused("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n18.16.1\n", -EPROTO,
		"ClickHouse 18.16.1");
	expect_answer_refused("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n24.12.9.1\n", -EPROTO,
		"25 or later is needed");
	expect_answer_refused(
		"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello\n", -EPROTO, "too old");
}

Test(store_server, what_is_no_clickhouse_is_refused)
{
	expect_answer_refused("SSH-2.0-OpenSSH_9.2\r\n", -EIO, "cannot reach");
	expect_answer_refused("HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnope", -EACCES,
		"no ClickHouse");
	expect_answer_refused(
		"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n26.7", -EIO, "cannot reach");
	expect_answer_refused("", -EIO, "cannot reach");
}
