/* Each schema's file is a list of statements, which are done one by one, so that it can be said how far they are, and so that a
 * killed migration goes on where it was. Those with {MONTH} that stand together are done for one month after the other, because a
 * store may be large. All statements of a month may be done again, as every other one. */
#include "store/migrate.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "store/pause.h"
#include "store/sql.h"

/* In order; number n brings a store from schema n - 1 to n. */
static const char *const files[] = {sql_schema_1, sql_schema_2, sql_schema_3, sql_schema_4, sql_schema_5, sql_schema_6,
	sql_schema_7};

enum { STATEMENTS_MAX = 64, PAUSE_MS = 200 };

static const char month_word[] = "{MONTH}";

struct statement {
	const char *text; /* of len bytes; each ends with a semicolon at the end of a line */
	size_t len;
	const char *month; /* its first {MONTH}, NULL: it has none */
};

struct script {
	struct statement list[STATEMENTS_MAX];
	size_t count;
};

struct run {
	struct store *s;
	const struct store_options *options;
	struct migration seen;
	struct result months; /* YYYYMM, earliest first */
	uint64_t schema;      /* what runs now */
	size_t first;	      /* its statements before that one are done; of the group there ... */
	uint64_t month;	      /* ... so are the months up to this one */
};

static void read_script(const char *text, struct script *ret)
{
	ret->count = 0;
	for (const char *end; (end = strstr(text, ";\n")); text = end + 2) {
		size_t len = (size_t)(end - text);

		assert(ret->count < STATEMENTS_MAX);
		ret->list[ret->count++] =
			(struct statement){text, len, memmem(text, len, month_word, strlen(month_word))};
	}
}

/* Behind the statements that belong together. */
static size_t group_end(const struct script *script, size_t i)
{
	if (!script->list[i].month)
		return i + 1;
	while (i < script->count && script->list[i].month)
		i++;
	return i;
}

static int execute(struct run *run, const struct statement *statement, const char *month, struct err *e)
{
	const char *at = statement->text, *end = at + statement->len;
	AUTO(buf_done) struct buf text = {0};

	for (const char *word = statement->month; word;
		word = memmem(at, (size_t)(end - at), month_word, strlen(month_word))) {
		buf_add(&text, at, (size_t)(word - at));
		buf_text(&text, month);
		at = word + strlen(month_word);
	}
	buf_add(&text, at, (size_t)(end - at));
	if (text.failed)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	return schema_run(run->s, text.data, text.len, e);
}

static void tell(const struct run *run)
{
	if (run->options->migrating && run->seen.from > 0)
		run->options->migrating(run->options->context, &run->seen);
}

/* Where to go on after a kill. A new store is made in an instant: that begins anew. */
static int mark(struct run *run, size_t statement, const char *month, struct err *e)
{
	char text[80];

	run->seen.done++;
	tell(run);
	if (run->seen.from == 0)
		return 0;
	snprintf(text, sizeof(text), "%" PRIu64 " %zu %s", run->schema, statement, month);
	return meta_set(run->s, "migration", text, e);
}

static int run_month(struct run *run, const struct script *script, size_t from, const char *month, struct err *e)
{
	int r = 0;

	for (size_t i = from; r >= 0 && i < group_end(script, from); i++)
		r = execute(run, &script->list[i], month, e);
	return r < 0 ? r : mark(run, from, month, e);
}

static int run_months(struct run *run, const struct script *script, size_t from, struct err *e)
{
	int r = 0;

	for (size_t i = 0; r >= 0 && i < run->months.rows; i++) {
		if (from == run->first && result_u64(&run->months, i, 0) <= run->month)
			run->seen.done++;
		else
			r = run_month(run, script, from, result_cell(&run->months, i, 0), e);
	}
	return r;
}

static int run_file(struct run *run, struct err *e)
{
	struct script script;
	int r = 0;

	read_script(files[run->schema - 1], &script);
	for (size_t i = run->first; r >= 0 && i < script.count; i = group_end(&script, i)) {
		if (script.list[i].month) {
			r = run_months(run, &script, i, e);
			continue;
		}
		r = execute(run, &script.list[i], "", e);
		if (r >= 0)
			r = mark(run, i + 1, "0", e);
	}
	return r;
}

/* Of the statements before `end`, a month of a group being one step. */
static uint64_t steps_of(const struct run *run, uint64_t schema, size_t end)
{
	struct script script;
	uint64_t steps = 0;

	read_script(files[schema - 1], &script);
	for (size_t i = 0; i < script.count && i < end; i = group_end(&script, i))
		steps += script.list[i].month ? run->months.rows : 1;
	return steps;
}

/* What a killed migration noted; of an earlier schema it says nothing. */
static int read_mark(struct run *run, struct err *e)
{
	AUTO(result_done) struct result known = {0};
	int r = store_query(run->s, sql_migration_mark, NULL, 0, &known, e);

	if (r < 0 || result_u64(&known, 0, 0) != run->schema)
		return r;
	run->first = result_u64(&known, 0, 1);
	run->month = result_u64(&known, 0, 2);
	return 0;
}

int migrate_running(struct store *s, uint64_t *ret, struct err *e)
{
	AUTO(result_done) struct result running = {0};
	int r = store_query(s, sql_statements_running, NULL, 0, &running, e);

	if (r >= 0)
		*ret = result_u64(&running, 0, 0);
	return r;
}

/* The engine goes on with a statement whose client was killed. */
static int await_others(struct run *run, struct err *e)
{
	for (;;) {
		uint64_t running = 0;
		int r = migrate_running(run->s, &running, e);

		if (r < 0 || running == 0)
			return r;
		pause_ms(PAUSE_MS);
	}
}

static int prepare(struct run *run, struct err *e)
{
	int r = await_others(run, e);

	if (r >= 0 && run->seen.from > 0)
		r = store_query(run->s, sql_access_months, NULL, 0, &run->months, e);
	for (uint64_t n = run->seen.from; n < run->seen.to; n++)
		run->seen.total += steps_of(run, n + 1, STATEMENTS_MAX);
	run->schema = run->seen.from + 1;
	if (r >= 0)
		r = read_mark(run, e);
	run->seen.done = steps_of(run, run->schema, run->first);
	tell(run);
	return r;
}

static int run_files(struct run *run, struct err *e)
{
	char number[24];
	int r = 0;

	for (; r >= 0 && run->schema <= run->seen.to; run->schema++) {
		r = run_file(run, e);
		snprintf(number, sizeof(number), "%" PRIu64, run->schema);
		if (r >= 0)
			r = meta_set(run->s, "schema", number, e);
		run->first = 0;
		run->month = 0;
	}
	if (r >= 0 && run->seen.from > 0)
		r = meta_set(run->s, "migration", "0 0 0", e);
	return r;
}

int migrate(struct store *s, const struct store_options *options, uint64_t from, struct err *e)
{
	struct run run = {.s = s, .options = options, .seen = {.from = from, .to = migrate_newest()}};
	int r = from == run.seen.to ? 0 : prepare(&run, e);

	if (r >= 0 && from < run.seen.to)
		r = run_files(&run, e);
	result_done(&run.months);
	return r;
}

uint64_t migrate_newest(void)
{
	return ARRAY_SIZE(files);
}
