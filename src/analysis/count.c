#include "analysis/count.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "analysis/lookup.h"
#include "analysis/sql.h"

enum {
	COLUMN_KEY,
	COLUMN_PACKETS,
	COLUMN_PREVIOUS_PACKETS,
	COLUMN_SOURCES,
	COLUMN_PREVIOUS_SOURCES,
	COLUMN_IS_ALL
};

/* Keys that do not fit into memory at once are asked for in so many parts, then in more. */
enum { PARTS_FIRST = 16, PARTS_MAX = 256 };

/* How a question is asked: sources estimated or exact, and of which part of the keys. */
struct attempt {
	bool sketch;
	uint32_t parts, part; /* parts 0: all keys at once */
};

static void keep_part(const struct attempt *how, enum dimension d, struct buf *out)
{
	if (how->parts)
		buf_printf(out, " AND cityHash64(%s) %% %" PRIu32 " = %" PRIu32, key_sql(d),
			how->parts, how->part);
}

/* Estimates are not made by parts: each would take 12 KiB. */
static const char *statement_of(const struct count_want *want, const struct attempt *how)
{
	bool total = want->dimension == DIMENSION_NONE && want->sources && !how->sketch;

	return total ? sql_total_sources : sql_top;
}

static int run_top(const struct analysis *a, const struct question *q,
	const struct count_want *want, const struct attempt *how, struct result *ret, struct err *e)
{
	enum dimension d = want->dimension;
	AUTO(ask_done) struct ask ask;
	AUTO(buf_done) struct buf chosen = {0};
	AUTO(buf_done) struct buf sources = {0};
	AUTO(buf_done) struct buf previous = {0};

	ask_begin(&ask, a, q, (struct ask_for){key_columns(d), want->sources, want->versus, UNIT_MONTH});
	const char *now = want->versus ? ask.table->within : "1";
	const char *before = want->versus ? ask.table->within_versus : "0";
	if (want->chosen)
		ask_chosen(&ask, "keys", want->chosen, &chosen);
	else
		buf_char(&chosen, '1');
	keep_part(how, d, &chosen);
	source_count_sql(
		source_count_of(want->sources, how->sketch, d, DIMENSION_NONE), now, &sources);
	source_count_sql(source_count_of(want->previous_sources, how->sketch, d, DIMENSION_NONE),
		before, &previous);
	ask.sql.failed |= chosen.failed | sources.failed | previous.failed;
	const struct marker markers[] = {
		ASK_MARKERS(ask),
		{"key", key_sql(d)},
		{"table", ask.table->name},
		{"packets_now", now},
		{"packets_before", before},
		{"sources", buf_str(&sources)},
		{"previous_sources", buf_str(&previous)},
		{"is_all", want->all ? "grouping(key)" : "0"},
		{"rollup", want->all ? "WITH ROLLUP" : ""},
		{"now", ask.table->within},
		{"before", before},
		{"where", buf_str(&ask.where)},
		{"chosen", buf_str(&chosen)},
	};
	sql_bind_u64(&ask.sql, "most", (uint64_t)COUNT_KEYS_MAX + 1);
	sql_fill(&ask.sql, statement_of(want, how), markers, ARRAY_SIZE(markers));
	return sql_run(a->store, &ask.sql, false, ret, e);
}

static struct counted read_numbers(const struct result *r, size_t i)
{
	return (struct counted){
		.packets = result_u64(r, i, COLUMN_PACKETS),
		.previous_packets = result_u64(r, i, COLUMN_PREVIOUS_PACKETS),
		.sources = result_u64(r, i, COLUMN_SOURCES),
		.previous_sources = result_u64(r, i, COLUMN_PREVIOUS_SOURCES),
	};
}

static int make_room(struct counts *c, size_t more, struct err *e)
{
	if (c->count + more > COUNT_KEYS_MAX)
		return err_set(e, E2BIG,
			TR("more than %d keys of %s: narrow with --where or a shorter period",
				"%d 個を超える %s があります: --where や期間で絞ってください"),
			COUNT_KEYS_MAX, dimension_name(c->dimension));
	struct counted *rows = reallocarray(c->rows, c->count + more + 1, sizeof(*rows));
	if (!rows)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	c->rows = rows;
	return 0;
}

/* Appends the answer's keys. */
static int read_rows(
	const struct result *r, const struct count_want *want, struct counts *c, struct err *e)
{
	int error = make_room(c, r->rows, e);

	for (size_t i = 0; error == 0 && i < r->rows; i++) {
		struct counted *row = &c->rows[c->count];

		*row = read_numbers(r, i);
		if (want->all && result_u64(r, i, COLUMN_IS_ALL)) {
			*want->all = *row;
			continue;
		}
		if (c->dimension != DIMENSION_NONE)
			error = value_read((enum subject)c->dimension,
				result_cell(r, i, COLUMN_KEY), &row->key, e);
		c->count += error == 0;
	}
	return error;
}

