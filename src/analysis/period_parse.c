#include "analysis/period.h"

#include "base/text.h"
#include "base/zone.h"

#include <errno.h>
#include <string.h>

enum { TEXT_MAX = 255 };

/* --- characters --- */

/* How the same period is written with a Japanese keyboard: full-width digits, wave dashes, spaces. */
static const struct {
	const char *written, *meant;
} spellings[] = {
	{" ", ""},
	{"\t", ""},
	{"　", ""},
	{"〜", ".."},
	{"～", ".."},
	{"元年", "1年"},
	{"０", "0"},
	{"１", "1"},
	{"２", "2"},
	{"３", "3"},
	{"４", "4"},
	{"５", "5"},
	{"６", "6"},
	{"７", "7"},
	{"８", "8"},
	{"９", "9"},
};

/* Skips the word if it stands there. */
static bool take(const char **at, const char *word)
{
	size_t len = strlen(word);

	if (strncmp(*at, word, len) != 0)
		return false;
	*at += len;
	return true;
}

/* No spelling is longer than what it is written with. */
static void normalise(const char *text, char out[TEXT_MAX + 1])
{
	while (*text) {
		size_t i = 0;

		while (i < ARRAY_SIZE(spellings) && !take(&text, spellings[i].written))
			i++;
		if (i == ARRAY_SIZE(spellings))
			*out++ = *text++;
		else
			out = stpcpy(out, spellings[i].meant);
	}
	*out = '\0';
}

/* From `least` to `most` digits. */
static bool take_number(const char **at, int least, int most, int min, int max, int *ret)
{
	int value = 0, count = 0;

	for (; count < most && **at >= '0' && **at <= '9'; count++)
		value = value * 10 + (*(*at)++ - '0');
	*ret = value;
	return count >= least && value >= min && value <= max;
}

/* --- one form each: true when the whole text has it --- */

static bool make_months(enum period_kind kind, int year, int number, struct period *ret)
{
	*ret = period_of_months(kind, year, number);
	return true;
}

static bool make_day(int year, int month, int day, struct period *ret)
{
	int32_t number = day_number(year, month, day);

	if (number >= day_number(year, month + 1, 1))
		return false;
	*ret = period_of_days(number, number + 1);
	return true;
}

/* 2009, 2009-08, 2016-Q3, 2009-H1, 2009-08-12: each number with all its digits. */
static bool parse_calendar(const char *text, struct period *ret)
{
	int year, number, day;

	if (!take_number(&text, 4, 4, 1, 9999, &year))
		return false;
	if (!*text)
		return make_months(PERIOD_YEAR, year, 1, ret);
	if (take(&text, "-Q"))
		return take_number(&text, 1, 1, 1, 4, &number) && !*text &&
		       make_months(PERIOD_QUARTER, year, number, ret);
	if (take(&text, "-H"))
		return take_number(&text, 1, 1, 1, 2, &number) && !*text &&
		       make_months(PERIOD_HALF, year, number, ret);
	if (!take(&text, "-") || !take_number(&text, 2, 2, 1, 12, &number))
		return false;
	if (!*text)
		return make_months(PERIOD_MONTH, year, number, ret);
	return take(&text, "-") && take_number(&text, 2, 2, 1, 31, &day) && !*text &&
	       make_day(year, number, day, ret);
}

/* 平成21年, or 2009年. */
static bool take_year(const char **at, int *ret)
{
	static const struct {
		const char *name;
		int before, years; /* the year before its first one; years that it has */
	} eras[] = {{"昭和", 1925, 64}, {"平成", 1988, 31}, {"令和", 2018, 9999 - 2018}};
	int year;

	for (size_t i = 0; i < ARRAY_SIZE(eras); i++)
		if (take(at, eras[i].name)) {
			if (!take_number(at, 1, 4, 1, eras[i].years, &year))
				return false;
			*ret = eras[i].before + year;
			return take(at, "年");
		}
	return take_number(at, 4, 4, 1, 9999, ret) && take(at, "年");
}

