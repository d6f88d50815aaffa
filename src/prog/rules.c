/* teiten rules: subcommands about files of rules. */
#include "prog/rules_check.h"
#include "prog/rules_reload.h"
#include "prog/subcommand.h"

static const struct subcommand subcommands[] = {
	{"check", rules_check, "say of each rule that cannot be used why, and how many there are of each reason",
		"使えないルールについて、その理由と理由ごとの件数を示す"},
	{"reload", rules_reload, "check those of teiten.yaml and bring them to running imports",
		"teiten.yaml のルールを確かめ、実行中の取り込みに読み込ませる"},
};

int command_rules(struct prog *p, int argc, char **argv, struct err *e)
{
	return subcommand_run("rules", subcommands, ARRAY_SIZE(subcommands), p, argc, argv, e);
}
