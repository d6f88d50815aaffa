/* teiten-sensor: stands at the fixed point and hears. One command, run, and one that tells how it is. */
#include "base/buf.h"
#include "base/text.h"
#include "sensor/run.h"
#include "sensor/silence.h"
#include "sensor/status.h"

#include <signal.h>
#include <string.h>

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

static int print_rules(const struct sensor_config *c, struct err *e)
{
	AUTO(buf_done) struct buf rules = {0};
	int rc = silence_rules(c, &rules, e);

	if (rc == 0)
		fputs(buf_str(&rules), stdout);
	return rc;
}

static const struct command {
	const char *name;
	int (*run)(const struct sensor_config *c, struct err *e);
	const char *en, *ja;
} commands[] = {
	{"run", sensor_run, "capture into the spool until SIGTERM", "SIGTERM まで観測しスプールに書く"},
	{"status", sensor_status, "when it last heard something, what it lost, what waits",
		"最後の受信、損失、送信待ちを表示する"},
	{"silence", silence_on, "only keep the kernel silent, as run does", "run と同じルールだけを設定する"},
	{"unsilence", silence_off, "remove the rules that do", "そのルールを取り除く"},
	{"rules", print_rules, "print the rules that keep the kernel silent, as nft reads them",
		"カーネルに応答させないルールを nft の形で表示する"},
};

static void print_help(void)
{
	AUTO(buf_done) struct buf settings = {0};

	printf(TR("usage: teiten-sensor [--config FILE] [--set KEY=VALUE]... [--lang en|ja] COMMAND\n\n"
		  "commands:\n",
		"使い方: teiten-sensor [--config ファイル] [--set キー=値]... [--lang en|ja] コマンド\n\n"
		"コマンド:\n"));
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		printf("  %-9s %s\n", commands[i].name, TR(commands[i].en, commands[i].ja));
	printf(TR("\nsettings (teiten-sensor.yaml, or --set key=value), and the lists addresses and accept:\n",
		"\n設定（teiten-sensor.yaml、または --set キー=値）。ほかにリスト addresses と accept:\n"));
	sensor_settings_help(&settings);
	fputs(buf_str(&settings), stdout);
}

static const struct command *find_command(const char *name, struct err *e)
{
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	err_set(e, EINVAL,
		TR("unknown command \"%s\": see teiten-sensor --help",
			"コマンド「%s」はありません（teiten-sensor --help を見てください）"),
		name);
	return NULL;
}

static int run_command(const struct options *options, struct err *e)
{
	const struct command *command = find_command(options->argv[0], e);
	AUTO(free) struct sensor_config *config = calloc(1, sizeof(*config));

	if (command && options->argc > 1)
		err_set(e, EINVAL, TR("%s takes no arguments", "%s に引数はありません"), command->name);
	if (!command || options->argc > 1)
		return EXIT_USAGE;
	if (!config)
		return EXIT_FAILED;
	int rc = sensor_config_read(config, options, e);
	if (rc == 0)
		rc = command->run(config, e);
	sensor_config_done(config);
	return rc < 0 ? EXIT_FAILED : EXIT_DONE;
}

int main(int argc, char **argv)
{
	struct options options;
	struct err e = {0};
	int status = EXIT_DONE;

	signal(SIGPIPE, SIG_IGN);
	if (options_take(&options, "teiten-sensor", argc, argv, &e) < 0)
		status = EXIT_USAGE;
	else if (options.help)
		print_help();
	else if (options.version)
		puts("teiten-sensor " TEITEN_VERSION);
	else
		status = run_command(&options, &e);
	if (e.text[0])
		fprintf(stderr, "teiten-sensor: %s\n", e.text);
	return status;
}
