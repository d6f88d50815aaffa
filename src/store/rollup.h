/* The roll-ups of a block: its rows with equal keys added up, in the order of their tables, ready
 * to be sent. They are made here because materialised views sort and add up every row with general
 * code: 1.05 microseconds of CPU a row for everything against 0.61 (bench_rollups, a block of a
 * million rows). */
#pragma once

#include "base/err.h"
#include "base/room.h"
#include "flow/rows.h"
#include "observe/plant.h"
#include "store/sort.h"

/* X(name, keys): the keys of each table in its order; the sum is packets. */
#define ROLLUPS(X)                                                                                 \
	X(source_day, SOURCE_DAY_KEYS)                                                             \
	X(source_month, SOURCE_MONTH_KEYS)                                                         \
	X(service_quarter, SERVICE_QUARTER_KEYS)                                                   \
	X(service_source_month, SERVICE_SOURCE_MONTH_KEYS)
#define SOURCE_DAY_KEYS(X)	     X(day) X(src) X(country) X(asn) X(sensor) X(class)
#define SOURCE_MONTH_KEYS(X)	     X(month) X(src) X(country) X(asn) X(class) X(tool)
#define SERVICE_QUARTER_KEYS(X)	     X(quarter) X(service) X(country) X(sensor) X(class) X(tool)
#define SERVICE_SOURCE_MONTH_KEYS(X) X(month) X(service) X(src) X(country)

enum rollup_table {
#define X(name, keys) ROLLUP_##name,
	ROLLUPS(X)
#undef X
		ROLLUP_COUNT
};

enum { ROLLUP_KEYS_MAX = 6 };

/* One key column. */
struct key_column {
	const char *name, *type; /* as ClickHouse knows them */
	struct sort_column column;
};

struct rollup {
	const char *table;
	size_t rows, keys;
	struct key_column key[ROLLUP_KEYS_MAX]; /* their values and packets belong to the base */
	uint64_t *packets;
};

/* What is sent of one block: its rows in the order of the table `access` (day, src, time), so that the engine need not sort
 * them (175 ns a row, and smaller parts), with what their roll-ups share. */
struct rollup_base {
	const struct rows *rows; /* as they came */
	struct rows sorted;	 /* owned; sensor by the order of names */
	size_t sensors;
	const char **names; /* sorted; owned, the names are the plant's */
	uint32_t *quarter;  /* per sorted row: start of its quarter of an hour */
	uint32_t *source;   /* per sorted row: number of its (day, src), rising */
	uint16_t *month;    /* per sorted row: first day of its local month */
	bool one_day;	    /* all rows are of one day: a source has one number */
	bool one_place;	    /* country and AS are the same for each source of a day */
	struct sort sort;
	struct {
		uint64_t *packets;
		void *keys[ROLLUP_KEYS_MAX];
	} made[ROLLUP_COUNT]; /* where the roll-ups are made */
	struct room room;     /* all arrays lie in it; the next block uses it again */
};

/* At most SORT_ROWS_MAX rows. The base is all zero, or was of another block. rows and plant must live as long as its content.
 * On failure rollup_base_done() is still to be called. */
int rollup_base_init(struct rollup_base *base, const struct rows *rows, const struct plant *plant,
	struct err *e) MUST_USE;
void rollup_base_done(struct rollup_base *base);
/* Good until the same table is made again, or the base is of another block. */
void rollup_make(struct rollup_base *base, enum rollup_table table, struct rollup *ret);

static inline void auto_rollup_base_done(struct rollup_base *base)
{
	rollup_base_done(base);
}
