#include "base/zone.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

static const char *const zones[] = {"UTC", "Asia/Tokyo", "Asia/Kathmandu", "Asia/Kolkata",
	"Asia/Tehran", "Asia/Beirut", "Asia/Gaza", "Asia/Pyongyang", "America/New_York",
	"America/St_Johns", "America/Sao_Paulo", "America/Havana", "America/Caracas",
	"America/Santiago", "America/Asuncion", "America/Godthab", "Pacific/Apia",
	"Pacific/Chatham", "Pacific/Kiritimati", "Pacific/Kwajalein", "Australia/Lord_Howe",
	"Africa/Cairo", "Africa/Casablanca", "Africa/Monrovia", "Europe/London", "Europe/Lisbon",
	"Antarctica/Troll"};

static void use(const char *zone)
{
	struct err e = {0};

	cr_assert_eq(zone_use(zone, &e), 0, "%s", e.text);
}

static int64_t at(const char *text)
{
	int64_t t_s;

	cr_assert(zone_parse(text, &t_s), "%s", text);
	return t_s;
}

/* xorshift: the seed is the test's, so a failure can be run again */
static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

Test(zone, days_cover_all_time_without_gap_or_overlap)
{
	uint64_t seed = 0x7465697465;

	for (size_t z = 0; z < ARRAY_SIZE(zones); z++) {
		use(zones[z]);
		int64_t from = at("1990-01-01T00:00Z"), to = at("2037-12-31T00:00Z");

		for (size_t i = 0; i < 4000; i++) {
			int64_t t = from + (int64_t)(next_random(&seed) % (uint64_t)(to - from));
			int32_t day = day_of(t);

			cr_assert(day_start(day) <= t && t < day_start(day + 1), "%s %ld", zones[z],
				(long)t);
			cr_assert_leq(day, day_of(t + 1));
		}
	}
}

Test(zone, every_day_begins_where_the_day_before_ends)
{
	for (size_t z = 0; z < ARRAY_SIZE(zones); z++) {
		use(zones[z]);
		int32_t from = day_number(2005, 1, 1), to = day_number(2016, 1, 1);

		for (int32_t day = from; day < to; day++) {
			int64_t start = day_start(day), end = day_start(day + 1);

			cr_assert_leq(start, end, "%s day %d", zones[z], day);
			if (start == end)
				continue;
			cr_assert_eq(day_of(start), day, "%s day %d", zones[z], day);
			cr_assert_eq(day_of(end - 1), day, "%s day %d", zones[z], day);
			cr_assert_neq(day_of(start - 1), day, "%s day %d", zones[z], day);
		}
	}
}

Test(zone, a_day_begins_when_the_local_clock_first_shows_it)
{
	for (size_t z = 0; z < ARRAY_SIZE(zones); z++) {
		use(zones[z]);
		for (int32_t day = day_number(2009, 1, 1); day < day_number(2013, 1, 1); day++) {
			struct civil date = civil_of_day(day);
			struct civil first = civil_of(day_start(day));

			if (day_start(day) == day_start(day + 1))
				continue;
			cr_assert_eq(first.day, date.day, "%s %04d-%02d-%02d", zones[z], date.year,
				date.month, date.day);
			cr_assert_eq(first.month, date.month);
			cr_assert_eq(first.year, date.year);
		}
	}
}

Test(zone, a_month_begins_at_local_midnight)
{
	use("Asia/Tokyo");
	cr_assert_eq(day_start(day_number(2009, 8, 1)), at("2009-07-31T15:00:00Z"));
	cr_assert_eq(day_of(at("2009-07-31T14:59:59Z")), day_number(2009, 7, 31));
	cr_assert_eq(day_of(at("2009-07-31T15:00:00Z")), day_number(2009, 8, 1));
	use("Asia/Kathmandu");
	cr_assert_eq(day_start(day_number(2009, 8, 1)), at("2009-07-31T18:15:00Z"));
	cr_assert_eq(civil_of(at("2009-08-01T00:00Z")).offset_s, 5 * 3600 + 45 * 60);
	use("America/New_York");
	cr_assert_eq(day_start(day_number(2009, 4, 1)) - day_start(day_number(2009, 3, 1)),
		31 * 86400 - 3600);
	cr_assert_eq(day_start(day_number(2009, 12, 1)) - day_start(day_number(2009, 11, 1)),
		30 * 86400 + 3600);
}

