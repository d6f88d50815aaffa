/* teiten load: from a collector's folder into the store, once. */
#include "prog/loading.h"
#include "prog/stop.h"

#include "base/text.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>

struct load_options {
	const char *folder;
	bool all, help;
};

static void print_usage(void)
{
	fputs(TR("usage: teiten load [--all] [FOLDER]\n"
		 "Takes the segments that sensors sent from FOLDER (default: collect.folder) into the store,\n"
		 "as teiten collect does by itself.\n"
		 "  --all   also those that wait for the segments before and behind them\n",
		      "使い方: teiten load [--all] [フォルダー]\n"
		      "センサーが送ったセグメントをフォルダー（既定: collect.folder）から取り込みます。\n"
		      "teiten collect は同じことを自動で行います。\n"
		      "  --all   前後のセグメントを待っているものも取り込む\n"),
		stdout);
}

static int parse_options(int argc, char **argv, struct load_options *o, struct err *e)
{
	static const struct option longs[] = {{"all", no_argument, NULL, 'a'}, {"help", no_argument, NULL, 'h'}, {0}};
	int option;

	opterr = 0;
	optind = 1;
	while ((option = getopt_long(argc, argv, "h", longs, NULL)) != -1) {
		o->all |= option == 'a';
		o->help |= option == 'h';
		if (option == '?')
			return err_set(e, EINVAL,
				TR("load: unknown option: see teiten load --help",
					"load: オプションの誤りです（teiten load --help を見てください）"));
	}
	o->folder = argv[optind];
	if (optind + 1 < argc)
		return err_set(e, EINVAL, TR("load: unexpected \"%s\"", "load: 余分な引数「%s」"), argv[optind + 1]);
	return 0;
}

static void print_total(const struct collected_total *t)
{
	const struct {
		uint64_t count;
		const char *en, *ja;
	} parts[] = {
		{t->known, "in the store before", "取り込み済み"},
		{t->quarantined, "in quarantine", "隔離"},
		{t->waiting, "waiting", "待機中"},
		{t->not_configured, "of sensors that are not in teiten.yaml", "teiten.yaml にないセンサーのもの"},
	};

	printf(TR("%" PRIu64 " segments taken in", "セグメント %" PRIu64 " 個を取り込み"), t->segments);
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		if (parts[i].count)
			printf(TR(", %" PRIu64 " %s", "、%2$s %1$" PRIu64), parts[i].count, TR(parts[i].en, parts[i].ja));
	printf(TR("; %" PRIu64 " frames, %" PRIu64 " accesses, %" PRIu64 " batches, %" PRIu64 " blocks\n",
		       "。フレーム %" PRIu64 "、アクセス %" PRIu64 "、バッチ %" PRIu64 "、ブロック %" PRIu64 "\n"),
		t->frames, t->accesses, t->batches, t->blocks);
}

static int load(struct prog *p, const struct load_options *o, struct err *e)
{
	AUTO(loading_close) struct loading l = {0};
	struct collected_total total = {0};

	stop_catch();
	int rc = loading_open(p, o->folder, &l, e);
	if (rc == 0)
		rc = collected_load(l.collected, o->all, &total, e);
	if (rc < 0)
		return stop_signal() ? 128 + stop_signal() : EXIT_FAILED;
	print_total(&total);
	return total.failed ? EXIT_FAILED : EXIT_DONE;
}

int command_load(struct prog *p, int argc, char **argv, struct err *e)
{
	struct load_options options = {0};

	if (parse_options(argc, argv, &options, e) < 0)
		return EXIT_USAGE;
	if (options.help) {
		print_usage();
		return EXIT_DONE;
	}
	return load(p, &options, e);
}
