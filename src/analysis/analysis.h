/* Questions to typed answers. Numbers are unrounded; rate = packets / exposure; change = rate - previous rate. */
#pragma once

#include "analysis/dimension.h"
#include "analysis/expr.h"
#include "analysis/period.h"
#include "store/store.h"

/* What every answer is about. The plant must have the store's sensors too (store_sensors_load). */
struct analysis {
	struct store *store;
	const struct plant *plant;
	int64_t now_s; /* nothing later than this was observed */
};

/* Numbers of distinct sources that may stay 0, because nobody will read them: they cost more than all else of an answer. */
enum unread {
	UNREAD_TOTAL = 1,        /* of everything in the period (top, cross, the total series as a whole) */
	UNREAD_KEYS = 2,         /* of rows, of cells, of series as a whole */
	UNREAD_TOTAL_POINTS = 4, /* of the points of the total series */
	UNREAD_KEY_POINTS = 8,   /* of the points of the other series */
	UNREAD_PREVIOUS = 16,    /* top: of the period compared with */
};

struct question {
	enum dimension dimension;  /* DIMENSION_NONE: everything in one row */
	enum dimension dimension2; /* cross only */
	struct period period, versus; /* versus of `struct top` may be none: period_is_none() */
	const struct expr *where;  /* NULL: all */
	size_t limit;              /* rows of the answer (top), keys (trend), keys each way (cross); SIZE_MAX: all. Ranks always
	                            * count every key */
	int64_t interval_s;        /* trend: 3600, 86400 (local days), or any multiple of 900 below a day */
	bool without_sources;      /* leave all numbers of distinct sources 0: smaller tables can answer then */
	unsigned unread;           /* of enum unread: leave these 0 */
	bool new_payloads;         /* only accesses whose payload was first seen in the period */
	bool detections;           /* set by the answer: detections were counted, as signature or category was asked for */
	uint32_t source_ranks;     /* top: sources only of rows whose rank, rise rank or fall rank is at most that, the others' stay
	                            * 0; 0: of all rows */
};

struct measure {
	uint64_t packets, sources;                    /* sources: distinct */
	uint64_t previous_packets, previous_sources;
	double rate, previous_rate, change;           /* per IP-day; NAN where the exposure is 0 */
	double change_pct;                            /* NAN when the previous rate is 0 or NAN */
	uint32_t rank, previous_rank;                 /* by rate, from 1; 0: no accesses in that period */
	uint32_t rise_rank, fall_rank;                /* by absolute change; 0: none */
};

struct top_row {
	char *key;      /* "445/TCP", "JP", "AS4134", "203.0.113.5", "203.0.113.0/24", "64", "scan", payload: 32 hex digits */
	double exposure, versus_exposure; /* the answer's, but for dimension sensor: the sensor's own */
	struct measure m;
};

/* Segments of the period that were begun and are not complete: their numbers may still grow. */
struct incomplete {
	char **names;
	size_t count;
};

/* Where an answer is not exact. All zero: it is. Numbers of accesses are exact unless packets is set. */
struct approximate {
	bool sketched;           /* distinct sources are estimated (about 1 % off): an exact count would not have fitted in memory */
	uint64_t coarse;         /* accesses of the asked times whose rows were merged without destination, ports and sizes;
	                          * 0 when the question is not about such */
	uint64_t without_source; /* ... without their source as well, so that sources are too few; 0 when it is about none */
	bool packets;            /* that concerns numbers of accesses too: the keys or the filter need what is missing */
	uint64_t payloads;       /* distinct payloads that are known by their hash only; 0 when it is not about payloads */
	uint64_t beyond;         /* accesses of keys that are in no row, because a count without a store could not hold them all;
	                          * every row may lack up to beyond_each then. 0: all were held */
	uint64_t beyond_each;
	bool candidates;         /* the filter asks for tools or tags that single packets show by a test of 16 bits (candidate.h) */
};

struct top {
	struct question question; /* as asked; where is not kept */
	double exposure, versus_exposure; /* IP-days of the sensors that the filter can match */
	struct measure total;
	struct top_row *rows;     /* by rank; keys of the previous period without accesses in this one last. With a limit the
	                           * first `limit` of them */
	size_t count;
	size_t keys;              /* how many there were before the limit */
	struct incomplete incomplete;
	struct approximate approximate;
};

/* Everything owned by the answer; release with top_free(). */
int analysis_top(const struct analysis *a, const struct question *q, struct top **ret, struct err *e) MUST_USE;
void top_free(struct top *t);
AUTO_RELEASE(struct top, top_free);

struct point {
	int64_t from_s, to_s;
	uint64_t packets, sources;
	double exposure, rate; /* of that interval */
};

struct series {
	char *key;
	struct point *points;  /* trend.points of them, also those without accesses */
	uint64_t packets, sources; /* of the whole period */
};

struct trend {
	struct question question;
	size_t points;
	struct series total;   /* key "all" */
	struct series *series; /* by packets in the period, at most limit */
	size_t count;
	double exposure;
	struct incomplete incomplete;
	struct approximate approximate;
};

int analysis_trend(const struct analysis *a, const struct question *q, struct trend **ret, struct err *e) MUST_USE;
void trend_free(struct trend *t);
AUTO_RELEASE(struct trend, trend_free);

struct cross_cell {
	uint64_t packets, sources;
};

/* rows x columns keys, each ordered by packets; what is beyond the limit is in the last row and column ("others": key NULL). */
struct cross {
	struct question question;
	char **row_keys, **column_keys;
	size_t rows, columns;          /* without "others" */
	struct cross_cell *cells;      /* (rows + 1) * (columns + 1); others last; sources of others are 0 (not known) */
	uint64_t *row_packets, *column_packets; /* rows + 1, columns + 1 */
	uint64_t packets, sources;
	double exposure;
	struct incomplete incomplete;
	struct approximate approximate;
};

int analysis_cross(const struct analysis *a, const struct question *q, struct cross **ret, struct err *e) MUST_USE;
void cross_free(struct cross *c);
AUTO_RELEASE(struct cross, cross_free);

/* IP-days really observed in [from, to), of the sensors that the filter can match: addresses x time in service, minus
 * outages, never beyond now_s. A sensor without `since` counts from its first capture to its last one (store coverage);
 * one whose addresses were inferred counts only while its captures last. only: one sensor's index, -1 for all. */
int analysis_exposure(const struct analysis *a, int64_t from_s, int64_t to_s, const struct expr *where, int only, double *ret,
	struct err *e) MUST_USE;

/* What a command means that names no period: the last whole month before now_s if it has accesses, else the month of the
 * newest ones that are not after today (wrong clocks write such), else of the newest ones. -ENODATA when the store is
 * empty. */
int analysis_default_period(const struct analysis *a, struct period *ret, struct err *e) MUST_USE;
