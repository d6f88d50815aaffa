#include "base/buf.h"

#include <string.h>

enum { BUF_MAX_DEFAULT = 1 << 30 };

void buf_done(struct buf *b)
{
	if (!b)
		return;
	free(b->data);
	*b = (struct buf){ 0 };
}

void buf_clear(struct buf *b)
{
	b->len = 0;
	b->failed = false;
	if (b->data)
		b->data[0] = '\0';
}

static bool buf_reserve(struct buf *b, size_t more)
{
	size_t max = b->max ? b->max : BUF_MAX_DEFAULT;

	if (b->failed || more > max - b->len) {
		b->failed = true;
		return false;
	}
	if (b->len + more + 1 <= b->cap)
		return true;
	size_t cap = b->cap ? b->cap * 2 : 256;
	while (cap < b->len + more + 1)
		cap *= 2;
	char *data = realloc(b->data, cap);
	if (!data) {
		b->failed = true;
		return false;
	}
	b->data = data;
	b->cap = cap;
	return true;
}

void buf_add(struct buf *b, const void *data, size_t len)
{
	if (!buf_reserve(b, len))
		return;
	if (len)
		memcpy(b->data + b->len, data, len);
	b->len += len;
	b->data[b->len] = '\0';
}

void buf_text(struct buf *b, const char *text)
{
	buf_add(b, text, strlen(text));
}

void buf_char(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void buf_vprintf(struct buf *b, const char *format, va_list args)
{
	va_list again;

	va_copy(again, args);
	int len = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (len < 0 || !buf_reserve(b, (size_t)len)) {
		b->failed = true;
		return;
	}
	vsnprintf(b->data + b->len, (size_t)len + 1, format, args);
	b->len += (size_t)len;
}

void buf_printf(struct buf *b, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	buf_vprintf(b, format, args);
	va_end(args);
}

const char *buf_str(const struct buf *b)
{
	return b->data ? b->data : "";
}

/* Length of the valid UTF-8 sequence at text, 0 when there is none (RFC 3629: no surrogates, no overlong). */
static size_t utf8_length(const unsigned char *s, size_t left)
{
	size_t len = s[0] < 0x80 ? 1 : s[0] < 0xc2 ? 0 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : s[0] < 0xf5 ? 4 : 0;

	if (len == 0 || len > left)
		return 0;
	for (size_t i = 1; i < len; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) || (s[0] == 0xf0 && s[1] < 0x90) ||
		(s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	return len;
}

void buf_json(struct buf *b, const char *text, size_t len)
{
	const unsigned char *s = (const unsigned char *)text;

	buf_char(b, '"');
	for (size_t i = 0; i < len;) {
		size_t n = utf8_length(s + i, len - i);

		if (n == 0) {
			buf_text(b, "\xef\xbf\xbd");
			i++;
		} else if (n > 1) {
			buf_add(b, s + i, n);
			i += n;
		} else {
			if (s[i] == '"' || s[i] == '\\')
				buf_printf(b, "\\%c", s[i]);
			else if (s[i] < 0x20 || s[i] == 0x7f)
				buf_printf(b, "\\u%04x", s[i]);
			else
				buf_char(b, (char)s[i]);
			i++;
		}
	}
	buf_char(b, '"');
}

void buf_html(struct buf *b, const char *text)
{
	size_t len = strlen(text);
	const unsigned char *s = (const unsigned char *)text;

	for (size_t i = 0; i < len;) {
		size_t n = utf8_length(s + i, len - i);

		if (n == 0 || (s[i] < 0x20 && s[i] != '\n' && s[i] != '\t') || s[i] == 0x7f) {
			buf_text(b, "\xef\xbf\xbd");
			i += n ? n : 1;
			continue;
		}
		switch (s[i]) {
		case '&':
			buf_text(b, "&amp;");
			break;
		case '<':
			buf_text(b, "&lt;");
			break;
		case '>':
			buf_text(b, "&gt;");
			break;
		case '"':
			buf_text(b, "&quot;");
			break;
		case '\'':
			buf_text(b, "&#39;");
			break;
		default:
			buf_add(b, s + i, n);
		}
		i += n;
	}
}

static bool is_plain_number(const char *text)
{
	size_t digits = 0;

	if (*text == '-' || *text == '+')
		text++;
	for (; *text; text++) {
		if (*text >= '0' && *text <= '9')
			digits++;
		else if (!strchr(".eE+-", *text))
			return false;
	}
	return digits > 0;
}

void buf_csv(struct buf *b, const char *text)
{
	bool formula = *text && strchr("=+-@\t\r", *text) && !is_plain_number(text);

	if (!formula && !strpbrk(text, ",\"\r\n")) {
		buf_text(b, text);
		return;
	}
	buf_char(b, '"');
	if (formula)
		buf_char(b, '\'');
	for (; *text; text++) {
		if (*text == '"')
			buf_char(b, '"');
		buf_char(b, *text);
	}
	buf_char(b, '"');
}

void buf_terminal(struct buf *b, const char *text)
{
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c < 0x20 || c == 0x7f)
			buf_printf(b, "\\x%02x", c);
		else
			buf_char(b, *text);
	}
}
