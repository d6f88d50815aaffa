/* Small pieces of text in options. */
#include "rules/parse.h"

#include <ctype.h>
#include <string.h>

char *trim(char *text)
{
	while (isspace((unsigned char)*text))
		text++;
	size_t len = strlen(text);
	while (len > 0 && isspace((unsigned char)text[len - 1]))
		text[--len] = '\0';
	return text;
}

char *part_next(char **rest, char sep)
{
	char *part = *rest, *end = strchr(part, sep);

	*rest = end ? end + 1 : NULL;
	if (end)
		*end = '\0';
	return trim(part);
}

bool unquote(char **text)
{
	size_t len = strlen(*text);
	bool opens = len > 0 && (*text)[0] == '"', closes = len > 1 && (*text)[len - 1] == '"';

	if (!opens && !closes)
		return true;
	if (!opens || !closes)
		return false;
	(*text)[len - 1] = '\0';
	(*text)++;
	return true;
}

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;
}

bool text_number(const char *text, uint64_t max, uint64_t *ret)
{
	int base = text[0] == '0' && (text[1] == 'x' || text[1] == 'X') ? 16 : 10;
	uint64_t value = 0;

	if (base == 16)
		text += 2;
	if (!*text)
		return false;
	for (; *text; text++) {
		int digit = digit_of(*text);
		if (digit >= base || __builtin_mul_overflow(value, (uint64_t)base, &value) ||
			__builtin_add_overflow(value, (uint64_t)digit, &value))
			return false;
	}
	*ret = value;
	return value <= max;
}

bool text_signed(const char *text, int64_t min, int64_t max, int64_t *ret)
{
	bool minus = *text == '-';
	uint64_t value;

	if (!text_number(text + (minus || *text == '+'), INT64_MAX, &value))
		return false;
	*ret = minus ? -(int64_t)value : (int64_t)value;
	return *ret >= min && *ret <= max;
}

/* A number that may have a unit behind it, as Suricata's integers may: 2kb, 1mib. Cuts the unit off. */
static bool sized_number(char *text, uint64_t max, uint64_t *ret)
{
	static const char units[] = "kmg";
	size_t len = strlen(text), end = len;
	const char *unit = NULL;

	if (end > 2 && ascii_lower((uint8_t)text[end - 1]) == 'b' && strncasecmp(text, "0x", 2) != 0) {
		end -= ascii_lower((uint8_t)text[end - 2]) == 'i' && end > 3 ? 2 : 1;
		unit = strchr(units, ascii_lower((uint8_t)text[end - 1]));
	}
	if (unit)
		text[end - 1] = '\0';
	return text_number(trim(text), max, ret) &&
	       (!unit || (!__builtin_mul_overflow(*ret, UINT64_C(1024) << 10 * (unit - units), ret) && *ret <= max));
}

/* "&0xc0=0x80" or "&0xc0!=0": some bits of the number. */
static bool bits_parse(char *text, uint64_t max, struct number_range *ret)
{
	char *equals = strchr(text, '=');
	uint64_t mask, n;

	if (!equals)
		return false;
	bool not = equals > text && equals[-1] == '!';
	*(equals - not) = '\0';
	if (!text_number(trim(text + 1), max, &mask) || mask == 0 || !text_number(trim(equals + 1), max, &n))
		return false;
	*ret = (struct number_range){.low = n, .high = n, .not = not, .mask = mask};
	return (n & ~mask) == 0;
}

/* "a-b" or "a<>b": everything between, without the ends. */
static bool between_parse(char *text, uint64_t max, struct number_range *ret)
{
	char *middle = strstr(text, "<>");
	size_t width = 2;
	uint64_t low, high;

	if (!middle) {
		middle = strchr(text, '-');
		width = 1;
	}
	if (!middle)
		return false;
	*middle = '\0';
	if (!sized_number(trim(text), max, &low) || !sized_number(trim(middle + width), max, &high))
		return false;
	if (high <= low + 1)
		return false;
	*ret = (struct number_range){.low = low + 1, .high = high - 1, .not = ret->not};
	return true;
}

