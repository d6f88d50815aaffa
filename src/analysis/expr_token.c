#include "analysis/expr_tree.h"

#include <string.h>
#include <strings.h>

static const char spaces[] = " \t\r\n\f\v";
static const char ends[] = " \t\r\n\f\v(),=!<>'\"";

static struct token take(struct token t, enum token_kind kind, size_t len)
{
	t.kind = kind;
	t.len = len;
	return t;
}

/* The token at text itself, but for quoted ones the quotes around it. */
static struct token token_at(struct token t)
{
	switch (*t.text) {
	case '\0':
		return take(t, TOKEN_END, 0);
	case '(':
		return take(t, TOKEN_OPEN, 1);
	case ')':
		return take(t, TOKEN_CLOSE, 1);
	case ',':
		return take(t, TOKEN_COMMA, 1);
	case '=':
		return take(t, TOKEN_COMPARE, 1);
	case '!':
		return t.text[1] == '=' ? take(t, TOKEN_COMPARE, 2) : take(t, TOKEN_BAD, 1);
	case '<':
	case '>':
		return take(t, TOKEN_COMPARE, t.text[1] == '=' ? 2 : 1);
	default:
		return take(t, TOKEN_WORD, strcspn(t.text, ends));
	}
}

struct token expr_token(const char **at)
{
	*at += strspn(*at, spaces);
	struct token t = {.text = *at};

	if (*t.text != '\'' && *t.text != '"') {
		t = token_at(t);
		*at = t.text + t.len;
		return t;
	}
	const char *close = strchr(t.text + 1, *t.text);
	if (!close)
		return take(t, TOKEN_BAD, 1);
	*at = close + 1;
	t.text++;
	return take(t, TOKEN_QUOTED, (size_t)(close - t.text));
}

size_t token_position(const struct token *t, const char *filter)
{
	size_t position = t->kind == TOKEN_QUOTED ? 0 : 1; /* of its first quote */

	for (const char *c = filter; c < t->text; c++)
		position += ((unsigned char)*c & 0xc0) !=
			    0x80; /* continuation bytes are no characters */
	return position;
}

bool token_is(const struct token *t, const char *keyword)
{
	return t->kind == TOKEN_WORD && t->len == strlen(keyword) &&
	       strncasecmp(t->text, keyword, t->len) == 0;
}

bool expr_is_word(const char *text)
{
	struct token t = {TOKEN_WORD, text, strlen(text)};

	return *text && text[strcspn(text, ends)] == '\0' && !token_is(&t, "and") &&
	       !token_is(&t, "or") && !token_is(&t, "not") && !token_is(&t, "in");
}
