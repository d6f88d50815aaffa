/* Local time of the plant: one IANA time zone per process, set once at start. Times are seconds since the
 * epoch; days are numbered from 1970-01-01 (day 0) by their civil date. Instants outside the years 1 to 9999 count as
 * the first or last instant of these. */
#pragma once

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

struct civil {
	int year, month, day; /* month and day from 1 */
	int hour, minute, second;
	int offset_s; /* east of UTC */
};

/* Uses the IANA zone of that name from now on (NULL or "": the system's, which is TZ, the link /etc/localtime,
 * /etc/timezone, or UTC, in this order). Sets TZ, so call it before other threads start. -EINVAL when there is no such zone:
 * then the one before stays. */
int zone_use(const char *name, struct err *e) MUST_USE;
/* The zone's name as given, or as the system names it. */
const char *zone_name(void);

/* The second that a nanosecond lies in, also before 1970. */
static inline int64_t floor_s(int64_t ts_ns)
{
	return ts_ns / 1000000000 - (ts_ns % 1000000000 < 0);
}

struct civil civil_of(int64_t t_s);
/* Day number of a civil date (proleptic Gregorian); month may be out of 1..12 (13 = January after). */
int32_t day_number(int year, int month, int day);
/* The civil date of a day number: only year, month, day are set. */
struct civil civil_of_day(int32_t day);
/* First instant of a local day. Days are half-open [day_start(d), day_start(d + 1)) and cover all time without
 * gap or overlap, whatever the zone does at midnight (skips it, repeats it, or drops a whole day: then the
 * dropped day is empty). */
int64_t day_start(int32_t day);
/* The day that holds t: day_start(d) <= t < day_start(d + 1). */
int32_t day_of(int64_t t_s);
/* Seconds since the epoch of a local time; a skipped time gives the instant of the skip, of a repeated one the
 * first. */
int64_t zone_time(int year, int month, int day, int hour, int minute, int second);

enum { ZONE_TEXT_SIZE = 40 };
/* RFC 3339 with the zone's offset: 2026-06-01T00:00:00+09:00. */
const char *zone_print(int64_t t_s, char out[ZONE_TEXT_SIZE]);
/* "2026-06-01", "2026-06-01T04:30", "2026-06-01T04:30:15", each with optional Z or +09:00 (else local). */
bool zone_parse(const char *text, int64_t *ret_t_s);
/* The same for the end of a span: a date alone includes that day, so it gives the start of the day after it. */
bool zone_parse_end(const char *text, int64_t *ret_t_s);
