/* Puts the rows of a block in order by several columns at once: their values are packed into one number a row, each with
 * only as many bits as it needs in this block, and those numbers are sorted by radix. 4 to 6 ns a row and eleven bits. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	SORT_ROW_BITS = 20, /* a row's number */
	SORT_ROWS_MAX = 1 << SORT_ROW_BITS,
	SORT_KEY_BITS = 64 - SORT_ROW_BITS, /* what one number has room for beside it */
};

/* One column: values points to a value for each row, size bytes (1, 2, 4 or 16) apart. */
struct sort_column {
	const void *values;
	size_t size;
	bool big_endian; /* the order of its bytes is the order of its values; else they are numbers */
};

struct sort {
	size_t rows;
	unsigned bits;		  /* used of each key */
	uint64_t *keys;		  /* by row */
	uint64_t *items, *spare;  /* key, then row number */
};

/* What sort_init() takes for a row; and one more. */
enum { SORT_ROW_BYTES = 3 * sizeof(uint64_t) };
/* At most SORT_ROWS_MAX rows, all equal. memory: SORT_ROW_BYTES for each and for one more; the caller's, as long as s. */
void sort_init(struct sort *s, size_t rows, void *memory);
/* Begins anew: all rows are equal. */
void sort_clear(struct sort *s);
/* Rows that were equal so far are told apart by this column. */
void sort_by(struct sort *s, const struct sort_column *column);
/* Sorts; rows that are equal stay in the order of their numbers. */
void sort_run(struct sort *s);

/* After sort_run(): the row in that place, and whether it is equal to the one before (false for the first). */
static inline uint32_t sort_row(const struct sort *s, size_t place)
{
	return (uint32_t)s->items[place] & (SORT_ROWS_MAX - 1);
}

static inline bool sort_same(const struct sort *s, size_t place)
{
	return place > 0 && s->items[place] >> SORT_ROW_BITS == s->items[place - 1] >> SORT_ROW_BITS;
}
