#include "store/posted.h"

#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "store/internal.h"
#include "store/ledger.h"
#include "store/sql.h"

/* In the order of posted_put.sql and of the SELECTs. */
/* clang-format off */
#define POSTED_FIELDS(X)                                                                           \
	X(U64, n) X(TEXT, collector) X(TEXT, sensor) X(TEXT, epoch) X(U64, sequence)               \
	X(TEXT, digest) X(U64, level) X(U64, covers_from) X(I64, observed_from_s)                  \
	X(I64, observed_to_s) X(I64, taken_s) X(U64, packets) X(U64, heard) X(U64, lost_ring)      \
	X(U64, lost_interface) X(U64, lost_spool) X(U64, bodies_cut) X(U64, addresses) X(U64, stretch) X(U64, read_from)             \
	X(U64, run_first) X(U64, run_last) X(U64, read_to) X(U64, from_sequence)                   \
	X(U64, from_packet) X(U64, to_sequence) X(U64, to_packet)
/* clang-format on */

#define X(kind, name) {LEDGER_##kind, offsetof(struct posted, name), sizeof(((struct posted *)0)->name)},
static const struct ledger_field fields[] = {POSTED_FIELDS(X)};
#undef X

/* In the order of refused_put.sql. */
#define REFUSAL_FIELDS(X) X(TEXT, collector) X(TEXT, sensor) X(TEXT, name) X(TEXT, reason) X(I64, refused_s)

#define X(kind, name) {LEDGER_##kind, offsetof(struct posted_refusal, name), sizeof(((struct posted_refusal *)0)->name)},
static const struct ledger_field refusal_fields[] = {REFUSAL_FIELDS(X)};
#undef X

/* In the order of posted_sums.sql. */
/* clang-format off */
#define SUM_FIELDS(X)                                                                              \
	X(TEXT, sensor) X(U64, segments) X(U64, packets) X(U64, heard) X(U64, lost_ring)           \
	X(U64, lost_interface) X(U64, lost_spool) X(U64, bodies_cut) X(U64, missing)               \
	X(U64, refused) X(I64, newest_s) X(I64, taken_s)
/* clang-format on */

#define X(kind, name) {LEDGER_##kind, offsetof(struct posted_sum, name), sizeof(((struct posted_sum *)0)->name)},
static const struct ledger_field sum_fields[] = {SUM_FIELDS(X)};
#undef X

/* Keys asked for at once: their text is part of the address of the request. */
enum { KEYS_AT_ONCE = 1000, NUMBER_SIZE = 24 };

static int list_posted(struct store *s, const char *sql, const struct param *params, size_t count,
	struct posted **ret, struct err *e)
{
	AUTO(result_done) struct result answer = {0};
	int r = store_query(s, sql, params, count, &answer, e);

	return r < 0 ? r : ledger_read(&answer, fields, ARRAY_SIZE(fields), sizeof(**ret), (void **)ret, e);
}

/* Names of sensors and hexadecimal digits have nothing to escape. */
static void add_key(struct buf lists[3], const struct posted *key, bool first)
{
	const char *comma = first ? "" : ",";

	buf_printf(&lists[0], "%s'%s'", comma, key->sensor);
	buf_printf(&lists[1], "%s'%s'", comma, key->epoch);
	buf_printf(&lists[2], "%s%" PRIu64, comma, key->sequence);
}

static int find_some(struct store *s, const struct posted *keys, size_t count, struct posted **ret, struct err *e)
{
	struct buf lists[3] = {0};
	int r = 0;

	for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
		buf_char(&lists[i], '[');
	for (size_t i = 0; i < count; i++)
		add_key(lists, &keys[i], i == 0);
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
		buf_char(&lists[i], ']');
	struct param params[] = {{"sensors", buf_str(&lists[0])}, {"epochs", buf_str(&lists[1])},
		{"sequences", buf_str(&lists[2])}};
	if (lists[0].failed || lists[1].failed || lists[2].failed)
		r = err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	if (r == 0)
		r = list_posted(s, sql_posted_find, params, ARRAY_SIZE(params), ret, e);
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
		buf_done(&lists[i]);
	return r;
}

int store_posted_find(struct store *s, const struct posted *keys, size_t count, struct posted **ret, struct err *e)
{
	AUTO(free) struct posted *all = NULL;
	size_t found = 0;

	for (size_t i = 0; i < count; i += KEYS_AT_ONCE) {
		AUTO(free) struct posted *some = NULL;
		int n = find_some(s, keys + i, count - i < KEYS_AT_ONCE ? count - i : KEYS_AT_ONCE, &some, e);
		if (n < 0)
			return n;
		struct posted *more = reallocarray(all, found + (size_t)n + 1, sizeof(*more));
		if (!more)
			return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
		all = more;
		if (n > 0)
			memcpy(all + found, some, (size_t)n * sizeof(*some));
		found += (size_t)n;
	}
	*ret = TAKE(all);
	return (int)found;
}

static const char *print_number(uint64_t n, char text[NUMBER_SIZE])
{
	snprintf(text, NUMBER_SIZE, "%" PRIu64, n);
	return text;
}

