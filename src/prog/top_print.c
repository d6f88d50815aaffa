#include "prog/top_print.h"

#include "analysis/candidate.h"
#include "analysis/number_text.h"
#include "base/text.h"
#include "prog/answer.h"

#include <inttypes.h>
#include <math.h>

/* --- table --- */

enum { COLUMNS = 9 };

static void add_rank(struct table *t, uint32_t rank, double rate)
{
	if (rank == 0 || answer_is_negligible(rate))
		table_cell(t, "-");
	else
		table_cellf(t, "%" PRIu32, rank);
}

/* "+ 9.0% (+ 11.83)"; no percent of a rate that rounds to zero. */
static void add_change(struct table *t, const struct measure *m)
{
	char percent[NUMBER_TEXT_SIZE], change[NUMBER_TEXT_SIZE];

	if (!isfinite(m->change))
		table_cell(t, "-");
	else if (answer_is_negligible(m->previous_rate))
		table_cellf(t, "- * (%s)", number_half_up_signed(m->change, 2, change));
	else
		table_cellf(t, "%s%% (%s)", number_half_up_signed(m->change_pct, 1, percent),
			number_half_up_signed(m->change, 2, change));
}

static void add_order(struct table *t, uint32_t rank)
{
	if (rank)
		table_cellf(t, "%" PRIu32, rank);
	else
		table_cell(t, "");
}

static void add_measure(struct table *t, const char *key, const struct measure *m)
{
	table_cell(t, key);
	answer_rate(t, m->rate);
	add_change(t, m);
	add_order(t, m->rise_rank);
	add_order(t, m->fall_rank);
	table_cellf(t, "%" PRIu64, m->packets);
	table_cellf(t, "%" PRIu64, m->sources);
}

static void add_row(struct table *t, const char *key, const struct measure *m)
{
	add_rank(t, m->rank, m->rate);
	add_rank(t, m->previous_rank, m->previous_rate);
	add_measure(t, key, m);
}

static void add_total(struct table *t, const struct measure *m)
{
	table_cell(t, "");
	table_cell(t, "");
	add_measure(t, TR("all", "全体"), m);
}

static void add_header(struct table *t, const struct question *q)
{
	enum dimension d = q->dimension;

	table_cell(t, TR("rank", "順位"));
	table_cell(t, TR("before", "前期"));
	table_cell(t, text_lang() == LANG_JA ? dimension_text(d, LANG_JA) : dimension_name(d));
	table_cell(t, TR("per IP-day", "件/日・IP"));
	table_cell(t, TR("change", "前期比"));
	table_cell(t, TR("rise", "増加"));
	table_cell(t, TR("fall", "減少"));
	table_cell(t, answer_counted(q));
	table_cell(t, TR("sources", "発信元数"));
}

/* Without a period to compare with. */
static void print_heading_alone(struct buf *out, const struct top *top)
{
	char period[PERIOD_TEXT_SIZE];

	buf_printf(out, TR("%s; exposure ", "%s　観測量 "),
		period_is_none(&top->question.period) ? TR("no time", "期間なし")
						      : period_print(&top->question.period, period));
	answer_exposure(out, top->exposure);
	buf_text(out, TR(" IP-days\n", " IP・日\n"));
}

static void print_heading(struct buf *out, const struct top *top)
{
	char period[PERIOD_TEXT_SIZE], versus[PERIOD_TEXT_SIZE];

	if (period_is_none(&top->question.versus))
		return print_heading_alone(out, top);
	buf_printf(out, TR("%s compared with %s; exposure ", "%s（前期 %s）　観測量 "),
		period_print(&top->question.period, period),
		period_print(&top->question.versus, versus));
	answer_exposure(out, top->exposure);
	buf_text(out, TR(" IP-days, before ", " IP・日、前期 "));
	answer_exposure(out, top->versus_exposure);
	buf_char(out, '\n');
}

