#include "base/err.h"

#include <stdarg.h>
#include <string.h>

/* Control characters would let hostile text (a file name, a server's answer) forge lines or colours. */
static void make_one_line(char *text)
{
	for (char *p = text; *p; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			*p = ' ';
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
