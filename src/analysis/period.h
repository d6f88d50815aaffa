/* Periods: half-open [from, to) in the plant's time zone. */
#pragma once

#include "base/err.h"

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
 * day. */
int period_parse(const char *text, int64_t now_s, struct period *ret, struct err *e) MUST_USE;
/* The period before, of the same kind: the month before a month, the N days before N days, ... */
struct period period_before(const struct period *p);
/* "2009-08", "2016-Q3", "2009-08-01..2009-08-15": reads back to the same period. */
enum { PERIOD_TEXT_SIZE = 96 };
const char *period_print(const struct period *p, char out[PERIOD_TEXT_SIZE]);