enum compare { COMPARE_EQUAL, COMPARE_NOT, COMPARE_LESS, COMPARE_LESS_EQUAL, COMPARE_MORE, COMPARE_MORE_EQUAL };

static enum compare compare_take(char **text)
{
	static const struct {
		const char *sign;
		enum compare compare;
	} signs[] = {{"<=", COMPARE_LESS_EQUAL}, {">=", COMPARE_MORE_EQUAL}, {"!=", COMPARE_NOT},
		{"<", COMPARE_LESS}, {">", COMPARE_MORE}, {"!", COMPARE_NOT}, {"=", COMPARE_EQUAL}};

	for (size_t i = 0; i < ARRAY_SIZE(signs); i++) {
		size_t len = strlen(signs[i].sign);
		if (strncmp(*text, signs[i].sign, len) == 0) {
			*text = trim(*text + len);
			return signs[i].compare;
		}
	}
	return COMPARE_EQUAL;
}

/* False where no number, or every number, would do. */
static bool compare_range(enum compare compare, uint64_t n, uint64_t max, struct number_range *ret)
{
	*ret = (struct number_range){.low = n, .high = n};
	switch (compare) {
	case COMPARE_EQUAL:
		return true;
	case COMPARE_NOT:
		ret->not = true;
		return true;
	case COMPARE_LESS:
		*ret = (struct number_range){.low = 0, .high = n - 1};
		return n > 0;
	case COMPARE_LESS_EQUAL:
		ret->low = 0;
		return n < max;
	case COMPARE_MORE:
		*ret = (struct number_range){.low = n + 1, .high = max};
		return n < max;
	case COMPARE_MORE_EQUAL:
		ret->high = max;
		return n > 0;
	}
	return false;
}

bool range_parse(struct builder *b, const char *text, uint64_t max, struct number_range *ret)
{
	char copy[80];
	uint64_t n;

	if (strlen(text) >= sizeof(copy))
		return malformed(b, TR("\"%.20s...\" is no number", "「%.20s…」は数値ではありません"), text);
	strcpy(copy, text);
	char *at = trim(copy);
	*ret = (struct number_range){0};
	if (at[0] == '&') {
		if (bits_parse(at, max, ret))
			return true;
		return malformed(b, TR("\"%s\" is no test of bits: &MASK=N or &MASK!=N, with N within MASK", "「%s」はビットの比較ではありません（&MASK=N か &MASK!=N、N は MASK の範囲内）"),
			text);
	}
	bool is_pair = strstr(at, "<>") || (isdigit((unsigned char)at[0]) && strchr(at, '-'));
	if (at[0] == '!' && (strstr(at, "<>") || strchr(at, '-'))) {
		ret->not = true;
		at = trim(at + 1);
		is_pair = true;
	}
	if (is_pair) {
		if (between_parse(at, max, ret))
			return true;
		return malformed(b, TR("\"%s\" is no range of numbers: a-b or a<>b, with numbers between them, up to %llu", "「%s」は数値の範囲ではありません（a-b か a<>b、間に数値があること、%llu まで）"),
			text, (unsigned long long)max);
	}
	enum compare compare = compare_take(&at);
	if (sized_number(at, max, &n) && compare_range(compare, n, max, ret))
		return true;
	return malformed(b, TR("\"%s\" is no number from 0 to %llu, or leaves nothing to compare", "「%s」は 0 から %llu の整数でないか、比べる値が残りません"), text,
		(unsigned long long)max);
}

static bool is_name(const char *text)
{
	if (!isalpha((unsigned char)*text) && *text != '_')
		return false;
	for (; *text; text++)
		if (!isalnum((unsigned char)*text) && *text != '_' && *text != '.' && *text != '-')
			return false;
	return true;
}

