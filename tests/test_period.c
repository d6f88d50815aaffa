#include "analysis/period.h"
#include "base/text.h"
#include "base/zone.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

static int64_t at(const char *text)
{
	int64_t t_s;

	cr_assert(zone_parse(text, &t_s), "%s", text);
	return t_s;
}

static void use(const char *zone)
{
	struct err e = {0};

	cr_assert_eq(zone_use(zone, &e), 0, "%s", e.text);
}

static struct period parse(const char *text)
{
	struct period p;
	struct err e = {0};

	cr_assert_eq(period_parse(text, at("2009-09-15T12:34:56"), &p, &e), 0, "%s", e.text);
	return p;
}

/* text is [from, to), prints as printed, and the period before it as before. */
static void is(
	const char *text, const char *from, const char *to, const char *printed, const char *before)
{
	char out[PERIOD_TEXT_SIZE];
	struct period p = parse(text);
	struct period b = period_before(&p);

	cr_assert_eq(p.from_s, at(from), "%s from", text);
	cr_assert_eq(p.to_s, at(to), "%s to", text);
	cr_assert_str_eq(period_print(&p, out), printed);
	cr_assert_eq(b.to_s, p.from_s, "%s", text);
	cr_assert_eq(b.kind, p.kind, "%s", text);
	cr_assert_str_eq(period_print(&b, out), before);
}

static void refused(const char *text)
{
	struct period p;
	struct err e = {0};

	cr_assert_eq(period_parse(text, 1250000000, &p, &e), -EINVAL, "%s", text);
	cr_assert(strstr(e.text, text), "%s", e.text);
}

Test(period, a_month_is_a_local_month)
{
	use("Asia/Tokyo");
	is("2009-08", "2009-07-31T15:00:00Z", "2009-08-31T15:00:00Z", "2009-08", "2009-07");
	is("2009-01", "2009-01-01", "2009-02-01", "2009-01", "2008-12");
	is("2008-02", "2008-02-01", "2008-03-01", "2008-02", "2008-01");
	is("2009-12", "2009-12-01", "2010-01-01", "2009-12", "2009-11");
	cr_assert_eq(parse("2009-08").to_day - parse("2009-08").from_day, 31);
	cr_assert_eq(parse("2009-08").year, 2009);
	cr_assert_eq(parse("2009-08").number, 8);
	use("Asia/Kathmandu");
	is("2009-08", "2009-07-31T18:15:00Z", "2009-08-31T18:15:00Z", "2009-08", "2009-07");
	use("America/New_York");
	is("2009-03", "2009-03-01T05:00:00Z", "2009-04-01T04:00:00Z", "2009-03", "2009-02");
}

Test(period, quarters_halves_and_years_are_whole_months)
{
	use("Asia/Tokyo");
	is("2016-Q3", "2016-07-01", "2016-10-01", "2016-Q3", "2016-Q2");
	is("2016-Q1", "2016-01-01", "2016-04-01", "2016-Q1", "2015-Q4");
	is("2009-H1", "2009-01-01", "2009-07-01", "2009-H1", "2008-H2");
	is("2009-H2", "2009-07-01", "2010-01-01", "2009-H2", "2009-H1");
	is("2009", "2009-01-01", "2010-01-01", "2009", "2008");
}

Test(period, days_are_compared_with_as_many_days_before)
{
	use("Asia/Tokyo");
	is("2009-08-12", "2009-08-12", "2009-08-13", "2009-08-12", "2009-08-11");
	is("2009-08-01..2009-08-15", "2009-08-01", "2009-08-16", "2009-08-01..2009-08-15",
		"2009-07-17..2009-07-31");
	is("2009-08-12..2009-08-12", "2009-08-12", "2009-08-13", "2009-08-12", "2009-08-11");
	is("2009-06..2009-08", "2009-06-01", "2009-09-01", "2009-06-01..2009-08-31",
		"2009-03-01..2009-05-31");
	is("2008-02-29", "2008-02-29", "2008-03-01", "2008-02-29", "2008-02-28");
}

