#include "analysis/expr_tree.h"
#include "analysis/sql_text.h"

#include <arpa/inet.h>

/* So many ranges stand as BETWEEN, which the primary key can use; more go into two arrays. */
enum { BETWEEN_MAX = 16 };

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

/* Binds an array of the first or of the last addresses. */
static void bind_ends(struct sql_text *s, const char *name, const struct expr *test, bool last)
{
	struct buf array = {0};
	char text[INET6_ADDRSTRLEN];

	for (size_t i = 0; i < test->value_count; i++) {
		const struct prefix *p = &test->values[i].prefix;
		struct addr end = last ? last_address(p) : p->addr;

		buf_printf(&array, "%s'%s'", i ? "," : "[",
			inet_ntop(AF_INET6, end.b, text, sizeof(text)));
	}
	buf_char(&array, ']');
	s->failed |= array.failed;
	sql_bind(s, name, buf_str(&array));
	buf_done(&array);
}

static void add_prefixes(
	struct sql_text *s, const char *column, const struct expr *test, struct buf *out)
{
	char first[16], last[16];

	if (test->value_count > BETWEEN_MAX) {
		bind_ends(s, next_name(s, first), test, false);
		bind_ends(s, next_name(s, last), test, true);
		buf_printf(out,
			"arrayExists((a, b) -> %s BETWEEN a AND b, {%s:Array(IPv6)}, "
			"{%s:Array(IPv6)})",
			column, first, last);
		return;
	}
	buf_char(out, '(');
	for (size_t i = 0; i < test->value_count; i++) {
		buf_text(out, i ? " OR " : "");
		add_between(s, column, &test->values[i].prefix, out);
	}
	buf_char(out, ')');
}

static bool all_single(const struct expr *test)
{
	for (size_t i = 0; i < test->value_count; i++)
		if (test->values[i].prefix.bits != 128)
			return false;
	return true;
}

static void add_in(struct sql_text *s, const struct subject_info *info, const struct expr *test,
	struct buf *out)
{
	char name[16];

	next_name(s, name);
	sql_bind_values(s, name, test->subject, test->values, test->value_count);
	buf_printf(out, "%s IN {%s:Array(%s)}", info->sql, name, info->sql_type);
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

static void add_test(struct sql_text *s, const struct expr *test, struct buf *out)
{
	const struct subject_info *info = subject_info(test->subject);

	buf_char(out, '(');
	if (info->only)
		buf_printf(out, "%s AND ", info->only);
	if (test->compare != COMPARE_IN)
		add_order(s, info, test, out);
	else if ((info->kind == VALUE_ADDRESS || info->kind == VALUE_NETWORK) && !all_single(test))
		add_prefixes(s, test->subject == SUBJECT_destination ? "dst" : "src", test, out);
	else
		add_in(s, info, test, out);
	buf_char(out, ')');
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

unsigned expr_columns(const struct expr *x)
{
	if (!x)
		return 0;
	unsigned columns = x->op == EXPR_TEST ? subject_info(x->subject)->columns : 0;
	for (size_t i = 0; i < x->item_count; i++)
		columns |= expr_columns(x->items[i]);
	return columns;
}
