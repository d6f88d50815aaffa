#include "store/native.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "store/internal.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "columns are sent as they lie in memory");

#define X(name, type, sql, codec) +1
enum { ACCESS_COLUMN_COUNT = ACCESS_COLUMNS(X), DETECTION_COLUMN_COUNT = DETECTION_COLUMNS(X) };
#undef X
_Static_assert(NATIVE_PIECES >= 2 * ACCESS_COLUMN_COUNT + 1,
	"a piece of text and one of values per column");

/* LEB128 */
static void add_varint(struct buf *b, uint64_t value)
{
	for (; value >= 0x80; value >>= 7)
		buf_char(b, (char)(value | 0x80));
	buf_char(b, (char)value);
}

static void add_string(struct buf *b, const char *text, size_t len)
{
	add_varint(b, len);
	buf_add(b, text, len);
}

static void add_u64(struct buf *b, uint64_t value)
{
	buf_add(b, &value, sizeof(value));
}

static void add_column(struct native *n, const char *name, const char *type)
{
	AUTO(buf_done) struct buf full = {0};

	schema_expand(&full, type, strlen(type));
	add_string(&n->text, name, strlen(name));
	add_string(&n->text, buf_str(&full), full.len);
	n->text.failed |= full.failed;
}

/* The text since the last piece becomes one; its place is known only when the text grows no more. */
static void end_text(struct native *n)
{
	assert(n->count < NATIVE_PIECES);
	n->pieces[n->count++] = (struct piece){NULL, n->text.len - n->text_sent};
	n->text_sent = n->text.len;
}

static void add_array(struct native *n, const void *values, size_t len)
{
	end_text(n);
	assert(n->count < NATIVE_PIECES);
	n->pieces[n->count++] = (struct piece){values, len};
}

static int finish(struct native *n, struct err *e)
{
	size_t at = 0;

	end_text(n);
	if (n->text.failed)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	for (size_t i = 0; i < n->count; i++)
		if (!n->pieces[i].data) {
			n->pieces[i].data = n->text.data + at;
			at += n->pieces[i].len;
		}
	return 0;
}

void native_done(struct native *n)
{
	if (n)
		buf_done(&n->text);
}

/* LowCardinality(String) (SerializationLowCardinality.cpp): version of the dictionary, then for
 * this one block how wide the indexes are and that the keys follow; the keys, the indexes. */
static void add_words(struct native *n, const char *const *words, size_t count,
	const uint16_t *indexes, size_t rows)
{
	enum {
		SHARED_DICTIONARIES = 1,
		INDEX_U16 = 1,
		HAS_KEYS = 1 << 9,
		NEW_DICTIONARY = 1 << 10
	};

	add_u64(&n->text, SHARED_DICTIONARIES);
	add_u64(&n->text, INDEX_U16 | HAS_KEYS | NEW_DICTIONARY);
	add_u64(&n->text, count);
	for (size_t i = 0; i < count; i++)
		add_string(&n->text, words[i], strlen(words[i]));
	add_u64(&n->text, rows);
	add_array(n, indexes, rows * sizeof(*indexes));
}

/* Which texts a column holds the numbers of; -1: none. */
static int label_column_of(const struct rows *rows, const void *column)
{
#define X(name, field)                                                                             \
	if (column == rows->name)                                                                  \
		return LABEL_##name;
	LABEL_COLUMNS(X)
#undef X
	return -1;
}

/* The texts up to the highest number that occurs. */
static int add_labels(struct native *n, const struct labels *labels, enum label_column column,
	const uint16_t *numbers, size_t rows, struct err *e)
{
	size_t count = 1;

	for (size_t i = 0; i < rows; i++)
		count = numbers[i] < count ? count : numbers[i] + (size_t)1;
	AUTO(free) const char **words = calloc(count, sizeof(*words));
	if (!words)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	for (size_t i = 0; i < count; i++)
		words[i] = labels_get(labels, column, (uint16_t)i);
	add_words(n, words, count, numbers, rows);
	return 0;
}

static int add_access_column(struct native *n, const struct rollup_base *base, const struct labels *labels,
	const void *column, size_t size, struct err *e)
{
	const struct rows *rows = &base->sorted;
	int text = label_column_of(rows, column);

	if (text >= 0)
		return add_labels(n, labels, (enum label_column)text, column, rows->count, e);
	if (column == rows->sensor)
		add_words(n, base->names, base->sensors, rows->sensor, rows->count);
	else
		add_array(n, column, rows->count * size);
	return 0;
}

