#include "analysis/period.h"

#include "base/zone.h"

/* Months of one period of a kind; 0 where a kind is no number of months. */
static int months_of(enum period_kind kind)
{
	switch (kind) {
	case PERIOD_MONTH:
		return 1;
	case PERIOD_QUARTER:
		return 3;
	case PERIOD_HALF:
		return 6;
	case PERIOD_YEAR:
		return 12;
	default:
		return 0;
	}
}

struct period period_of_days(int32_t from_day, int32_t to_day)
{
	return (struct period){
		.kind = PERIOD_DAYS,
		.from_s = day_start(from_day),
		.to_s = day_start(to_day),
		.from_day = from_day,
		.to_day = to_day,
	};
}

struct period period_of_months(enum period_kind kind, int year, int number)
{
	int months = months_of(kind);
	int first = (number - 1) * months + 1;
	struct period p =
		period_of_days(day_number(year, first, 1), day_number(year, first + months, 1));

	p.kind = kind;
	p.year = year;
	p.number = kind == PERIOD_YEAR ? 0 : number;
	return p;
}

struct period period_of_times(int64_t from_s, int64_t to_s)
{
	int32_t from_day = day_of(from_s), to_day = day_of(to_s);
	bool whole = day_start(from_day) == from_s && day_start(to_day) == to_s;

	return (struct period){
		.kind = PERIOD_TIME,
		.from_s = from_s,
		.to_s = to_s,
		.from_day = whole ? from_day : INT32_MIN,
		.to_day = whole ? to_day : INT32_MIN,
	};
}

struct period period_before(const struct period *p)
{
	int months = months_of(p->kind);

	if (p->kind == PERIOD_DAYS)
		return period_of_days(p->from_day - (p->to_day - p->from_day), p->from_day);
	if (p->kind == PERIOD_TIME)
		return period_of_times(p->from_s - (p->to_s - p->from_s), p->from_s);
	if (p->kind == PERIOD_YEAR)
		return period_of_months(p->kind, p->year - 1, 1);
	if (p->number == 1)
		return period_of_months(p->kind, p->year - 1, 12 / months);
	return period_of_months(p->kind, p->year, p->number - 1);
}

static const char *print_days(const struct period *p, char out[PERIOD_TEXT_SIZE])
{
	struct civil first = civil_of_day(p->from_day), last = civil_of_day(p->to_day - 1);
	int len = snprintf(
		out, PERIOD_TEXT_SIZE, "%04d-%02d-%02d", first.year, first.month, first.day);

	if (p->to_day - p->from_day != 1)
		snprintf(out + len, PERIOD_TEXT_SIZE - (size_t)len, "..%04d-%02d-%02d", last.year,
			last.month, last.day);
	return out;
}

const char *period_print(const struct period *p, char out[PERIOD_TEXT_SIZE])
{
	char from[ZONE_TEXT_SIZE], to[ZONE_TEXT_SIZE];

	switch (p->kind) {
	case PERIOD_MONTH:
		snprintf(out, PERIOD_TEXT_SIZE, "%04d-%02d", p->year, p->number);
		break;
	case PERIOD_QUARTER:
		snprintf(out, PERIOD_TEXT_SIZE, "%04d-Q%d", p->year, p->number);
		break;
	case PERIOD_HALF:
		snprintf(out, PERIOD_TEXT_SIZE, "%04d-H%d", p->year, p->number);
		break;
	case PERIOD_YEAR:
		snprintf(out, PERIOD_TEXT_SIZE, "%04d", p->year);
		break;
	case PERIOD_DAYS:
		return print_days(p, out);
	case PERIOD_TIME:
		snprintf(out, PERIOD_TEXT_SIZE, "%s..%s", zone_print(p->from_s, from),
			zone_print(p->to_s, to));
		break;
	}
	return out;
}

bool period_is_none(const struct period *p)
{
	return p->from_s >= p->to_s;
}
