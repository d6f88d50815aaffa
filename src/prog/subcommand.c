#include "prog/subcommand.h"

#include "base/text.h"

#include <string.h>

static void print_usage(const char *command, const struct subcommand *all, size_t count)
{
	printf(TR("usage: teiten %s SUBCOMMAND ...\n", "使い方: teiten %s サブコマンド …\n"), command);
	for (size_t i = 0; i < count; i++)
		printf("  %-8s %s\n", all[i].name, TR(all[i].en, all[i].ja));
}

int subcommand_run(const char *command, const struct subcommand *all, size_t count, struct prog *p, int argc, char **argv,
	struct err *e)
{
	const char *name = argc > 1 ? argv[1] : "";

	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) {
		print_usage(command, all, count);
		return EXIT_DONE;
	}
	for (size_t i = 0; i < count; i++)
		if (strcmp(name, all[i].name) == 0)
			return all[i].run(p, argc - 1, argv + 1, e);
	err_set(e, EINVAL,
		TR("%1$s: unknown subcommand \"%2$s\": see teiten %1$s --help",
			"%1$s: サブコマンド「%2$s」はありません（teiten %1$s --help を見てください）"),
		command, name);
	return EXIT_USAGE;
}
