#include "base/err.h"

#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

/* U+0080 to U+009F, in UTF-8: among them are a terminal's escape sequences in one character. */
static bool is_c1_control(const char *p)
{
	return (unsigned char)p[0] == 0xc2 && (unsigned char)p[1] >= 0x80 &&
	       (unsigned char)p[1] < 0xa0;
}

/* The start of a UTF-8 sequence that the end of the text cut off. */
static bool is_cut_off(const char *p)
{
	unsigned char lead = (unsigned char)*p;
	size_t len = lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;

	return strnlen(p, len) < len;
}

/* Control characters would let hostile text (a file name, a server's answer) forge lines or
 * colours. */
static void make_one_line(char *text)
{
	for (char *p = text; *p; p++) {
		if (is_c1_control(p))
			p[0] = p[1] = ' ';
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			*p = ' ';
		if (is_cut_off(p))
			*p = '\0';
		if (!*p)
			break;
	}
}

int err_set(struct err *e, int code, const char *format, ...)
{
	va_list args;

	if (e->text[0] == '\0') {
		va_start(args, format);
		vsnprintf(e->text, sizeof(e->text), format, args);
		va_end(args);
		make_one_line(e->text);
	}
	return -code;
}

int err_context(struct err *e, int code, const char *format, ...)
{
	char before[sizeof(e->text)];
	char after[sizeof(e->text)];
	va_list args;

	va_start(args, format);
	vsnprintf(before, sizeof(before), format, args);
	va_end(args);
	memcpy(after, e->text, sizeof(after));
	size_t length = strnlen(before, sizeof(before) - 1);
	memcpy(e->text, before, length);
	snprintf(e->text + length, sizeof(e->text) - length, "%s", after);
	make_one_line(e->text);
	return code;
}
