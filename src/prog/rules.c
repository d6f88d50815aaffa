/* teiten rules: subcommands about files of rules. */
#include "prog/rules_check.h"
#include "prog/rules_reload.h"

#include "base/text.h"

#include <string.h>

static const struct {
	const char *name;
	int (*run)(struct prog *p, int argc, char **argv, struct err *e);
	const char *en, *ja;
} subcommands[] = {
	{"check", rules_check, "say of each rule that cannot be used why, and how many there are of each reason",
		"使えないルールについて、その理由と理由ごとの件数を示す"},
	{"reload", rules_reload, "check those of teiten.yaml and bring them to running imports",
		"teiten.yaml のルールを確かめ、実行中の取り込みに読み込ませる"},
};

static void print_usage(void)
{
	printf(TR("usage: teiten rules SUBCOMMAND ...\n", "使い方: teiten rules サブコマンド …\n"));
	for (size_t i = 0; i < ARRAY_SIZE(subcommands); i++)
		printf("  %-8s %s\n", subcommands[i].name, TR(subcommands[i].en, subcommands[i].ja));
}

int command_rules(struct prog *p, int argc, char **argv, struct err *e)
{
	const char *name = argc > 1 ? argv[1] : "";

	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) {
		print_usage();
		return EXIT_DONE;
	}
	for (size_t i = 0; i < ARRAY_SIZE(subcommands); i++)
		if (strcmp(name, subcommands[i].name) == 0)
			return subcommands[i].run(p, argc - 1, argv + 1, e);
	err_set(e, EINVAL, TR("rules: unknown subcommand \"%s\": see teiten rules --help",
			"rules: サブコマンド「%s」はありません（teiten rules --help を見てください）"), name);
	return EXIT_USAGE;
}
