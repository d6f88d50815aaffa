/* teiten import: captures into the store. */
#include "prog/bounds.h"
#include "prog/intake.h"
#include "prog/prog.h"
#include "prog/result.h"

#include "base/text.h"
#include "capture/oddity.h"

#include <errno.h>
#include <getopt.h>
#include <string.h>

enum { ADDRESSES_MAX = 4096 };

struct import_options {
	const char *sensor;
	struct prefix *prefixes;
	size_t prefix_count;
	bool keep;
	bool addresses_given;
	bool help;
};

static void print_usage(void)
{
	fputs(TR("usage: teiten import [--sensor NAME [--addresses PREFIX,...]] [--no-archive] "
		 "FILE...\n"
		 "Takes capture files in (pcap, pcapng; plain, gzip, zstd, xz, lz4; - is standard "
		 "input).\n"
		 "  --sensor NAME       the sensor that the captures were taken at (default: all "
		 "of teiten.yaml)\n"
		 "  --addresses LIST    its addresses, if teiten.yaml does not have it (default: "
		 "inferred)\n"
		 "  --no-archive        keep no compressed copy of the captures\n",
		      "使い方: teiten import [--sensor 名前 [--addresses プレフィックス,...]] "
		      "[--no-archive] ファイル...\n"
		      "キャプチャを取り込みます（pcap、pcapng。無圧縮、gzip、zstd、xz、lz4。- "
		      "は標準入力）。\n"
		      "  --sensor 名前       キャプチャを取ったセンサー（既定: teiten.yaml "
		      "の全センサー）\n"
		      "  --addresses 一覧    teiten.yaml にないセンサーのアドレス（既定: "
		      "推定する）\n"
		      "  --no-archive        キャプチャの圧縮コピーを残さない\n"),
		stdout);
}

/* The words that a result line may hold for what is strange. */
static void print_oddities(void)
{
	fputs(TR("oddities that are counted:\n", "数える異常:\n"), stdout);
	for (size_t i = 0; i < ODD_COUNT; i++)
		printf("  %-16s %s\n", oddity_name((enum oddity)i), oddity_text((enum oddity)i));
}

static int parse_addresses(char *list, struct import_options *o, struct err *e)
{
	for (char *save = NULL, *word = strtok_r(list, ",", &save); word;
		word = strtok_r(NULL, ",", &save)) {
		if (o->prefix_count == ADDRESSES_MAX)
			return err_set(e, E2BIG,
				TR("--addresses: more than %d",
					"--addresses が %d 個を超えています"),
				ADDRESSES_MAX);
		if (!prefix_parse(word, false, &o->prefixes[o->prefix_count]))
			return err_set(e, EINVAL,
				TR("--addresses: \"%s\" is no IPv4 or IPv6 prefix",
					"--addresses:「%s」は IPv4・IPv6 "
					"のプレフィックスではありません"),
				word);
		o->prefix_count++;
	}
	return 0;
}

static int parse_option(int option, struct import_options *o, struct err *e)
{
	switch (option) {
	case 's':
		o->sensor = optarg;
		return 0;
	case 'a':
		o->addresses_given = true;
		return parse_addresses(optarg, o, e);
	case 'n':
		o->keep = false;
		return 0;
	case 'h':
		o->help = true;
		return 0;
	default:
		return err_set(e, EINVAL,
			TR("import: unknown option or missing value: see teiten import --help",
				"import: オプションの誤りです（teiten import --help "
				"を見てください）"));
	}
}

static int parse_options(int argc, char **argv, struct import_options *o, struct err *e)
{
	static const struct option longs[] = {{"sensor", required_argument, NULL, 's'},
		{"addresses", required_argument, NULL, 'a'}, {"no-archive", no_argument, NULL, 'n'},
		{"help", no_argument, NULL, 'h'}, {0}};
	int option;

	opterr = 0;
	optind = 1;
	while ((option = getopt_long(argc, argv, "h", longs, NULL)) != -1) {
		int rc = parse_option(option, o, e);
		if (rc < 0)
			return rc;
	}
	if (o->help)
		return 0;
	if (o->addresses_given && o->prefix_count == 0)
		return err_set(e, EINVAL, TR("--addresses: no address given", "--addresses: アドレスがありません"));
	if (o->prefix_count && !o->sensor)
		return err_set(e, EINVAL,
			TR("--addresses needs --sensor NAME",
				"--addresses には --sensor 名前 が要ります"));
	if (optind == argc)
		return err_set(e, EINVAL,
			TR("import: no file given: see teiten import --help",
				"import: ファイルがありません（teiten import --help "
				"を見てください）"));
	return 0;
}

