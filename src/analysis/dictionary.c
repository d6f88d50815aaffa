#include "analysis/dictionary.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "analysis/count.h"
#include "analysis/sql.h"
#include "decode/service.h"

/* Hashes in one statement. */
enum { BATCH = 500 };

static int no_memory(struct err *e)
{
	return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
}

/* Some of the entries, sorted by hash so that answers find theirs. */
struct batch {
	struct dictionary_entry *entries[BATCH];
	size_t count;
};

static int by_hash(const void *a, const void *b)
{
	const struct dictionary_entry *const *x = a, *const *y = b;

	return strcmp((*x)->hash, (*y)->hash);
}

static struct dictionary_entry *find(const struct batch *b, const char *hash)
{
	struct dictionary_entry wanted;
	const struct dictionary_entry *key = &wanted;

	snprintf(wanted.hash, sizeof(wanted.hash), "%s", hash);
	struct dictionary_entry *const *found =
		bsearch(&key, b->entries, b->count, sizeof(*b->entries), by_hash);
	return found ? *found : NULL;
}

/* --- one answer each --- */

static bool take_bytes(struct dictionary_entry *entry, const char *hex)
{
	entry->kept = strlen(hex) / 2;
	entry->bytes = malloc(entry->kept + 1);
	for (size_t i = 0; entry->bytes && i < entry->kept; i++) {
		char pair[3] = {hex[2 * i], hex[2 * i + 1], '\0'};

		entry->bytes[i] = (uint8_t)strtoul(pair, NULL, 16);
	}
	return entry->bytes;
}

static bool take_entry(struct dictionary_entry *entry, const struct result *r, size_t row)
{
	entry->length = (uint32_t)result_u64(r, row, 1);
	entry->first_s = (int64_t)result_u64(r, row, 3);
	entry->last_s = (int64_t)result_u64(r, row, 4);
	return !entry->bytes && take_bytes(entry, result_cell(r, row, 2));
}

static bool take_service(struct dictionary_entry *entry, const struct result *r, size_t row)
{
	char text[SERVICE_TEXT_SIZE];
	struct dictionary_part *part = &entry->services[entry->service_count];

	if (entry->service_count == DICTIONARY_PARTS)
		return true;
	part->key = strdup(service_print((uint32_t)result_u64(r, row, 1), text));
	part->packets = result_u64(r, row, 2);
	entry->all_services = result_u64(r, row, 3);
	entry->service_count += part->key != NULL;
	return part->key;
}

static bool take_tags(struct dictionary_entry *entry, const struct result *r, size_t row)
{
	free(entry->tags);
	entry->tags = strdup(result_cell(r, row, 1));
	return entry->tags;
}

struct part_of_answer {
	const char *sql;
	bool (*take)(struct dictionary_entry *entry, const struct result *r, size_t row);
};

/* What is known of a payload by itself, then what the question is about. */
static const struct part_of_answer parts[] = {
	{sql_dictionary_bytes, take_entry},
	{sql_dictionary_services, take_service},
	{sql_dictionary_tags, take_tags},
};

/* --- the questions --- */

static void bind_hashes(struct ask *ask, const struct batch *b)
{
	AUTO(buf_done) struct buf array = {0};

	for (size_t i = 0; i < b->count; i++)
		buf_printf(&array, "%s'%s'", i ? "," : "[", b->entries[i]->hash);
	buf_char(&array, ']');
	ask->sql.failed |= array.failed;
	sql_bind(&ask->sql, "hashes", buf_str(&array));
}

static int ask_part(const struct analysis *a, const struct question *q, const struct batch *b,
	const struct part_of_answer *part, struct err *e)
{
	AUTO(ask_done) struct ask ask;
	AUTO(result_done) struct result r = {0};
	char most[24];

	ask_begin(&ask, a, q, (struct ask_for){COLUMN_BIT(payload) | COLUMN_BIT(service), false, false, true});
	snprintf(most, sizeof(most), "%d", DICTIONARY_PARTS);
	const struct marker markers[] = {
		{"now", ask.table->within}, {"where", buf_str(&ask.where)}, {"most", most}};
	bind_hashes(&ask, b);
	sql_fill(&ask.sql, part->sql, markers, ARRAY_SIZE(markers));
	int error = sql_run(a->store, &ask.sql, false, &r, e);
	for (size_t i = 0; error >= 0 && i < r.rows; i++) {
		struct dictionary_entry *entry = find(b, result_cell(&r, i, 0));

		if (entry && !part->take(entry, &r, i))
			error = no_memory(e);
	}
	return error;
}

/* The first `part_count` of the parts. */
static int ask_batch(const struct analysis *a, const struct question *q, struct dictionary_entry *entries,
	size_t count, size_t part_count, struct err *e)
{
	struct batch b = {.count = count};
	int r = 0;

	for (size_t i = 0; i < count; i++)
		b.entries[i] = &entries[i];
	qsort(b.entries, b.count, sizeof(*b.entries), by_hash);
	for (size_t i = 0; r >= 0 && i < part_count; i++)
		r = ask_part(a, q, &b, &parts[i], e);
	return r;
}

