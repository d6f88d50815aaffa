/* teiten trend: series over time. */
#include "analysis/candidate.h"
#include "analysis/number_text.h"
#include "prog/answer.h"
#include "prog/question.h"

#include "base/text.h"
#include "base/zone.h"

#include <inttypes.h>

enum { HOUR_S = 3600, DAY_S = 86400, MINUTE_S = 60 };

static void print_usage(void)
{
	fputs(TR("usage: teiten trend [DIMENSION] [--period P] [--interval 1d|1h|15m] [--where "
		 "EXPR] [--limit N|all]\n"
		 "                    [--format table|json|csv]\n"
		 "Accesses by time, for everything and for the keys with most accesses (default: "
		 "10).\n"
		 "Intervals are local days (default), or a multiple of 15m below a day. The other "
		 "options: teiten top --help\n",
		      "使い方: teiten trend [項目] [--period 期間] [--interval 1d|1h|15m] [--where "
		      "式] [--limit 件数|all]\n"
		      "                    [--format table|json|csv]\n"
		      "全体と、アクセスの多い項目（既定は 10 件）の推移を示します。\n"
		      "間隔は現地の一日（既定）、または一日未満で 15m "
		      "の倍数です。ほかのオプションは teiten top --help\n"),
		stdout);
}

static const char *interval_text(int64_t interval_s, char out[24])
{
	if (interval_s == DAY_S)
		snprintf(out, 24, "1d");
	else if (interval_s % HOUR_S == 0)
		snprintf(out, 24, "%" PRId64 "h", interval_s / HOUR_S);
	else
		snprintf(out, 24, "%" PRId64 "m", interval_s / MINUTE_S);
	return out;
}

/* --- table --- */

enum { COLUMNS_FIXED = 4 };

static void add_header(struct table *t, const struct trend *trend, const struct names *names)
{
	table_cell(t, TR("from", "時刻"));
	table_cell(t, TR("all", "全体"));
	table_cell(t, TR("sources", "発信元数"));
	table_cell(t, TR("per IP-day", "件/日・IP"));
	for (size_t i = 0; i < trend->count; i++) {
		AUTO(buf_done) struct buf key = {0};

		answer_key(&key, trend->question.dimension, trend->series[i].key, names);
		table_cell(t, buf_str(&key));
	}
}

static void add_time(struct table *t, const struct trend *trend, const struct point *p)
{
	struct civil c = civil_of(p->from_s);

	if (trend->question.interval_s == DAY_S && p->from_s == day_start(day_of(p->from_s)))
		table_cellf(t, "%04d-%02d-%02d", c.year, c.month, c.day);
	else
		table_cellf(
			t, "%04d-%02d-%02d %02d:%02d", c.year, c.month, c.day, c.hour, c.minute);
}

static void print_table(struct buf *out, const struct trend *trend, const struct names *names)
{
	size_t columns = COLUMNS_FIXED + trend->count;
	AUTO(free) bool *right = malloc(columns * sizeof(*right));
	AUTO(table_done) struct table t = {.columns = columns, .right = right};
	char period[PERIOD_TEXT_SIZE];

	if (!right) {
		out->failed = true;
		return;
	}
	for (size_t i = 0; i < columns; i++)
		right[i] = i > 0;
	buf_printf(out, TR("%s; exposure ", "%s　観測量 "),
		period_print(&trend->question.period, period));
	answer_exposure(out, trend->exposure);
	buf_text(out, TR(" IP-days\n", " IP・日\n"));
	add_header(&t, trend, names);
	for (size_t i = 0; i < trend->points; i++) {
		const struct point *p = &trend->total.points[i];

		add_time(&t, trend, p);
		table_cellf(&t, "%" PRIu64, p->packets);
		table_cellf(&t, "%" PRIu64, p->sources);
		answer_rate(&t, p->rate);
		for (size_t j = 0; j < trend->count; j++)
			table_cellf(&t, "%" PRIu64, trend->series[j].points[i].packets);
	}
	table_print(&t, out);
	answer_meaning_lines(out, trend->question.dimension);
	answer_approximate_lines(out, &trend->approximate);
	answer_incomplete_lines(out, &trend->incomplete);
}

/* --- JSON and CSV --- */

