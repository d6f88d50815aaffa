/* teiten synth: captures with a known truth. */
#include "prog/prog.h"

#include "base/number.h"
#include "base/text.h"
#include "synth/synth.h"

#include <errno.h>
#include <getopt.h>
#include <string.h>

struct synth_options {
	const char *scenario, *folder;
	uint64_t seed; /* 0: the scenario's */
	bool help;
};

static void print_usage(void)
{
	fputs(TR("usage: teiten synth SCENARIO.yaml -o DIR [--seed N]\n"
		 "Writes captures, truth.json and teiten.yaml into DIR, as teiten-scenario(5) "
		 "describes.\n"
		 "  -o, --output DIR   where to; made when it is not there\n"
		 "  --seed N           another month of the same shape (default: the scenario's "
		 "seed)\n",
		      "使い方: teiten synth シナリオ.yaml -o フォルダー [--seed N]\n"
		      "teiten-scenario(5) のとおり、キャプチャと truth.json、teiten.yaml "
		      "を書きます。\n"
		      "  -o, --output フォルダー   出力先（なければ作ります）\n"
		      "  --seed N                  同じ形の別の月を作る（既定: シナリオの "
		      "seed）\n"),
		stdout);
}

static int parse_option(int option, struct synth_options *o, struct err *e)
{
	switch (option) {
	case 'o':
		o->folder = optarg;
		return 0;
	case 's':
		if (number_u64(optarg, 1, UINT64_MAX, &o->seed))
			return 0;
		return err_set(e, EINVAL,
			TR("--seed: \"%s\" is no number from 1",
				"--seed：「%s」は 1 以上の整数ではありません"),
			optarg);
	case 'h':
		o->help = true;
		return 0;
	default:
		return err_set(e, EINVAL,
			TR("synth: unknown option or missing value: see teiten synth --help",
				"synth: オプションの誤りです（teiten synth --help "
				"を見てください）"));
	}
}

static int parse_options(int argc, char **argv, struct synth_options *o, struct err *e)
{
	static const struct option longs[] = {{"output", required_argument, NULL, 'o'},
		{"seed", required_argument, NULL, 's'}, {"help", no_argument, NULL, 'h'}, {0}};
	int option;

	opterr = 0;
	optind = 1;
	while ((option = getopt_long(argc, argv, "o:h", longs, NULL)) != -1) {
		int rc = parse_option(option, o, e);
		if (rc < 0)
			return rc;
	}
	if (o->help)
		return 0;
	if (optind + 1 != argc || !o->folder)
		return err_set(e, EINVAL,
			TR("synth: give one scenario and -o DIR: see teiten synth --help",
				"synth: シナリオを一つと -o フォルダー を指定してください（teiten "
				"synth --help を見てください）"));
	o->scenario = argv[optind];
	return 0;
}

int command_synth(struct prog *p, int argc, char **argv, struct err *e)
{
	AUTO(geo_close) struct geo *geo = NULL;
	struct synth_options o = {0};

	if (parse_options(argc, argv, &o, e) < 0)
		return EXIT_USAGE;
	if (o.help) {
		print_usage();
		return EXIT_DONE;
	}
	if (prog_geo(p, &geo, e) < 0 || synth_run(o.scenario, o.folder, o.seed, geo, e) < 0)
		return EXIT_FAILED;
	return EXIT_DONE;
}
