#include "prog/payload_dump.h"

enum { ROW = 16, FIRST_PRINTED = 0x20, LAST_PRINTED = 0x7e };

static bool is_printed(uint8_t c)
{
	return c >= FIRST_PRINTED && c <= LAST_PRINTED;
}

static void dump_row(const uint8_t *bytes, size_t at, size_t len, struct buf *out)
{
	buf_printf(out, "%08zx ", at);
	for (size_t i = 0; i < ROW; i++) {
		if (i < len)
			buf_printf(out, " %02x", bytes[at + i]);
		else
			buf_text(out, "   ");
		if (i == ROW / 2 - 1)
			buf_char(out, ' ');
	}
	buf_text(out, "  |");
	for (size_t i = 0; i < len; i++)
		buf_char(out, is_printed(bytes[at + i]) ? (char)bytes[at + i] : '.');
	buf_text(out, "|\n");
}

void payload_hexdump(const uint8_t *bytes, size_t len, struct buf *out)
{
	for (size_t at = 0; at < len; at += ROW)
		dump_row(bytes, at, len - at < ROW ? len - at : ROW, out);
}

static void add_char(uint8_t c, struct buf *out)
{
	switch (c) {
	case '\n':
		buf_text(out, "\\n");
		break;
	case '\r':
		buf_text(out, "\\r");
		break;
	case '\t':
		buf_text(out, "\\t");
		break;
	case '\\':
		buf_text(out, "\\\\");
		break;
	default:
		if (is_printed(c))
			buf_char(out, (char)c);
		else
			buf_printf(out, "\\x%02x", c);
	}
}

void payload_text(const uint8_t *bytes, size_t len, struct buf *out)
{
	for (size_t i = 0; i < len; i++) {
		add_char(bytes[i], out);
		if (bytes[i] == '\n' && i + 1 < len)
			buf_char(out, '\n');
	}
	buf_char(out, '\n');
}
