/* teiten report: the report of a period as files. */
#include "report/report.h"

#include "base/text.h"
#include "prog/prog.h"

#include <errno.h>
#include <getopt.h>
#include <string.h>

struct report_arguments {
	const char *period, *versus, *kind, *lang, *output, *where;
	bool no_pdf, help;
};

static void print_usage(void)
{
	fputs(TR("usage: teiten report --period P [--versus P] [--kind month] [--lang ja|en] "
		 "[--output DIR] [--where EXPR] [--no-pdf]\n"
		 "Writes report.html, report.pdf, report.md, report.json and figures/*.svg.\n"
		 "P is a month: 2009-08. DIR is report-2009-08-ja and the like by default.\n",
		      "使い方: teiten report --period 期間 [--versus 期間] [--kind month] [--lang "
		      "ja|en] [--output フォルダー] [--where 式] [--no-pdf]\n"
		      "report.html、report.pdf、report.md、report.json、figures/*.svg "
		      "を作ります。\n"
		      "期間は月です（2009-08）。フォルダーの既定は report-2009-08-ja などです。\n"),
		stdout);
}

static int parse_option(int option, struct report_arguments *o, struct err *e)
{
	switch (option) {
	case 'p':
		o->period = optarg;
		return 0;
	case 'v':
		o->versus = optarg;
		return 0;
	case 'k':
		o->kind = optarg;
		return 0;
	case 'l':
		o->lang = optarg;
		return 0;
	case 'o':
		o->output = optarg;
		return 0;
	case 'w':
		o->where = optarg;
		return 0;
	case 'n':
		o->no_pdf = true;
		return 0;
	case 'h':
		o->help = true;
		return 0;
	default:
		return err_set(e, EINVAL,
			TR("report: unknown option or missing value: see teiten report --help",
				"report: オプションの誤りです（teiten report --help "
				"を見てください）"));
	}
}

static int check_arguments(const struct report_arguments *o, struct err *e)
{
	if (!o->period)
		return err_set(e, EINVAL,
			TR("report: --period is missing (such as --period 2009-08)",
				"report: --period がありません（例: --period 2009-08）"));
	if (o->kind && strcmp(o->kind, "month") != 0)
		return err_set(e, EINVAL,
			TR("--kind: \"%s\" is no kind of report: month",
				"--kind:「%s」という種類の報告書はありません（month）"),
			o->kind);
	if (o->lang && strcmp(o->lang, "ja") != 0 && strcmp(o->lang, "en") != 0)
		return err_set(e, EINVAL,
			TR("--lang is en or ja, not \"%s\"",
				"--lang は en か ja です（「%s」ではありません）"),
			o->lang);
	return 0;
}

static int parse_arguments(int argc, char **argv, struct report_arguments *o, struct err *e)
{
	static const struct option longs[] = {{"period", required_argument, NULL, 'p'},
		{"versus", required_argument, NULL, 'v'}, {"kind", required_argument, NULL, 'k'},
		{"lang", required_argument, NULL, 'l'}, {"output", required_argument, NULL, 'o'},
		{"where", required_argument, NULL, 'w'}, {"no-pdf", no_argument, NULL, 'n'},
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
	if (optind < argc)
		return err_set(e, EINVAL,
			TR("report: unexpected \"%s\"", "report: 余分な引数「%s」"), argv[optind]);
	return check_arguments(o, e);
}

static int parse_month(
	const char *option, const char *text, int64_t now_s, struct period *ret, struct err *e)
{
	int rc = period_parse(text, now_s, ret, e);

	if (rc < 0)
		return err_context(e, rc, "%s: ", option);
	if (ret->kind == PERIOD_MONTH)
		return 0;
	return err_set(e, EINVAL,
		TR("%s: a monthly report is about one month (such as 2009-08), not \"%s\"",
			"%s: 月報の期間は一か月です（例: 2009-08）。「%s」は月ではありません"),
		option, text);
}

static int parse_periods(const struct prog *p, const struct report_arguments *o,
	struct report_options *options, struct err *e)
{
	int rc = parse_month("--period", o->period, p->now_s, &options->period, e);

	if (rc < 0)
		return rc;
	if (o->versus)
		return parse_month("--versus", o->versus, p->now_s, &options->versus, e);
	options->versus = period_before(&options->period);
	return 0;
}

static const char *default_output(const struct report_options *options, char *out, size_t size)
{
	char name[PERIOD_TEXT_SIZE];

	snprintf(out, size, "report-%s-%s", period_print(&options->period, name),
		lang_name(options->lang));
	return out;
}

static void tell(const struct report_options *options)
{
	printf("%s/report.html\n", options->output);
	if (options->pdf)
		printf("%s/report.pdf\n", options->output);
	printf("%s/report.md\n%s/report.json\n%s/figures/\n", options->output, options->output,
		options->output);
}

static int write_report(struct prog *p, struct report_options *options, struct err *e)
{
	AUTO(geo_close) struct geo *geo = NULL;

	int rc = prog_store(p, false, e);
	if (rc == 0)
		rc = prog_geo(p, &geo, e);
	if (rc < 0)
		return rc;
	const struct analysis analysis = {.store = p->store, .plant = &p->plant, .now_s = p->now_s};
	options->geo_version = geo_version(geo);
	return report_month(&analysis, options, e);
}

int command_report(struct prog *p, int argc, char **argv, struct err *e)
{
	struct report_arguments arguments = {0};
	AUTO(expr_free) struct expr *where = NULL;
	char folder[PERIOD_TEXT_SIZE + 16];

	if (parse_arguments(argc, argv, &arguments, e) < 0)
		return EXIT_USAGE;
	if (arguments.help) {
		print_usage();
		return EXIT_DONE;
	}
	struct report_options options = {
		.settings = &p->settings,
		.lang = arguments.lang ? lang_of(arguments.lang) : text_lang(),
		.program_version = TEITEN_VERSION,
		.now_s = p->now_s,
		.pdf = !arguments.no_pdf,
	};
	if (parse_periods(p, &arguments, &options, e) < 0)
		return EXIT_USAGE;
	int rc = expr_parse(arguments.where, &where, e);
	if (rc < 0) {
		err_context(e, rc, "--where: ");
		return EXIT_USAGE;
	}
	options.where = where;
	options.output = arguments.output ? arguments.output
					  : default_output(&options, folder, sizeof(folder));
	if (write_report(p, &options, e) < 0)
		return EXIT_FAILED;
	tell(&options);
	return EXIT_DONE;
}