static void print_notes(struct buf *out, const struct top *top, bool starred)
{
	if (top->keys > top->count)
		buf_printf(out, TR("%zu of %zu keys\n", "%zu 行（全 %zu 行）\n"), top->count,
			top->keys);
	if (starred)
		buf_text(out, TR("* no percent: the rate before rounds to 0.00\n",
				      "* 前期の件数が 0.00 "
				      "に丸められるため、前期比率は記載していない。\n"));
	if (top->exposure <= 0)
		buf_text(out,
			TR("no exposure, so no rates: were sensors in service in this period?\n",
				"今期の観測量がないため、率を計算できません。センサーの稼働期間を確かめて"
				"ください。\n"));
	else if (top->versus_exposure <= 0 && !period_is_none(&top->question.versus))
		buf_text(out, TR("no exposure before, so no change is given\n",
				      "前期の観測量がないため、前期比は記載していない。\n"));
	answer_meaning_lines(out, top->question.dimension);
	answer_approximate_lines(out, &top->approximate);
	answer_incomplete_lines(out, &top->incomplete);
}

static bool is_starred(const struct measure *m)
{
	return isfinite(m->change) && answer_is_negligible(m->previous_rate);
}

static void print_table(
	struct buf *out, const struct top *top, const struct names *names, const struct payload_views *payloads)
{
	static const bool right[COLUMNS + PAYLOAD_COLUMNS] = {
		true, true, false, true, true, true, true, true, true};
	AUTO(table_done) struct table t = {.columns = COLUMNS + (payloads ? PAYLOAD_COLUMNS : 0), .right = right};
	bool starred = is_starred(&top->total);

	print_heading(out, top);
	add_header(&t, &top->question);
	if (payloads)
		payload_view_head(&t);
	for (size_t i = 0; i < top->count; i++) {
		const struct measure *m = &top->rows[i].m;
		AUTO(buf_done) struct buf key = {0};

		answer_key(&key, top->question.dimension, top->rows[i].key, names);
		add_row(&t, buf_str(&key), m);
		if (payloads)
			payload_view_cells(&t, &payloads->list[i]);
		starred |= is_starred(m);
	}
	add_total(&t, &top->total);
	if (payloads)
		payload_view_cells(&t, NULL);
	table_print(&t, out);
	print_notes(out, top, starred);
}

/* --- JSON and CSV --- */

static void json_rank(struct json *j, const char *key, uint32_t rank)
{
	if (rank)
		json_u64(j, key, rank);
	else
		json_null(j, key);
}

static void json_signature(struct json *j, const struct signature *s)
{
	if (s) {
		json_text(j, "message", s->message);
		json_text(j, "category", rule_category_name(s->category));
	} else {
		json_null(j, "message");
		json_null(j, "category");
	}
}

static void json_row(struct json *j, const struct top_row *row, enum dimension d, const struct names *names,
	const struct payload_view *payload)
{
	const struct measure *m = &row->m;

	json_open(j, NULL, '{');
	json_text(j, "key", row->key);
	json_u64(j, "packets", m->packets);
	json_u64(j, "sources", m->sources);
	json_rank(j, "rank", m->rank);
	json_rank(j, "previous_rank", m->previous_rank);
	json_double(j, "rate", m->rate);
	json_double(j, "previous_rate", m->previous_rate);
	json_double(j, "change", m->change);
	json_double(j, "change_pct", m->change_pct);
	json_rank(j, "rise_rank", m->rise_rank);
	json_rank(j, "fall_rank", m->fall_rank);
	json_u64(j, "previous_packets", m->previous_packets);
	json_u64(j, "previous_sources", m->previous_sources);
	if (d == DIMENSION_sensor) {
		json_double(j, "exposure", row->exposure);
		json_double(j, "versus_exposure", row->versus_exposure);
	}
	answer_json_candidate(j, d, row->key);
	if (d == DIMENSION_signature)
		json_signature(j, signatures_find(&names->signatures, row->key));
	if (payload)
		payload_view_json(j, payload);
	json_close(j, '}');
}

