#include "analysis/classes.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "analysis/sql.h"

/* Countings in one statement. */
enum { BEFORE_MAX = 200 };

enum { COLUMN_PACKETS, COLUMN_PREVIOUS_PACKETS, COLUMN_KEYS, COLUMN_FIRST };

bool classes_can_hold(enum dimension d)
{
	return d == DIMENSION_source || d == DIMENSION_network || d == DIMENSION_payload;
}

void classes_done(struct classes *c)
{
	for (size_t i = 0; i < c->count; i++)
		free(c->list[i].first);
	free(c->list);
	*c = (struct classes){0};
}

/* Four bytes of a key that is made of an IPv4 source. */
static const char *key4_sql(enum dimension d)
{
	return d == DIMENSION_source ? "toIPv4OrDefault(src)"
				     : "toIPv4(bitAnd(toUInt32(toIPv4OrDefault(src)), 4294967040))";
}

/* Of sources, keys before the last one of {keys} are made of addresses before it. */
#define BEFORE_LAST " AND src < arrayMax({keys:Array(IPv6)})"

/* The statement over all keys, or those before the last of the named ones; groups go to disk where
 * they do not fit into memory. */
static int run(const struct analysis *a, const struct question *q, const char *sql,
	struct marker own, const struct value *keys, size_t count, struct result *ret,
	struct err *e)
{
	enum dimension d = q->dimension;
	AUTO(ask_done) struct ask ask;
	struct err first = {0};

	bool by_value = d == DIMENSION_payload;

	ask_begin(&ask, a, q, (struct ask_for){key_columns(d), false, true, UNIT_MONTH});
	if (count && !by_value)
		buf_text(&ask.where, BEFORE_LAST);
	ask.sql.failed |= ask.where.failed;
	const struct marker markers[] = {
		ASK_MARKERS(ask),
		{"key", key_sql(d)},
		{"key4", key4_sql(d)},
		{"table", ask.table->name},
		{"now", ask.table->within},
		{"before", ask.table->within_versus},
		{"where", buf_str(&ask.where)},
	};
	if (count)
		sql_bind_values(&ask.sql, "keys", (enum subject)d, keys, count);
	sql_fill(&ask.sql, by_value ? sql_keys_by_value : sql_keys_by_address,
		markers, ARRAY_SIZE(markers));
	sql_fill(&ask.sql, sql, &own, 1);
	int r = sql_run(a->store, &ask.sql, false, ret, &first);
	if (r == -ENOMEM)
		return sql_run(a->store, &ask.sql, true, ret, e);
	return r < 0 ? err_set(e, -r, "%s", first.text) : r;
}

/* Values between spaces. */
static int read_first(
	enum subject s, const char *cell, size_t most, struct key_class *c, struct err *e)
{
	size_t count = c->keys < most ? (size_t)c->keys : most;
	int r = 0;

	c->first = calloc(count + 1, sizeof(*c->first));
	if (!c->first)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	for (; r == 0 && *cell && c->known < count; c->known += r == 0) {
		char text[64];
		size_t len = strcspn(cell, " ");

		snprintf(text, sizeof(text), "%.*s", (int)len, cell);
		r = value_read(s, text, &c->first[c->known], e);
		cell += len + (cell[len] == ' ');
	}
	return r;
}

int classes_count(const struct analysis *a, const struct question *q, size_t first,
	struct classes *ret, struct err *e)
{
	AUTO(classes_done) struct classes c = {.dimension = q->dimension};
	AUTO(result_done) struct result r = {0};
	char most[24];

	snprintf(most, sizeof(most), "%zu", first);
	int error = run(a, q, sql_top_many, (struct marker){"first", most}, NULL, 0, &r, e);
	if (error < 0)
		return error;
	c.list = calloc(r.rows + 1, sizeof(*c.list));
	if (!c.list)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	for (size_t i = 0; error == 0 && i < r.rows; i++) {
		struct key_class *class = &c.list[c.count++];

		class->each.packets = result_u64(&r, i, COLUMN_PACKETS);
		class->each.previous_packets = result_u64(&r, i, COLUMN_PREVIOUS_PACKETS);
		class->keys = result_u64(&r, i, COLUMN_KEYS);
		error = read_first((enum subject)c.dimension, result_cell(&r, i, COLUMN_FIRST),
			first, class, e);
	}
	if (error < 0)
		return error;
	*ret = c;
	c = (struct classes){0};
	return 0;
}

bool classes_count_before(const struct classes *c, struct before *b)
{
	size_t low = 0, high = b->of->known;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (value_compare((enum subject)c->dimension, &b->of->first[middle], b->key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	b->count = low;
	return low < b->of->known || b->of->known == b->of->keys;
}

static int ask_some(const struct analysis *a, const struct question *q, struct before *list,
	size_t count, struct err *e)
{
	AUTO(result_done) struct result r = {0};
	AUTO(buf_done) struct buf counts = {0};
	struct value keys[BEFORE_MAX];

	for (size_t i = 0; i < count; i++) {
		keys[i] = *list[i].key;
		buf_printf(&counts,
			"%scountIf(packets_now = %" PRIu64 " AND packets_before = %" PRIu64
			" AND key < {keys:Array(%s)}[%zu])",
			i ? ", " : "", list[i].of->each.packets, list[i].of->each.previous_packets,
			subject_info((enum subject)q->dimension)->sql_type, i + 1);
	}
	if (counts.failed)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	int error = run(a, q, sql_top_many_ties, (struct marker){"counts", buf_str(&counts)}, keys,
		count, &r, e);
	for (size_t i = 0; error == 0 && i < count; i++)
		list[i].count = result_u64(&r, 0, i);
	return error;
}

int classes_ask_before(const struct analysis *a, const struct question *q, struct before *list,
	size_t count, struct err *e)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < count; i += BEFORE_MAX)
		r = ask_some(a, q, list + i, count - i < BEFORE_MAX ? count - i : BEFORE_MAX, e);
	return r;
}
