/* The ledgers `ruleset`, `ruleset_file` and `judged`: which signatures were loaded, and which captures they judged. */
#include <inttypes.h>

#include "store/internal.h"
#include "store/ledger.h"
#include "store/sql.h"

/* In the order of the .sql files. */
/* clang-format off */
#define RULESET_FIELDS(X)                                                                          \
	X(TEXT, digest) X(I64, loaded_s) X(U64, signatures) X(U64, disabled) X(U64, refused)

#define FILE_FIELDS(X)                                                                             \
	X(TEXT, digest) X(TEXT, name) X(TEXT, edition) X(U64, signatures) X(U64, refused)
/* clang-format on */

#define X(kind, name)                                                                              \
	{LEDGER_##kind, offsetof(struct ruleset, name), sizeof(((struct ruleset *)0)->name)},
static const struct ledger_field ruleset_fields[] = {RULESET_FIELDS(X)};
#undef X
#define X(kind, name)                                                                              \
	{LEDGER_##kind, offsetof(struct ruleset_file, name), sizeof(((struct ruleset_file *)0)->name)},
static const struct ledger_field file_fields[] = {FILE_FIELDS(X)};
#undef X

int store_ruleset_put(
	struct store *s, const struct ruleset *set, const struct ruleset_file *files, size_t count, struct err *e)
{
	AUTO(buf_done) struct buf line = {0};
	AUTO(buf_done) struct buf lines = {0};

	ledger_write(&line, set, ruleset_fields, ARRAY_SIZE(ruleset_fields));
	for (size_t i = 0; i < count; i++) {
		struct ruleset_file file = files[i];

		snprintf(file.digest, sizeof(file.digest), "%s", set->digest);
		ledger_write(&lines, &file, file_fields, ARRAY_SIZE(file_fields));
	}
	int r = count ? ledger_put(s, sql_ruleset_file_put, &lines, e) : 0;
	return r < 0 ? r : ledger_put(s, sql_ruleset_put, &line, e);
}

int store_segment_judged(struct store *s, const struct segment *segment, const char *ruleset, struct err *e)
{
	struct param params[] = {{"digest", segment->digest}, {"ruleset", ruleset}};

	return store_execute(s, sql_judged_put, params, ARRAY_SIZE(params), e);
}

static int ask_period(
	struct store *s, const char *sql, int64_t from_s, int64_t to_s, struct result *ret, struct err *e)
{
	char from[24], to[24];
	struct param params[] = {{"from", from}, {"to", to}};

	snprintf(from, sizeof(from), "%" PRId64, from_s);
	snprintf(to, sizeof(to), "%" PRId64, to_s);
	return store_query(s, sql, params, ARRAY_SIZE(params), ret, e);
}

int store_unjudged(struct store *s, int64_t from_s, int64_t to_s, uint64_t *ret, struct err *e)
{
	AUTO(result_done) struct result answer = {0};
	int r = ask_period(s, sql_unjudged_count, from_s, to_s, &answer, e);

	*ret = r < 0 ? 0 : result_u64(&answer, 0, 0);
	return r < 0 ? r : 0;
}

int store_rulesets(struct store *s, int64_t from_s, int64_t to_s, struct ruleset **ret, struct err *e)
{
	AUTO(result_done) struct result answer = {0};
	int r = ask_period(s, sql_ruleset_list, from_s, to_s, &answer, e);

	return r < 0 ? r
		     : ledger_read(&answer, ruleset_fields, ARRAY_SIZE(ruleset_fields), sizeof(**ret),
			       (void **)ret, e);
}

int store_ruleset_files(struct store *s, const char *digest, struct ruleset_file **ret, struct err *e)
{
	struct param params[] = {{"digest", digest}};
	AUTO(result_done) struct result answer = {0};
	int r = store_query(s, sql_ruleset_files, params, ARRAY_SIZE(params), &answer, e);

	return r < 0 ? r
		     : ledger_read(&answer, file_fields, ARRAY_SIZE(file_fields), sizeof(**ret), (void **)ret,
			       e);
}

static const char mark_key[] = "rules_reload";

int store_reload_mark(struct store *s, char ret[DIGEST_TEXT], struct err *e)
{
	struct param params[] = {{"key", mark_key}};
	AUTO(result_done) struct result answer = {0};
	int r = store_query(s, sql_meta_get, params, ARRAY_SIZE(params), &answer, e);

	snprintf(ret, DIGEST_TEXT, "%s", r >= 0 && answer.rows ? result_cell(&answer, 0, 0) : "");
	return r < 0 ? r : 0;
}

int store_reload_mark_set(struct store *s, const char *digest, struct err *e)
{
	struct param params[] = {{"key", mark_key}, {"value", digest}};

	return store_execute(s, sql_meta_set, params, ARRAY_SIZE(params), e);
}
