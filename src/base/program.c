#include "base/program.h"

#include "base/buf.h"
#include "base/text.h"

#include <signal.h>
#include <string.h>

static int name_width(const struct program *p)
{
	size_t width = 0;

	for (size_t i = 0; i < p->command_count; i++)
		if (strlen(p->commands[i].name) > width)
			width = strlen(p->commands[i].name);
	return (int)width;
}

static void print_help(const struct program *p)
{
	AUTO(buf_done) struct buf settings = {0};
	const int width = name_width(p);

	printf(TR("usage: %s [--config FILE] [--set KEY=VALUE]... [--lang en|ja] COMMAND ...\n\ncommands:\n",
		       "使い方: %s [--config ファイル] [--set キー=値]... [--lang en|ja] コマンド ...\n\n"
		       "コマンド:\n"),
		p->name);
	for (size_t i = 0; i < p->command_count; i++)
		printf("  %-*s  %s\n", width, p->commands[i].name, TR(p->commands[i].en, p->commands[i].ja));
	printf("\n%s\n", TR(p->settings_en, p->settings_ja));
	p->settings_help(&settings);
	fputs(buf_str(&settings), stdout);
}

static int run_command(const struct program *p, const struct options *options, struct err *e)
{
	const char *name = options->argv[0];

	for (size_t i = 0; i < p->command_count; i++)
		if (strcmp(p->commands[i].name, name) == 0)
			return p->run(i, options, e);
	err_set(e, EINVAL,
		TR("unknown command \"%s\": see %s --help",
			"コマンド「%s」はありません（%s --help を見てください）"),
		name, p->name);
	return EXIT_USAGE;
}

/* A full disk behind > is a failure, not a success with half a table. */
static int flush_output(int status, struct err *e)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	err_set(e, EIO, TR("cannot write to standard output", "標準出力に書き込めません"));
	return status == EXIT_DONE ? EXIT_FAILED : status;
}

int program_main(const struct program *p, int argc, char **argv)
{
	struct options options;
	struct err e = {0};
	int status = EXIT_DONE;

	signal(SIGPIPE, SIG_IGN);
	if (options_take(&options, p->name, argc, argv, &e) < 0)
		status = EXIT_USAGE;
	else if (options.help)
		print_help(p);
	else if (options.version)
		printf("%s %s\n", p->name, p->version);
	else
		status = run_command(p, &options, &e);
	status = flush_output(status, &e);
	if (e.text[0])
		fprintf(stderr, "%s: %s\n", p->name, e.text);
	return status;
}
