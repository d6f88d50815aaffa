/* The tables: made, migrated, refused when they are newer than this program. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "base/zone.h"
#include "observe/observe.h"
#include "store/migrate.h"
#include "store/sql.h"
#include "store/turn.h"

/* old_parts_lifetime and min_rows_to_fsync_after_merge: a merge must be on the disk before what it
 * replaces goes. */
#define DURABLE                                                                                    \
	"fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, "    \
	"old_parts_lifetime = 480"

/* A month to which nothing was added for so long becomes one part: half the rows, of month tables. */
#define MERGED_WHEN_QUIET                                                                          \
	"min_age_to_force_merge_seconds = 20, min_age_to_force_merge_on_partition_only = 1"

#define TEXT_(x)			    #x
#define TEXT(x)				    TEXT_(x)
#define EXACTLY_ONCE			    "non_replicated_deduplication_window = " TEXT(STORE_WINDOW) ", " DURABLE

#define ENUM_ENTRY(name, number)	    ", '" #name "' = " #number
#define CATEGORY_ENTRY(id, name)	    ", '" name "'"
#define COLUMN_LINE(name, type, sql, codec) ",\n\t" #name " " sql " CODEC(" codec ")"

/* What stands in capitals in the .sql files and in ACCESS_COLUMNS. The lists begin with a comma too
 * many. */
static const struct word {
	const char *name, *open, *list, *close;
} words[] = {
	{"{ACCESS_COLUMNS}", "", ACCESS_COLUMNS(COLUMN_LINE), ""},
	{"{DETECTION_COLUMNS}", "", DETECTION_COLUMNS(COLUMN_LINE), ""},
	{"{CLASSES}", "Enum8(", CLASSES(ENUM_ENTRY), ")"},
	{"{TOOLS}", "Enum8(", TOOLS(ENUM_ENTRY), ")"},
	{"Enum8(CLASSES)", "Enum8(", CLASSES(ENUM_ENTRY), ")"},
	{"Enum8(TOOLS)", "Enum8(", TOOLS(ENUM_ENTRY), ")"},
	{"Enum8(CATEGORIES)", "Enum8(", RULE_CATEGORIES(CATEGORY_ENTRY), ")"},
	{"{EXACTLY_ONCE}", "", "  " EXACTLY_ONCE, ""},
	{"{DURABLE}", "", "  " DURABLE, ""},
	{"{MERGED_WHEN_QUIET}", "", "  " MERGED_WHEN_QUIET, ""},
};

void schema_expand(struct buf *out, const char *text, size_t len)
{
	for (size_t i = 0; i < len;) {
		const struct word *found = NULL;

		for (size_t w = 0; w < ARRAY_SIZE(words) && !found; w++)
			if (strncmp(text + i, words[w].name, strlen(words[w].name)) == 0)
				found = &words[w];
		if (!found) {
			buf_char(out, text[i++]);
			continue;
		}
		buf_text(out, found->open);
		schema_expand(out, found->list + 2, strlen(found->list + 2));
		buf_text(out, found->close);
		i += strlen(found->name);
	}
}

int schema_run(struct store *s, const char *text, size_t len, struct err *e)
{
	AUTO(buf_done) struct buf statement = {0};

	schema_expand(&statement, text, len);
	if (statement.failed)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	return store_execute(s, statement.data, NULL, 0, e);
}

int meta_set(struct store *s, const char *key, const char *value, struct err *e)
{
	struct param params[] = {{"key", key}, {"value", value}};

	return store_execute(s, sql_meta_set, params, ARRAY_SIZE(params), e);
}

int meta_get(struct store *s, const char *key, struct result *ret, struct err *e)
{
	struct param params[] = {{"key", key}};

	return store_query(s, sql_meta_get, params, ARRAY_SIZE(params), ret, e);
}

static int has_tables(struct store *s, struct err *e)
{
	AUTO(result_done) struct result answer = {0};
	int r = store_query(s, sql_has_tables, NULL, 0, &answer, e);

	return r < 0 ? r : result_u64(&answer, 0, 0) > 0;
}

/* The schema of the tables; 0: there is none yet. */
static int read_schema(struct store *s, uint64_t *ret, struct err *e)
{
	AUTO(result_done) struct result known = {0};
	int r = meta_get(s, "schema", &known, e);

	if (r < 0)
		return r;
	*ret = result_u64(&known, 0, 0);
	if (*ret <= migrate_newest())
		return 0;
	return err_set(e, EPROTO,
		TR("the store was made by a newer teiten (schema %" PRIu64
		   ", this one knows %" PRIu64 "): update teiten",
			"データはより新しい teiten のものです（スキーマ %" PRIu64
			"、この版は %" PRIu64 " まで対応）。teiten を更新してください"),
		*ret, migrate_newest());
}

/* One process at a time; the others wait, and find it done. */
static int bring_up_to_date(struct store *s, const struct store_options *options, struct err *e)
{
	AUTO(close) int lock = -1;
	struct turn turn = {.token = ""};
	uint64_t schema;
	int r = read_schema(s, &schema, e);

	if (r < 0 || schema == migrate_newest())
		return r;
	if (s->local.folder)
		lock = r = local_lock(&s->local, "engine.migration", e);
	else
		r = turn_take(s, &turn, e);
	if (r >= 0)
		r = read_schema(s, &schema, e);
	if (r >= 0 && schema != migrate_newest())
		r = migrate(s, options, schema, e);
	turn_give(s, &turn);
	return r;
}

/* The zone in force at creation stays the store's. */
static int read_zone(struct store *s, struct err *e)
{
	AUTO(result_done) struct result zone = {0};
	int r = meta_get(s, "zone", &zone, e);

	if (r < 0)
		return r;
	if (zone.rows == 0) {
		r = meta_set(s, "zone", zone_name(), e);
		if (r < 0)
			return r;
	}
	s->zone = strdup(zone.rows ? result_cell(&zone, 0, 0) : zone_name());
	return s->zone ? 0 : err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
}

int schema_open(struct store *s, const struct store_options *options, struct err *e)
{
	int r = has_tables(s, e);

	if (r < 0)
		return r;
	if (r == 0 && !options->create)
		return err_set(e, ENOENT,
			TR("no data in the store yet (teiten import brings some)",
				"まだデータがありません（teiten import で取り込んでください）"));
	if (r == 0)
		r = schema_run(s, sql_schema_meta, strlen(sql_schema_meta), e);
	if (r >= 0)
		r = bring_up_to_date(s, options, e);
	return r < 0 ? r : read_zone(s, e);
}
