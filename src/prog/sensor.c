/* teiten sensor: subcommands about the identities of sensors. */
#include "prog/sensor_identity.h"
#include "prog/subcommand.h"

static const struct subcommand subcommands[] = {
	{"add", sensor_add, "make the identity of a sensor, and say what to run at the post",
		"センサーの証明書を作り、設置場所で実行する二行を示す"},
	{"renew", sensor_renew, "make a new one before the old one ends", "期限の前に新しい証明書を作る"},
	{"list", sensor_list, "list them, and how long each is valid", "一覧と有効期限を示す"},
	{"revoke", sensor_revoke, "refuse a sensor from now on", "センサーを今後受け付けない"},
};

int command_sensor(struct prog *p, int argc, char **argv, struct err *e)
{
	return subcommand_run("sensor", subcommands, ARRAY_SIZE(subcommands), p, argc, argv, e);
}
