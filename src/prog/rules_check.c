#include "prog/rules_check.h"

#include "base/text.h"
#include "base/yaml.h"
#include "prog/rules_told.h"
#include "rules/rules.h"

#include <getopt.h>
#include <inttypes.h>
#include <string.h>

enum { FILES_MAX = 1024 };

struct check_options {
	enum rules_dialect dialect;
	const char *vars, *categories, *classification, *references;
	bool state, summary, help;
};

static void print_usage(void)
{
	fputs(TR("usage: teiten rules check [OPTION]... FILE...\n"
		 "Says of each rule that cannot be used where it stands and why; then the totals.\n"
		 "Exit status 1 when a rule is malformed; rules that need what is not here are no failure.\n"
		 "  --dialect suricata|snort   the language of the files (default: suricata)\n"
		 "  --vars FILE                addresses and ports that rules name by $ (JSON or YAML)\n"
		 "  --categories FILE          lines that put rules into other categories, as in teiten-rules(5)\n"
		 "  --classification FILE      classification.config\n"
		 "  --references FILE          reference.config\n"
		 "  --state                    accept what reads flowbits, hostbits and xbits, as teiten match does\n"
		 "  --summary                  totals only\n"
		 "Files that are not given are those of the settings signatures.*.\n",
		      "使い方: teiten rules check [オプション]… ファイル…\n"
		      "使えないルールの場所と理由、続けて合計を表示します。\n"
		      "書き方の誤りがあれば終了コード 1。対応していない機能を使うだけのルールは誤りとしません。\n"
		      "  --dialect suricata|snort   ルールの言語（既定: suricata）\n"
		      "  --vars ファイル            $ で参照するアドレスとポート（JSON または YAML）\n"
		      "  --categories ファイル      分類を変える行（teiten-rules(5)）\n"
		      "  --classification ファイル  classification.config\n"
		      "  --references ファイル      reference.config\n"
		      "  --state                    flowbits・hostbits・xbits を読むルールも受け入れる（teiten match と同じ）\n"
		      "  --summary                  合計だけを表示する\n"
		      "指定しないファイルは設定 signatures.* のものを使います。\n"),
		stdout);
}

enum { OPTION_DIALECT = 256, OPTION_VARS, OPTION_CATEGORIES, OPTION_CLASSIFICATION, OPTION_REFERENCES, OPTION_STATE, OPTION_SUMMARY };

static int parse_option(int option, struct check_options *o, struct err *e)
{
	switch (option) {
	case OPTION_DIALECT:
		return rules_dialect_parse(optarg, &o->dialect, e);
	case OPTION_VARS:
		o->vars = optarg;
		return 0;
	case OPTION_CATEGORIES:
		o->categories = optarg;
		return 0;
	case OPTION_CLASSIFICATION:
		o->classification = optarg;
		return 0;
	case OPTION_REFERENCES:
		o->references = optarg;
		return 0;
	case OPTION_STATE:
		o->state = true;
		return 0;
	case OPTION_SUMMARY:
		o->summary = true;
		return 0;
	case 'h':
		o->help = true;
		return 0;
	default:
		return err_set(e, EINVAL,
			TR("rules check: unknown option or missing value: see teiten rules check --help",
				"rules check: オプションの誤りです（teiten rules check --help を見てください）"));
	}
}

static int parse_options(int argc, char **argv, struct check_options *o, struct err *e)
{
	static const struct option longs[] = {{"dialect", required_argument, NULL, OPTION_DIALECT},
		{"vars", required_argument, NULL, OPTION_VARS}, {"categories", required_argument, NULL, OPTION_CATEGORIES},
		{"classification", required_argument, NULL, OPTION_CLASSIFICATION},
		{"references", required_argument, NULL, OPTION_REFERENCES}, {"state", no_argument, NULL, OPTION_STATE},
		{"summary", no_argument, NULL, OPTION_SUMMARY}, {"help", no_argument, NULL, 'h'}, {0}};
	int option;

	opterr = 0;
	optind = 1;
	while ((option = getopt_long(argc, argv, "h", longs, NULL)) != -1) {
		int rc = parse_option(option, o, e);
		if (rc < 0)
			return rc;
	}
	if (!o->help && (optind == argc || argc - optind > FILES_MAX))
		return err_set(e, EINVAL, TR("rules check: name 1 to %d files", "rules check: ファイルを 1 個から %d 個指定してください"), FILES_MAX);
	return 0;
}