int store_posted_batch(struct store *s, uint64_t n, struct posted **ret, struct err *e)
{
	char number[NUMBER_SIZE];
	struct param params[] = {{"n", print_number(n, number)}};

	return list_posted(s, sql_posted_batch, params, ARRAY_SIZE(params), ret, e);
}

struct bounds {
	char from[NUMBER_SIZE], to[NUMBER_SIZE];
	struct param params[2];
};

static void set_bounds(struct bounds *b, struct span period)
{
	snprintf(b->from, sizeof(b->from), "%" PRId64, period.from_s);
	snprintf(b->to, sizeof(b->to), "%" PRId64, period.to_s);
	b->params[0] = (struct param){"from", b->from};
	b->params[1] = (struct param){"to", b->to};
}

int store_posted_runs(struct store *s, struct span period, struct posted **ret, struct err *e)
{
	struct bounds bounds;

	set_bounds(&bounds, period);
	return list_posted(s, sql_posted_runs, bounds.params, ARRAY_SIZE(bounds.params), ret, e);
}

int store_posted_last(struct store *s, uint64_t after, uint64_t *ret, struct err *e)
{
	char number[NUMBER_SIZE];
	struct param params[] = {{"after", print_number(after, number)}};
	AUTO(result_done) struct result answer = {0};
	int r = store_query(s, sql_posted_last, params, ARRAY_SIZE(params), &answer, e);

	*ret = r < 0 || result_u64(&answer, 0, 0) < after ? after : result_u64(&answer, 0, 0);
	return r < 0 ? r : 0;
}

/* The token makes a claim that is sent twice (a broken connection) count once, and refuses that of another. */
static int put(struct store *s, const struct posted *batch, size_t count, struct err *e)
{
	AUTO(buf_done) struct buf lines = {0}, settings = {0}, answer = {0};

	for (size_t i = 0; i < count; i++)
		ledger_write(&lines, &batch[i], fields, ARRAY_SIZE(fields));
	buf_text(&settings,
		"&async_insert=0&insert_deduplicate=1&max_insert_block_size=2000000&max_block_size=2000000"
		"&preferred_block_size_bytes=0&min_insert_block_size_rows=2000000"
		"&min_insert_block_size_bytes=0&max_threads=1&max_insert_threads=1");
	if (s->has_deduplicate_insert)
		buf_text(&settings, "&deduplicate_insert=enable&deduplicate_insert_select=force_enable");
	buf_printf(&settings, "&insert_deduplication_token=posted:%" PRIu64, batch[0].n);
	if (lines.failed || settings.failed)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	char n[NUMBER_SIZE];
	struct param param = {"n", print_number(batch[0].n, n)};
	struct piece body = {lines.data, lines.len};
	struct request insert = {.sql = sql_posted_put,
		.params = &param,
		.param_count = 1,
		.settings = buf_str(&settings),
		.body = &body,
		.body_count = 1};
	return store_request(s, &insert, &answer, e);
}

int store_posted_claim(struct store *s, const struct posted *batch, size_t count, struct err *e)
{
	AUTO(free) struct posted *there = NULL;
	int r = put(s, batch, count, e);

	if (r < 0)
		return r;
	int known = store_posted_batch(s, batch[0].n, &there, e);
	if (known < 0)
		return known;
	return known > 0 && (size_t)known == count && strcmp(there[0].collector, batch[0].collector) == 0;
}

/* --- coverage, refused ones, and sums --- */

int store_posted_any(struct store *s, struct err *e)
{
	AUTO(result_done) struct result answer = {0};
	int r = store_query(s, sql_posted_any, NULL, 0, &answer, e);

	return r < 0 ? r : result_u64(&answer, 0, 0) > 0;
}

int store_posted_cover(struct store *s, uint64_t n, int64_t since_s, struct err *e)
{
	char number[NUMBER_SIZE], since[NUMBER_SIZE];
	struct param params[] = {{"n", print_number(n, number)}, {"since", since}};

	snprintf(since, sizeof(since), "%" PRId64, since_s);
	return store_execute(s, sql_posted_cover, params, ARRAY_SIZE(params), e);
}

int store_refused_put(struct store *s, const struct posted_refusal *list, size_t count, struct err *e)
{
	AUTO(buf_done) struct buf lines = {0};

	for (size_t i = 0; i < count; i++)
		ledger_write(&lines, &list[i], refusal_fields, ARRAY_SIZE(refusal_fields));
	return count ? ledger_put(s, sql_refused_put, &lines, e) : 0;
}

int store_posted_sums(struct store *s, struct span period, struct posted_sum **ret, struct err *e)
{
	struct bounds bounds;
	AUTO(result_done) struct result answer = {0};

	set_bounds(&bounds, period);
	int r = store_query(s, sql_posted_sums, bounds.params, ARRAY_SIZE(bounds.params), &answer, e);
	return r < 0 ? r : ledger_read(&answer, sum_fields, ARRAY_SIZE(sum_fields), sizeof(**ret), (void **)ret, e);
}
