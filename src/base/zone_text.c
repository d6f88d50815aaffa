#include "base/zone.h"

enum { DAY_S = 86400 };

static int64_t seconds_of(const struct civil *c)
{
	return (int64_t)day_number(c->year, c->month, c->day) * DAY_S + c->hour * INT64_C(3600) +
	       c->minute * INT64_C(60) + c->second;
}

/* RFC 3339 has no offsets with seconds, which zones had until 1972: such an instant prints in the
 * whole minutes of its offset, its clock shifted by the rest. */
const char *zone_print(int64_t t_s, char out[ZONE_TEXT_SIZE])
{
	struct civil c = civil_of(t_s);
	int64_t clock_s = seconds_of(&c) - c.offset_s % 60;
	struct civil date =
		civil_of_day((int32_t)((clock_s - (clock_s % DAY_S + DAY_S) % DAY_S) / DAY_S));
	unsigned second = (unsigned)((clock_s % DAY_S + DAY_S) % DAY_S);
	unsigned ahead = (unsigned)abs(c.offset_s) / 60;

	snprintf(out, ZONE_TEXT_SIZE, "%04d-%02d-%02dT%02u:%02u:%02u%c%02u:%02u", date.year,
		date.month, date.day, second / 3600, second / 60 % 60, second % 60,
		c.offset_s < 0 ? '-' : '+', ahead / 60, ahead % 60);
	return out;
}

/* Takes exactly `digits` digits, after `before` when that is not 0. */
static bool take_number(const char **at, char before, int digits, int max, int *ret)
{
	const char *p = *at;
	int value = 0;

	if (before && *p++ != before)
		return false;
	for (int i = 0; i < digits; i++, p++) {
		if (*p < '0' || *p > '9')
			return false;
		value = value * 10 + (*p - '0');
	}
	if (value > max)
		return false;
	*ret = value;
	*at = p;
	return true;
}

static bool take_date(const char **at, struct civil *c)
{
	if (!take_number(at, 0, 4, 9999, &c->year) || !take_number(at, '-', 2, 12, &c->month) ||
		!take_number(at, '-', 2, 31, &c->day) || c->year == 0 || c->month == 0 ||
		c->day == 0)
		return false;
	return c->day <= day_number(c->year, c->month + 1, 1) - day_number(c->year, c->month, 1);
}

static bool take_clock(const char **at, struct civil *c)
{
	return take_number(at, 'T', 2, 23, &c->hour) && take_number(at, ':', 2, 59, &c->minute) &&
	       (**at != ':' || take_number(at, ':', 2, 59, &c->second));
}

/* "Z" or "+09:00". */
static bool take_offset(const char **at, struct civil *c)
{
	int sign = **at == '-' ? -1 : 1;
	int hours, minutes;

	if (**at == 'Z') {
		++*at;
		return true;
	}
	if (!take_number(at, sign < 0 ? '-' : '+', 2, 23, &hours) ||
		!take_number(at, ':', 2, 59, &minutes))
		return false;
	c->offset_s = sign * (hours * 3600 + minutes * 60);
	return true;
}

/* A date alone is the start of the day `days_later` after it. */
static bool parse_time(const char *text, int days_later, int64_t *ret_t_s)
{
	struct civil c = {0};

	if (!take_date(&text, &c))
		return false;
	if (*text == 'T') {
		if (!take_clock(&text, &c))
			return false;
		days_later = 0;
	}
	c.day += days_later;
	if (*text == '\0') {
		*ret_t_s = zone_time(c.year, c.month, c.day, c.hour, c.minute, c.second);
		return true;
	}
	if (!take_offset(&text, &c) || *text)
		return false;
	*ret_t_s = seconds_of(&c) - c.offset_s;
	return true;
}

bool zone_parse(const char *text, int64_t *ret_t_s)
{
	return parse_time(text, 0, ret_t_s);
}

bool zone_parse_end(const char *text, int64_t *ret_t_s)
{
	return parse_time(text, 1, ret_t_s);
}