/* ---- what is printed ---- */

static int compare_groups(const void *a, const void *b)
{
	const struct rules_refused *x = a, *y = b;

	return strcmp(x->group, y->group);
}

/* The refusals are sorted by group here: they have been printed. */
static void print_groups(struct rules_report *report)
{
	size_t count = report->malformed + report->unsupported;

	if (count == 0)
		return;
	qsort(report->refused, count, sizeof(*report->refused), compare_groups);
	for (size_t i = 0, end; i < count; i = end) {
		for (end = i + 1; end < count && compare_groups(&report->refused[i], &report->refused[end]) == 0; end++)
			;
		bool malformed = report->refused[i].kind == RULES_MALFORMED;
		printf("%8zu  %s%s%s\n", end - i, rules_refusal_name(report->refused[i].kind), malformed ? "" : ": ",
			malformed ? "" : report->refused[i].group);
	}
}

static void print_totals(const struct rules *rules, struct rules_report *report)
{
	uint64_t by_category[RULE_CATEGORY_COUNT] = {0};

	printf(TR("%" PRIu64 " loaded, %" PRIu64 " disabled, %" PRIu64 " replaced by a higher revision, %" PRIu64
		  " malformed, %" PRIu64 " not supported, %" PRIu64 " warnings\n",
		       "有効 %" PRIu64 "、無効化 %" PRIu64 "、新しい版に置換 %" PRIu64 "、書式の誤り %" PRIu64 "、未対応 %" PRIu64
		       "、警告 %" PRIu64 "\n"),
		report->loaded, report->disabled, report->replaced, report->malformed, report->unsupported, report->warnings);
	print_groups(report);
	for (size_t i = 0; i < rules_count(rules); i++)
		by_category[rules_info(rules, (uint32_t)i)->category]++;
	for (int c = 0; c < RULE_CATEGORY_COUNT; c++)
		printf("%8" PRIu64 "  %s: %s\n", by_category[c], TR("category", "分類"),
			rule_category_name((enum rule_category)c));
}

static int check_files(const struct check_options *o, char **names, size_t count, struct err *e)
{
	AUTO(rules_free) struct rules *rules = NULL;
	AUTO(rules_report_done) struct rules_report report = {0};
	AUTO(yaml_free) struct yaml *owner = NULL;
	AUTO(free) struct rules_var *vars = calloc(RULES_VARS_MAX, sizeof(*vars));
	AUTO(free) struct rules_file *files = calloc(count, sizeof(*files));
	struct rules_source source = {.files = files, .file_count = count, .vars = vars, .state = o->state,
		.classification = o->classification, .references = o->references, .categories = o->categories};

	if (!vars || !files)
		return err_set(e, ENOMEM, TR("no memory", "メモリーが足りません"));
	for (size_t i = 0; i < count; i++)
		files[i] = (struct rules_file){.name = names[i], .dialect = o->dialect};
	if ((o->vars && rules_vars_read(o->vars, vars, &source.var_count, &owner, e) < 0) ||
		rules_load(&source, &rules, &report, e) < 0)
		return -1;
	for (size_t i = 0; !o->summary && i < report.malformed + report.unsupported; i++)
		rules_refused_print(stdout, &report.refused[i]);
	print_totals(rules, &report);
	if (report.malformed > 0)
		return err_set(e, EINVAL, TR("%" PRIu64 " malformed rules", "書式の誤ったルールが %" PRIu64 " 件あります"),
			report.malformed);
	return 0;
}

/* As an import would load them, until an option says otherwise. */
static struct check_options options_of(const struct settings *s)
{
	struct check_options o = {0};
	const struct {
		const char **option, *setting;
	} files[] = {{&o.vars, s->rules_vars}, {&o.categories, s->rules_categories},
		{&o.classification, s->rules_classification}, {&o.references, s->rules_references}};

	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		if (files[i].setting[0])
			*files[i].option = files[i].setting;
	return o;
}

int rules_check(struct prog *p, int argc, char **argv, struct err *e)
{
	struct check_options o = options_of(&p->settings);

	if (parse_options(argc, argv, &o, e) < 0)
		return EXIT_USAGE;
	if (o.help) {
		print_usage();
		return EXIT_DONE;
	}
	return check_files(&o, argv + optind, (size_t)(argc - optind), e) < 0 ? EXIT_FAILED : EXIT_DONE;
}
