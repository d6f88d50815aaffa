#include "analysis/expr_tree.h"
#include "analysis/plan.h"
#include "analysis/sql_text.h"

#include <arpa/inet.h>
#include <errno.h>

/* So many prefixes stand as BETWEEN, which the primary key can use. */
enum { BETWEEN_MAX = 16 };
/* Values of one parameter: the server refuses parameters over 128 KiB, and 64 KiB of short
 * addresses can become twice as long. */
enum { PART_MAX = 4000 };

/* The name of the next filter parameter. */
static const char *next_name(const struct sql_text *s, char out[16])
{
	snprintf(out, 16, "f%zu", s->param_count);
	return out;
}

static struct addr last_address(const struct prefix *p)
{
	struct addr last = p->addr;

	for (unsigned bit = p->bits; bit < 128; bit++)
		last.b[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
	return last;
}

static void bind_address(struct sql_text *s, const char *name, const struct addr *a)
{
	char text[INET6_ADDRSTRLEN];

	sql_bind(s, name, inet_ntop(AF_INET6, a->b, text, sizeof(text)));
}

static void add_between(
	struct sql_text *s, const char *column, const struct prefix *p, struct buf *out)
{
	char first[16], last[16];
	struct addr end = last_address(p);

	bind_address(s, next_name(s, first), &p->addr);
	bind_address(s, next_name(s, last), &end);
	buf_printf(out, "(%s BETWEEN {%s:IPv6} AND {%s:IPv6})", column, first, last);
}

/* "expression IN values", in parts that the server takes as parameters. */
static void add_in(struct sql_text *s, enum subject subject, const char *sql,
	const struct value *values, size_t count, struct buf *out)
{
	char name[16];

	for (size_t i = 0; i < count; i += PART_MAX) {
		size_t part = count - i < PART_MAX ? count - i : PART_MAX;

		next_name(s, name);
		sql_bind_values(s, name, subject, values + i, part);
		buf_printf(out, "%s%s IN {%s:Array(%s)}", i ? " OR " : "", sql, name,
			subject_info(subject)->sql_type);
	}
}

/* One look into a set for each length of prefix that occurs. A list of ranges would be tried one by
 * one, for each row. */
static void add_by_length(
	struct sql_text *s, const char *column, const struct expr *test, struct buf *out)
{
	AUTO(free) struct value *same = calloc(test->value_count, sizeof(*same));
	const char *between = "";
	char sql[80];

	if (!same) {
		s->failed = true;
		return;
	}
	for (unsigned bits = 0; bits <= 128; bits++) {
		size_t count = 0;

		for (size_t i = 0; i < test->value_count; i++)
			if (test->values[i].prefix.bits == bits)
				same[count++] = test->values[i];
		if (count == 0)
			continue;
		snprintf(
			sql, sizeof(sql), "tupleElement(IPv6CIDRToRange(%s, %u), 1)", column, bits);
		buf_text(out, between);
		add_in(s, test->subject, bits == 128 ? column : sql, same, count, out);
		between = " OR ";
	}
}

static void add_prefixes(struct sql_text *s, const struct expr *test, struct buf *out)
{
	const char *column = test->subject == SUBJECT_destination ? "dst" : "src";

	if (test->value_count > BETWEEN_MAX) {
		add_by_length(s, column, test, out);
		return;
	}
	for (size_t i = 0; i < test->value_count; i++) {
		buf_text(out, i ? " OR " : "");
		add_between(s, column, &test->values[i].prefix, out);
	}
}

static void add_order(struct sql_text *s, const struct subject_info *info, const struct expr *test,
	struct buf *out)
{
	static const char *const compares[] = {
		[COMPARE_LESS] = "<",
		[COMPARE_LESS_EQUAL] = "<=",
		[COMPARE_MORE] = ">",
		[COMPARE_MORE_EQUAL] = ">=",
	};
	char name[16];

