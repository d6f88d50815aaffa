/* One access as a row across all columns, and which rows are one flow. */
#pragma once

#include "base/hash.h"
#include "flow/rows.h"
#include "observe/observe.h"

#include <stdbool.h>

struct row {
#define X(name, type, sql, codec) type name;
	ACCESS_COLUMNS(X)
#undef X
};

/* The local day that accesses fall into now: they come mostly in the order of time. All zero at
 * first. */
struct row_day {
	int64_t from_s, to_s;
	uint16_t number;
};

/* The time column: seconds, clamped to what fits (1970 to 2106). */
uint32_t row_time(int64_t ts_ns);
/* All columns of one packet; payload is left zero. Times before 1970 and after 2106 are clamped to
 * what fits. */
void row_fill(struct row *row, const struct access *a, struct row_day *day);
/* Leaves away what a row of that level does not have. */
void row_coarsen(struct row *row, enum approximate_level level);
uint64_t row_hash(const struct row *row, const struct hash_key *key);
/* The same minute and the same in all columns but time, packets and bytes. */
bool row_is_flow(const struct row *row, const struct rows *rows, size_t at);