/* 平成21年, and after it 8月期, 8月, 8月12日, 第3四半期, 上半期 or 下半期. */
static bool parse_japanese(const char *text, struct period *ret)
{
	int year, number, day;

	if (!take_year(&text, &year))
		return false;
	if (!*text)
		return make_months(PERIOD_YEAR, year, 1, ret);
	if (strcmp(text, "上半期") == 0)
		return make_months(PERIOD_HALF, year, 1, ret);
	if (strcmp(text, "下半期") == 0)
		return make_months(PERIOD_HALF, year, 2, ret);
	if (take(&text, "第"))
		return take_number(&text, 1, 1, 1, 4, &number) && strcmp(text, "四半期") == 0 &&
		       make_months(PERIOD_QUARTER, year, number, ret);
	if (!take_number(&text, 1, 2, 1, 12, &number) || !take(&text, "月"))
		return false;
	if (!*text || strcmp(text, "期") == 0)
		return make_months(PERIOD_MONTH, year, number, ret);
	return take_number(&text, 1, 2, 1, 31, &day) && strcmp(text, "日") == 0 &&
	       make_day(year, number, day, ret);
}

static struct period last_months(int32_t today, int count)
{
	struct civil now = civil_of_day(today);
	int32_t first_day = day_number(now.year, now.month - count, 1);
	struct civil first = civil_of_day(first_day);

	if (count == 1)
		return period_of_months(PERIOD_MONTH, first.year, first.month);
	return period_of_days(first_day, day_number(now.year, now.month, 1));
}

/* last-7d, last-24h, last-3m: at most about a hundred years back. */
static bool parse_last(const char *text, int64_t now_s, struct period *ret)
{
	int32_t today = day_of(now_s);
	int count;

	if (!take(&text, "last-") || !take_number(&text, 1, 5, 1, 36500, &count))
		return false;
	if (strcmp(text, "h") == 0)
		*ret = period_of_times(now_s - count * INT64_C(3600), now_s);
	else if (strcmp(text, "d") == 0)
		*ret = period_of_days(today - count, today);
	else if (strcmp(text, "m") == 0 && count <= 1200)
		*ret = last_months(today, count);
	else
		return false;
	return true;
}

/* --- ranges --- */

/* One end of a range: a calendar form, or a time, which has no length. */
static bool parse_end(const char *text, struct period *ret)
{
	int64_t from_s, to_s;

	if (parse_calendar(text, ret) || parse_japanese(text, ret))
		return true;
	if (!zone_parse(text, &from_s) || !zone_parse_end(text, &to_s))
		return false;
	*ret = period_of_times(from_s, to_s);
	return true;
}

static bool parse_range(char *text, struct period *ret)
{
	char *dots = strstr(text, "..");
	struct period first, last;

	if (!dots)
		return false;
	*dots = '\0';
	if (!parse_end(text, &first) || !parse_end(dots + 2, &last))
		return false;
	if (first.kind == PERIOD_TIME || last.kind == PERIOD_TIME)
		*ret = period_of_times(first.from_s, last.to_s);
	else
		*ret = period_of_days(first.from_day, last.to_day);
	return true;
}

/* A day that the zone dropped is a period, if an empty one. */
static bool is_backwards(const struct period *p)
{
	return p->kind == PERIOD_TIME ? p->to_s <= p->from_s : p->to_day <= p->from_day;
}

static int refuse(const char *text, struct err *e)
{
	return err_set(e, EINVAL,
		TR("\"%s\" is no period; write %s",
			"「%s」は期間として読めません。%s のように書いてください"),
		text,
		"2009-08, 2016-Q3, 2009-H1, 2009, 2009-08-12, 2009-08-01..2009-08-15, "
		"2009-08-01T04:00..2009-08-01T05:00, last-7d, last-24h, last-3m, 平成21年8月期");
}

int period_parse(const char *text, int64_t now_s, struct period *ret, struct err *e)
{
	char plain[TEXT_MAX + 1];
	struct period p;

	if (strlen(text) > TEXT_MAX)
		return refuse(text, e);
	normalise(text, plain);
	if (!parse_calendar(plain, &p) && !parse_japanese(plain, &p) &&
		!parse_last(plain, now_s, &p) && !parse_range(plain, &p))
		return refuse(text, e);
	if (is_backwards(&p))
		return err_set(e, EINVAL,
			TR("the period \"%s\" ends before it begins, or at once",
				"期間「%s」の終わりが始まりより後ではありません"),
			text);
	*ret = p;
	return 0;
}
