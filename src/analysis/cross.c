#include <errno.h>

#include "analysis/approximate.h"
#include "analysis/exposure.h"
#include "analysis/incomplete.h"
#include "analysis/lookup.h"
#include "analysis/sql.h"

enum { CELLS_MAX = 16000000 };

enum { COLUMN_KEY, COLUMN_KEY2, COLUMN_PACKETS, COLUMN_SOURCES };

static int run_cross(const struct analysis *a, const struct question *q, const struct counts *rows,
	const struct counts *columns, bool again, struct result *ret, struct err *e)
{
	bool wanted = question_reads(q, UNREAD_KEYS);
	AUTO(ask_done) struct ask ask;
	AUTO(buf_done) struct buf sources = {0};
	AUTO(buf_done) struct buf chosen = {0};
	AUTO(buf_done) struct buf chosen2 = {0};
	unsigned needed = key_columns(rows->dimension) | key_columns(columns->dimension);

	ask_begin(&ask, a, q, (struct ask_for){needed, wanted, false, UNIT_MONTH});
	ask_chosen(&ask, "keys", rows, &chosen);
	ask_chosen(&ask, "keys2", columns, &chosen2);
	source_count_sql(
		source_count_of(wanted, again, rows->dimension, columns->dimension), "1", &sources);
	ask.sql.failed |= sources.failed;
	const struct marker markers[] = {
		ASK_MARKERS(ask),
		{"key", key_sql(rows->dimension)},
		{"key2", key_sql(columns->dimension)},
		{"table", ask.table->name},
		{"now", ask.table->within},
		{"before", "0"},
		{"where", buf_str(&ask.where)},
		{"chosen", buf_str(&chosen)},
		{"chosen2", buf_str(&chosen2)},
		{"sources", buf_str(&sources)},
	};
	sql_fill(&ask.sql, sql_cross, markers, ARRAY_SIZE(markers));
	return sql_run(a->store, &ask.sql, again, ret, e);
}

/* Again where it did not fit into the engine's memory: groups may go to disk, sources are
 * estimated. */
static int run_as_fits(const struct analysis *a, const struct question *q,
	const struct counts *rows, const struct counts *columns, bool *sketched, struct result *ret,
	struct err *e)
{
	struct err first = {0};
	int r = run_cross(a, q, rows, columns, false, ret, &first);

	if (r != -ENOMEM)
		return r < 0 ? err_set(e, -r, "%s", first.text) : r;
	if (question_reads(q, UNREAD_KEYS))
		*sketched = true;
	return run_cross(a, q, rows, columns, true, ret, e);
}

static struct cross_cell *cell(const struct cross *c, size_t row, size_t column)
{
	return &c->cells[row * (c->columns + 1) + column];
}

static int take_cells(const struct result *r, const struct lookup *rows,
	const struct lookup *columns, struct cross *c, struct err *e)
{
	for (size_t i = 0; i < r->rows; i++) {
		int64_t row, column;
		int error = lookup_find(rows, result_cell(r, i, COLUMN_KEY), &row, e);

		if (error == 0)
			error = lookup_find(columns, result_cell(r, i, COLUMN_KEY2), &column, e);
		if (error < 0)
			return error;
		if (row < 0 || column < 0)
			continue;
		cell(c, (size_t)row, (size_t)column)->packets = result_u64(r, i, COLUMN_PACKETS);
		cell(c, (size_t)row, (size_t)column)->sources = result_u64(r, i, COLUMN_SOURCES);
	}
	return 0;
}

static int ask_cells(const struct analysis *a, const struct question *q, const struct counts *rows,
	const struct counts *columns, struct cross *c, struct err *e)
{
	AUTO(result_done) struct result r = {0};
	AUTO(lookup_done) struct lookup row_lookup = {0};
	AUTO(lookup_done) struct lookup column_lookup = {0};
	int error;

	if (rows->count == 0 || columns->count == 0)
		return 0;
	if ((error = run_as_fits(a, q, rows, columns, &c->approximate.sketched, &r, e)) < 0 ||
		(error = lookup_make(rows, &row_lookup, e)) < 0 ||
		(error = lookup_make(columns, &column_lookup, e)) < 0)
		return error;
	return take_cells(&r, &row_lookup, &column_lookup, c, e);
}

/* What the chosen keys leave of each row, of each column and of all. Stops at 0: accesses may
 * arrive between two questions. */