static void json_total(struct json *j, const struct measure *m)
{
	json_open(j, "total", '{');
	json_u64(j, "packets", m->packets);
	json_u64(j, "sources", m->sources);
	json_double(j, "rate", m->rate);
	json_u64(j, "previous_packets", m->previous_packets);
	json_double(j, "previous_rate", m->previous_rate);
	json_double(j, "change", m->change);
	json_double(j, "change_pct", m->change_pct);
	json_u64(j, "previous_sources", m->previous_sources);
	json_close(j, '}');
}

static void json_period(struct json *j, const char *key, const struct period *p)
{
	if (period_is_none(p))
		json_null(j, key);
	else
		answer_json_period(j, key, p);
}

static void print_json(
	struct buf *out, const struct top *top, const struct names *names, const struct payload_views *payloads)
{
	struct json j = {.out = out};

	json_open(&j, NULL, '{');
	json_text(&j, "dimension", dimension_name(top->question.dimension));
	json_period(&j, "period", &top->question.period);
	json_period(&j, "versus", &top->question.versus);
	json_double(&j, "exposure", top->exposure);
	json_double(&j, "versus_exposure", top->versus_exposure);
	json_total(&j, &top->total);
	json_open(&j, "rows", '[');
	for (size_t i = 0; i < top->count; i++)
		json_row(&j, &top->rows[i], top->question.dimension, names,
			payloads ? &payloads->list[i] : NULL);
	json_close(&j, ']');
	json_u64(&j, "keys", top->keys);
	answer_json_approximate(&j, &top->approximate);
	answer_json_incomplete(&j, &top->incomplete);
	json_close(&j, '}');
	buf_char(out, '\n');
}

static void csv_rank(struct buf *out, uint32_t rank)
{
	buf_char(out, ',');
	if (rank)
		buf_printf(out, "%" PRIu32, rank);
}

static void csv_signature(struct buf *out, const struct signature *s)
{
	buf_char(out, ',');
	buf_csv(out, s ? s->message : "");
	buf_printf(out, ",%s", s ? rule_category_name(s->category) : "");
}

static void csv_row(struct buf *out, const struct top_row *row, const struct top *top, const struct names *names,
	const struct payload_view *payload)
{
	const struct measure *m = &row->m;

	buf_csv(out, row->key);
	buf_printf(out, ",%" PRIu64 ",%" PRIu64, m->packets, m->sources);
	csv_rank(out, m->rank);
	csv_rank(out, m->previous_rank);
	answer_csv_double(out, m->rate);
	answer_csv_double(out, m->previous_rate);
	answer_csv_double(out, m->change);
	answer_csv_double(out, m->change_pct);
	csv_rank(out, m->rise_rank);
	csv_rank(out, m->fall_rank);
	buf_printf(out, ",%" PRIu64 ",%" PRIu64, m->previous_packets, m->previous_sources);
	answer_csv_double(out, row->exposure);
	answer_csv_double(out, row->versus_exposure);
	answer_csv_approximate(out, &top->approximate, is_candidate(top->question.dimension, row->key));
	if (top->question.dimension == DIMENSION_signature)
		csv_signature(out, signatures_find(&names->signatures, row->key));
	if (payload)
		payload_view_csv(out, payload);
	buf_char(out, '\n');
}

static void print_csv(
	struct buf *out, const struct top *top, const struct names *names, const struct payload_views *payloads)
{
	buf_text(out, "key,packets,sources,rank,previous_rank,rate,previous_rate,change,change_pct,"
		      "rise_rank,fall_rank,"
		      "previous_packets,previous_sources,exposure,versus_exposure,approximate");
	if (top->question.dimension == DIMENSION_signature)
		buf_text(out, ",message,category");
	if (payloads)
		payload_view_csv_head(out);
	buf_char(out, '\n');
	for (size_t i = 0; i < top->count; i++)
		csv_row(out, &top->rows[i], top, names, payloads ? &payloads->list[i] : NULL);
}

void top_print(const struct top *top, enum format format, const struct names *names, const struct payload_views *payloads,
	struct buf *out)
{
	switch (format) {
	case FORMAT_JSON:
		return print_json(out, top, names, payloads);
	case FORMAT_CSV:
		return print_csv(out, top, names, payloads);
	case FORMAT_TABLE:
		return print_table(out, top, names, payloads);
	}
}
