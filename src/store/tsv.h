/* TabSeparated, ClickHouse's text form: cells between tabs, rows end with a line feed, \t \n \\ and
 * the like escaped, NULL is \N. */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "store/store.h"

/* Cuts an answer into cells, in place: the memory of text goes to *ret and text is empty
 * afterwards. Rows of different lengths or a missing line feed at the end are refused with -EPROTO.
 * An escaped NUL ends its cell. */
int tsv_take(struct buf *text, struct result *ret, struct err *e) MUST_USE;
/* Adds one cell, escaped; the tab or line feed after it is the caller's. */
void tsv_add(struct buf *b, const char *cell);
