/* pcre:"[!]/pattern/flags" */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "rules/parse.h"
#include "rules/regex.h"

#include <pcre2.h>
#include <string.h>

static const struct {
	char letter;
	uint32_t option;
} option_letters[] = {{'i', PCRE2_CASELESS}, {'s', PCRE2_DOTALL}, {'m', PCRE2_MULTILINE}, {'x', PCRE2_EXTENDED},
	{'A', PCRE2_ANCHORED}, {'E', PCRE2_DOLLAR_ENDONLY}, {'G', PCRE2_UNGREEDY}};

static const struct {
	char letter;
	enum buffer buffer;
} buffer_letters[] = {{'U', BUFFER_http_uri}, {'I', BUFFER_http_uri_raw}, {'P', BUFFER_http_body},
	{'H', BUFFER_http_header}, {'D', BUFFER_http_header_raw}, {'M', BUFFER_http_method}, {'C', BUFFER_http_cookie},
	{'K', BUFFER_http_cookie}, {'V', BUFFER_http_user_agent}, {'W', BUFFER_http_host}, {'Z', BUFFER_http_host_raw}};

struct flags {
	uint32_t options;
	bool relative, unlimited;
	int buffer; /* -1: none */
};

/* False: not a letter of that table. */
static bool flag_option(char c, struct flags *f)
{
	for (size_t i = 0; i < ARRAY_SIZE(option_letters); i++)
		if (c == option_letters[i].letter) {
			f->options |= option_letters[i].option;
			return true;
		}
	return false;
}

static bool flag_buffer(struct builder *b, char c, struct flags *f)
{
	for (size_t i = 0; i < ARRAY_SIZE(buffer_letters); i++)
		if (c == buffer_letters[i].letter) {
			if (f->buffer >= 0)
				return malformed(b, TR("pcre: two buffers", "pcre: バッファーが二つあります"));
			f->buffer = (int)buffer_letters[i].buffer;
			return true;
		}
	if (strchr("SYQ", c))
		return unsupported(b, "pcre on an answer", TR("pcre flag %c looks at a server's answer", "pcre のフラグ %c はサーバーの応答を調べます"), c);
	return malformed(b, TR("pcre: \"%c\" is no flag", "pcre:「%c」はフラグではありません"), c >= ' ' && c <= '~' ? c : '?');
}

static bool flag_take(struct builder *b, char c, struct flags *f)
{
	switch (c) {
	case 'R':
		f->relative = true;
		return true;
	case 'O':
		f->unlimited = true;
		return true;
	case 'B': /* the payload as it came, which it is */
		return true;
	default:
		return flag_option(c, f) || flag_buffer(b, c, f);
	}
}

/* Up to a comma, behind which the names of captures stand: they are not kept. */
static bool flags_take(struct builder *b, const char *text, struct flags *f)
{
	*f = (struct flags){.buffer = -1};
	for (; *text && *text != ','; text++)
		if (*text != ' ' && !flag_take(b, *text, f))
			return false;
	return true;
}

/* pattern_take() cuts the value apart; returns the pattern and leaves the flags in *ret_flags. */
static char *pattern_take(struct builder *b, char *value, bool *ret_not, char **ret_flags)
{
	*ret_not = *value == '!';
	value = trim(value + *ret_not);
	if (!unquote(&value)) {
		malformed(b, TR("pcre: a quote is missing", "pcre: 引用符が足りません"));
		return NULL;
	}
	if (*value == '!') {
		*ret_not = true;
		value++;
	}
	char *end = strrchr(value, '/');
	if (*value != '/' || end == value) {
		malformed(b, TR("pcre: the pattern stands between / and /", "pcre: 正規表現は / と / の間に書きます"));
		return NULL;
	}
	*end = '\0';
	*ret_flags = end + 1;
	return value + 1;
}

/* Owned by the set, which frees its regexes one by one. */
static struct regex *regex_add(struct builder *b, const char *pattern, uint32_t options, bool unlimited)
{
	struct err e = {""};
	struct regex *r = regex_new(pattern, strlen(pattern), options, unlimited, &e);

	if (!r) {
		malformed(b, TR("the regular expression: %s", "正規表現: %s"), e.text);
		return NULL;
	}
	struct regex **place = pool_add(b->pool, &b->load->regexes, &b->load->regex_count);
	if (!place) {
		regex_free(r);
		no_memory(b);
		return NULL;
	}
	*place = r;
	return r;
}

PARSER(pcre)
{
	struct flags f;
	char *flags;
	bool not;
	char *pattern = pattern_take(b, value, &not, &flags);

	if (!pattern || !flags_take(b, flags, &f))
		return false;
	struct regex *regex = regex_add(b, pattern, f.options, f.unlimited);
	struct list *list = regex && f.buffer >= 0 ? list_of(b, (enum buffer)f.buffer) : NULL;
	if (!regex || (f.buffer >= 0 && !list))
		return false;
	struct item *item = list ? item_add_to(b, list, ITEM_REGEX, f.relative) : item_add(b, ITEM_REGEX, f.relative);
	if (!item)
		return false;
	item->not = not;
	item->regex = regex;
	return true;
}

/* pcrexform:"pattern": the buffer becomes its first group. */
PARSER(pcrexform)
{
	if (!unquote(&value))
		return malformed(b, TR("pcrexform: a quote is missing", "pcrexform: 引用符が足りません"));
	struct regex *regex = regex_add(b, value, 0, false);
	struct transform *t = regex ? transform_add(b, TRANSFORM_regex) : NULL;
	if (!t)
		return false;
	t->regex = regex;
	return true;
}
