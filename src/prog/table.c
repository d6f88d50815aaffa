#include "prog/table.h"

#include <stdarg.h>
#include <stdint.h>
#include <string.h>

enum { GAP = 2 };

/* East Asian wide and full-width characters (Unicode TR 11), in the blocks that texts of ours and
 * of countries use. */
static bool is_wide(uint32_t c)
{
	static const struct {
		uint32_t first, last;
	} wide[] = {
		{0x1100, 0x115f},
		{0x2e80, 0x303e},
		{0x3041, 0xa4cf},
		{0xac00, 0xd7a3},
		{0xf900, 0xfaff},
		{0xfe30, 0xfe6f},
		{0xff01, 0xff60},
		{0xffe0, 0xffe6},
		{0x1f300, 0x1faff},
		{0x20000, 0x3fffd},
	};

	for (size_t i = 0; i < ARRAY_SIZE(wide); i++)
		if (c >= wide[i].first && c <= wide[i].last)
			return true;
	return false;
}

size_t text_width(const char *text)
{
	size_t width = 0;
	uint32_t c = 0;

	for (; *text; text++) {
		unsigned char byte = (unsigned char)*text;
		bool last = ((unsigned char)text[1] & 0xc0) != 0x80;

		if ((byte & 0xc0) == 0x80)
			c = c << 6 | (byte & 0x3f);
		else
			c = byte < 0x80	  ? byte
			    : byte < 0xe0 ? byte & 0x1f
			    : byte < 0xf0 ? byte & 0x0f
					  : byte & 0x07;
		if (last)
			width += is_wide(c) ? 2 : 1;
	}
	return width;
}

static void take_cell(struct table *t, struct buf *text)
{
	if (t->count == t->room) {
		size_t room = t->room ? t->room * 2 : 64;
		char **cells = reallocarray(t->cells, room, sizeof(*cells));

		if (!cells) {
			t->failed = true;
			buf_done(text);
			return;
		}
		t->cells = cells;
		t->room = room;
	}
	t->failed |= text->failed;
	t->cells[t->count++] = text->data; /* handed over; NULL when empty */
}

void table_cell(struct table *t, const char *text)
{
	struct buf cell = {0};

	buf_terminal(&cell, text);
	take_cell(t, &cell);
}

void table_cellf(struct table *t, const char *format, ...)
{
	struct buf cell = {0};
	va_list args;

	va_start(args, format);
	buf_vprintf(&cell, format, args);
	va_end(args);
	take_cell(t, &cell);
}

static const char *cell_at(const struct table *t, size_t row, size_t column)
{
	const char *cell = t->cells[row * t->columns + column];

	return cell ? cell : "";
}

static size_t column_width(const struct table *t, size_t column)
{
	size_t widest = 0;

	for (size_t row = 0; row < t->count / t->columns; row++) {
		size_t width = text_width(cell_at(t, row, column));

		widest = width > widest ? width : widest;
	}
	return widest;
}

static void print_row(const struct table *t, size_t row, const size_t *widths, struct buf *out)
{
	size_t missing = 0; /* spaces that are due before the next text */

	for (size_t column = 0; column < t->columns; column++) {
		const char *cell = cell_at(t, row, column);
		size_t space = widths[column] - text_width(cell);

		missing += t->right[column] ? space : 0;
		if (*cell)
			buf_printf(out, "%*s%s", (int)missing, "", cell);
		missing = (*cell ? 0 : missing) + (t->right[column] ? 0 : space) + GAP;
	}
	buf_char(out, '\n');
}

void table_print(const struct table *t, struct buf *out)
{
	AUTO(free) size_t *widths = calloc(t->columns, sizeof(*widths));

	if (t->failed || !widths) {
		out->failed = true;
		return;
	}
	for (size_t column = 0; column < t->columns; column++)
		widths[column] = column_width(t, column);
	for (size_t row = 0; row < t->count / t->columns; row++)
		print_row(t, row, widths, out);
}

void table_done(struct table *t)
{
	for (size_t i = 0; i < t->count; i++)
		free(t->cells[i]);
	free(t->cells);
	*t = (struct table){0};
}
