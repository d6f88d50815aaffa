/* A table for a terminal: columns aligned by display width, in which a Japanese character is two
 * columns wide. */
#pragma once

#include "base/buf.h"

#include <stdbool.h>

struct table {
	size_t columns;
	const bool *right; /* by column: numbers stand to the right */
	char **cells;	   /* row by row; owned */
	size_t count, room;
	bool failed; /* out of memory: table_print() prints nothing then */
};

/* Columns a text takes on a terminal. */
size_t text_width(const char *text);

/* The next cell; control characters are escaped here. */
void table_cell(struct table *t, const char *text);
void table_cellf(struct table *t, const char *format, ...) PRINTF(2, 3);
/* All rows; nothing stands at the end of a line. */
void table_print(const struct table *t, struct buf *out);
void table_done(struct table *t);
static inline void auto_table_done(struct table *t)
{
	table_done(t);
}
