/* teiten cross: one dimension against another. */
#include "analysis/candidate.h"
#include "analysis/number_text.h"
#include "prog/answer.h"
#include "prog/question.h"

#include "base/text.h"

#include <inttypes.h>
#include <math.h>

static void print_usage(void)
{
	fputs(TR("usage: teiten cross DIMENSION DIMENSION [--period P] [--where EXPR] [--limit "
		 "N|all] [--format table|json|csv]\n"
		 "Accesses by pairs of keys: the N largest of each way (default: 10) and all "
		 "others.\n"
		 "JSON and CSV give each cell's share of its row and of its column; others have no "
		 "key there.\n"
		 "The other options: teiten top --help\n",
		      "使い方: teiten cross 項目 項目 [--period 期間] [--where 式] [--limit "
		      "件数|all] [--format table|json|csv]\n"
		      "二つの項目の組み合わせごとのアクセス件数です。それぞれ上位 N 件（既定は 10 "
		      "件）とその他を示します。\n"
		      "JSON と CSV "
		      "には行と列それぞれに対する割合も出します（その他にはキーがありません）。\n"
		      "ほかのオプションは teiten top --help\n"),
		stdout);
}

static const struct cross_cell *cell_at(const struct cross *c, size_t row, size_t column)
{
	return &c->cells[row * (c->columns + 1) + column];
}

/* NAN of nothing. */
static double share(uint64_t part, uint64_t whole)
{
	return whole ? (double)part / (double)whole : (double)NAN;
}

/* --- table --- */

static void add_key(struct table *t, enum dimension d, const char *key, const struct names *names)
{
	AUTO(buf_done) struct buf text = {0};

	if (key)
		answer_key(&text, d, key, names);
	else
		buf_text(&text, TR("others", "その他"));
	table_cell(t, buf_str(&text));
}

static void add_share(struct table *t, uint64_t part, uint64_t whole)
{
	char text[NUMBER_TEXT_SIZE];

	if (whole)
		table_cellf(t, "%s%%", number_half_up(share(part, whole) * 100, 1, text));
	else
		table_cell(t, "-");
}

static void add_row(struct table *t, const struct cross *c, size_t row, const struct names *names)
{
	add_key(t, c->question.dimension, row < c->rows ? c->row_keys[row] : NULL, names);
	for (size_t column = 0; column <= c->columns; column++)
		table_cellf(t, "%" PRIu64, cell_at(c, row, column)->packets);
	table_cellf(t, "%" PRIu64, c->row_packets[row]);
	add_share(t, c->row_packets[row], c->packets);
}

static void add_totals(struct table *t, const struct cross *c)
{
	table_cell(t, TR("all", "全体"));
	for (size_t column = 0; column <= c->columns; column++)
		table_cellf(t, "%" PRIu64, c->column_packets[column]);
	table_cellf(t, "%" PRIu64, c->packets);
	table_cell(t, "");
	table_cell(t, TR("share", "割合"));
	for (size_t column = 0; column <= c->columns; column++)
		add_share(t, c->column_packets[column], c->packets);
	table_cell(t, "");
	table_cell(t, "");
}

static void add_header(struct table *t, const struct cross *c, const struct names *names)
{
	table_cell(t, "");
	for (size_t column = 0; column <= c->columns; column++)
		add_key(t, c->question.dimension2,
			column < c->columns ? c->column_keys[column] : NULL, names);
	table_cell(t, TR("all", "全体"));
	table_cell(t, TR("share", "割合"));
}

static void print_table(struct buf *out, const struct cross *c, const struct names *names)
{
	size_t columns = c->columns + 4; /* keys, others, all, share */
	AUTO(free) bool *right = malloc(columns * sizeof(*right));
	AUTO(table_done) struct table t = {.columns = columns, .right = right};
	char period[PERIOD_TEXT_SIZE];

	if (!right) {
		out->failed = true;
		return;
	}
	for (size_t i = 0; i < columns; i++)
		right[i] = i > 0;
	buf_printf(out,
		TR("%s; %s: %" PRIu64 "; sources: %" PRIu64 "; exposure ",
			"%s　%s %" PRIu64 "　発信元数 %" PRIu64 "　観測量 "),
		period_print(&c->question.period, period), answer_counted(&c->question), c->packets, c->sources);
	answer_exposure(out, c->exposure);
	buf_text(out, TR(" IP-days\n", " IP・日\n"));
	add_header(&t, c, names);
	for (size_t row = 0; row <= c->rows; row++)
		add_row(&t, c, row, names);
	add_totals(&t, c);
	table_print(&t, out);
	answer_meaning_lines(out, c->question.dimension);
	answer_meaning_lines(out, c->question.dimension2);
	answer_approximate_lines(out, &c->approximate);
	answer_incomplete_lines(out, &c->incomplete);
}

/* --- JSON and CSV --- */

