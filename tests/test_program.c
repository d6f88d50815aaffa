#include "base/buf.h"
#include "base/program.h"

#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <string.h>

static void help(struct buf *out)
{
	buf_text(out, "  interface  where it listens\n");
}

static const struct program_command commands[] = {{"run", "listen", "聞く"}, {"unsilence", "speak", "話す"}};

/* Fails, with the command's number and its last argument. */
static int run(size_t command, const struct options *options, struct err *e)
{
	err_set(e, EINVAL, "%zu %s", command, options->argv[options->argc - 1]);
	return EXIT_FAILED;
}

static int call(const char *first, const char *second)
{
	static const struct program program = {"post", "1.2", commands, ARRAY_SIZE(commands),
		"settings:", "設定:", help, run};
	char name[] = "post", a[32], b[32];
	char *argv[] = {name, a, second ? b : NULL, NULL};

	snprintf(a, sizeof(a), "%s", first);
	snprintf(b, sizeof(b), "%s", second ? second : "");
	setenv("LC_ALL", "C", 1);
	cr_redirect_stdout();
	cr_redirect_stderr();
	return program_main(&program, second ? 3 : 2, argv);
}

Test(program, runs_the_command_of_that_name_with_its_arguments_and_says_how_it_failed)
{
	cr_assert_eq(call("unsilence", "now"), EXIT_FAILED);
	cr_assert_stderr_eq_str("post: 1 now\n");
}

Test(program, refuses_a_command_that_is_not_there)
{
	cr_assert_eq(call("ru", NULL), EXIT_USAGE);
	cr_assert_stderr_eq_str("post: unknown command \"ru\": see post --help\n");
}

Test(program, refuses_an_option_that_is_not_there)
{
	cr_assert_eq(call("--x", NULL), EXIT_USAGE);
	cr_assert_stderr_eq_str("post: unknown option --x: see post --help\n");
}

Test(program, prints_its_version)
{
	cr_assert_eq(call("--version", NULL), EXIT_DONE);
	cr_assert_stdout_eq_str("post 1.2\n");
}

Test(program, help_is_the_table_and_the_settings)
{
	cr_assert_eq(call("--help", NULL), EXIT_DONE);
	cr_assert_stdout_eq_str("usage: post [--config FILE] [--set KEY=VALUE]... [--lang en|ja] COMMAND ...\n\n"
				"commands:\n  run        listen\n  unsilence  speak\n\n"
				"settings:\n  interface  where it listens\n");
}

Test(program, help_is_japanese_where_that_is_asked_for)
{
	cr_assert_eq(call("--lang=ja", "--help"), EXIT_DONE);
	cr_assert_stdout_eq_str("使い方: post [--config ファイル] [--set キー=値]... [--lang en|ja] コマンド ...\n\n"
				"コマンド:\n  run        聞く\n  unsilence  話す\n\n設定:\n  interface  where it listens\n");
}
