/* byte_test, byte_jump, byte_extract, byte_math: numbers in a buffer. */
#include "rules/parse.h"

#include <string.h>

enum { BINARY_MAX = 8, STRING_MAX = 23, OFFSET_MAX = 65535 };

/* What follows the fixed parts. */
struct extras {
	struct byte_field field;
	bool relative, has_base, has_endian;
};

static const struct amount zero = {.var = VAR_NONE, .set = true};

static struct extras extras_new(void)
{
	return (struct extras){.field = {.bytes = zero, .offset = zero, .value = zero, .post_offset = zero, .multiplier = 1,
				       .result = VAR_NONE}};
}

static bool base_take(struct builder *b, struct extras *x, uint8_t base)
{
	if (x->has_base)
		return malformed(b, TR("two bases", "基数が二つあります"));
	x->has_base = true;
	x->field.base = base;
	return true;
}

static bool endian_take(struct builder *b, struct extras *x, bool little)
{
	if (x->has_endian)
		return malformed(b, TR("two byte orders", "バイト順が二つあります"));
	x->has_endian = true;
	x->field.little = little;
	return true;
}

/* Words without a value. */
static bool word_take(struct builder *b, struct extras *x, const char *word, bool *ret_known)
{
	*ret_known = true;
	if (strcmp(word, "relative") == 0)
		return x->relative ? malformed(b, TR("relative stands twice", "relative が二つあります")) : (x->relative = true);
	if (strcmp(word, "string") == 0)
		return (x->field.string = true);
	if (strcmp(word, "hex") == 0)
		return base_take(b, x, 16);
	if (strcmp(word, "dec") == 0)
		return base_take(b, x, 10);
	if (strcmp(word, "oct") == 0)
		return base_take(b, x, 8);
	if (strcmp(word, "big") == 0 || strcmp(word, "little") == 0)
		return endian_take(b, x, *word == 'l');
	if (strcmp(word, "dce") == 0)
		return unsupported(b, "dce", TR("the byte order of a DCE/RPC conversation (dce)", "DCE/RPC の会話のバイト順（dce）"));
	*ret_known = false;
	return true;
}

static bool mask_take(struct builder *b, struct extras *x, const char *text)
{
	char copy[24];

	snprintf(copy, sizeof(copy), "0x%.20s", text + (strncasecmp(text, "0x", 2) == 0 ? 2 : 0));
	if (text_number(copy, UINT32_MAX, &x->field.mask) && x->field.mask)
		return true;
	return malformed(b, TR("bitmask: \"%.20s\" is no hexadecimal number of up to 4 bytes", "bitmask:「%.20s」は 4 バイト以下の 16 進数ではありません"), text);
}

/* Words with a value behind a blank: what byte_jump and byte_extract have more is judged by the caller. */
static bool pair_take(struct builder *b, struct extras *x, const char *word, const char *text)
{
	uint64_t n;

	if (strcmp(word, "bitmask") == 0)
		return mask_take(b, x, text);
	if (strcmp(word, "endian") == 0 && (strcmp(text, "big") == 0 || strcmp(text, "little") == 0))
		return endian_take(b, x, *text == 'l');
	if (strcmp(word, "multiplier") == 0 && text_number(text, 65535, &n) && n > 0) {
		x->field.multiplier = (uint32_t)n;
		return true;
	}
	if (strcmp(word, "align") == 0 && (strcmp(text, "2") == 0 || strcmp(text, "4") == 0)) {
		x->field.align = (uint8_t)(*text - '0');
		return true;
	}
	if (strcmp(word, "post_offset") == 0)
		return amount_parse(b, text, -OFFSET_MAX, OFFSET_MAX, &x->field.post_offset);
	return malformed(b, TR("\"%.20s %.20s\" is not known here", "「%.20s %.20s」はここでは使えません"), word, text);
}

static bool jump_word(struct extras *x, const char *word)
{
	if (strcmp(word, "align") == 0)
		x->field.align = 4;
	else if (strcmp(word, "from_beginning") == 0)
		x->field.from = FROM_BEGINNING;
	else if (strcmp(word, "from_end") == 0)
		x->field.from = FROM_END;
	else
		return false;
	return true;
}

enum { EXTRAS_TEST, EXTRAS_JUMP, EXTRAS_EXTRACT };