static void json_keys(
	struct json *j, const char *name, char *const *keys, const uint64_t *packets, size_t count, enum dimension d)
{
	json_open(j, name, '[');
	for (size_t i = 0; i <= count; i++) {
		json_open(j, NULL, '{');
		if (i < count) {
			json_text(j, "key", keys[i]);
			answer_json_candidate(j, d, keys[i]);
		} else {
			json_null(j, "key");
		}
		json_u64(j, "packets", packets[i]);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void json_cell(struct json *j, const struct cross *c, size_t row, size_t column)
{
	const struct cross_cell *cell = cell_at(c, row, column);

	json_open(j, NULL, '{');
	json_u64(j, "packets", cell->packets);
	if (row < c->rows && column < c->columns)
		json_u64(j, "sources", cell->sources);
	else
		json_null(j, "sources");
	json_double(j, "row_share", share(cell->packets, c->row_packets[row]));
	json_double(j, "column_share", share(cell->packets, c->column_packets[column]));
	json_close(j, '}');
}

static void print_json(struct buf *out, const struct cross *c)
{
	struct json j = {.out = out};

	json_open(&j, NULL, '{');
	json_text(&j, "dimension", dimension_name(c->question.dimension));
	json_text(&j, "dimension2", dimension_name(c->question.dimension2));
	answer_json_period(&j, "period", &c->question.period);
	json_double(&j, "exposure", c->exposure);
	json_u64(&j, "packets", c->packets);
	json_u64(&j, "sources", c->sources);
	json_keys(&j, "rows", c->row_keys, c->row_packets, c->rows, c->question.dimension);
	json_keys(&j, "columns", c->column_keys, c->column_packets, c->columns, c->question.dimension2);
	json_open(&j, "cells", '[');
	for (size_t row = 0; row <= c->rows; row++) {
		json_open(&j, NULL, '[');
		for (size_t column = 0; column <= c->columns; column++)
			json_cell(&j, c, row, column);
		json_close(&j, ']');
	}
	json_close(&j, ']');
	answer_json_approximate(&j, &c->approximate);
	answer_json_incomplete(&j, &c->incomplete);
	json_close(&j, '}');
	buf_char(out, '\n');
}

static void csv_cell(struct buf *out, const struct cross *c, size_t row, size_t column)
{
	const struct cross_cell *cell = cell_at(c, row, column);
	const char *key = row < c->rows ? c->row_keys[row] : "", *key2 = column < c->columns ? c->column_keys[column] : "";

	buf_csv(out, key);
	buf_char(out, ',');
	buf_csv(out, key2);
	buf_printf(out, ",%" PRIu64 ",", cell->packets);
	if (row < c->rows && column < c->columns)
		buf_printf(out, "%" PRIu64, cell->sources);
	answer_csv_double(out, share(cell->packets, c->row_packets[row]));
	answer_csv_double(out, share(cell->packets, c->column_packets[column]));
	answer_csv_approximate(out, &c->approximate,
		is_candidate(c->question.dimension, key) || is_candidate(c->question.dimension2, key2));
	buf_char(out, '\n');
}

static void print_csv(struct buf *out, const struct cross *c)
{
	buf_printf(out, "%s,%s,packets,sources,row_share,column_share,approximate\n",
		dimension_name(c->question.dimension), dimension_name(c->question.dimension2));
	for (size_t row = 0; row <= c->rows; row++)
		for (size_t column = 0; column <= c->columns; column++)
			csv_cell(out, c, row, column);
}

/* Numbers of sources that this form does not print. */
static unsigned unread(enum format format)
{
	switch (format) {
	case FORMAT_TABLE:
		return UNREAD_KEYS;
	case FORMAT_CSV:
		return UNREAD_TOTAL;
	case FORMAT_JSON:
		break;
	}
	return 0;
}

int command_cross(struct prog *p, int argc, char **argv, struct err *e)
{
	AUTO(asking_done) struct asking a = {0};
	AUTO(cross_free) struct cross *cross = NULL;
	AUTO(buf_done) struct buf out = {0};
	struct question_options o;
	int status = question_options(&o, QUESTION_CROSS, argc, argv, e);

	if (status == EXIT_DONE && o.help) {
		print_usage();
		return EXIT_DONE;
	}
	if (status == EXIT_DONE)
		status = asking_begin(&a, p, &o, e);
	if (status != EXIT_DONE)
		return status;
	a.question.unread = unread(o.format);
	if (analysis_cross(&a.analysis, &a.question, &cross, e) < 0)
		return EXIT_FAILED;
	AUTO(names_done) struct names names = {0};
	if (o.format == FORMAT_TABLE) {
		names_add(&names, p, a.question.dimension);
		names_add(&names, p, a.question.dimension2);
	}
	if (o.format == FORMAT_JSON)
		print_json(&out, cross);
	else if (o.format == FORMAT_CSV)
		print_csv(&out, cross);
	else
		print_table(&out, cross, &names);
	return answer_write(&out, e);
}
