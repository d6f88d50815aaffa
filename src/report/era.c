#include "report/era.h"

#include "base/base.h"

/* First days, from the imperial ordinances and cabinet orders. Meiji was proclaimed on 1868-10-23
 * for the whole year; its lunar dates up to 1872 are taken as civil ones here. */
static const struct era {
	int year, month, day;
	const char *name;
} eras[] = {
	{2019, 5, 1, "令和"},
	{1989, 1, 8, "平成"},
	{1926, 12, 25, "昭和"},
	{1912, 7, 30, "大正"},
	{1868, 1, 25, "明治"},
};

static int days(int year, int month, int day)
{
	return (year * 12 + month) * 31 + day; /* only for comparing */
}

const char *era_year(int year, int month, int day, char out[ERA_TEXT_SIZE])
{
	for (size_t i = 0; i < ARRAY_SIZE(eras); i++) {
		const struct era *e = &eras[i];
		int number = year - e->year + 1;

		if (days(year, month, day) < days(e->year, e->month, e->day))
			continue;
		if (number == 1)
			snprintf(out, ERA_TEXT_SIZE, "%s元年", e->name);
		else
			snprintf(out, ERA_TEXT_SIZE, "%s %d 年", e->name, number);
		return out;
	}
	snprintf(out, ERA_TEXT_SIZE, "%d 年", year);
	return out;
}

const char *era_date(int year, int month, int day, char out[ERA_TEXT_SIZE])
{
	char in_era[ERA_TEXT_SIZE];

	snprintf(out, ERA_TEXT_SIZE, "%.24s %d 月 %d 日", era_year(year, month, day, in_era), month,
		day);
	return out;
}
