/* teiten-sensor: stands at the fixed point and hears. One command, run, and some that tell how it is. */
#include "base/buf.h"
#include "base/program.h"
#include "base/text.h"
#include "sensor/run.h"
#include "sensor/silence.h"
#include "sensor/status.h"
#include "sensor/upload_process.h"

static int print_rules(const struct sensor_config *c, struct err *e)
{
	AUTO(buf_done) struct buf rules = {0};
	int rc = silence_rules(c, &rules, e);

	if (rc == 0)
		fputs(buf_str(&rules), stdout);
	return rc;
}

/* X(name, function, English, Japanese) */
#define COMMANDS(X)                                                                                \
	X("run", sensor_run, "capture into the spool until SIGTERM", "SIGTERM まで観測しスプールに書く") \
	X("upload", upload_alone, "only send what waits in the spool, until SIGTERM", "SIGTERM までスプールの内容を送信するだけ") \
	X("status", sensor_status, "when it last heard something, what it lost, what waits",       \
		"最後の受信、損失、送信待ちを表示する")                                            \
	X("silence", silence_on, "only keep the kernel silent, as run does", "run と同じルールだけを設定する") \
	X("unsilence", silence_off, "remove the rules that do", "そのルールを取り除く")            \
	X("rules", print_rules, "print the rules that keep the kernel silent, as nft reads them",  \
		"カーネルに応答させないルールを nft の形で表示する")

static const struct program_command commands[] = {
#define X(name, function, en, ja) {name, en, ja},
	COMMANDS(X)
#undef X
};

static int (*const functions[])(const struct sensor_config *c, struct err *e) = {
#define X(name, function, en, ja) function,
	COMMANDS(X)
#undef X
};

static int run(size_t command, const struct options *options, struct err *e)
{
	AUTO(free) struct sensor_config *config = calloc(1, sizeof(*config));

	if (options->argc > 1) {
		err_set(e, EINVAL, TR("%s takes no arguments", "%s に引数はありません"), commands[command].name);
		return EXIT_USAGE;
	}
	if (!config)
		return EXIT_FAILED;
	int rc = sensor_config_read(config, options, e);
	if (rc == 0)
		rc = functions[command](config, e);
	sensor_config_done(config);
	return rc < 0 ? EXIT_FAILED : EXIT_DONE;
}

static const struct program program = {
	.name = "teiten-sensor",
	.version = TEITEN_VERSION,
	.commands = commands,
	.command_count = ARRAY_SIZE(commands),
	.settings_en = "settings (teiten-sensor.yaml, or --set key=value), and the lists addresses, accept and upload.collectors:",
	.settings_ja = "設定（teiten-sensor.yaml、または --set キー=値）。ほかにリスト addresses、accept、upload.collectors:",
	.settings_help = sensor_settings_help,
	.run = run,
};

int main(int argc, char **argv)
{
	return program_main(&program, argc, argv);
}
