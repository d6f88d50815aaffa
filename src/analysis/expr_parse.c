#include "analysis/expr_tree.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

struct parser {
	const char *text, *at;
	struct token token; /* the next one */
	size_t levels, values;
	struct err *e;
};

static void next(struct parser *p)
{
	p->token = expr_token(&p->at);
}

/* Returns NULL, which is false too. */
static void *out_of_memory(struct parser *p)
{
	err_set(p->e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	return NULL;
}

/* Returns NULL, which is false too. */
static void *fail_at(struct parser *p, const struct token *t, const char *expected)
{
	size_t position = token_position(t, p->text);

	if (t->kind == TOKEN_END)
		err_set(p->e, EINVAL,
			TR("the filter ends at %zu: expected %s",
				"フィルターが %zu 文字目で終わっています: %s が必要です"),
			position, expected);
	else if (t->kind == TOKEN_BAD && *t->text != '!')
		err_set(p->e, EINVAL,
			TR("the quote at %zu is never closed",
				"%zu 文字目の引用符が閉じられていません"),
			position);
	else
		err_set(p->e, EINVAL,
			TR("unexpected \"%.*s\" at %zu: expected %s",
				"「%.*s」（%zu 文字目）は書けません: %s が必要です"),
			(int)t->len, t->text, position, expected);
	return NULL;
}

static struct expr *new_node(struct parser *p, enum expr_op op)
{
	struct expr *x = calloc(1, sizeof(*x));

	if (!x)
		return out_of_memory(p);
	x->op = op;
	return x;
}

static bool enter(struct parser *p)
{
	if (++p->levels <= EXPR_LEVELS_MAX)
		return true;
	err_set(p->e, EINVAL,
		TR("the filter is nested deeper than %d at %zu",
			"フィルターの入れ子が %d を超えています（%zu 文字目）"),
		EXPR_LEVELS_MAX, token_position(&p->token, p->text));
	return false;
}

/* One value at the parser's token, which moves on. */
static bool parse_value(struct parser *p, struct expr *test)
{
	struct token t = p->token;

	if (t.kind != TOKEN_WORD && t.kind != TOKEN_QUOTED)
		return fail_at(p, &t, TR("a value", "値"));
	if (p->values++ >= EXPR_VALUES_MAX) {
		err_set(p->e, E2BIG,
			TR("the filter has more than %d values",
				"フィルターの値が %d 個を超えています"),
			EXPR_VALUES_MAX);
		return false;
	}
	struct value *values = reallocarray(test->values, test->value_count + 1, sizeof(*values));
	if (!values)
		return out_of_memory(p);
	test->values = values;
	AUTO(free) char *text = strndup(t.text, t.len);
	if (!text)
		return out_of_memory(p);
	if (value_parse(test->subject, text, &values[test->value_count], p->e) < 0) {
		err_context(p->e, 0, TR("at %zu: ", "%zu 文字目: "), token_position(&t, p->text));
		return false;
	}
	test->value_count++;
	next(p);
	return true;
}

static bool parse_list(struct parser *p, struct expr *test)
{
	if (p->token.kind != TOKEN_OPEN)
		return parse_value(p, test);
	do {
		next(p);
		if (!parse_value(p, test))
			return false;
	} while (p->token.kind == TOKEN_COMMA);
	if (p->token.kind != TOKEN_CLOSE)
		return fail_at(p, &p->token, TR("\",\" or \")\"", "「,」または「)」"));
	next(p);
	return true;
}

static bool parse_subject(struct parser *p, enum subject *ret)
{
	const char *near = NULL;
	struct token t = p->token;

	if (t.kind != TOKEN_WORD)
		return fail_at(p, &t,
			TR("a dimension (service, country, source ...), \"not\" or \"(\"",
				"項目名（service、country、source など）、not または「(」"));
	AUTO(free) char *name = strndup(t.text, t.len);
	if (!name)
		return out_of_memory(p);
	if (subject_parse(name, SUBJECT_COUNT, ret, &near)) {
		next(p);
		return true;
	}
	if (near)
		err_set(p->e, EINVAL,
			TR("unknown dimension \"%s\" at %zu: did you mean %s?",
				"「%s」（%zu 文字目）という項目はありません: %s のことですか"),
			name, token_position(&t, p->text), near);
	else
		err_set(p->e, EINVAL,
			TR("unknown dimension \"%s\" at %zu: expected one like service, country, "
			   "source, sensor",
				"「%s」（%zu 文字目）という項目はありません: "
				"service、country、source、sensor などを書いてください"),
			name, token_position(&t, p->text));
	return false;
}

/* "=" and "!=" are IN with one value. */
static bool parse_compare(struct parser *p, struct expr *test, bool *negate)
{
	static const struct {
		const char *text;
		enum expr_compare compare;
	} compares[] = {
		{"<", COMPARE_LESS},
		{"<=", COMPARE_LESS_EQUAL},
		{">", COMPARE_MORE},
		{">=", COMPARE_MORE_EQUAL},
	};
	struct token t = p->token;

	next(p);
	*negate = *t.text == '!';
	for (size_t i = 0; i < ARRAY_SIZE(compares); i++)
		if (strlen(compares[i].text) == t.len &&
			memcmp(compares[i].text, t.text, t.len) == 0)
			test->compare = compares[i].compare;
	if (test->compare != COMPARE_IN && !subject_info(test->subject)->ordered) {
		err_set(p->e, EINVAL,
			TR("\"%.*s\" at %zu: %s has no order; use =, != or in",
				"「%.*s」（%zu 文字目）: %s には大小がありません。=、!=、in "
				"を使ってください"),
			(int)t.len, t.text, token_position(&t, p->text),
			subject_info(test->subject)->name);
		return false;
	}
	return parse_value(p, test);
}

/* What follows the dimension's name. */
static bool parse_condition(struct parser *p, struct expr *test, bool *negate)
{
	if (p->token.kind == TOKEN_COMPARE)
		return parse_compare(p, test, negate);
	*negate = token_is(&p->token, "not");
	if (*negate)
		next(p);
	if (!token_is(&p->token, "in"))
		return fail_at(p, &p->token,
			*negate ? "\"in\""
				: TR("=, !=, <, <=, >, >= or in", "=、!=、<、<=、>、>= または in"));
	next(p);
	return parse_list(p, test);
}

static struct expr *negated(struct parser *p, struct expr *x)
{
	struct expr *not = x ? new_node(p, EXPR_NOT) : NULL;

	if (!not ) {
		expr_free(x);
		return NULL;
	}
	if (expr_add(not, x) < 0) {
		expr_free(not );
		return out_of_memory(p);
	}
	return not ;
}

static struct expr *parse_test(struct parser *p)
{
	AUTO(expr_free) struct expr *test = NULL;
	enum subject subject;
	bool negate;

	if (!parse_subject(p, &subject))
		return NULL;
	test = new_node(p, EXPR_TEST);
	if (!test)
		return NULL;
	test->subject = subject;
	if (!parse_condition(p, test, &negate))
		return NULL;
	expr_sort_values(test);
	return negate ? negated(p, TAKE(test)) : TAKE(test);
}

static struct expr *parse_or(struct parser *p);

static struct expr *parse_group(struct parser *p)
{
	AUTO(expr_free) struct expr *x = NULL;

	next(p);
	x = parse_or(p);
	if (!x)
		return NULL;
	if (p->token.kind != TOKEN_CLOSE)
		return fail_at(p, &p->token, TR("\")\", and, or", "「)」、and、or"));
	next(p);
	return TAKE(x);
}

static struct expr *parse_not(struct parser *p)
{
	struct expr *x;

	if (!enter(p))
		return NULL;
	if (token_is(&p->token, "not")) {
		next(p);
		x = negated(p, parse_not(p));
	} else {
		x = p->token.kind == TOKEN_OPEN ? parse_group(p) : parse_test(p);
	}
	p->levels--;
	return x;
}

/* One operand, or several in one node of that operation. */
static struct expr *parse_chain(struct parser *p, enum expr_op op, const char *keyword,
	struct expr *(*operand)(struct parser *))
{
	AUTO(expr_free) struct expr *chain = NULL;
	struct expr *x = operand(p);

	if (!x || !token_is(&p->token, keyword))
		return x;
	chain = new_node(p, op);
	if (!chain) {
		expr_free(x);
		return NULL;
	}
	for (;;) {
		if (expr_add(chain, x) < 0)
			return out_of_memory(p);
		if (!token_is(&p->token, keyword))
			return TAKE(chain);
		next(p);
		x = operand(p);
		if (!x)
			return NULL;
	}
}

static struct expr *parse_and(struct parser *p)
{
	return parse_chain(p, EXPR_AND, "and", parse_not);
}

static struct expr *parse_or(struct parser *p)
{
	return parse_chain(p, EXPR_OR, "or", parse_and);
}

int expr_parse(const char *text, struct expr **ret, struct err *e)
{
	struct parser p = {.text = text, .at = text, .e = e};
	AUTO(expr_free) struct expr *x = NULL;

	*ret = NULL;
	if (!text)
		return 0;
	if (strnlen(text, EXPR_TEXT_MAX + 1) > EXPR_TEXT_MAX)
		return err_set(e, E2BIG,
			TR("the filter is longer than %d bytes",
				"フィルターが %d バイトを超えています"),
			EXPR_TEXT_MAX);
	next(&p);
	if (p.token.kind == TOKEN_END)
		return 0;
	x = parse_or(&p);
	if (x && p.token.kind != TOKEN_END)
		fail_at(&p, &p.token, TR("and, or, or the end", "and、or、または終わり"));
	if (!x || p.token.kind != TOKEN_END)
		return -EINVAL;
	*ret = TAKE(x);
	return 0;
}