Test(period, days_before_are_days_when_the_clock_changes)
{
	use("America/New_York");
	is("2009-03-08..2009-03-09", "2009-03-08", "2009-03-10", "2009-03-08..2009-03-09",
		"2009-03-06..2009-03-07");
	cr_assert_eq(parse("2009-03-08").to_s - parse("2009-03-08").from_s, 23 * 3600);
	use("Pacific/Apia");
	cr_assert_eq(parse("2011-12-30").to_s, parse("2011-12-30").from_s);
	is("2011-12-31", "2011-12-31", "2012-01-01", "2011-12-31", "2011-12-30");
}

Test(period, times_end_exclusively_and_compare_with_the_same_length)
{
	use("Asia/Tokyo");
	is("2009-08-01T04:00..2009-08-01T05:00", "2009-08-01T04:00", "2009-08-01T05:00",
		"2009-08-01T04:00:00+09:00..2009-08-01T05:00:00+09:00",
		"2009-08-01T03:00:00+09:00..2009-08-01T04:00:00+09:00");
	is("2009-08-01..2009-08-01T05:00", "2009-08-01", "2009-08-01T05:00",
		"2009-08-01T00:00:00+09:00..2009-08-01T05:00:00+09:00",
		"2009-07-31T19:00:00+09:00..2009-08-01T00:00:00+09:00");
	cr_assert_eq(parse("2009-08-01T04:00..2009-08-01T05:00").from_day, INT32_MIN);
	cr_assert_eq(parse("2009-08-01T04:00..2009-08-01T05:00").to_day, INT32_MIN);
	struct period whole = parse("2009-07-31T15:00Z..2009-08-02T00:00");
	cr_assert_eq(whole.kind, PERIOD_TIME);
	cr_assert_eq(whole.to_day - whole.from_day, 1);
}

Test(period, last_ends_with_the_time_given)
{
	use("Asia/Tokyo");
	is("last-7d", "2009-09-08", "2009-09-15", "2009-09-08..2009-09-14",
		"2009-09-01..2009-09-07");
	is("last-1d", "2009-09-14", "2009-09-15", "2009-09-14", "2009-09-13");
	is("last-24h", "2009-09-14T12:34:56", "2009-09-15T12:34:56",
		"2009-09-14T12:34:56+09:00..2009-09-15T12:34:56+09:00",
		"2009-09-13T12:34:56+09:00..2009-09-14T12:34:56+09:00");
	is("last-1m", "2009-08-01", "2009-09-01", "2009-08", "2009-07");
	is("last-3m", "2009-06-01", "2009-09-01", "2009-06-01..2009-08-31",
		"2009-03-01..2009-05-31");
	is("last-12m", "2008-09-01", "2009-09-01", "2008-09-01..2009-08-31",
		"2007-09-02..2008-08-31");
}

Test(period, japanese_forms_mean_the_same)
{
	static const char *const pairs[][2] = {
		{"平成21年8月期", "2009-08"},
		{"平成21年8月", "2009-08"},
		{"平成 21 年 08 月 期", "2009-08"},
		{"平成２１年　８月期", "2009-08"},
		{"2009年8月", "2009-08"},
		{"平成28年第3四半期", "2016-Q3"},
		{"平成21年上半期", "2009-H1"},
		{"平成21年下半期", "2009-H2"},
		{"令和元年5月", "2019-05"},
		{"令和8年1月期", "2026-01"},
		{"平成元年1月", "1989-01"},
		{"平成31年4月", "2019-04"},
		{"昭和64年1月", "1989-01"},
		{"昭和元年", "1926"},
		{"平成21年", "2009"},
		{"平成21年8月12日", "2009-08-12"},
		{"平成21年8月1日〜平成21年8月15日", "2009-08-01..2009-08-15"},
		{"２００９年８月１日～２００９年８月１５日", "2009-08-01..2009-08-15"},
		{" 2009-08-01 .. 2009-08-15 ", "2009-08-01..2009-08-15"},
	};
	char out[PERIOD_TEXT_SIZE];

	use("Asia/Tokyo");
	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
		struct period p = parse(pairs[i][0]), q = parse(pairs[i][1]);

		cr_assert_str_eq(period_print(&p, out), pairs[i][1]);
		cr_assert_eq(p.kind, q.kind, "%s", pairs[i][0]);
		cr_assert_eq(p.from_s, q.from_s, "%s", pairs[i][0]);
		cr_assert_eq(p.to_s, q.to_s, "%s", pairs[i][0]);
	}
}

