/* teiten import: captures into the store. */
#include "prog/bounds.h"
#include "prog/import_dry.h"
#include "prog/import_work.h"
#include "prog/no_store.h"
#include "prog/result.h"
#include "prog/rulebooks.h"
#include "prog/stop.h"

#include "base/text.h"
#include "capture/oddity.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>

enum { ADDRESSES_MAX = 4096 };

struct import_options {
	const char *sensor;
	struct prefix *prefixes;
	size_t prefix_count;
	bool keep;
	bool addresses_given;
	const char *list; /* --files-from */
	char separator;
	bool dry_run;
	bool help;
	struct no_store_options no_store;
};

static void print_usage(void)
{
	fputs(TR("usage: teiten import [--sensor NAME [--addresses PREFIX,...]] [--no-archive]\n"
		 "                     [--files-from FILE [--null]] [--dry-run] PATH...\n"
		 "Takes captures in (pcap, pcapng; plain, gzip, zstd, xz, lz4): files, all of a "
		 "folder and below,\n"
		 "- is standard input. By time, several at once (setting import.threads).\n"
		 "  --sensor NAME       the sensor that the captures were taken at (default: all "
		 "of teiten.yaml)\n"
		 "  --addresses LIST    its addresses, if teiten.yaml does not have it (default: "
		 "inferred)\n"
		 "  --no-archive        keep no compressed copy of the captures\n"
		 "  --files-from FILE   read names of files and folders from it, one a line (- is "
		 "standard input)\n"
		 "  -0, --null          they end with a zero byte instead (find -print0)\n"
		 "  --dry-run           say what would be read, in order; change nothing\n",
		      "使い方: teiten import [--sensor 名前 [--addresses プレフィックス,...]] "
		      "[--no-archive]\n"
		      "                     [--files-from ファイル [--null]] [--dry-run] パス...\n"
		      "キャプチャを取り込みます（pcap、pcapng。無圧縮、gzip、zstd、xz、lz4）。\n"
		      "ファイルのほか、フォルダー（その下すべて）も指定できます。- は標準入力です。\n"
		      "時刻の順に、複数を同時に取り込みます（設定 import.threads）。\n"
		      "  --sensor 名前       キャプチャを取ったセンサー（既定: teiten.yaml "
		      "の全センサー）\n"
		      "  --addresses 一覧    teiten.yaml にないセンサーのアドレス（既定: "
		      "推定する）\n"
		      "  --no-archive        キャプチャの圧縮コピーを残さない\n"
		      "  --files-from ファイル\n"
		      "                      ファイルやフォルダーの名前を一行に一つずつ読む（- "
		      "は標準入力）\n"
		      "  -0, --null          改行でなく NUL で区切る（find -print0）\n"
		      "  --dry-run           読むものを順に示すだけで、何も変えない\n"),
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
	case 'f':
		o->list = optarg;
		return 0;
	case '0':
		o->separator = '\0';
		return 0;
	case 'd':
		o->dry_run = true;
		return 0;
	case 'h':
		o->help = true;
		return 0;
	default:
		if (no_store_option(&o->no_store, option, optarg, e) != -ENOENT)
			return e->text[0] ? -EINVAL : 0;
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
		{"files-from", required_argument, NULL, 'f'}, {"null", no_argument, NULL, '0'},
		{"dry-run", no_argument, NULL, 'd'}, NO_STORE_OPTIONS, {"help", no_argument, NULL, 'h'}, {0}};
	int option;

	no_store_init(&o->no_store);
	opterr = 0;
	optind = 1;
	while ((option = getopt_long(argc, argv, "h0", longs, NULL)) != -1) {
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
	if (no_store_check(&o->no_store, e) < 0)
		return -EINVAL;
	if (o->separator == '\0' && !o->list)
		return err_set(e, EINVAL,
			TR("--null needs --files-from FILE", "--null には --files-from ファイル が要ります"));
	if (optind == argc && !o->list)
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

/* --- the files --- */

/* A list and a capture cannot both come from standard input. */
static int check_input(const struct import_options *o, const struct import_plan *plan, struct err *e)
{
	if (!plan->standard_input || !o->list || strcmp(o->list, "-") != 0)
		return 0;
	return err_set(e, EINVAL,
		TR("standard input is the list of files and cannot be a capture, too",
			"標準入力はファイルの一覧なので、キャプチャにはできません"));
}

static int make_plan(
	const struct prog *p, const struct import_options *o, char **paths, struct import_plan *plan, struct err *e)
{
	int rc = 0;

	if (strstr(p->settings.store, "://") || stat(p->settings.store, &plan->avoid) < 0)
		plan->avoid = (struct stat){0};
	for (; rc == 0 && *paths; paths++)
		rc = import_plan_add(plan, *paths, e);
	if (rc == 0 && o->list)
		rc = check_input(o, plan, e);
	if (rc == 0 && o->list)
		rc = import_plan_add_list(plan, o->list, o->separator, e);
	return rc < 0 ? rc : import_plan_make(plan, prog_threads(p), e);
}

static void tell_failures(const struct import_plan *plan)
{
	for (size_t i = 0; i < plan->failure_count; i++)
		fprintf(stderr, "teiten: %s\n", plan->failures[i]);
}

static bool has_summary(const struct import_plan *plan, const struct import_options *o)
{
	return plan->has_folder || o->list || plan->read + plan->skipped + plan->standard_input + plan->failure_count > 1;
}

static void print_summary(const struct import_plan *plan, const struct import_total *t)
{
	AUTO(buf_done) struct buf line = {0};
	const struct {
		size_t count;
		const char *en, *ja;
	} parts[] = {
		{t->known, "taken in before", "取り込み済み"},
		{plan->skipped, "skipped as no captures", "キャプチャでないもの"},
		{t->failed + plan->failure_count, "failed", "失敗"},
	};

	buf_printf(&line, TR("%zu taken in", "取り込み %zu"), t->taken);
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		if (parts[i].count)
			buf_printf(&line, TR(", %zu %s", "、%2$s %1$zu"), parts[i].count, TR(parts[i].en, parts[i].ja));
	buf_printf(&line,
		TR("; %" PRIu64 " frames, %" PRIu64 " accesses (%.1f s", "。フレーム %" PRIu64 "、アクセス %" PRIu64 "（%.1f 秒"),
		t->frames, t->accesses, t->seconds);
	if (t->frames && t->seconds > 0)
		buf_printf(&line, TR(", %.0f packets/s", "、%.0f パケット/秒"), (double)t->frames / t->seconds);
	buf_text(&line, TR(")", "）"));
	puts(buf_str(&line));
	fflush(stdout);
}

/* As a shell says it of a command that a signal ended. */
static int stopped(const struct import_plan *plan, const struct import_total *t, struct err *e)
{
	int signal = stop_signal();
	size_t all = plan->read + plan->standard_input, done = t->taken + t->known + t->failed;

	*e = (struct err){0};
	err_set(e, EINTR,
		TR("stopped by %s with %zu of %zu files done; the next import goes on from here",
			"%1$s により中断しました（%3$zu ファイル中 %2$zu まで完了）。次の取り込みで続きから再開します"),
		signal == SIGINT ? "SIGINT" : "SIGTERM", done, all);
	return 128 + signal;
}

/* What the store knows now, in the place of what it knew before. */
static int learn(struct intake *in, struct known **known, struct err *e)
{
	known_free(TAKE(*known));
	int rc = known_load(in->prog->store, known, e);
	in->known = *known;
	intake_forget(in);
	return rc;
}

/* Standard input comes last, when all that it could begin with is known. A signal ends the process again, since nothing
 * else wakes it from waiting. */
static int take_all(struct intake *in, const struct geo *geo, const struct import_plan *plan, struct import_total *total,
	struct err *e)
{
	AUTO(known_free) struct known *known = NULL;

	int rc = learn(in, &known, e);
	if (rc == 0)
		rc = intake_resume(in, print_resumed, e);
	if (rc == 0)
		rc = learn(in, &known, e);
	if (rc == 0)
		rc = import_work(in, geo, plan, prog_threads(in->prog), total, e);
	if (rc < 0 || !plan->standard_input || stop_signal())
		return rc;
	rc = learn(in, &known, e);
	stop_release();
	if (rc == 0)
		import_standard_input(in, total);
	return rc;
}

static int import_all(struct prog *p, const struct import_options *o, const struct import_plan *plan, struct err *e)
{
	AUTO(geo_close) struct geo *geo = NULL;
	AUTO(rulebooks_free) struct rulebooks *rulebooks = NULL;
	struct intake in = {
		.sensor = o->sensor, .addresses = o->prefixes, .address_count = o->prefix_count};
	struct import_total total = {0};

	int rc = prog_rulebook(p, e);
	if (rc == 0)
		rc = bounds_check_memory(p, 1, e);
	if (rc == 0)
		rc = prog_geo(p, &geo, e);
	if (rc == 0)
		rc = prog_store(p, true, e);
	if (rc == 0)
		rc = rulebooks_new(p, &rulebooks, e);
	in.rulebooks = rulebooks;
	if (rc == 0)
		rc = check_overlap(p, o, e);
	if (rc == 0)
		rc = intake_init(&in, p, geo, e);
	if (rc == 0)
		archive_sweep(&in.archive);
	if (rc == 0)
		rc = take_all(&in, geo, plan, &total, e);
	intake_done(&in);
	if (rc == 0 && has_summary(plan, o))
		print_summary(plan, &total);
	if (stop_signal())
		return stopped(plan, &total, e);
	return rc < 0 || total.failed || plan->failure_count ? EXIT_FAILED : EXIT_DONE;
}

/* Nothing is begun that could be left half done: a signal ends the process. */
static int count_without_store(
	struct prog *p, const struct import_options *o, const struct import_plan *plan, struct err *e)
{
	struct no_store_input in = {.plan = plan,
		.sensor = o->sensor,
		.addresses = o->prefixes,
		.address_count = o->prefix_count};

	stop_release();
	return check_overlap(p, o, e) < 0 ? EXIT_FAILED : no_store_run(p, &o->no_store, &in, e);
}

static int run_import(struct prog *p, const struct import_options *o, char **paths, struct err *e)
{
	AUTO(import_plan_done) struct import_plan plan = {0};

	p->settings.archive = p->settings.archive && o->keep;
	if (check_sensor(p, o, e) < 0)
		return EXIT_USAGE;
	stop_catch();
	int rc = make_plan(p, o, paths, &plan, e);
	if (stop_signal())
		return stopped(&plan, &(struct import_total){0}, e);
	if (rc < 0)
		return rc == -EINVAL ? EXIT_USAGE : EXIT_FAILED;
	tell_failures(&plan);
	if (o->dry_run)
		return import_dry(p, &plan, e);
	if (o->no_store.given)
		return count_without_store(p, o, &plan, e);
	return import_all(p, o, &plan, e);
}

int command_import(struct prog *p, int argc, char **argv, struct err *e)
{
	AUTO(free) struct prefix *prefixes = calloc(ADDRESSES_MAX, sizeof(*prefixes));
	struct import_options options = {.prefixes = prefixes, .keep = true, .separator = '\n'};

	if (!prefixes) {
		err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
		return EXIT_FAILED;
	}
	if (parse_options(argc, argv, &options, e) < 0)
		return EXIT_USAGE;
	if (options.help) {
		print_usage();
		no_store_usage();
		print_oddities();
		return EXIT_DONE;
	}
	return run_import(p, &options, argv + optind, e);
}