static int make_entries(const char *const *hashes, size_t count, struct dictionary_entry *entries, struct err *e)
{
	struct payload_hash checked;

	for (size_t i = 0; i < count; i++) {
		if (!payload_hash_parse(hashes[i], &checked))
			return err_set(e, EINVAL,
				TR("\"%s\" is no hash of a payload", "「%s」はペイロードのハッシュではありません"),
				hashes[i]);
		memcpy(entries[i].hash, hashes[i], PAYLOAD_TEXT);
		entries[i].tags = strdup("");
		if (!entries[i].tags)
			return no_memory(e);
	}
	return 0;
}

static int get(const struct analysis *a, const struct question *q, const char *const *hashes, size_t count,
	size_t part_count, struct dictionary_entry **ret, struct err *e)
{
	struct dictionary_entry *entries = calloc(count + 1, sizeof(*entries));
	int r = entries ? make_entries(hashes, count, entries, e) : no_memory(e);

	for (size_t i = 0; r >= 0 && i < count; i += BATCH)
		r = ask_batch(a, q, entries + i, count - i < BATCH ? count - i : BATCH, part_count, e);
	if (r < 0) {
		dictionary_free(entries, entries ? count : 0);
		return r;
	}
	*ret = entries;
	return 0;
}

int dictionary_get(const struct analysis *a, const struct question *q, const char *const *hashes, size_t count,
	struct dictionary_entry **ret, struct err *e)
{
	return get(a, q, hashes, count, ARRAY_SIZE(parts), ret, e);
}

int dictionary_bytes(const struct analysis *a, const char *hash, struct dictionary_entry **ret, struct err *e)
{
	const struct question q = {.dimension = DIMENSION_NONE, .dimension2 = DIMENSION_NONE};

	return get(a, &q, &hash, 1, 1, ret, e);
}

void dictionary_free(struct dictionary_entry *entries, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < entries[i].service_count; k++)
			free(entries[i].services[k].key);
		free(entries[i].bytes);
		free(entries[i].tags);
	}
	free(entries);
}

/* --- by the first digits --- */

int dictionary_unknown(const char *prefix, struct err *e)
{
	return err_set(e, ENOENT,
		TR("no payload's hash begins with %s (teiten top payload lists them)",
			"%s で始まるハッシュのペイロードはありません（teiten top payload で一覧できます）"),
		prefix);
}

static int check_prefix(const char *prefix, struct err *e)
{
	size_t len = strlen(prefix);

	if (len > 0 && len < PAYLOAD_TEXT && prefix[strspn(prefix, "0123456789abcdefABCDEF")] == '\0')
		return 0;
	return err_set(e, EINVAL,
		TR("\"%s\" is no beginning of a hash: up to 32 hex digits are", "「%s」はハッシュの先頭（32 桁までの 16 進数）ではありません"),
		prefix);
}

/* The digits, and what is missing of 32. */
static void fill(char out[PAYLOAD_TEXT], const char *prefix, char with)
{
	size_t len = strlen(prefix);

	memset(out, with, PAYLOAD_TEXT - 1);
	memcpy(out, prefix, len);
	out[PAYLOAD_TEXT - 1] = '\0';
}

int dictionary_find(const struct analysis *a, const char *prefix, char ret[PAYLOAD_TEXT], struct err *e)
{
	char first[PAYLOAD_TEXT], last[PAYLOAD_TEXT];
	AUTO(result_done) struct result r = {0};
	const struct param params[] = {{"first", first}, {"last", last}};
	int error = check_prefix(prefix, e);

	if (error < 0)
		return error;
	fill(first, prefix, '0');
	fill(last, prefix, 'f');
	error = store_query(a->store, sql_dictionary_find, params, ARRAY_SIZE(params), &r, e);
	if (error < 0)
		return error;
	if (r.rows == 0 && strlen(prefix) == PAYLOAD_TEXT - 1) {
		for (size_t i = 0; i < PAYLOAD_TEXT; i++)
			ret[i] = (char)tolower((unsigned char)prefix[i]);
		return 0;
	}
	if (r.rows == 0)
		return dictionary_unknown(prefix, e);
	if (r.rows > 1)
		return err_set(e, EEXIST,
			TR("%s begins more than one hash, %s and %s among them: give more digits",
				"%s で始まるハッシュは複数あります（%s、%s など）。もっと長く書いてください"),
			prefix, result_cell(&r, 0, 0), result_cell(&r, 1, 0));
	snprintf(ret, PAYLOAD_TEXT, "%s", result_cell(&r, 0, 0));
	return 0;
}
