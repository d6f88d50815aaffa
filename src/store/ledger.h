/* Structs to lines of a ledger table and back, by a table of their fields. */
#pragma once

#include "store/internal.h"
#include "store/tsv.h"

struct ledger_field {
	enum { LEDGER_TEXT, LEDGER_I64, LEDGER_U64, LEDGER_FLAG } kind;
	size_t offset, size; /* in the struct; text: a char array */
};

/* One line: the fields with tabs between and a line feed after. */
void ledger_write(
	struct buf *out, const void *item, const struct ledger_field *fields, size_t count);
/* The rows of an answer whose columns are the fields, as an array of structs of that size; *ret is
 * owned by the caller (NULL when there are none). Returns the number. */
int ledger_read(const struct result *answer, const struct ledger_field *fields, size_t count,
	size_t size, void **ret, struct err *e) MUST_USE;
/* Sends lines as the data of an INSERT ... FORMAT TabSeparated. */
int ledger_put(struct store *s, const char *sql, const struct buf *lines, struct err *e) MUST_USE;
