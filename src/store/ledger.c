/* The ledger `segment`: what was taken in. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/number.h"
#include "base/text.h"
#include "store/internal.h"
#include "store/ledger.h"
#include "store/sql.h"

/* In the order of segment_put.sql and of the SELECTs. */
/* clang-format off */
#define SEGMENT_FIELDS(X)                                                                          \
	X(TEXT, digest) X(TEXT, name) X(TEXT, archive) X(TEXT, origin) X(TEXT, sensor)             \
	X(U64, bytes) X(I64, first_s) X(I64, last_s) X(U64, frames) X(U64, accesses)               \
	X(U64, oddities) X(U64, not_ip) X(U64, left_sensor) X(U64, no_sensor)                      \
	X(U64, out_of_service) X(U64, dropped) X(U64, rows) X(U64, blocks) X(FLAG, cut_off)        \
	X(FLAG, complete)

#define COVERAGE_FIELDS(X)                                                                         \
	X(TEXT, sensor) X(I64, from_s) X(I64, to_s) X(U64, addresses) X(U64, packets)              \
	X(U64, dropped) X(U64, lost) X(FLAG, inferred)
/* clang-format on */

#define X(kind, name)                                                                              \
	{LEDGER_##kind, offsetof(struct segment, name), sizeof(((struct segment *)0)->name)},
static const struct ledger_field segment_fields[] = {SEGMENT_FIELDS(X)};
#undef X
#define X(kind, name)                                                                              \
	{LEDGER_##kind, offsetof(struct coverage, name), sizeof(((struct coverage *)0)->name)},
/* What is told of it, but not sent, is the last. */
static const struct ledger_field coverage_fields[] = {COVERAGE_FIELDS(X) X(FLAG, posted)};
#undef X
enum { COVERAGE_SENT = ARRAY_SIZE(coverage_fields) - 1 };

static int put_segment(struct store *s, const struct segment *segment, bool complete, struct err *e)
{
	struct segment line = *segment;
	AUTO(buf_done) struct buf text = {0};

	line.complete = complete;
	ledger_write(&text, &line, segment_fields, ARRAY_SIZE(segment_fields));
	return ledger_put(s, sql_segment_put, &text, e);
}

int store_segment_begin(struct store *s, const struct segment *segment, struct err *e)
{
	return put_segment(s, segment, false, e);
}

int store_segment_complete(struct store *s, const struct segment *segment,
	const struct coverage *coverage, size_t count, struct err *e)
{
	AUTO(buf_done) struct buf text = {0};

	for (size_t i = 0; i < count; i++) {
		tsv_add(&text, segment->digest);
		buf_char(&text, '\t');
		ledger_write(&text, &coverage[i], coverage_fields, COVERAGE_SENT);
	}
	int r = count ? ledger_put(s, sql_coverage_put, &text, e) : 0;
	return r < 0 ? r : put_segment(s, segment, true, e);
}

int store_segment_lengths(struct store *s, struct segment_length **ret, struct err *e)
{
	AUTO(result_done) struct result answer = {0};
	int r = store_query(s, sql_segment_lengths, NULL, 0, &answer, e);

	if (r < 0)
		return r;
	AUTO(free) struct segment_length *lengths = calloc(answer.rows + 1, sizeof(*lengths));
	if (!lengths)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	for (size_t i = 0; i < answer.rows; i++) {
		lengths[i].bytes = result_u64(&answer, i, 0);
		lengths[i].first_s = strtoll(result_cell(&answer, i, 2), NULL, 10);
		lengths[i].last_s = strtoll(result_cell(&answer, i, 3), NULL, 10);
		lengths[i].complete = result_u64(&answer, i, 4);
		snprintf(lengths[i].digest, DIGEST_TEXT, "%s", result_cell(&answer, i, 1));
	}
	*ret = TAKE(lengths);
	return (int)answer.rows;
}

int store_segment_origins(struct store *s, struct result *ret, struct err *e)
{
	return store_query(s, sql_segment_origins, NULL, 0, ret, e);
}

static int list_segments(struct store *s, const char *sql, const struct param *params, size_t count,
	struct segment **ret, struct err *e)
{
	AUTO(result_done) struct result answer = {0};
	int r = store_query(s, sql, params, count, &answer, e);

	return r < 0 ? r
		     : ledger_read(&answer, segment_fields, ARRAY_SIZE(segment_fields),
			       sizeof(**ret), (void **)ret, e);
}

int store_segment_find(struct store *s, const char *digest, struct segment *ret, struct err *e)
{
	struct param params[] = {{"digest", digest}};
	AUTO(free) struct segment *found = NULL;
	int r = list_segments(s, sql_segment_find, params, ARRAY_SIZE(params), &found, e);

	if (r < 0)
		return r;
	if (r == 0)
		return -ENOENT;
	*ret = found[0];
	return 0;
}

int store_segments_open(struct store *s, struct segment **ret, struct err *e)
{
	return list_segments(s, sql_segment_open, NULL, 0, ret, e);
}

int store_segments(
	struct store *s, int64_t from_s, int64_t to_s, struct segment **ret, struct err *e)
{
	char from[24], to[24];
	struct param params[] = {{"from", from}, {"to", to}};

	snprintf(from, sizeof(from), "%" PRId64, from_s);
	snprintf(to, sizeof(to), "%" PRId64, to_s);
	return list_segments(s, sql_segment_list, params, ARRAY_SIZE(params), ret, e);
}

int store_coverage(
	struct store *s, int64_t from_s, int64_t to_s, struct coverage **ret, struct err *e)
{
	char from[24], to[24];
	struct param params[] = {{"from", from}, {"to", to}};
	AUTO(result_done) struct result answer = {0};

	snprintf(from, sizeof(from), "%" PRId64, from_s);
	snprintf(to, sizeof(to), "%" PRId64, to_s);
	int r = store_query(s, sql_coverage_list, params, ARRAY_SIZE(params), &answer, e);
	return r < 0 ? r
		     : ledger_read(&answer, coverage_fields, ARRAY_SIZE(coverage_fields),
			       sizeof(**ret), (void **)ret, e);
}
