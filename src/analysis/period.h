/* Periods: half-open [from, to) in the plant's time zone. */
#pragma once

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

enum period_kind { PERIOD_DAYS, PERIOD_MONTH, PERIOD_QUARTER, PERIOD_HALF, PERIOD_YEAR, PERIOD_TIME };

struct period {
	enum period_kind kind;
	int64_t from_s, to_s;
	int32_t from_day, to_day; /* day numbers when both ends are day starts; else both INT32_MIN */
	int year, number;         /* of a month (1..12), quarter, half; year also of PERIOD_YEAR */
};

/* "2009-08", "2016-Q3", "2009-H1", "2009", "2009-08-12", "2009-08-01..2009-08-15" (end inclusive when a date, exclusive when
 * a time), "2009-08-01T04:00..2009-08-01T05:00", "last-7d", "last-24h", "last-3m" (whole months), "平成21年8月期" and the like
 * (平成21年第3四半期, 平成21年上半期, 令和元年5月). now_s is what "last-" ends at: last-Nd are the N days before the current
 * day, last-Nm the N months before the current month (PERIOD_MONTH for 1, else PERIOD_DAYS), last-Nh the N hours before now_s.
 * The ends of a range may be any of these but "last-": 2009-06..2009-08. Spaces, full-width digits and 〜 are taken too. */
int period_parse(const char *text, int64_t now_s, struct period *ret, struct err *e) MUST_USE;
/* A calendar period of PERIOD_MONTH (number 1..12), PERIOD_QUARTER (1..4), PERIOD_HALF (1..2) or PERIOD_YEAR (1). */
struct period period_of_months(enum period_kind kind, int year, int number);
/* PERIOD_DAYS and PERIOD_TIME, half-open. */
struct period period_of_days(int32_t from_day, int32_t to_day);
struct period period_of_times(int64_t from_s, int64_t to_s);
/* The period before, of the same kind: the month before a month, the N days before N days, ... */
struct period period_before(const struct period *p);
/* "2009-08", "2016-Q3", "2009-08-01..2009-08-15": reads back to the same period. */
enum { PERIOD_TEXT_SIZE = 96 };
const char *period_print(const struct period *p, char out[PERIOD_TEXT_SIZE]);
/* Holds no time at all, as {0} does: nothing to compare with. */
bool period_is_none(const struct period *p);
