/* teiten sensors: who was heard when, and what was lost on the way. */
#include "prog/sensors_print.h"

#include "base/text.h"

#include <errno.h>
#include <getopt.h>

enum { DAY_S = 86400 };

struct sensors_options {
	const char *period;
	enum format format;
	bool metrics, help;
};

static void print_usage(void)
{
	fputs(TR("usage: teiten sensors [--period P] [--format table|json|csv] [--metrics]\n"
		 "Each sensor: when it was heard last; segments and packets of the period (default: the last 24 hours),\n"
		 "and what was lost in the kernel, at the interface, in the spool, on the way; what waits in the inbox here.\n"
		 "  --metrics   for a monitoring system (Prometheus), of the last 24 hours\n",
		      "使い方: teiten sensors [--period 期間] [--format table|json|csv] [--metrics]\n"
		      "センサーごとの最終受信、期間（既定は過去 24 時間）のセグメント数とパケット数、\n"
		      "カーネル・インターフェース・スプール・送信途中での損失、この inbox での取込待ちを示します。\n"
		      "  --metrics   監視システム（Prometheus）用の形式。過去 24 時間\n"),
		stdout);
}

static int parse_option(int option, struct sensors_options *o, struct err *e)
{
	switch (option) {
	case 'p':
		o->period = optarg;
		return 0;
	case 'f':
		return format_parse(optarg, &o->format, e);
	case 'm':
		o->metrics = true;
		return 0;
	case 'h':
		o->help = true;
		return 0;
	default:
		return err_set(e, EINVAL,
			TR("sensors: unknown option or missing value: see teiten sensors --help",
				"sensors: オプションの誤りです（teiten sensors --help を見てください）"));
	}
}

static int parse_options(int argc, char **argv, struct sensors_options *o, struct err *e)
{
	static const struct option longs[] = {{"period", required_argument, NULL, 'p'},
		{"format", required_argument, NULL, 'f'}, {"metrics", no_argument, NULL, 'm'},
		{"help", no_argument, NULL, 'h'}, {0}};
	int option, rc = 0;

	opterr = 0;
	optind = 1;
	while (rc == 0 && (option = getopt_long(argc, argv, "h", longs, NULL)) != -1)
		rc = parse_option(option, o, e);
	if (rc < 0 || o->help)
		return rc;
	if (optind < argc)
		return err_set(e, EINVAL, TR("sensors: unexpected \"%s\"", "sensors: 余分な引数「%s」"), argv[optind]);
	if (o->metrics && o->period)
		return err_set(e, EINVAL, TR("--metrics is of the last 24 hours", "--metrics は過去 24 時間です"));
	return 0;
}

static int show(struct prog *p, const struct sensors_options *o, const struct period *period, struct err *e)
{
	AUTO(sensor_states_done) struct sensor_states all = {0};
	AUTO(buf_done) struct buf out = {0};
	int rc = prog_store(p, false, e);

	if (rc == 0)
		rc = sensors_gather(p, (struct span){period->from_s, period->to_s}, &all, e);
	if (rc < 0)
		return rc;
	if (o->metrics)
		sensors_metrics(&all, p->now_s, &out);
	else
		sensors_print(&all, period, p->now_s, o->format, &out);
	fputs(buf_str(&out), stdout);
	return 0;
}

int command_sensors(struct prog *p, int argc, char **argv, struct err *e)
{
	struct sensors_options options = {0};
	struct period period = period_of_times(p->now_s - DAY_S, p->now_s + 1);

	if (parse_options(argc, argv, &options, e) < 0)
		return EXIT_USAGE;
	if (options.help) {
		print_usage();
		return EXIT_DONE;
	}
	if (options.period && period_parse(options.period, p->now_s, &period, e) < 0)
		return EXIT_USAGE;
	return show(p, &options, &period, e) < 0 ? EXIT_FAILED : EXIT_DONE;
}