static void print_resumed(const struct intake_result *r)
{
	result_print(r, stdout);
}

/* Every file in turn; one that fails is told and does not stop the rest. Returns how many failed. */
static int import_files(struct intake *in, char **files)
{
	int failed = 0;

	for (; *files; files++) {
		const char *name =
			strcmp(*files, "-") == 0 ? TR("standard input", "標準入力") : *files;
		struct intake_result result;
		struct err e = {0};
		int rc = intake_file(in, *files, name, &result, &e);

		if (rc == 0)
			result_print(&result, stdout);
		if (rc == 0 && result.damage.text[0])
			e = result.damage;
		if (e.text[0]) {
			result_failure(name, &e);
			failed++;
		}
	}
	return failed;
}

/* --sensor and --addresses against what is configured. */
static int check_sensor(const struct prog *p, const struct import_options *o, struct err *e)
{
	struct prefix any = {.addr = addr_from_v4(0), .bits = 128};
	struct plant trial = {0};

	if (!o->sensor)
		return 0;
	int rc = plant_add(&trial, o->sensor, &any, 1, false, e);
	plant_done(&trial);
	if (rc < 0)
		return rc;
	if (o->prefix_count && plant_named(&p->configured, o->sensor) >= 0)
		return err_set(e, EINVAL,
			TR("--addresses: the addresses of %s stand in %s", "--addresses: %s のアドレスは %s にあります"),
			o->sensor, p->settings.path ? p->settings.path : "teiten.yaml");
	return 0;
}

static bool prefixes_overlap(const struct prefix *a, const struct prefix *b)
{
	return prefix_has(a, &b->addr) || prefix_has(b, &a->addr);
}

/* An address of two sensors would count twice in the exposure. */
static int check_overlap(const struct prog *p, const struct import_options *o, struct err *e)
{
	for (size_t i = 0; i < p->plant.count; i++) {
		const struct sensor *s = &p->plant.sensors[i];

		if (s->inferred || !o->sensor || strcmp(s->name, o->sensor) == 0)
			continue;
		for (size_t j = 0; j < s->prefix_count * o->prefix_count; j++)
			if (prefixes_overlap(&s->prefixes[j / o->prefix_count], &o->prefixes[j % o->prefix_count]))
				return err_set(e, EINVAL,
					TR("--addresses: some of them belong to sensor %s",
						"--addresses: センサー %s のアドレスと重なっています"), s->name);
	}
	return 0;
}

static int run_import(struct prog *p, const struct import_options *o, char **files, struct err *e)
{
	AUTO(geo_close) struct geo *geo = NULL;
	AUTO(known_free) struct known *known = NULL;
	struct intake in = {
		.sensor = o->sensor, .addresses = o->prefixes, .address_count = o->prefix_count};
	int failed = 0;

	p->settings.archive = p->settings.archive && o->keep;
	if (check_sensor(p, o, e) < 0)
		return EXIT_USAGE;
	int rc = bounds_check_memory(&p->settings, 1, e);
	if (rc == 0)
		rc = prog_geo(p, &geo, e);
	if (rc == 0)
		rc = prog_store(p, true, e);
	if (rc == 0)
		rc = check_overlap(p, o, e);
	if (rc == 0)
		rc = known_load(p->store, &known, e);
	in.known = known;
	if (rc == 0)
		rc = intake_init(&in, p, geo, e);
	if (rc == 0)
		archive_sweep(&in.archive);
	if (rc == 0)
		rc = intake_resume(&in, print_resumed, e);
	if (rc == 0)
		failed = import_files(&in, files);
	intake_done(&in);
	return rc < 0 || failed ? EXIT_FAILED : EXIT_DONE;
}

int command_import(struct prog *p, int argc, char **argv, struct err *e)
{
	AUTO(free) struct prefix *prefixes = calloc(ADDRESSES_MAX, sizeof(*prefixes));
	struct import_options options = {.prefixes = prefixes, .keep = true};

	if (!prefixes) {
		err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
		return EXIT_FAILED;
	}
	if (parse_options(argc, argv, &options, e) < 0)
		return EXIT_USAGE;
	if (options.help) {
		print_usage();
		print_oddities();
		return EXIT_DONE;
	}
	return run_import(p, &options, argv + optind, e);
}