Test(zone, a_skipped_midnight_begins_the_day_at_the_skip)
{
	use("America/Sao_Paulo");
	cr_assert_eq(day_start(day_number(2011, 10, 16)), at("2011-10-16T03:00:00Z"));
	cr_assert_eq(civil_of(day_start(day_number(2011, 10, 16))).hour, 1);
	use("Africa/Cairo");
	cr_assert_eq(civil_of(day_start(day_number(2010, 4, 30))).hour, 1);
	use("Asia/Beirut");
	cr_assert_eq(civil_of(day_start(day_number(2011, 3, 27))).hour, 1);
}

Test(zone, a_dropped_day_is_empty)
{
	use("Pacific/Apia");
	int32_t dropped = day_number(2011, 12, 30);

	cr_assert_eq(day_start(dropped), day_start(dropped + 1));
	cr_assert_eq(day_start(dropped), at("2011-12-30T10:00:00Z"));
	cr_assert_eq(day_of(at("2011-12-30T09:59:59Z")), dropped - 1);
	cr_assert_eq(day_of(at("2011-12-30T10:00:00Z")), dropped + 1);
}

Test(zone, a_midnight_that_comes_twice_begins_the_day_once)
{
	use("America/St_Johns");
	int32_t day = day_number(2010, 11, 7);

	cr_assert_eq(day_start(day), at("2010-11-07T02:30:00Z"));
	/* 00:01 became 23:01 of the day before */
	cr_assert_eq(civil_of(at("2010-11-07T02:31:00Z")).day, 6);
	cr_assert_eq(day_of(at("2010-11-07T02:31:00Z")), day);
	cr_assert_eq(day_of(at("2010-11-07T02:29:59Z")), day - 1);
	cr_assert_eq(day_start(day + 1) - day_start(day), 25 * 3600);
}

Test(zone, local_times_that_do_not_or_doubly_exist_have_one_instant)
{
	use("America/New_York");
	cr_assert_eq(zone_time(2009, 3, 8, 2, 30, 0), at("2009-03-08T07:00:00Z"));
	for (int second = 0; second < 60; second++)
		cr_assert_eq(zone_time(2009, 3, 8, 2, 59, second), at("2009-03-08T07:00:00Z"));
	cr_assert_eq(zone_time(2009, 11, 1, 1, 30, 0), at("2009-11-01T05:30:00Z"));
	cr_assert_eq(zone_time(2009, 13, 1, 0, 0, 0), at("2010-01-01"));
}

Test(zone, day_numbers_and_dates_are_inverse)
{
	cr_assert_eq(day_number(1970, 1, 1), 0);
	cr_assert_eq(day_number(2000, 2, 29), 11016);
	cr_assert_eq(day_number(2009, 13, 1), day_number(2010, 1, 1));
	cr_assert_eq(day_number(2009, 0, 1), day_number(2008, 12, 1));
	cr_assert_eq(day_number(1, 1, 1), -719162);
	for (int32_t day = -719162; day < 2932897; day += 13) {
		struct civil c = civil_of_day(day);
		cr_assert_eq(day_number(c.year, c.month, c.day), day);
	}
	cr_assert_eq(civil_of_day(-719162).year, 1);
	cr_assert_eq(civil_of_day(2932896).year, 9999);
}

Test(zone, what_is_printed_reads_back)
{
	uint64_t seed = 42;
	char text[ZONE_TEXT_SIZE];
	int64_t back;

	for (size_t z = 0; z < ARRAY_SIZE(zones); z++) {
		use(zones[z]);
		for (size_t i = 0; i < 1000; i++) {
			int64_t t = (int64_t)(next_random(&seed) % 4000000000u) - 2000000000;
			cr_assert(zone_parse(zone_print(t, text), &back), "%s", text);
			cr_assert_eq(back, t, "%s %s", zones[z], text);
		}
	}
	use("Asia/Tokyo");
	cr_assert_str_eq(zone_print(at("2026-06-01"), text), "2026-06-01T00:00:00+09:00");
	use("America/St_Johns");
	cr_assert_str_eq(zone_print(at("2026-01-01T00:00:00Z"), text), "2025-12-31T20:30:00-03:30");
}