static int variable_find(const struct builder *b, const char *name)
{
	for (size_t i = 0; i < b->var_count; i++)
		if (strcmp(b->vars[i], name) == 0)
			return (int)i;
	return -1;
}

int variable_add(struct builder *b, const char *name)
{
	int known = variable_find(b, name);

	if (known >= 0)
		return known;
	char *copy = pool_text(b->pool, name, strlen(name));
	if (!is_name(name))
		malformed(b, TR("\"%s\" is no name of a variable", "「%s」は変数の名前ではありません"), name);
	else if (b->var_count == RULE_VARS_MAX)
		malformed(b, TR("more than %d variables", "変数が %d 個を超えています"), RULE_VARS_MAX);
	else if (!copy)
		no_memory(b);
	if (b->reason[0])
		return -1;
	b->vars[b->var_count] = copy;
	return (int)b->var_count++;
}

bool amount_parse(struct builder *b, const char *text, int64_t min, int64_t max, struct amount *ret)
{
	*ret = (struct amount){.var = VAR_NONE, .set = true};
	if (is_name(text)) {
		int var = variable_find(b, text);
		if (var < 0)
			return malformed(b, TR("the variable \"%s\" is not set by a byte_extract or byte_math before it", "変数「%s」を設定する byte_extract か byte_math が前にありません"), text);
		ret->var = (int16_t)var;
		return true;
	}
	if (text_signed(text, min, max, &ret->value))
		return true;
	return malformed(b, TR("\"%s\" is no number from %lld to %lld and no variable", "「%s」は %lld から %lld の整数でも変数でもありません"), text, (long long)min, (long long)max);
}

const char *text_unescape(struct builder *b, const char *text)
{
	char *copy = pool_text(b->pool, text, strlen(text)), *to = copy;

	if (!copy) {
		no_memory(b);
		return NULL;
	}
	for (; *text; text++) {
		if (*text == '\\' && text[1] && strchr(";\":\\", text[1]))
			text++;
		*to++ = *text;
	}
	*to = '\0';
	return copy;
}

/* Between two |: pairs of hex digits; spaces and commas do not count. Returns the closing |, or NULL. */
static const char *hex_take(const char *text, uint8_t *out, size_t *len)
{
	int high = -1;

	for (; *text && *text != '|'; text++) {
		if (isspace((unsigned char)*text) || *text == ',')
			continue;
		int digit = digit_of(*text);
		if (digit > 15)
			return NULL;
		if (high >= 0)
			out[(*len)++] = (uint8_t)(high << 4 | digit);
		high = high >= 0 ? -1 : digit;
	}
	return *text == '|' && high < 0 ? text : NULL;
}

bool bytes_parse(struct builder *b, const char *text, struct bytes *ret)
{
	uint8_t *out = pool_alloc(b->pool, strlen(text) + 1);
	size_t len = 0;

	if (!out)
		return no_memory(b);
	for (; *text; text++) {
		if (*text == '|') {
			text = hex_take(text + 1, out, &len);
			if (!text)
				return malformed(b, TR("hexadecimal between | and | is unfinished or no pairs of digits", "| と | の間の 16 進数が途中で終わっているか、二桁ずつになっていません"));
			continue;
		}
		if (*text == '"')
			return malformed(b, TR("a quote inside the quotes needs a \\ before it", "引用符の中の引用符には前に \\ が必要です"));
		if (*text == '\\' && text[1] && strchr(";\":\\", text[1]))
			text++;
		else if (*text == '\\')
			return malformed(b, TR("\\ stands before ; : \" or \\ only; elsewhere write |5C|", "\\ は ; : \" \\ の前だけに書けます（それ以外では |5C| と書いてください）"));
		out[len++] = (uint8_t)*text;
	}
	*ret = (struct bytes){.data = out, .len = len};
	return len > 0 ? true : malformed(b, TR("nothing to look for", "探す内容がありません"));
}
