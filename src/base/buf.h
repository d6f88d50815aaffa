/* A growing string with a maximum, and the one escaping function per output form. */
#pragma once

#include "base/base.h"

#include <stdarg.h>
#include <stdbool.h>

struct buf {
	char *data;  /* always terminated once something was added; owned; NULL when empty */
	size_t len;  /* bytes without the terminator */
	size_t cap;
	size_t max;  /* bytes; 0 = 1 GiB */
	bool failed; /* out of memory or over max: contents are cut; test before use */
};

void buf_done(struct buf *b);
/* Keeps the memory, forgets the contents. */
void buf_clear(struct buf *b);
void buf_add(struct buf *b, const void *data, size_t len);
void buf_text(struct buf *b, const char *text);
void buf_char(struct buf *b, char c);
void buf_printf(struct buf *b, const char *format, ...) PRINTF(2, 3);
void buf_vprintf(struct buf *b, const char *format, va_list args);
/* The text, "" when empty. Lives until the next change. */
const char *buf_str(const struct buf *b);

/* Quoted JSON string; invalid UTF-8 bytes become U+FFFD. */
void buf_json(struct buf *b, const char *text, size_t len);
/* HTML and XML text and attribute values: & < > " ' escaped; control characters become U+FFFD. */
void buf_html(struct buf *b, const char *text);
/* One CSV cell (RFC 4180), quoted where needed; a leading = + - @ (full-width too), TAB, CR or LF gets a ' before it
 * unless the cell is a plain number, so that no spreadsheet runs it. */
void buf_csv(struct buf *b, const char *text);
/* Text for a terminal: control characters, marks that reverse writing, and what is not UTF-8 as \xNN. */
void buf_terminal(struct buf *b, const char *text);
/* The same for bytes that may hold zeros. data may be NULL when len is 0. */
void buf_terminal_bytes(struct buf *b, const void *data, size_t len);

static inline void auto_buf_done(struct buf *b)
{
	buf_done(b);
}