static void fill_others(struct cross *c)
{
	uint64_t left = c->packets;

	for (size_t i = 0; i <= c->rows; i++) {
		c->row_packets[i] = i < c->rows ? c->row_packets[i] : left;
		left -= c->row_packets[i] < left ? c->row_packets[i] : left;
	}
	left = c->packets;
	for (size_t i = 0; i <= c->columns; i++) {
		c->column_packets[i] = i < c->columns ? c->column_packets[i] : left;
		left -= c->column_packets[i] < left ? c->column_packets[i] : left;
	}
	for (size_t i = 0; i < c->rows; i++) {
		left = c->row_packets[i];
		for (size_t j = 0; j < c->columns; j++)
			left -= cell(c, i, j)->packets < left ? cell(c, i, j)->packets : left;
		cell(c, i, c->columns)->packets = left;
	}
	for (size_t j = 0; j <= c->columns; j++) {
		left = c->column_packets[j];
		for (size_t i = 0; i < c->rows; i++)
			left -= cell(c, i, j)->packets < left ? cell(c, i, j)->packets : left;
		cell(c, c->rows, j)->packets = left;
	}
}

static int take_keys(const struct counts *keys, char ***ret_keys, uint64_t **ret_packets,
	size_t *ret_count, struct err *e)
{
	*ret_keys = calloc(keys->count + 1, sizeof(char *));
	*ret_packets = calloc(keys->count + 1, sizeof(uint64_t));
	if (!*ret_keys || !*ret_packets)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	for (size_t i = 0; i < keys->count; i++) {
		(*ret_keys)[i] = key_text(keys->dimension, &keys->rows[i].key);
		(*ret_packets)[i] = keys->rows[i].packets;
		if (!(*ret_keys)[i])
			return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
		*ret_count = i + 1;
	}
	return 0;
}

static int make_matrix(
	struct cross *c, const struct counts *rows, const struct counts *columns, struct err *e)
{
	if (rows->count + 1 > CELLS_MAX / (columns->count + 1))
		return err_set(e, E2BIG,
			TR("more than %d cells: ask for fewer with --limit",
				"セルの数が %d を超えています: --limit を小さくしてください"),
			CELLS_MAX);
	int r = take_keys(rows, &c->row_keys, &c->row_packets, &c->rows, e);
	if (r == 0)
		r = take_keys(columns, &c->column_keys, &c->column_packets, &c->columns, e);
	if (r < 0)
		return r;
	c->cells = calloc((c->rows + 1) * (c->columns + 1), sizeof(*c->cells));
	return c->cells ? 0 : err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
}

static int ask_keys(const struct analysis *a, const struct question *q, enum dimension d,
	struct counts *ret, uint64_t *ret_all, struct err *e)
{
	struct count_want packets = {.dimension = d};
	struct counted all = {0};
	int r = count_keys(a, q, &packets, ret, e);

	if (r == 0 && ret_all)
		r = count_all(a, q, ret, false, &all, e);
	if (r == 0 && ret_all)
		*ret_all = all.packets;
	if (r == 0)
		counts_keep_largest(ret, q->limit);
	return r;
}

static int ask_matrix(
	const struct analysis *a, const struct question *q, struct cross *c, struct err *e)
{
	AUTO(counts_done) struct counts rows = {0};
	AUTO(counts_done) struct counts columns = {0};
	struct counted all = {0};
	struct counts total = {DIMENSION_NONE, &all, 1};
	int r;

	if ((r = ask_keys(a, q, q->dimension, &rows, &c->packets, e)) < 0 ||
		(r = ask_keys(a, q, q->dimension2, &columns, NULL, e)) < 0 ||
		(question_reads(q, UNREAD_TOTAL) &&
			(r = count_key_sources(
				 a, q, false, &total, NULL, &c->approximate.sketched, e)) < 0) ||
		(r = make_matrix(c, &rows, &columns, e)) < 0 ||
		(r = ask_cells(a, q, &rows, &columns, c, e)) < 0)
		return r;
	c->sources = all.sources;
	fill_others(c);
	return 0;
}

int analysis_cross(
	const struct analysis *a, const struct question *question, struct cross **ret, struct err *e)
{
	struct question asked;
	const struct question *q = &asked;
	AUTO(cross_free) struct cross *c = calloc(1, sizeof(*c));
	int r;

	if (!c)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	if ((r = ask_check(question, &asked, e)) < 0)
		return r;
	c->question = asked;
	c->question.where = NULL;
	if ((r = analysis_exposure(
		     a, q->period.from_s, q->period.to_s, q->where, -1, &c->exposure, e)) < 0 ||
		(r = ask_matrix(a, q, c, e)) < 0 ||
		(r = incomplete_find(a, &q->period, NULL, &c->incomplete, e)) < 0 ||
		(r = approximate_find(a, q, false, &c->approximate, e)) < 0)
		return r;
	*ret = TAKE(c);
	return 0;
}

void cross_free(struct cross *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->rows; i++)
		free(c->row_keys[i]);
	for (size_t i = 0; i < c->columns; i++)
		free(c->column_keys[i]);
	free(c->row_keys);
	free(c->column_keys);
	free(c->row_packets);
	free(c->column_packets);
	free(c->cells);
	incomplete_done(&c->incomplete);
	free(c);
}