Test(zone, times_are_read_with_and_without_offset)
{
	use("Asia/Tokyo");
	cr_assert_eq(at("2026-06-01"), 1780239600);
	cr_assert_eq(at("2026-06-01T04:30"), 1780239600 + 16200);
	cr_assert_eq(at("2026-06-01T04:30:15"), 1780239600 + 16215);
	cr_assert_eq(at("2026-06-01T04:30:15Z"), 1780239600 + 16215 + 32400);
	cr_assert_eq(at("2026-06-01T04:30-03:30"), 1780239600 + 16200 + 32400 + 12600);
	cr_assert_eq(at("2028-02-29T23:59:59"), at("2028-03-01") - 1);
}

Test(zone, what_is_no_time_is_refused)
{
	static const char *const bad[] = {"", "2026", "2026-06", "2026-6-1", "2026-13-01",
		"2026-00-01", "2026-06-00", "2026-06-31", "2026-02-29", "0000-01-01", "2026-06-01T",
		"2026-06-01T4:30", "2026-06-01T24:00", "2026-06-01T04:60", "2026-06-01T04:30:60",
		"2026-06-01T04", "2026-06-01 04:30", "2026-06-01T04:30+9", "2026-06-01T04:30+24:00",
		"2026-06-01T04:30z", "2026-06-01x", " 2026-06-01", "2026-06-01T04:30:15.5",
		"-026-06-01"};
	int64_t t_s = 7;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		cr_assert_not(zone_parse(bad[i], &t_s), "%s", bad[i]);
	cr_assert_eq(t_s, 7);
}

Test(zone, an_end_that_is_a_date_includes_its_day)
{
	int64_t end;

	use("America/New_York");
	cr_assert(zone_parse_end("2009-03-08", &end));
	cr_assert_eq(end, at("2009-03-09"));
	cr_assert_eq(end - at("2009-03-08"), 23 * 3600);
	cr_assert(zone_parse_end("2009-03-08T04:00", &end));
	cr_assert_eq(end, at("2009-03-08T04:00"));
	cr_assert(zone_parse_end("2009-12-31", &end));
	cr_assert_eq(end, at("2010-01-01"));
}

Test(zone, a_name_that_is_no_zone_is_refused_and_changes_nothing)
{
	static const char *const bad[] = {"Asia/Tokio", "asia/tokyo", "../zoneinfo/Asia/Tokyo",
		"/usr/share/zoneinfo/Asia/Tokyo", "Asia", "zone1970.tab", "leapseconds",
		"right/Asia/Tokyo", "JST-9", "Asia/Tokyo ", "Asia/../Asia/Tokyo", "Asia/Tokyo\n",
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"};

	use("Asia/Kathmandu");
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct err e = {0};

		cr_assert_eq(zone_use(bad[i], &e), -EINVAL, "%s", bad[i]);
		cr_assert_neq(e.text[0], '\0');
		cr_assert_str_eq(zone_name(), "Asia/Kathmandu");
		cr_assert_eq(civil_of(0).offset_s, 5 * 3600 + 30 * 60);
	}
}

Test(zone, the_system_zone_is_that_of_the_environment_first)
{
	struct err e = {0};

	setenv("TZ", ":Asia/Tokyo", 1);
	use(NULL);
	cr_assert_str_eq(zone_name(), "Asia/Tokyo");
	setenv("TZ", "/usr/share/zoneinfo/Europe/London", 1);
	use("");
	cr_assert_str_eq(zone_name(), "Europe/London");
	setenv("TZ", "", 1);
	use("");
	cr_assert_str_eq(zone_name(), "UTC");
	unsetenv("TZ");
	use("");
	cr_assert_eq(civil_of(0).year, 1970 - (civil_of(0).offset_s < 0));
	setenv("TZ", "JST-9", 1);
	cr_assert_eq(zone_use("", &e), -EINVAL);
	cr_assert(strstr(e.text, "JST-9"), "%s", e.text);
}

Test(zone, the_folder_of_zones_is_the_one_that_was_looked_into)
{
	setenv("TZDIR", "/nonexistent", 1);
	use("Asia/Tokyo");
	cr_assert_eq(civil_of(0).offset_s, 32400);
}

Test(zone, far_times_are_bounded)
{
	use("Asia/Tokyo");
	cr_assert_eq(civil_of(INT64_MIN).year, 1);
	cr_assert_geq(civil_of(INT64_MAX).year, 9999);
	cr_assert_leq(day_of(INT64_MIN), day_number(1, 1, 2));
	cr_assert_geq(day_of(INT64_MAX), day_number(9999, 12, 31));
}