static bool extra_take(struct builder *b, struct extras *x, char *part, int kind)
{
	char *text = strpbrk(part, " \t");
	bool known;

	if (!text) {
		if (!word_take(b, x, part, &known))
			return false;
		if (known || (kind == EXTRAS_JUMP && jump_word(x, part)))
			return true;
		return malformed(b, TR("\"%.30s\" is not known here", "「%.30s」はここでは使えません"), part);
	}
	*text = '\0';
	bool fits = strcmp(part, "bitmask") == 0 || strcmp(part, "endian") == 0 || kind != EXTRAS_TEST;
	if (!fits || (strcmp(part, "post_offset") == 0 && kind != EXTRAS_JUMP))
		return malformed(b, TR("\"%.20s\" is not known here", "「%.20s」はここでは使えません"), part);
	return pair_take(b, x, part, trim(text + 1));
}

static bool extras_take(struct builder *b, struct extras *x, char *rest, int kind)
{
	while (rest)
		if (!extra_take(b, x, part_next(&rest, ','), kind))
			return false;
	if (x->has_base && !x->field.string)
		return malformed(b, TR("a base (hex, dec, oct) without string", "基数（hex, dec, oct）には string が必要です"));
	if (x->has_endian && x->field.string)
		return malformed(b, TR("a byte order with string", "string とバイト順は併用できません"));
	int64_t max = x->field.string ? STRING_MAX : BINARY_MAX;
	if (x->field.bytes.var == VAR_NONE && x->field.bytes.value > max)
		return malformed(b, TR("more than %lld bytes", "%lld バイトを超えています"), (long long)max);
	return true;
}

static bool field_add(struct builder *b, enum item_kind kind, const struct extras *x, bool not)
{
	struct item *item = item_add(b, kind, x->relative);
	struct byte_field *field = item ? pool_copy(b->pool, &x->field, sizeof(x->field)) : NULL;

	if (!field)
		return no_memory(b);
	item->field = field;
	item->not = not;
	return true;
}

/* The count parts that must be there; false after saying that there are too few. */
static bool fixed_take(struct builder *b, const struct keyword *k, char **rest, char **parts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!*rest)
			return malformed(b, TR("%s has too few parts", "%s の項目が足りません"), k->name);
		parts[i] = part_next(rest, ',');
	}
	return true;
}

/* ---- byte_test:bytes,[!]operator,value,offset,... ---- */

static bool operator_take(struct builder *b, char *text, bool *ret_not, uint8_t *ret)
{
	static const char *const names[] = {"<", ">", "<=", ">=", "=", "&", "^"};

	*ret_not = *text == '!';
	text = trim(text + *ret_not);
	if (*ret_not && !*text)
		text = (char *)"=";
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strcmp(text, names[i]) == 0) {
			*ret = (uint8_t)i;
			return true;
		}
	return malformed(b, TR("\"%.10s\" is no operator: < > <= >= = & ^", "「%.10s」は演算子ではありません（< > <= >= = & ^）"), text);
}

PARSER(byte_test)
{
	struct extras x = extras_new();
	char *rest = value, *parts[4] = {NULL};
	bool not = false;

	if (!fixed_take(b, k, &rest, parts, ARRAY_SIZE(parts)))
		return false;
	if (!amount_parse(b, parts[0], 0, STRING_MAX, &x.field.bytes) || !operator_take(b, parts[1], &not, &x.field.op) ||
		!amount_parse(b, parts[2], 0, INT64_MAX, &x.field.value) ||
		!amount_parse(b, parts[3], -OFFSET_MAX, OFFSET_MAX, &x.field.offset))
		return false;
	if (!extras_take(b, &x, rest, EXTRAS_TEST))
		return false;
	if (x.field.bytes.var == VAR_NONE && x.field.bytes.value == 0 && !x.field.string)
		return malformed(b, TR("byte_test: no bytes; as many as there are digits can only be asked of a string",
					    "byte_test: バイト数が 0 です（0 で「数字の続くかぎり」とするには string が必要です）"));
	return field_add(b, ITEM_BYTE_TEST, &x, not);
}

/* byte_jump:bytes,offset,... */
PARSER(byte_jump)
{
	struct extras x = extras_new();
	char *rest = value, *parts[2] = {NULL};

	if (!fixed_take(b, k, &rest, parts, ARRAY_SIZE(parts)))
		return false;
	if (!amount_parse(b, parts[0], 0, STRING_MAX, &x.field.bytes) ||
		!amount_parse(b, parts[1], -OFFSET_MAX, OFFSET_MAX, &x.field.offset))
		return false;
	return extras_take(b, &x, rest, EXTRAS_JUMP) && field_add(b, ITEM_BYTE_JUMP, &x, false);
}