Test(period, what_is_no_period_is_refused)
{
	static const char *const bad[] = {"2009-13", "2009-00", "2009-02-30", "2009-02-29",
		"2009-8", "2009-Q0", "2009-Q5", "2009-H0", "2009-H3", "2009-Q11", "0000", "0000-01",
		"209", "20090", "2009-", "2009-08-", "2009-08-1", "1-10-10", "12-12-2009",
		"2009-08-01..", "..2009-08-01", "..", "2009-08-02..2009-08-01", "2009-09..2009-08",
		"2009-08-01T05:00..2009-08-01T04:00", "2009-08-01T05:00..2009-08-01T05:00",
		"2009-08-01T04:00", "2009-08-01...2009-08-02", "last-0d", "last-7", "last-d",
		"last-7y", "last-36501d", "last-1201m", "last-7d..2009-08-01", "last month",
		"August 2009", "平成21年13月", "平成0年1月", "平成32年1月", "昭和65年1月",
		"大正10年1月", "平成21年第5四半期", "平成21年8月期間", "平成21", "平成年8月",
		"平成21年2月30日", "21年8月"};

	use("Asia/Tokyo");
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		refused(bad[i]);
}

Test(period, an_empty_or_endless_text_is_refused_with_the_forms)
{
	struct period p;
	struct err e = {0};
	char text[300];

	use("Asia/Tokyo");
	cr_assert_eq(period_parse("", 0, &p, &e), -EINVAL);
	cr_assert(strstr(e.text, "2009-08-01..2009-08-15"), "%s", e.text);
	e = (struct err){0};
	memset(text, '9', sizeof(text));
	text[299] = '\0';
	cr_assert_eq(period_parse(text, 0, &p, &e), -EINVAL);
	e = (struct err){0};
	text_set_lang(LANG_JA);
	cr_assert_eq(period_parse("2009-13", 0, &p, &e), -EINVAL);
	cr_assert(strstr(e.text, "「2009-13」は期間として読めません"), "%s", e.text);
}

Test(period, what_is_printed_reads_back_and_periods_join)
{
	static const char *const zones[] = {
		"UTC", "Asia/Tokyo", "America/St_Johns", "Pacific/Apia", "America/Sao_Paulo"};
	static const char *const texts[] = {"2011-12", "2011-Q4", "2011-H2", "2011",
		"2011-12-29..2012-01-02", "2011-11-06", "2010-10..2011-02",
		"2011-10-15T23:30..2011-10-16T04:00", "last-24h", "last-9d", "last-5m"};
	char out[PERIOD_TEXT_SIZE];

	for (size_t z = 0; z < ARRAY_SIZE(zones); z++) {
		use(zones[z]);
		for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
			struct period p = parse(texts[i]);

			for (int back = 0; back < 40; back++) {
				struct period q = parse(period_print(&p, out));
				struct period before = period_before(&p);

				cr_assert_eq(q.kind, p.kind, "%s", out);
				cr_assert_eq(q.from_s, p.from_s, "%s", out);
				cr_assert_eq(q.to_s, p.to_s, "%s", out);
				cr_assert_eq(q.from_day, p.from_day, "%s", out);
				cr_assert_eq(q.to_day, p.to_day, "%s", out);
				cr_assert_eq(q.number, p.number, "%s", out);
				cr_assert_eq(before.to_s, p.from_s, "%s", out);
				p = before;
			}
		}
	}
}

Test(period, none_is_a_period_without_time)
{
	struct period none = {0}, day = period_of_days(1, 2), second = period_of_times(7, 8);

	cr_expect(period_is_none(&none));
	cr_expect(!period_is_none(&day));
	cr_expect(!period_is_none(&second));
}