int native_access(
	struct native *n, const struct rollup_base *base, const struct labels *labels, struct err *e)
{
	const struct rows *rows = &base->sorted;
	int r = 0;

	*n = (struct native){0};
	add_varint(&n->text, ACCESS_COLUMN_COUNT);
	add_varint(&n->text, rows->count);
#define X(name, type, sql, codec)                                                                  \
	add_column(n, #name, sql);                                                                 \
	if (r == 0)                                                                                \
		r = add_access_column(n, base, labels, rows->name, sizeof(type), e);
	ACCESS_COLUMNS(X)
#undef X
	return r < 0 ? r : finish(n, e);
}

int native_rollup(
	struct native *n, const struct rollup *r, const struct rollup_base *base, struct err *e)
{
	*n = (struct native){0};
	add_varint(&n->text, r->keys + 1);
	add_varint(&n->text, r->rows);
	for (size_t k = 0; k < r->keys; k++) {
		add_column(n, r->key[k].name, r->key[k].type);
		if (strcmp(r->key[k].name, "sensor") == 0)
			add_words(n, base->names, base->sensors, r->key[k].column.values, r->rows);
		else
			add_array(n, r->key[k].column.values,
				r->rows * r->key[k].column.size);
	}
	add_column(n, "packets", "UInt64");
	add_array(n, r->packets, r->rows * sizeof(*r->packets));
	return finish(n, e);
}

static bool is_text(const char *sql)
{
	return strcmp(sql, "LowCardinality(String)") == 0;
}

/* Texts one by one: the engine makes the dictionary of them. */
static void add_texts(struct native *n, const char *const *texts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		add_string(&n->text, texts[i], strlen(texts[i]));
}

/* Columns of text are few here: a detection is a small part of the accesses. */
int native_detection(struct native *n, const struct detection_rows *rows, const struct plant *plant, struct err *e)
{
	AUTO(free) const char **sensors = calloc(rows->count + 1, sizeof(*sensors));

	*n = (struct native){0};
	if (!sensors)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	for (size_t i = 0; i < rows->count; i++)
		sensors[i] = plant->sensors[rows->sensor[i]].name;
	add_varint(&n->text, DETECTION_COLUMN_COUNT);
	add_varint(&n->text, rows->count);
#define X(name, type, sql, codec)                                                                  \
	add_column(n, #name, is_text(sql) ? "String" : sql);                                       \
	if ((const void *)rows->name == rows->sensor)                                              \
		add_texts(n, sensors, rows->count);                                                \
	else if ((const void *)rows->name == rows->message)                                        \
		add_texts(n, rows->message, rows->count);                                          \
	else                                                                                       \
		add_array(n, rows->name, rows->count * sizeof(type));
	DETECTION_COLUMNS(X)
#undef X
	return finish(n, e);
}

int native_payload(struct native *n, const struct block *block, struct err *e)
{
	const struct payload_entry *p = block->payloads;
	size_t count = block->payload_count;

	*n = (struct native){0};
	add_varint(&n->text, 5);
	add_varint(&n->text, count);
	add_column(n, "hash", "FixedString(16)");
	for (size_t i = 0; i < count; i++)
		buf_add(&n->text, p[i].hash.b, sizeof(p[i].hash.b));
	add_column(n, "length", "UInt32");
	for (size_t i = 0; i < count; i++)
		buf_add(&n->text, &p[i].length, sizeof(p[i].length));
	add_column(n, "bytes", "String");
	for (size_t i = 0; i < count; i++)
		add_string(&n->text, (const char *)block->payload_bytes + p[i].offset, p[i].kept);
	add_column(n, "first_seen", "DateTime('UTC')");
	for (size_t i = 0; i < count; i++)
		buf_add(&n->text, &p[i].first_seen, sizeof(p[i].first_seen));
	add_column(n, "last_seen", "DateTime('UTC')");
	for (size_t i = 0; i < count; i++)
		buf_add(&n->text, &p[i].last_seen, sizeof(p[i].last_seen));
	return finish(n, e);
}
