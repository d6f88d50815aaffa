/* The filter between its parser and its three readers: C, SQL, text. */
#pragma once

#include "analysis/expr.h"
#include "analysis/value.h"

enum { EXPR_TEXT_MAX = 64 << 10, EXPR_LEVELS_MAX = 64, EXPR_VALUES_MAX = 10000 };

enum expr_op { EXPR_OR, EXPR_AND, EXPR_NOT, EXPR_TEST };
/* != is NOT around IN, which = is too. */
enum expr_compare {
	COMPARE_IN,
	COMPARE_LESS,
	COMPARE_LESS_EQUAL,
	COMPARE_MORE,
	COMPARE_MORE_EQUAL
};

struct expr {
	enum expr_op op;
	struct expr **items; /* EXPR_OR, EXPR_AND: two or more; EXPR_NOT: one. Owned */
	size_t item_count;
	enum subject subject; /* EXPR_TEST, as all that follows */
	enum expr_compare compare;
	struct value *values; /* one or more, sorted, each once; prefixes do not overlap. Owned */
	size_t value_count;
};

/* Gives a new item to an EXPR_OR, EXPR_AND or EXPR_NOT; the item is owned by parent, or freed when
 * -ENOMEM. */
int expr_add(struct expr *parent, struct expr *item) MUST_USE;
/* Sorts the values of a test, drops doubles and prefixes that lie in others. */
void expr_sort_values(struct expr *test);

/* The columns that the filter reads. */
unsigned expr_columns(const struct expr *x);
/* The name of the first subject in it that reads one of these; NULL when none does. */
const char *expr_reader(const struct expr *x, unsigned columns);

enum token_kind {
	TOKEN_END,
	TOKEN_OPEN,
	TOKEN_CLOSE,
	TOKEN_COMMA,
	TOKEN_COMPARE, /* = != < <= > >= */
	TOKEN_WORD,
	TOKEN_QUOTED,
	TOKEN_BAD, /* a quote that is never closed, a ! alone */
};

struct token {
	enum token_kind kind;
	const char *text; /* into the filter, without quotes */
	size_t len;
};

/* The token at *at, which moves behind it. */
struct token expr_token(const char **at);
/* Where it stands in the filter, in characters (UTF-8) from 1. */
size_t token_position(const struct token *t, const char *filter);
/* A bare word that is read as itself: no keyword, nothing that would need quotes. */
bool expr_is_word(const char *text);
bool token_is(const struct token *t, const char *keyword);
