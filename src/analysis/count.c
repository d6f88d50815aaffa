#include "analysis/count.h"

#include <errno.h>
#include <string.h>

#include "analysis/sql.h"

enum {
	COLUMN_KEY,
	COLUMN_PACKETS,
	COLUMN_PREVIOUS_PACKETS,
	COLUMN_SOURCES,
	COLUMN_PREVIOUS_SOURCES
};

static int run_top(const struct analysis *a, const struct question *q, enum dimension d,
	bool versus, struct result *ret, struct err *e)
{
	AUTO(ask_done) struct ask ask;

	ask_begin(&ask, a, q, (struct ask_for){key_columns(d), versus, true});
	const struct marker markers[] = {
		{"key", key_sql(d)},
		{"source", source_sql(q, d)},
		{"table", ask.table->name},
		{"now", ask.table->within},
		{"before", versus ? ask.table->within_versus : "0"},
		{"where", buf_str(&ask.where)},
	};
	sql_bind_u64(&ask.sql, "most", (uint64_t)COUNT_KEYS_MAX + 1);
	sql_fill(&ask.sql, sql_top, markers, ARRAY_SIZE(markers));
	return sql_run(a->store, &ask.sql, ret, e);
}

static int read_row(const struct result *r, size_t i, enum dimension d, bool sources,
	struct counted *ret, struct err *e)
{
	*ret = (struct counted){
		.packets = result_u64(r, i, COLUMN_PACKETS),
		.previous_packets = result_u64(r, i, COLUMN_PREVIOUS_PACKETS),
		.sources = sources ? result_u64(r, i, COLUMN_SOURCES) : 0,
		.previous_sources = sources ? result_u64(r, i, COLUMN_PREVIOUS_SOURCES) : 0,
	};
	if (d == DIMENSION_NONE)
		return 0;
	return value_read((enum subject)d, result_cell(r, i, COLUMN_KEY), &ret->key, e);
}

static int read_rows(const struct result *r, bool sources, struct counts *c, struct err *e)
{
	c->rows = calloc(r->rows + 1, sizeof(*c->rows));
	if (!c->rows)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	for (size_t i = 0; i < r->rows; i++) {
		int error = read_row(r, i, c->dimension, sources, &c->rows[i], e);
		if (error < 0)
			return error;
		c->count++;
	}
	if (c->dimension == DIMENSION_NONE)
		c->count = 1; /* zeros when there was no row */
	return 0;
}

int count_keys(const struct analysis *a, const struct question *q, enum dimension d, bool versus,
	struct counts *ret, struct err *e)
{
	AUTO(counts_done) struct counts c = {.dimension = d};
	AUTO(result_done) struct result r = {0};
	int error = run_top(a, q, d, versus, &r, e);

	if (error < 0)
		return error;
	if (r.rows > COUNT_KEYS_MAX)
		return err_set(e, E2BIG,
			TR("more than %d keys of %s: narrow with --where or a shorter period",
				"%d 個を超える %s があります: --where や期間で絞ってください"),
			COUNT_KEYS_MAX, dimension_name(d));
	error = read_rows(&r, !q->without_sources, &c, e);
	if (error < 0)
		return error;
	*ret = c;
	c = (struct counts){0};
	return 0;
}

void counts_done(struct counts *c)
{
	for (size_t i = 0; c->dimension != DIMENSION_NONE && i < c->count; i++)
		value_done((enum subject)c->dimension, &c->rows[i].key);
	free(c->rows);
	*c = (struct counts){0};
}

static int by_packets(const void *a, const void *b, void *dimension)
{
	const struct counted *x = a, *y = b;

	if (x->packets != y->packets)
		return x->packets > y->packets ? -1 : 1;
	return value_compare(*(const enum subject *)dimension, &x->key, &y->key);
}

void counts_keep_largest(struct counts *c, size_t limit)
{
	if (c->dimension == DIMENSION_NONE)
		return;
	enum subject s = (enum subject)c->dimension;
	qsort_r(c->rows, c->count, sizeof(*c->rows), by_packets, &s);
	while (c->count > limit)
		value_done(s, &c->rows[--c->count].key);
}

char *key_text(enum dimension d, const struct value *key)
{
	struct buf text = {0};

	if (d == DIMENSION_NONE)
		return strdup("all");
	value_print((enum subject)d, key, &text);
	if (!text.failed && text.data)
		return text.data;
	buf_done(&text);
	return strdup("");
}
