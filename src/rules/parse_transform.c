/* Transforms of a sticky buffer. */
#include "rules/parse.h"

#include <string.h>

/* Behind a keyword of the buffer, a transform begins another look at it. */
static struct list *list_again(struct builder *b)
{
	enum buffer buffer = b->lists[b->sticky].buffer;

	if (b->list_count == LISTS_MAX) {
		malformed(b, TR("more than %d buffers in a rule", "一つのルールのバッファーが %d 個を超えています"), LISTS_MAX);
		return NULL;
	}
	struct list *list = &b->lists[b->list_count];
	*list = (struct list){.buffer = buffer};
	b->sticky = (int)b->list_count++;
	b->fresh = true;
	return list;
}

struct transform *transform_add(struct builder *b, enum transform_kind kind)
{
	if (b->sticky < 0) {
		malformed(b, TR("a transform stands behind a sticky buffer", "変換はバッファーの後に書きます"));
		return NULL;
	}
	struct list *list = b->fresh ? &b->lists[b->sticky] : list_again(b);
	if (!list)
		return NULL;
	if (list->transform_count == TRANSFORMS_MAX) {
		malformed(b, TR("more than %d transforms of a buffer", "一つのバッファーの変換が %d 個を超えています"), TRANSFORMS_MAX);
		return NULL;
	}
	struct transform *t = pool_add(b->pool, &list->transforms, &list->transform_count);
	if (!t) {
		no_memory(b);
		return NULL;
	}
	*t = (struct transform){.kind = kind};
	return t;
}

PARSER(transform)
{
	return transform_add(b, (enum transform_kind)k->arg) != NULL;
}

/* ---- xor:"0d0a" or xor:offset n,extract length from ---- */

static bool xor_key(struct builder *b, struct transform *t, const char *hex)
{
	char shown[600];
	struct bytes key;

	if (strlen(hex) > 512 || strspn(hex, "0123456789abcdefABCDEF") != strlen(hex))
		return malformed(b, TR("xor: the key is up to 256 bytes in hexadecimal", "xor: 鍵は 16 進数で 256 バイトまでです"));
	snprintf(shown, sizeof(shown), "|%s|", hex);
	if (!bytes_parse(b, shown, &key))
		return false;
	t->key = key.data;
	t->length = (uint32_t)key.len;
	return true;
}

/* "length from" */
static bool xor_extract(struct builder *b, struct transform *t, char *text)
{
	char *from = strpbrk(text, " \t");
	uint64_t length, place;

	if (t->length)
		return malformed(b, TR("xor: extract stands twice", "xor: extract が二つあります"));
	if (from)
		*from++ = '\0';
	if (!from || !text_number(text, 256, &length) || length == 0 || !text_number(trim(from), UINT16_MAX, &place))
		return malformed(b, TR("xor: extract takes the length of the key (1 to 256) and where it lies (0 to 65535)", "xor: extract には鍵の長さ（1 から 256）と位置（0 から 65535）が必要です"));
	t->kind = TRANSFORM_xor_extract;
	t->length = (uint32_t)length;
	t->from = (uint32_t)place;
	return true;
}

static bool xor_offset(struct builder *b, struct transform *t, const char *text, bool *has_offset)
{
	uint64_t n;

	if (*has_offset || !text_number(text, UINT16_MAX, &n))
		return malformed(b, TR("xor: offset takes one number from 0 to 65535", "xor: offset は 0 から 65535 の整数一つです"));
	*has_offset = true;
	t->offset = (uint32_t)n;
	return true;
}

PARSER(xor)
{
	struct transform *t = transform_add(b, TRANSFORM_xor);
	bool has_offset = false;

	if (!t)
		return false;
	if (!unquote(&value))
		return malformed(b, TR("xor: a quote is missing", "xor: 引用符が足りません"));
	if (!strpbrk(value, " ,\t"))
		return xor_key(b, t, value);
	for (char *rest = value; rest;) {
		char *word = part_next(&rest, ','), *text = strpbrk(word, " \t");
		if (!text)
			return malformed(b, TR("xor: \"%.20s\" is not known or needs a value", "xor:「%.20s」は使えないか、値が必要です"), word);
		*text = '\0';
		text = trim(text + 1);
		bool good = strcmp(word, "offset") == 0	   ? xor_offset(b, t, text, &has_offset)
			    : strcmp(word, "extract") == 0 ? xor_extract(b, t, text)
							   : malformed(b, TR("xor: \"%.20s\" is not known", "xor:「%.20s」は使えません"), word);
		if (!good)
			return false;
	}
	return t->kind == TRANSFORM_xor_extract ? true : malformed(b, TR("xor: a key, or extract, is missing", "xor: 鍵か extract が必要です"));
}

/* ---- from_base64: [bytes n][, offset n][, mode rfc4648|rfc2045|strict] ---- */

static bool base64_mode(struct builder *b, struct transform *t, const char *text)
{
	static const char *const names[] = {"rfc4648", "rfc2045", "strict"};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strcasecmp(text, names[i]) == 0) {
			t->mode = (uint8_t)i;
			return true;
		}
	return malformed(b, TR("from_base64: \"%.20s\" is no mode: rfc4648, rfc2045, strict", "from_base64:「%.20s」は方式ではありません（rfc4648, rfc2045, strict）"), text);
}

PARSER(from_base64)
{
	struct transform *t = transform_add(b, TRANSFORM_from_base64);
	uint64_t n;

	if (!t)
		return false;
	for (char *rest = value; rest;) {
		char *word = part_next(&rest, ','), *text = strpbrk(word, " \t");
		if (!text)
			return malformed(b, TR("from_base64: \"%.20s\" needs a value", "from_base64:「%.20s」には値が必要です"), word);
		*text = '\0';
		text = trim(text + 1);
		if (strcmp(word, "mode") == 0) {
			if (!base64_mode(b, t, text))
				return false;
			continue;
		}
		bool is_bytes = strcmp(word, "bytes") == 0;
		if ((!is_bytes && strcmp(word, "offset") != 0) || !text_number(text, UINT16_MAX, &n) || (is_bytes && n == 0))
			return malformed(b, TR("from_base64: \"%.20s %.20s\"", "from_base64:「%.20s %.20s」は使えません"), word, text);
		*(is_bytes ? &t->length : &t->offset) = (uint32_t)n;
	}
	return true;
}
