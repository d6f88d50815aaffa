/* The filter language, the same everywhere:
 *   service = 23/TCP and country in (CN, KR) and not tool = mirai and ttl <= 64 and source in 203.0.113.0/24
 * Grammar:   or := and ("or" and)*;  and := not ("and" not)*;  not := "not" not | "(" or ")" | test
 *   test := dimension ("=" | "!=" | "<" | "<=" | ">" | ">=") value | dimension ["not"] "in" (value | "(" value, ... ")")
 * Order comparisons only for numbers (ttl, sport, length, window, hour, asn, port); prefixes for source and network with = and in; further names for filters
 * only: port (number of a TCP, UDP or SCTP service; no other access has one), protocol (TCP, UDP, ...), destination (a sensor
 * address). Values may be quoted with ' or ". Keywords in any case. */
#pragma once

#include "analysis/dimension.h"
#include "base/err.h"

struct detection;
struct expr;

/* "" or NULL is the filter that takes all: *ret = NULL. Errors name the position and what would be allowed there. Bounded: at
 * most 64 KiB, 64 levels, 10,000 values. */
int expr_parse(const char *text, struct expr **ret, struct err *e) MUST_USE;
void expr_free(struct expr *x);
AUTO_RELEASE(struct expr, expr_free);

/* The truth for one access; NULL takes all. Must agree with the SQL (property test). plant gives sensor names. */
bool expr_matches(const struct expr *x, const struct access *a, const struct plant *plant);
/* The same of one detection of the access. */
bool expr_matches_detection(
	const struct expr *x, const struct access *a, const struct detection *d, const struct plant *plant);
/* Whether it asks for that dimension anywhere. */
bool expr_names(const struct expr *x, enum dimension d);
/* Whether it is about detections instead of accesses: names a signature or a category. */
bool expr_asks_detections(const struct expr *x);
/* Whether detections have all that it names. */
bool expr_fits_detections(const struct expr *x);
/* Refuses what only a store knows: verdict. */
int expr_check_packets(const struct expr *x, struct err *e) MUST_USE;
/* Refuses also what accesses alone do not have: signature and category. */
int expr_check_accesses(const struct expr *x, struct err *e) MUST_USE;
/* Whether accesses of that sensor can match at all: for the exposure behind a filtered rate. */
bool expr_may_have_sensor(const struct expr *x, const char *sensor);
/* The filter as text again, normalised: reads back to the same filter. */
void expr_print(const struct expr *x, struct buf *out);
/* Refuses names of sensors that the plant does not have. */
int expr_check_sensors(const struct expr *x, const struct plant *plant, struct err *e) MUST_USE;
