/* teiten: one command with subcommands. */
#include "base/program.h"
#include "prog/prog.h"

#include "prog/start.h"

/* X(name, function, English, Japanese) */
#define COMMANDS(X)                                                                                \
	X("import", command_import, "take captures in", "キャプチャを取り込む")                   \
	X("load", command_load, "take in what sensors sent", "センサーが送ったものを取り込む")     \
	X("top", command_top, "rank services, countries, sources ... and compare with the period before", \
		"宛先ポート・国・発信元などを順位づけし、前期と比べる")                            \
	X("trend", command_trend, "series over time", "時間の推移")                               \
	X("cross", command_cross, "one dimension against another", "二つの項目のクロス集計")       \
	X("payload", command_payload, "all that is known of one payload", "一つのペイロードの詳細") \
	X("report", command_report, "write the report of a period", "期間の報告書を作る")          \
	X("match", command_match, "say which rules match in captures",                            \
		"キャプチャに当てはまるルールを示す")                                              \
	X("packets", command_packets, "write the raw packets behind a number",                     \
		"数値のもとになったパケットを取り出す")                                            \
	X("sensors", command_sensors, "say when each sensor was heard, and what was lost",         \
		"センサーごとの最終受信と損失を示す")                                              \
	X("rules", command_rules, "check files of signatures", "シグネチャのファイルを調べる")     \
	X("sensor", command_sensor, "make, list and revoke the identities of sensors",             \
		"センサーの証明書を作る・一覧する・失効させる")                                    \
	X("collect", command_collect, "receive what sensors send", "センサーから受信する（常駐）") \
	X("synth", command_synth, "make captures with a known truth", "正解の分かったキャプチャを作る")

static const struct program_command commands[] = {
#define X(name, function, en, ja) {name, en, ja},
	COMMANDS(X)
#undef X
};

static int (*const functions[])(struct prog *p, int argc, char **argv, struct err *e) = {
#define X(name, function, en, ja) function,
	COMMANDS(X)
#undef X
};

static int run(size_t command, const struct options *options, struct err *e)
{
	struct prog prog = {0};
	int status = prog_start(&prog, options, e) < 0
			     ? EXIT_FAILED
			     : functions[command](&prog, options->argc, options->argv, e);

	prog_done(&prog);
	return status;
}

static const struct program program = {
	.name = "teiten",
	.version = TEITEN_VERSION,
	.commands = commands,
	.command_count = ARRAY_SIZE(commands),
	.settings_en = "settings (teiten.yaml, or --set key=value):",
	.settings_ja = "設定（teiten.yaml、または --set キー=値）:",
	.settings_help = settings_help,
	.run = run,
};

int main(int argc, char **argv)
{
	return program_main(&program, argc, argv);
}