static int count_so(const struct analysis *a, const struct question *q,
	const struct count_want *want, const struct attempt *how, struct counts *c, struct err *e)
{
	AUTO(result_done) struct result r = {0};
	int error = run_top(a, q, want, how, &r, e);

	return error < 0 ? error : read_rows(&r, want, c, e);
}

/* Everything, or keys of a number that is known: sketches of a known size. Else there may be any
 * number of keys, most of them with a small set. */
static bool can_be_sketched(const struct count_want *want)
{
	return want->sources && want->dimension != DIMENSION_source &&
	       (want->dimension == DIMENSION_NONE || want->all ||
		       (want->chosen && want->chosen->count <= CHOSEN_MAX));
}

static int count_parts(const struct analysis *a, const struct question *q,
	const struct count_want *want, uint32_t parts, struct counts *c, struct err *e)
{
	struct attempt how = {.parts = parts};
	int error = 0;

	for (; error == 0 && how.part < parts; how.part++)
		error = count_so(a, q, want, &how, c, e);
	return error;
}

/* What did not fit into the engine's memory: with sources estimated, or all keys in parts. */
static int count_again(const struct analysis *a, const struct question *q,
	const struct count_want *want, struct counts *c, struct err *e)
{
	struct attempt sketch = {.sketch = true};

	if (can_be_sketched(want)) {
		*want->sketched = true;
		return count_so(a, q, want, &sketch, c, e);
	}
	for (uint32_t parts = PARTS_FIRST; parts < PARTS_MAX; parts *= PARTS_FIRST) {
		struct err ignored = {0};
		int error = count_parts(a, q, want, parts, c, &ignored);

		if (error != -ENOMEM)
			return error < 0 ? err_set(e, -error, "%s", ignored.text) : 0;
		counts_done(c);
		c->dimension = want->dimension;
	}
	return count_parts(a, q, want, PARTS_MAX, c, e);
}

int count_keys(const struct analysis *a, const struct question *q, const struct count_want *want,
	struct counts *ret, struct err *e)
{
	AUTO(counts_done) struct counts c = {.dimension = want->dimension};
	struct attempt at_once = {0};
	struct err first = {0};
	int error = count_so(a, q, want, &at_once, &c, &first);

	if (error == -ENOMEM)
		error = count_again(a, q, want, &c, e);
	else if (error < 0)
		err_set(e, -error, "%s", first.text);
	if (error < 0)
		return error;
	if (c.dimension == DIMENSION_NONE && c.count == 0) { /* nothing: zeros */
		error = make_room(&c, 1, e);
		if (error < 0)
			return error;
		c.rows[c.count++] = (struct counted){0};
	}
	*ret = c;
	c = (struct counts){0};
	return 0;
}

/* A source is one source. */
static void count_themselves(struct counts *keys)
{
	for (size_t i = 0; i < keys->count; i++) {
		keys->rows[i].sources = keys->rows[i].packets > 0;
		keys->rows[i].previous_sources = keys->rows[i].previous_packets > 0;
	}
}

int count_key_sources(const struct analysis *a, const struct question *q, bool previous,
	struct counts *keys, struct counted *all, bool *sketched, struct err *e)
{
	AUTO(counts_done) struct counts c = {0};
	AUTO(lookup_done) struct lookup l = {0};
	struct count_want want = {.dimension = keys->dimension,
		.versus = previous,
		.sources = true,
		.previous_sources = previous,
		.chosen = all ? NULL : keys,
		.all = all,
		.sketched = sketched};

	if (keys->dimension == DIMENSION_source && !all) {
		count_themselves(keys);
		return 0;
	}
	int r = lookup_make(keys, &l, e);
	if (r == 0 && keys->count > 0)
		r = count_keys(a, q, &want, &c, e);
	for (size_t i = 0; i < c.count; i++) {
		int64_t key = lookup_value(&l, &c.rows[i].key);

		if (key < 0)
			continue;
		keys->rows[key].sources = c.rows[i].sources;
		keys->rows[key].previous_sources = c.rows[i].previous_sources;
	}
	return r;
}

int count_all(const struct analysis *a, const struct question *q, const struct counts *c, bool versus,
	struct counted *ret, struct err *e)
{
	struct count_want want = {.dimension = DIMENSION_NONE, .versus = versus};
	AUTO(counts_done) struct counts one = {.dimension = DIMENSION_NONE};
	bool several = c->dimension != DIMENSION_NONE && subject_info((enum subject)c->dimension)->several;

	*ret = (struct counted){0};
	int r = several ? count_keys(a, q, &want, &one, e) : 0;
	const struct counts *sum = several ? &one : c;
	for (size_t i = 0; r == 0 && i < sum->count; i++) {
		ret->packets += sum->rows[i].packets;
		ret->previous_packets += sum->rows[i].previous_packets;
	}
	return r;
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
