/* The question under all answers: how often was each key seen in a period (and in another one), and
 * by how many sources. */
#pragma once

#include "analysis/analysis.h"
#include "analysis/plan.h"
#include "analysis/sql_text.h"

/* More keys than that are refused: about 100 bytes each. */
enum { COUNT_KEYS_MAX = 4000000 };

struct counted {
	struct value key;
	uint64_t packets, sources;
	uint64_t previous_packets, previous_sources;
};

struct counts {
	enum dimension dimension;
	struct counted *rows; /* owned, as their keys */
	size_t count;
};

/* DIMENSION_NONE gives one row, of zeros when there was nothing. versus: with the previous counts. */
int count_keys(const struct analysis *a, const struct question *q, enum dimension d, bool versus,
	struct counts *ret, struct err *e) MUST_USE;
void counts_done(struct counts *c);
static inline void auto_counts_done(struct counts *c)
{
	counts_done(c);
}
/* Most packets first, ties in the natural order of keys; then forgets all but the first `limit`. */
void counts_keep_largest(struct counts *c, size_t limit);
/* The key as people read it; "all" for DIMENSION_NONE. NULL without memory. */
char *key_text(enum dimension d, const struct value *key);

/* --- the parts that the other questions use too ---------------------------------------------- */

/* A statement whose table, times and filter are settled. */
struct ask {
	struct sql_text sql;
	struct buf where;
	const struct table_info *table;
};

struct ask_for {
	unsigned columns; /* beside those of the filter */
	bool versus;
	bool bounds_are_days; /* of intervals within the period; true when there are none */
};

void ask_begin(
	struct ask *ask, const struct analysis *a, const struct question *q, struct ask_for want);
void ask_done(struct ask *ask);
static inline void auto_ask_done(struct ask *ask)
{
	ask_done(ask);
}
/* The SQL expression of a dimension; a constant for DIMENSION_NONE. */
const char *key_sql(enum dimension d);
unsigned key_columns(enum dimension d);
/* What is grouped by to count distinct sources; a constant (one for each group) where a key is a
 * source or they are not asked for. */
const char *source_sql(const struct question *q, enum dimension d);
/* A condition that keeps only the keys of chosen, bound to `name`; "1" when there are too many of
 * them to name. Appends. */
void ask_chosen(struct ask *ask, const char *name, const struct counts *chosen, struct buf *out);
