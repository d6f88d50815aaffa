/* What accesses are told apart by: the dimensions, and the names that only filters know. One row
 * each: its type of values and its SQL, so that the counting, the filter in C and the filter in SQL
 * cannot differ. */
#pragma once

#include "analysis/dimension.h"
#include "flow/rows.h"

#define FILTER_SUBJECTS(X) X(port) X(protocol) X(destination)

/* The first DIMENSION_COUNT of them are the dimensions, with the same numbers. */
enum subject {
#define X(name, ...) SUBJECT_##name,
	DIMENSIONS(X) FILTER_SUBJECTS(X)
#undef X
		SUBJECT_COUNT
};
_Static_assert((int)SUBJECT_category == (int)DIMENSION_category, "dimensions come first");

enum value_kind {
	VALUE_SERVICE,
	VALUE_COUNTRY,
	VALUE_ASN,
	VALUE_ADDRESS, /* an address or a prefix */
	VALUE_NETWORK, /* the same, not longer than /24 or /64 */
	VALUE_SENSOR,
	VALUE_CLASS,
	VALUE_TOOL,
	VALUE_OS,
	VALUE_PROTOCOL,
	VALUE_PAYLOAD,
	VALUE_TAG,     /* one of the tags of an access; an access has any number of keys */
	VALUE_VERDICT, /* enum verdict_tool (analysis/verdict.h) */
	VALUE_GROUP,
	VALUE_YES_NO,
	VALUE_SYN,
	VALUE_NUMBER,
	VALUE_SIGNATURE, /* generator << 32 | signature */
	VALUE_CATEGORY,
};

/* A set of columns of rows.h, and of what detections have beside them: COLUMN_BIT(src) | ... */
#define COLUMN_BIT(name) (1u << COLUMN_##name)
enum column {
#define X(name, type, sql, codec) COLUMN_##name,
	ACCESS_COLUMNS(X)
#undef X
		COLUMN_gid,
	COLUMN_sid,
	COLUMN_category,
	COLUMN_COUNT
};

/* What only detections have; a question that reads it counts detections instead of accesses. */
enum { DETECTION_BITS = COLUMN_BIT(gid) | COLUMN_BIT(sid) | COLUMN_BIT(category) };

/* Beside the columns: the question reads verdict_sources (verdicts.sql). */
#define COLUMNS_VERDICT (1u << 31)
_Static_assert(COLUMN_COUNT <= 31, "a bit for each column and one more");

struct subject_info {
	const char *name;
	enum value_kind kind;
	unsigned columns;     /* that sql reads */
	const char *sql;      /* expression; the parameter zone and the marker now may stand in it */
	const char *sql_type; /* of that expression, for bound values */
	const char *only;     /* condition without which no value is equal or ordered; NULL: none. A
			       * filter only looks at it; a row beside it has its key all the same */
	uint64_t max;	      /* VALUE_NUMBER, VALUE_ASN */
	bool ordered;	      /* < and > mean something */
	bool several;	      /* an access may have several of these values */
};

/* What one access shows of a verdict, as verdict_counts.sql takes it: tests of 16 bits as the tool's number, ZMap since 4.1.1 as 6. */
extern const char *const verdict_shown_sql;

const struct subject_info *subject_info(enum subject s);
/* Whether its values are texts. */
bool subject_is_text(enum subject s);
/* Any case. False when there is none of that name; then *suggestion (may be NULL) is the nearest of
 * the first `count` subjects, or NULL when none is near. */
bool subject_parse(const char *name, size_t count, enum subject *ret, const char **suggestion);