static void json_series(struct json *j, const char *name, const struct series *s, size_t points, enum dimension d)
{
	char text[ZONE_TEXT_SIZE];

	json_open(j, name, '{');
	json_text(j, "key", s->key);
	answer_json_candidate(j, d, s->key);
	json_open(j, "points", '[');
	for (size_t i = 0; i < points; i++) {
		json_open(j, NULL, '{');
		json_text(j, "from", zone_print(s->points[i].from_s, text));
		json_u64(j, "packets", s->points[i].packets);
		json_u64(j, "sources", s->points[i].sources);
		json_double(j, "rate", s->points[i].rate);
		json_double(j, "exposure", s->points[i].exposure);
		json_close(j, '}');
	}
	json_close(j, ']');
	json_u64(j, "packets", s->packets);
	json_u64(j, "sources", s->sources);
	json_close(j, '}');
}

static void print_json(struct buf *out, const struct trend *trend)
{
	struct json j = {.out = out};
	char interval[24];

	json_open(&j, NULL, '{');
	if (trend->question.dimension == DIMENSION_NONE)
		json_null(&j, "dimension");
	else
		json_text(&j, "dimension", dimension_name(trend->question.dimension));
	json_text(&j, "interval", interval_text(trend->question.interval_s, interval));
	json_open(&j, "series", '[');
	for (size_t i = 0; i < trend->count; i++)
		json_series(&j, NULL, &trend->series[i], trend->points, trend->question.dimension);
	if (trend->question.dimension == DIMENSION_NONE)
		json_series(&j, NULL, &trend->total, trend->points, DIMENSION_NONE);
	json_close(&j, ']');
	json_series(&j, "total", &trend->total, trend->points, DIMENSION_NONE);
	answer_json_period(&j, "period", &trend->question.period);
	json_double(&j, "exposure", trend->exposure);
	answer_json_approximate(&j, &trend->approximate);
	answer_json_incomplete(&j, &trend->incomplete);
	json_close(&j, '}');
	buf_char(out, '\n');
}

static void csv_series(struct buf *out, const struct series *s, const struct trend *trend)
{
	char from[ZONE_TEXT_SIZE], to[ZONE_TEXT_SIZE];

	for (size_t i = 0; i < trend->points; i++) {
		const struct point *p = &s->points[i];

		buf_csv(out, s->key);
		buf_printf(out, ",%s,%s,%" PRIu64 ",%" PRIu64, zone_print(p->from_s, from),
			zone_print(p->to_s, to), p->packets, p->sources);
		answer_csv_double(out, p->exposure);
		answer_csv_double(out, p->rate);
		answer_csv_approximate(out, &trend->approximate, is_candidate(trend->question.dimension, s->key));
		buf_char(out, '\n');
	}
}

static void print_csv(struct buf *out, const struct trend *trend)
{
	buf_text(out, "key,from,to,packets,sources,exposure,rate,approximate\n");
	csv_series(out, &trend->total, trend);
	for (size_t i = 0; i < trend->count; i++)
		csv_series(out, &trend->series[i], trend);
}

/* Numbers of sources that this form does not print. */
static unsigned unread(enum format format)
{
	switch (format) {
	case FORMAT_TABLE:
		return UNREAD_TOTAL | UNREAD_KEYS | UNREAD_KEY_POINTS;
	case FORMAT_CSV:
		return UNREAD_TOTAL | UNREAD_KEYS;
	case FORMAT_JSON:
		break;
	}
	return 0;
}

int command_trend(struct prog *p, int argc, char **argv, struct err *e)
{
	AUTO(asking_done) struct asking a = {0};
	AUTO(trend_free) struct trend *trend = NULL;
	AUTO(buf_done) struct buf out = {0};
	struct question_options o;
	int status = question_options(&o, QUESTION_TREND, argc, argv, e);

	if (status == EXIT_DONE && o.help) {
		print_usage();
		return EXIT_DONE;
	}
	if (status == EXIT_DONE)
		status = asking_begin(&a, p, &o, e);
	if (status != EXIT_DONE)
		return status;
	a.question.unread = unread(o.format);
	if (analysis_trend(&a.analysis, &a.question, &trend, e) < 0)
		return EXIT_FAILED;
	AUTO(names_done) struct names names = {0};
	if (o.format == FORMAT_TABLE)
		names_add(&names, p, a.question.dimension);
	if (o.format == FORMAT_JSON)
		print_json(&out, trend);
	else if (o.format == FORMAT_CSV)
		print_csv(&out, trend);
	else
		print_table(&out, trend, &names);
	return answer_write(&out, e);
}