/* byte_extract:bytes,offset,name,... */
PARSER(byte_extract)
{
	struct extras x = extras_new();
	char *rest = value, *parts[3] = {NULL};

	if (!fixed_take(b, k, &rest, parts, ARRAY_SIZE(parts)))
		return false;
	if (!amount_parse(b, parts[0], 0, STRING_MAX, &x.field.bytes) ||
		!amount_parse(b, parts[1], -OFFSET_MAX, OFFSET_MAX, &x.field.offset) ||
		!extras_take(b, &x, rest, EXTRAS_EXTRACT))
		return false;
	if (x.field.bytes.var == VAR_NONE && x.field.bytes.value == 0 && !x.field.string)
		return malformed(b, TR("byte_extract of 0 bytes", "byte_extract のバイト数が 0 です"));
	int var = variable_add(b, parts[2]);
	x.field.result = (int16_t)var;
	return var >= 0 && field_add(b, ITEM_BYTE_EXTRACT, &x, false);
}

/* ---- byte_math:bytes n, offset o, oper +, rvalue r, result name, ... ---- */

struct math {
	struct extras x;
	bool has_bytes, has_offset, has_oper, has_rvalue;
	const char *result;
};

static bool math_oper(struct builder *b, struct math *m, const char *text)
{
	static const char *const names[] = {"+", "-", "*", "/", "<<", ">>"};

	m->has_oper = true;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strcmp(text, names[i]) == 0) {
			m->x.field.op = (uint8_t)i;
			return true;
		}
	return malformed(b, TR("\"%.10s\" is no operator: + - * / << >>", "「%.10s」は演算子ではありません（+ - * / << >>）"), text);
}

static bool math_string(struct builder *b, struct math *m, const char *base)
{
	bool known;

	m->x.field.string = true;
	return word_take(b, &m->x, base, &known) && (m->x.has_base || malformed(b, TR("string: hex, dec or oct", "string の基数は hex, dec, oct です")));
}

static bool math_pair(struct builder *b, struct math *m, const char *word, const char *text)
{
	if (strcmp(word, "bytes") == 0)
		return m->has_bytes = amount_parse(b, text, 1, 10, &m->x.field.bytes);
	if (strcmp(word, "offset") == 0)
		return m->has_offset = amount_parse(b, text, -OFFSET_MAX, OFFSET_MAX, &m->x.field.offset);
	if (strcmp(word, "oper") == 0)
		return math_oper(b, m, text);
	if (strcmp(word, "rvalue") == 0)
		return m->has_rvalue = amount_parse(b, text, 0, UINT32_MAX, &m->x.field.value);
	if (strcmp(word, "string") == 0)
		return math_string(b, m, text);
	if (strcmp(word, "result") == 0) {
		m->result = text;
		return true;
	}
	if (strcmp(word, "bitmask") == 0 || strcmp(word, "endian") == 0)
		return pair_take(b, &m->x, word, text);
	return malformed(b, TR("byte_math: \"%.20s\" is not known", "byte_math:「%.20s」は使えません"), word);
}

static bool math_part(struct builder *b, struct math *m, char *part)
{
	char *text = strpbrk(part, " \t");
	bool known;

	if (text) {
		*text = '\0';
		return math_pair(b, m, part, trim(text + 1));
	}
	if (!word_take(b, &m->x, part, &known))
		return false;
	return known ? true : malformed(b, TR("byte_math: \"%.20s\" is not known", "byte_math:「%.20s」は使えません"), part);
}

PARSER(byte_math)
{
	struct math m = {.x = extras_new()};

	for (char *rest = value; rest;)
		if (!math_part(b, &m, part_next(&rest, ',')))
			return false;
	if (!m.has_bytes || !m.has_offset || !m.has_oper || !m.has_rvalue || !m.result)
		return malformed(b, TR("byte_math: bytes, offset, oper, rvalue and result", "byte_math には bytes, offset, oper, rvalue, result が必要です"));
	if (m.x.field.op == MATH_DIVIDE && m.x.field.value.var == VAR_NONE && m.x.field.value.value == 0)
		return malformed(b, TR("byte_math: division by 0", "byte_math: 0 で割っています"));
	if ((m.x.field.op == MATH_LEFT || m.x.field.op == MATH_RIGHT) && m.x.field.value.value > 63)
		return malformed(b, TR("byte_math: a shift by more than 63", "byte_math: 63 を超えるシフトです"));
	if (!extras_take(b, &m.x, NULL, EXTRAS_TEST))
		return false;
	int var = variable_add(b, m.result);
	m.x.field.result = (int16_t)var;
	return var >= 0 && field_add(b, ITEM_BYTE_MATH, &m.x, false);
}