	sql_bind_u64(s, next_name(s, name), test->values[0].number);
	buf_printf(out, "%s %s {%s:%s}", info->sql, compares[test->compare], name, info->sql_type);
}

/* A test of arrays, and one of a text with and without what stands in front of it. */
static void add_tags(struct sql_text *s, const struct expr *test, struct buf *out)
{
	char name[16];

	for (size_t i = 0; i < test->value_count; i += PART_MAX) {
		size_t part = test->value_count - i < PART_MAX ? test->value_count - i : PART_MAX;

		sql_bind_values(s, next_name(s, name), test->subject, test->values + i, part);
		buf_printf(out, "%shasAny(splitByChar(' ', tags), {%s:Array(String)})", i ? " OR " : "", name);
	}
}

static void add_syns(struct sql_text *s, const struct expr *test, struct buf *out)
{
	add_in(s, test->subject, "tcp_opts", test->values, test->value_count, out);
	buf_text(out, " OR ");
	add_in(s, test->subject, subject_info(test->subject)->sql, test->values, test->value_count, out);
}

static void add_test(struct sql_text *s, const struct expr *test, struct buf *out)
{
	const struct subject_info *info = subject_info(test->subject);

	buf_char(out, '(');
	if (info->only)
		buf_printf(out, "%s AND (", info->only);
	if (test->compare != COMPARE_IN)
		add_order(s, info, test, out);
	else if (info->kind == VALUE_ADDRESS || info->kind == VALUE_NETWORK)
		add_prefixes(s, test, out);
	else if (info->kind == VALUE_TAG)
		add_tags(s, test, out);
	else if (info->kind == VALUE_SYN)
		add_syns(s, test, out);
	else
		add_in(s, test->subject, info->sql, test->values, test->value_count, out);
	buf_text(out, info->only ? "))" : ")");
}

static void add_node(struct sql_text *s, const struct expr *x, struct buf *out)
{
	if (x->op == EXPR_TEST) {
		add_test(s, x, out);
		return;
	}
	buf_text(out, x->op == EXPR_NOT ? "(NOT " : "(");
	for (size_t i = 0; i < x->item_count; i++) {
		if (i)
			buf_text(out, x->op == EXPR_AND ? " AND " : " OR ");
		add_node(s, x->items[i], out);
	}
	buf_char(out, ')');
}

void sql_filter(struct sql_text *s, const struct expr *where, struct buf *out)
{
	if (where)
		add_node(s, where, out);
	else
		buf_char(out, '1');
}

const char *expr_reader(const struct expr *x, unsigned columns)
{
	const char *name = NULL;

	if (x && x->op == EXPR_TEST && subject_info(x->subject)->columns & columns)
		return subject_info(x->subject)->name;
	for (size_t i = 0; x && !name && i < x->item_count; i++)
		name = expr_reader(x->items[i], columns);
	return name;
}

bool expr_names(const struct expr *x, enum dimension d)
{
	bool names = x && x->op == EXPR_TEST && (int)x->subject == (int)d;

	for (size_t i = 0; x && !names && i < x->item_count; i++)
		names = expr_names(x->items[i], d);
	return names;
}

bool expr_fits_detections(const struct expr *x)
{
	return !plan_lacks(DETECTION_BITS | expr_columns(x));
}

bool expr_asks_detections(const struct expr *x)
{
	return expr_reader(x, DETECTION_BITS);
}

int expr_check_packets(const struct expr *x, struct err *e)
{
	if (!expr_reader(x, COLUMNS_VERDICT))
		return 0;
	return err_set(e, EINVAL,
		TR("verdict is made of all SYNs that a store has of a source: ask by tool or tag here",
			"verdict はデータベースにある発信元のすべての SYN から判定します。ここでは tool や tag で絞ってください"));
}

int expr_check_accesses(const struct expr *x, struct err *e)
{
	const char *name = expr_reader(x, DETECTION_BITS);
	int rc = expr_check_packets(x, e);

	if (rc < 0 || !name)
		return rc;
	return err_set(e, EINVAL,
		TR("%s is known of detections in a store only: ask by service, source or time here",
			"%s はデータベースの検知についてだけ分かります。ここでは service、source、時刻などで絞ってください"),
		name);
}

unsigned expr_columns(const struct expr *x)
{
	if (!x)
		return 0;
	unsigned columns = x->op == EXPR_TEST ? subject_info(x->subject)->columns : 0;
	for (size_t i = 0; i < x->item_count; i++)
		columns |= expr_columns(x->items[i]);
	return columns;
}
