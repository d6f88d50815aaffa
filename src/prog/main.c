/* teiten: one command with subcommands. Takes the global options, reads the settings, hands over,
 * prints the one line of a failure. */
#include "base/options.h"
#include "prog/prog.h"

#include "base/text.h"
#include "prog/start.h"

#include <signal.h>
#include <string.h>

static const struct command {
	const char *name;
	int (*run)(struct prog *p, int argc, char **argv, struct err *e);
	const char *en, *ja;
} commands[] = {
	{"import", command_import, "take captures in", "キャプチャを取り込む"},
	{"top", command_top,
		"rank services, countries, sources ... and compare with the period before",
		"宛先ポート・国・発信元などを順位づけし、前期と比べる"},
	{"trend", command_trend, "series over time", "時間の推移"},
	{"cross", command_cross, "one dimension against another", "二つの項目のクロス集計"},
	{"payload", command_payload, "all that is known of one payload", "一つのペイロードの詳細"},
	{"report", command_report, "write the report of a period", "期間の報告書を作る"},
	{"match", command_match, "say which rules match in captures",
		"キャプチャに当てはまるルールを示す"},
	{"packets", command_packets, "write the raw packets behind a number",
		"数値のもとになったパケットを取り出す"},
	{"rules", command_rules, "check files of signatures", "シグネチャのファイルを調べる"},
	{"synth", command_synth, "make captures with a known truth",
		"正解の分かったキャプチャを作る"},
};

static void print_help(void)
{
	AUTO(buf_done) struct buf settings = {0};

	printf(TR("usage: teiten [--config FILE] [--set KEY=VALUE]... [--lang en|ja] COMMAND "
		  "...\n\ncommands:\n",
		"使い方: teiten [--config ファイル] [--set キー=値]... [--lang en|ja] コマンド "
		"...\n\nコマンド:\n"));
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		printf("  %-8s %s\n", commands[i].name, TR(commands[i].en, commands[i].ja));
	printf(TR("\nsettings (teiten.yaml, or --set key=value):\n",
		"\n設定（teiten.yaml、または --set キー=値）:\n"));
	settings_help(&settings);
	fputs(buf_str(&settings), stdout);
}

static const struct command *find_command(const char *name, struct err *e)
{
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	err_set(e, EINVAL,
		TR("unknown command \"%s\": see teiten --help",
			"コマンド「%s」はありません（teiten --help を見てください）"),
		name);
	return NULL;
}

static int run_command(const struct options *options, struct err *e)
{
	const struct command *command = find_command(options->argv[0], e);
	struct prog prog = {0};

	if (!command)
		return EXIT_USAGE;
	int status = prog_start(&prog, options, e) < 0
			     ? EXIT_FAILED
			     : command->run(&prog, options->argc, options->argv, e);
	prog_done(&prog);
	return status;
}

/* Output that could not be written (a full disk behind >) is a failure, not a success with half a
 * table. */
static int flush_output(int status, struct err *e)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	err_set(e, EIO, TR("cannot write to standard output", "標準出力に書き込めません"));
	return status == EXIT_DONE ? EXIT_FAILED : status;
}

int main(int argc, char **argv)
{
	struct options options;
	struct err e = {0};
	int status;

	signal(SIGPIPE, SIG_IGN);
	if (options_take(&options, "teiten", argc, argv, &e) < 0) {
		status = EXIT_USAGE;
	} else if (options.help) {
		print_help();
		status = EXIT_DONE;
	} else if (options.version) {
		puts("teiten " TEITEN_VERSION);
		status = EXIT_DONE;
	} else {
		status = run_command(&options, &e);
	}
	status = flush_output(status, &e);
	if (e.text[0])
		fprintf(stderr, "teiten: %s\n", e.text);
	return status;
}
