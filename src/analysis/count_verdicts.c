#include "analysis/count.h"

#include <errno.h>

#include "analysis/expr_tree.h"
#include "analysis/sql.h"
#include "analysis/verdict.h"

enum { COLUMN_KEY, COLUMN_PACKETS, COLUMN_SOURCES, COLUMN_IS_ALL };

/* A number is a byte. */
enum { VERDICTS_MAX = UINT8_MAX + 1 };

static int run(const struct analysis *a, const struct question *q, bool versus, bool on_disk, struct result *ret, struct err *e)
{
	AUTO(ask_done) struct ask ask;

	ask_begin(&ask, a, q, (struct ask_for){key_columns(DIMENSION_verdict), true, versus, UNIT_MONTH});
	const struct marker markers[] = {
		ASK_MARKERS(ask),
		{"where", buf_str(&ask.where)},
		{"shown", verdict_shown_sql},
		{"within", versus ? ask.table->within_versus : ask.table->within},
	};
	sql_fill(&ask.sql, sql_verdict_counts, markers, ARRAY_SIZE(markers));
	return sql_run(a->store, &ask.sql, on_disk, ret, e);
}

/* Sources that do not fit into memory are grouped on disk. */
static int ask_period(const struct analysis *a, const struct question *q, bool versus, struct result *ret, struct err *e)
{
	struct err first = {0};
	int r = run(a, q, versus, false, ret, &first);

	if (r == -ENOMEM)
		return run(a, q, versus, true, ret, e);
	return r < 0 ? err_set(e, -r, "%s", first.text) : r;
}

static int read_period(const struct result *r, bool versus, struct counted each[VERDICTS_MAX], struct counted *all, struct err *e)
{
	for (size_t i = 0; i < r->rows; i++) {
		struct value key;
		int error = value_read(SUBJECT_verdict, result_cell(r, i, COLUMN_KEY), &key, e);

		if (error < 0)
			return error;
		struct counted *row = result_u64(r, i, COLUMN_IS_ALL) ? all : &each[key.number];
		*(versus ? &row->previous_packets : &row->packets) = result_u64(r, i, COLUMN_PACKETS);
		*(versus ? &row->previous_sources : &row->sources) = result_u64(r, i, COLUMN_SOURCES);
	}
	return 0;
}

bool can_count_verdicts(const struct question *q)
{
	return q->dimension == DIMENSION_verdict && !(expr_columns(q->where) & COLUMNS_VERDICT);
}

int count_verdicts(const struct analysis *a, const struct question *q, struct counts *ret, struct counted *all, struct err *e)
{
	AUTO(free) struct counted *each = calloc(VERDICTS_MAX, sizeof(*each));
	AUTO(counts_done) struct counts c = {.dimension = DIMENSION_verdict};
	int r = each ? 0 : err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));

	*all = (struct counted){0};
	for (int versus = 0; r == 0 && versus < 2; versus++) {
		AUTO(result_done) struct result answer = {0};

		r = ask_period(a, q, versus, &answer, e);
		if (r == 0)
			r = read_period(&answer, versus, each, all, e);
	}
	if (r < 0)
		return r;
	c.rows = TAKE(each);
	for (size_t number = 0; number < VERDICTS_MAX; number++)
		if (c.rows[number].packets || c.rows[number].previous_packets) {
			c.rows[c.count] = c.rows[number];
			c.rows[c.count++].key = (struct value){.number = number};
		}
	*ret = c;
	c = (struct counts){0};
	return 0;
}
