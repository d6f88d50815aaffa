#include "analysis/expr_tree.h"

static void print_value(enum subject s, const struct value *v, struct buf *out)
{
	struct buf text = {0};

	value_print(s, v, &text);
	if (expr_is_word(buf_str(&text)))
		buf_text(out, buf_str(&text));
	else
		buf_printf(out, "\"%s\"", buf_str(&text)); /* no value of any kind holds a quote */
	out->failed |= text.failed;
	buf_done(&text);
}

static void print_test(const struct expr *test, bool negate, struct buf *out)
{
	static const char *const compares[] = {
		[COMPARE_LESS] = "<",
		[COMPARE_LESS_EQUAL] = "<=",
		[COMPARE_MORE] = ">",
		[COMPARE_MORE_EQUAL] = ">=",
	};

	buf_text(out, subject_info(test->subject)->name);
	if (test->value_count == 1) {
		buf_printf(out, " %s ",
			test->compare != COMPARE_IN ? compares[test->compare]
			: negate		    ? "!="
						    : "=");
		print_value(test->subject, &test->values[0], out);
		return;
	}
	buf_text(out, negate ? " not in (" : " in (");
	for (size_t i = 0; i < test->value_count; i++) {
		buf_text(out, i ? ", " : "");
		print_value(test->subject, &test->values[i], out);
	}
	buf_char(out, ')');
}

static void print_node(const struct expr *x, enum expr_op around, struct buf *out);

static void print_not(const struct expr *item, struct buf *out)
{
	if (item->op == EXPR_TEST && item->compare == COMPARE_IN) {
		print_test(item, true, out);
		return;
	}
	buf_text(out, "not ");
	print_node(item, EXPR_NOT, out);
}

/* Parentheses where the node binds less than what is around it: or, and, not, test. */
static void print_node(const struct expr *x, enum expr_op around, struct buf *out)
{
	bool parentheses = x->op < around;

	if (parentheses)
		buf_char(out, '(');
	if (x->op == EXPR_TEST)
		print_test(x, false, out);
	else if (x->op == EXPR_NOT)
		print_not(x->items[0], out);
	else
		for (size_t i = 0; i < x->item_count; i++) {
			if (i)
				buf_text(out, x->op == EXPR_AND ? " and " : " or ");
			print_node(x->items[i], x->op, out);
		}
	if (parentheses)
		buf_char(out, ')');
}

void expr_print(const struct expr *x, struct buf *out)
{
	if (x)
		print_node(x, EXPR_OR, out);
}
