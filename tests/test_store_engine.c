/* The engine process behind a store folder: found, shared, started again, stopped. */
#include "store_make.h"

#include <errno.h>

#include "observe/plant.h"
#include "store/store.h"

Test(store_engine, is_shared_by_several_commands)
{
	struct place p;

	place_make(&p);
	struct store *a = place_open(&p);
	pid_t first = engine_pid(&p);
	struct store *b = place_open(&p);
	cr_expect_gt(first, 0);
	cr_expect_eq(engine_pid(&p), first);
	store_close(a);
	cr_expect_eq(ask_u64(b, "SELECT 5"), 5);
	store_close(b);
	place_remove(&p);
}

Test(store_engine, many_commands_at_once_start_one)
{
	struct place p;
	pid_t children[6];
	int failed = 0, status;

	place_make(&p);
	for (size_t i = 0; i < 6; i++) {
		children[i] = fork();
		if (children[i] == 0) {
			struct store *s = NULL;
			struct err e = {0};
			int r = store_open(&p.options, &s, &e);
			struct result answer = {0};

			if (r >= 0)
				r = store_query(s, "SELECT 1", NULL, 0, &answer, &e);
			if (r < 0)
				fprintf(stderr, "%s\n", e.text);
			sleep_ms(300);
			store_close(s);
			_exit(r < 0);
		}
	}
	for (size_t i = 0; i < 6; i++) {
		waitpid(children[i], &status, 0);
		failed += status != 0;
	}
	cr_expect_eq(failed, 0);
	place_remove(&p);
}

Test(store_engine, starts_again_after_a_kill_under_an_open_store)
{
	struct place p;

	place_make(&p);
	struct store *s = place_open(&p);
	GOOD(store_execute(
		s, "CREATE TABLE kept (x UInt8) ENGINE = MergeTree ORDER BY x", NULL, 0, E));
	GOOD(store_execute(s, "INSERT INTO kept VALUES (7)", NULL, 0, E));
	pid_t first = engine_pid(&p);
	for (int i = 0; i < 3; i++) {
		kill(engine_pid(&p), SIGKILL);
		cr_expect(engine_gone(&p, 2000));
		cr_expect_eq(ask_u64(s, "SELECT x FROM kept"), 7);
	}
	cr_expect_neq(engine_pid(&p), first);
	store_close(s);
	place_remove(&p);
}

Test(store_engine, stops_when_nobody_used_it_and_not_before)
{
	struct place p;

	place_make(&p);
	struct store *s = place_open(&p);
	pid_t pid = engine_pid(&p);
	cr_expect_not(engine_gone(&p, 3000), "held open for longer than engine_idle_s");
	cr_expect_eq(ask_u64(s, "SELECT 1"), 1);
	store_close(s);
	cr_expect(engine_gone(&p, 4000));
	cr_expect_eq(engine_pid(&p), 0, "engine.json goes with it");
	cr_expect_neq(pid, 0);
	s = place_open(&p);
	cr_expect_eq(ask_u64(s, "SELECT 2"), 2);
	store_close(s);
	place_remove(&p);
}

Test(store_engine, a_killed_command_does_not_keep_it)
{
	struct place p;
	int status;

	place_make(&p);
	pid_t child = fork();
	if (child == 0) {
		struct store *s = NULL;

		_exit(store_open(&p.options, &s, &(struct err){0}) < 0 || pause());
	}
	for (int i = 0; i < 300 && engine_pid(&p) == 0; i++)
		sleep_ms(20);
	sleep_ms(200);
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	cr_expect(engine_gone(&p, 4000));
	place_remove(&p);
}

/* Commands that come in the very moment in which the engine decides to stop. */
Test(store_engine, a_command_that_comes_while_it_stops_gets_a_new_one)
{
	struct place p;

	place_make(&p);
	for (int i = 0; i < 6; i++) {
		struct store *s = place_open(&p);

		cr_expect_eq(ask_u64(s, "SELECT 3"), 3);
		store_close(s);
		sleep_ms(940 + i * 30);
	}
	place_remove(&p);
}

