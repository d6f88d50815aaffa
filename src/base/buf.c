#include "base/buf.h"

#include <string.h>

enum { BUF_MAX_DEFAULT = 1 << 30 };

void buf_done(struct buf *b)
{
	if (!b)
		return;
	free(b->data);
	*b = (struct buf){0};
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

/* Length of the valid UTF-8 sequence at text, 0 when there is none (RFC 3629: no surrogates, no
 * overlong). */
static size_t utf8_length(const unsigned char *s, size_t left)
{
	size_t len = s[0] < 0x80   ? 1
		     : s[0] < 0xc2 ? 0
		     : s[0] < 0xe0 ? 2
		     : s[0] < 0xf0 ? 3
		     : s[0] < 0xf5 ? 4
				   : 0;

	if (len == 0 || len > left)
		return 0;
	for (size_t i = 1; i < len; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
		(s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	return len;
}

/* Controls, and what some readers take for the end of a line or refuse: U+0080 to U+009F, U+2028, U+2029, U+FFFE, U+FFFF; 0: another
 * character. */
static unsigned escaped(const unsigned char *s, size_t len)
{
	if (len == 1)
		return s[0] == 0x7f || (s[0] > 0 && s[0] < 0x20) ? s[0] : 0;
	if (len == 2)
		return s[0] == 0xc2 && s[1] < 0xa0 ? s[1] : 0;
	unsigned c = len == 3 ? (s[0] & 0xfu) << 12 | (s[1] & 0x3fu) << 6 | (s[2] & 0x3fu) : 0;
	return c == 0x2028 || c == 0x2029 || c == 0xfffe || c == 0xffff ? c : 0;
}

void buf_json(struct buf *b, const char *text, size_t len)
{
	const unsigned char *s = (const unsigned char *)text;

	buf_char(b, '"');
	for (size_t i = 0; i < len;) {
		size_t n = utf8_length(s + i, len - i);

		if (n == 0)
			buf_text(b, "\xef\xbf\xbd");
		else if (s[i] == '\0' || escaped(s + i, n))
			buf_printf(b, "\\u%04x", escaped(s + i, n));
		else if (s[i] == '"' || s[i] == '\\')
			buf_printf(b, "\\%c", s[i]);
		else
			buf_add(b, s + i, n);
		i += n ? n : 1;
	}
	buf_char(b, '"');
}

/* What XML 1.0 section 2.2 has as a character, but for DEL and CR. */
static bool is_xml(const unsigned char *s, size_t len)
{
	if (len == 1)
		return (s[0] >= 0x20 && s[0] != 0x7f) || s[0] == '\n' || s[0] == '\t';
	return !(len == 3 && s[0] == 0xef && s[1] == 0xbf && s[2] >= 0xbe);
}

void buf_html(struct buf *b, const char *text)
{
	size_t len = strlen(text);
	const unsigned char *s = (const unsigned char *)text;

	for (size_t i = 0; i < len;) {
		size_t n = utf8_length(s + i, len - i);

		if (n == 0 || !is_xml(s + i, n)) {
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

static size_t digits_at(const char *text)
{
	return strspn(text, "0123456789");
}

/* -12, +0.5, 1e+20: nothing that a spreadsheet could calculate. */
static bool is_plain_number(const char *text)
{
	text += *text == '-' || *text == '+';
	size_t whole = digits_at(text);
	text += whole;
	if (*text == '.')
		text += 1 + digits_at(text + 1);
	if (whole > 0 && (*text == 'e' || *text == 'E')) {
		text++;
		text += *text == '-' || *text == '+';
		if (digits_at(text) == 0)
			return false;
		text += digits_at(text);
	}
	return whole > 0 && *text == '\0';
}

/* Japanese spreadsheets take the full-width signs as well. */
static bool is_formula(const char *text)
{
	static const char *const signs[] = {
		"=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"};

	for (size_t i = 0; i < ARRAY_SIZE(signs); i++)
		if (strncmp(text, signs[i], strlen(signs[i])) == 0)
			return !is_plain_number(text);
	return false;
}

void buf_csv(struct buf *b, const char *text)
{
	bool formula = is_formula(text);

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

/* C0 and C1 controls, which move cursors and colours, and the marks that reverse the direction of
 * writing. */
static bool is_control(const unsigned char *s, size_t len)
{
	if (len == 1)
		return s[0] < 0x20 || s[0] == 0x7f;
	if (len == 2)
		return s[0] == 0xc2 && s[1] < 0xa0;
	return len == 3 && s[0] == 0xe2 &&
	       ((s[1] == 0x80 && s[2] >= 0xaa && s[2] <= 0xae) ||
		       (s[1] == 0x81 && s[2] >= 0xa6 && s[2] <= 0xa9));
}

void buf_terminal_bytes(struct buf *b, const void *data, size_t len)
{
	const unsigned char *s = data;

	while (len > 0) {
		size_t n = utf8_length(s, len);
		size_t taken = n ? n : 1;

		if (n == 0 || is_control(s, n))
			for (size_t i = 0; i < taken; i++)
				buf_printf(b, "\\x%02x", s[i]);
		else
			buf_add(b, s, n);
		s += taken;
		len -= taken;
	}
}

void buf_terminal(struct buf *b, const char *text)
{
	buf_terminal_bytes(b, text, strlen(text));
}
