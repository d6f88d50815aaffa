/* The question under all answers: how often was each key seen in a period (and in another one), and
 * by how many sources. */
#pragma once

#include "analysis/analysis.h"
#include "analysis/plan.h"
#include "analysis/sql_text.h"

/* More keys than that are refused: about 100 bytes each. */
enum { COUNT_KEYS_MAX = 4000000 };

/* So many keys are named in a statement; more are all asked for. */
enum { CHOSEN_MAX = 1000 };

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

struct count_want {
	enum dimension dimension;	/* DIMENSION_NONE: one row, of zeros if there was nothing */
	bool versus;			/* with the counts of the period compared with */
	bool sources, previous_sources; /* else they are 0 */
	const struct counts *chosen;	/* only these, if few enough to be named; NULL: all */
	struct counted *all;		/* NULL, or filled with everything together (all keys) */
	bool *sketched;			/* set when sources had to be estimated; may be NULL
					   without sources */
};

int count_keys(const struct analysis *a, const struct question *q, const struct count_want *want,
	struct counts *ret, struct err *e) MUST_USE;
/* Fills the sources (and with previous, those of the period compared with) of keys that have been
 * counted: a second question, because one that names a few keys reads a part of a table. all: those
 * of everything together too (NULL: not), which costs less in one question than in two when the
 * dimension has few keys. */
int count_key_sources(const struct analysis *a, const struct question *q, bool previous,
	struct counts *keys, struct counted *all, bool *sketched, struct err *e) MUST_USE;
/* Whether somebody will read these numbers of sources (enum unread). */
bool question_reads(const struct question *q, unsigned what);
/* Dimension verdict, when the filter does not ask for it too: keys with their sources, and everything together, judged in one reading
 * of each period. */
bool can_count_verdicts(const struct question *q);
int count_verdicts(const struct analysis *a, const struct question *q, struct counts *ret, struct counted *all, struct err *e) MUST_USE;
/* The accesses of everything that was asked, of which c are the keys: their sum, and asked for where an access has several
 * keys. */
int count_all(const struct analysis *a, const struct question *q, const struct counts *c, bool versus,
	struct counted *ret, struct err *e) MUST_USE;
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
	const char *with, *with_and; /* markers before SELECT, and before tables of the statement's own */
};

/* What every statement of an ask may need. */
#define ASK_MARKERS(ask)                                                                           \
	{"with", (ask).with}, {"with_and", (ask).with_and}, {"verdicts", sql_verdicts}, {"level", sql_verdict_level}

struct ask_for {
	unsigned columns; /* beside those of the filter */
	bool sources, versus;
	enum time_unit steps; /* of intervals within the period; UNIT_MONTH when there are none */
};

/* Refuses what no table can answer: detections have fewer columns than accesses. *ret is the question with `detections` set,
 * which is asked from then on. */
int ask_check(const struct question *q, struct question *ret, struct err *e) MUST_USE;
void ask_begin(
	struct ask *ask, const struct analysis *a, const struct question *q, struct ask_for want);
void ask_done(struct ask *ask);
/* Whether the distinct sources of the keys and those of everything are counted in the same table. */
bool total_has_same_table(const struct analysis *a, const struct question *q);
static inline void auto_ask_done(struct ask *ask)
{
	ask_done(ask);
}
/* The SQL expression of a dimension; a constant for DIMENSION_NONE. */
const char *key_sql(enum dimension d);
unsigned key_columns(enum dimension d);
/* The number of distinct sources of the accesses for which the condition holds. */
enum source_count {
	SOURCES_NONE, /* 0 */
	SOURCES_EXACT,
	SOURCES_SKETCH, /* estimated in 12 KiB for each number: 0.8 % off (one standard deviation)
			 */
	SOURCES_OF_SOURCE, /* a key is a source: 1 where there are accesses */
};
void source_count_sql(enum source_count how, const char *condition, struct buf *out);
/* How they are counted where the keys are of these dimensions. */
enum source_count source_count_of(bool wanted, bool sketch, enum dimension d, enum dimension d2);
/* A condition that keeps only the keys of chosen, bound to `name`; "1" when there are too many of
 * them to name. Appends. */
void ask_chosen(struct ask *ask, const char *name, const struct counts *chosen, struct buf *out);