Test(store_engine, stops_at_sigterm)
{
	struct place p;

	place_make(&p);
	struct store *s = place_open(&p);
	kill(engine_pid(&p), SIGTERM);
	cr_expect(engine_gone(&p, 2000));
	store_close(s);
	place_remove(&p);
}

Test(store_engine, says_in_one_line_who_else_owns_the_data)
{
	struct place p, q;
	struct err e = {0};
	struct store *second = NULL;
	char from[128], to[128];

	place_make(&p);
	place_make(&q);
	struct store *s = place_open(&p);
	snprintf(from, sizeof(from), "%s/clickhouse", p.folder);
	snprintf(to, sizeof(to), "%s/clickhouse", q.folder);
	cr_assert_eq(symlink(from, to), 0);
	cr_expect_eq(store_open(&q.options, &second, &e), -EBUSY);
	cr_expect(strstr(e.text, "is in use by another ClickHouse process"), "%s", e.text);
	cr_expect_eq(ask_u64(s, "SELECT 4"), 4);
	store_close(s);
	place_remove(&p);
	place_remove(&q);
}

static void expect_refusal(struct place *p, int code, const char *words)
{
	struct err e = {0};
	struct store *s = NULL;

	cr_expect_eq(store_open(&p->options, &s, &e), code, "%s", e.text);
	cr_expect(strstr(e.text, words), "%s", e.text);
	cr_expect_null(s);
}

Test(store_engine, the_reason_why_it_does_not_start_reaches_the_command)
{
	struct place p;

	place_make(&p);
	p.options.engine_library = "/nonexistent/libchdb.so";
	expect_refusal(&p, -EIO, "engine.library");
	p.options.engine_library = "/lib/x86_64-linux-gnu/libm.so.6";
	expect_refusal(&p, -EIO, "no libchdb 26.7 or later");
	p.options.engine_library = p.library;
	p.options.engine_program = "/nonexistent/teiten-engine";
	expect_refusal(&p, -EIO, "/nonexistent/teiten-engine");
	p.options.engine_program = "/bin/true";
	expect_refusal(&p, -EIO, "engine.log");
	p.options.engine_program = p.program;
	store_close(place_open(&p));
	place_remove(&p);
}

Test(store_engine, damaged_engine_json_is_only_a_reason_to_start_one)
{
	static const char *const texts[] = {"", "{",
		"{\"pid\":1,\"port\":99999,\"password\":\"x\"}", "{\"port\":1,\"password\":\"\"}",
		"{\"pid\":1,\"port\":1,\"password\":\"x\"}"};
	struct place p;
	char path[128];

	place_make(&p);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		snprintf(path, sizeof(path), "%s/engine.json", p.folder);
		FILE *f = fopen(path, "w");
		cr_assert(f && fputs(texts[i], f) >= 0 && fclose(f) == 0);
		struct store *s = place_open(&p);
		cr_expect_eq(ask_u64(s, "SELECT 6"), 6);
		kill(engine_pid(&p), SIGKILL);
		cr_expect(engine_gone(&p, 2000));
		store_close(s);
	}
	place_remove(&p);
}

Test(store_engine, what_it_writes_is_for_this_user_only)
{
	static const char *const names[] = {"engine.json", "engine.log", "engine.lock",
		"engine.users", "engine", "clickhouse", "engine/config.xml", "engine/users.xml"};
	struct place p;
	struct stat st;
	char path[128];

	place_make(&p);
	store_close(place_open(&p));
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", p.folder, names[i]);
		cr_assert_eq(stat(path, &st), 0, "%s", path);
		cr_expect_eq(st.st_mode & 077, 0, "%s", path);
	}
	place_remove(&p);
}
