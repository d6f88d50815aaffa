/* What a scenario may say, and the line that refuses it: file, line, key. */
#include "synth_make.h"

#include "base/text.h"
#include "synth/synth.h"

TestSuite(scenario, .fini = synth_clean);

static void expect_error(const char *text, const char *line, const char *words)
{
	const struct geo *geo = synth_geo();
	struct err e = {""};
	int rc = synth_run_text(text, "out", 0, geo, &e);

	cr_assert_lt(rc, 0, "taken: %s", text);
	cr_assert(strstr(e.text, "scenario.yaml") && strstr(e.text, line), "no %s in: %s", line,
		e.text);
	cr_assert(strstr(e.text, words), "no \"%s\" in: %s", words, e.text);
}

Test(scenario, unknown_keys_are_refused_with_their_line)
{
	expect_error(SMALL "weather: sunny\n", "line 33", "weather");
	expect_error(SMALL_SENSORS SMALL_MARGINS
		"pairs:\n  - {service: 445/TCP, country: JP, packets: [1, 1], size: 3}\n",
		"line 22", "size");
	expect_error(
		SMALL_SENSORS SMALL_MARGINS "odd: {tcp_options: 3}\n", "line 21", "tcp_options");
	expect_error("timezone: UTC\ntraffic: {packets: 1, duration: 1h, start: 2026-06-01, "
		     "prefix: 198.18.0.0/16, speed: 3}\n",
		"line 2", "speed");
}

Test(scenario, missing_keys_are_named)
{
	expect_error("seed: 5\n", "line 1", "timezone");
	expect_error(SMALL_SENSORS, "line 1", "total");
	expect_error("timezone: UTC\ntraffic: {packets: 1, duration: 1h, start: 2026-06-01}\n",
		"line 2", "prefix");
}

Test(scenario, values_that_are_none_are_refused)
{
	static const struct {
		const char *text, *line, *words;
	} bad[] = {
		{"timezone: Moon/Sea\n", "line 1", "Moon/Sea"},
		{"timezone: UTC\nseed: 0\n", "line 2", "seed"},
		{"timezone: UTC\nseed: 4O\n", "line 2", "4O"},
		{SMALL_SENSORS "total: {packets: [1]}\n", "line 8", "[before, now]"},
		{SMALL_SENSORS "total: {packets: [1, 2], rate: [1, 2]}\n", "line 8",
			"packets or rate"},
		{SMALL_SENSORS "total: {packets: [1, 1]}\nservices:\n  - {service: 70000/TCP, "
			       "packets: [1, 1]}\n",
			"line 10", "70000/TCP"},
		{SMALL_SENSORS "total: {packets: [1, 1]}\nservices:\n  - {service: 13/ICMP, "
			       "packets: [1, 1]}\n",
			"line 10", "13/ICMP"},
		{SMALL_SENSORS "total: {packets: [2, 2]}\nservices:\n  - {service: 80/TCP, "
			       "packets: [1, 1]}\n"
			       "  - {service: 80/TCP, packets: [1, 1]}\n",
			"line 11", "80/TCP is there twice"},
		{SMALL_SENSORS "total: {packets: [1, 1]}\nservices:\n  - {service: 80/TCP, "
			       "packets: [1, 1]}\n"
			       "countries:\n  - {country: jp, packets: [1, 1]}\n",
			"line 12", "\"jp\""},
		{SMALL_SENSORS SMALL_MARGINS "phenomena:\n  - {name: x, service: 445/TCP, packets: "
					     "1, days: [2009-08-32, 2009-08-32]}\n",
			"line 22", "2009-08-32"},
		{SMALL_SENSORS SMALL_MARGINS "phenomena:\n  - {name: x, service: 445/TCP, packets: "
					     "1, days: [2009-08-03, 2009-08-02]}\n",
			"line 22", "before the first"},
		{SMALL_SENSORS SMALL_MARGINS "phenomena:\n  - {name: x, service: 445/TCP, packets: "
					     "1, days: [2009-07-31, 2009-08-02]}\n",
			"line 22", "[before, now]"},
		{SMALL_SENSORS SMALL_MARGINS "phenomena:\n  - {name: x, service: 8/ICMP, packets: "
					     "1, packet: rst, days: [2009-08-03, 2009-08-03]}\n",
			"line 22", "rst"},
		{SMALL_SENSORS SMALL_MARGINS "phenomena:\n  - {name: x, service: 53/UDP, packets: "
					     "1, payload: bomb, days: [2009-08-03, 2009-08-03]}\n",
			"line 22", "dns-query"},
		{SMALL_SENSORS SMALL_MARGINS "phenomena:\n  - {name: x, service: 53/UDP, packets: "
					     "1, sources: 1, days: [2009-08-03, 2009-08-03]}\n",
			"line 22", "country"},
		{SMALL_SENSORS SMALL_MARGINS
			"tools:\n  - {service: 53/UDP, tool: zmap, percent: 1}\n",
			"line 22", "TCP"},
		{SMALL_SENSORS SMALL_MARGINS
			"tools:\n  - {service: 23/TCP, tool: zmap, percent: 60}\n  - {service: "
			"23/TCP, tool: mirai, percent: 41}\n",
			"line 23", "100 percent"},
		{SMALL_SENSORS SMALL_MARGINS "captures:\n  - {sensor: c}\n", "line 22", "\"c\""},
		{SMALL_SENSORS SMALL_MARGINS "captures:\n  - {sensor: a, link: token-ring}\n",
			"line 22", "token-ring"},
		{SMALL_SENSORS SMALL_MARGINS "ttl: {64: 0}\n", "line 21", "ttl"},
		{"timezone: UTC\ntraffic: {packets: 1, duration: 1y, start: 2026-06-01, prefix: "
		 "198.18.0.0/16}\n",
			"line 2", "1y"},
		{"timezone: UTC\ntraffic: {packets: 1, duration: 1h, start: 2026-06-01, prefix: "
		 "198.18.0.1/16}\n",
			"line 2", "198.18.0.1/16"},
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		expect_error(bad[i].text, bad[i].line, bad[i].words);
}

Test(scenario, margins_that_cannot_be_met_are_refused)
{
	static const struct {
		const char *text, *line, *words;
	} bad[] = {
		{SMALL_SENSORS "total: {packets: [1, 1]}\nservices:\n  - {service: 80/TCP, "
			       "packets: [1, 2]}\n",
			"line 9", "2009-08 has 2 packets"},
		{SMALL_SENSORS "total: {packets: [1, 2]}\nservices:\n  - {service: 80/TCP, "
			       "packets: [1, 1]}\n",
			"line 1", "other_services"},
		{SMALL_SENSORS "total: {packets: [1, 2]}\nservices:\n  - {service: 80/TCP, "
			       "packets: [1, 2]}\n"
			       "countries:\n  - {country: JP, packets: [1, 1]}\n",
			"line 1", "other_countries"},
		/* 23/TCP has 700 */
		{SMALL_SENSORS SMALL_MARGINS "phenomena:\n  - {name: x, service: 23/TCP, packets: "
					     "701, days: [2009-08-03, 2009-08-03]}\n",
			"line 22", "701 packets of 23/TCP"},
		{SMALL_SENSORS SMALL_MARGINS
			"pairs:\n  - {service: 23/TCP, country: CN, packets: [0, 701]}\n",
			"line 22", "701 packets of 23/TCP"},
		/* US has 900 */
		{SMALL_SENSORS SMALL_MARGINS
			"pairs:\n  - {service: 445/TCP, country: US, packets: [0, 901]}\n",
			"line 22", "901 packets of US"},
		{SMALL_SENSORS SMALL_MARGINS
			"pairs:\n  - {service: 23/TCP, country: CN, packets: [0, 4]}\n"
			"phenomena:\n  - {name: x, service: 23/TCP, country: CN, packets: 5, days: "
			"[2009-08-03, 2009-08-03]}\n",
			"line 22", "5 packets of this pair"},
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		expect_error(bad[i].text, bad[i].line, bad[i].words);
}

Test(scenario, a_margin_may_be_taken_to_its_last_packet)
{
	synth_good(SMALL_SENSORS SMALL_MARGINS "phenomena:\n  - {name: x, service: 23/TCP, "
					       "packets: 700, days: [2009-08-03, 2009-08-03]}\n",
		"one", 0);
	synth_good(SMALL_SENSORS SMALL_MARGINS
		"pairs:\n  - {service: 445/TCP, country: US, packets: [0, 900]}\n",
		"two", 0);
	synth_good(SMALL_SENSORS SMALL_MARGINS
		"pairs:\n  - {service: 23/TCP, country: CN, packets: [0, 5]}\n"
		"phenomena:\n  - {name: x, service: 23/TCP, country: CN, packets: 5, days: "
		"[2009-08-03, 2009-08-03]}\n",
		"three", 0);
}

Test(scenario, pairs_that_leave_no_way_name_month_and_country)
{
	const struct geo *geo = synth_geo();
	struct err e = {""};
	/* The only service has no packet from JP, but JP has packets. */
	int rc = synth_run_text(SMALL_SENSORS
		"total: {packets: [10, 10]}\nservices:\n  - {service: 80/TCP, packets: [10, 10]}\n"
		"countries:\n  - {country: JP, packets: [0, 5]}\n  - {country: CN, packets: [10, "
		"5]}\n"
		"pairs:\n  - {service: 80/TCP, country: JP, packets: [0, 0]}\n",
		"out", 0, geo, &e);

	cr_assert_lt(rc, 0);
	cr_assert(strstr(e.text, "2009-08") && strstr(e.text, "JP"), "%s", e.text);
}

Test(scenario, messages_are_japanese_too)
{
	text_set_lang(LANG_JA);
	expect_error(SMALL_SENSORS, "scenario.yaml", "キー「total」がありません");
	expect_error(SMALL_SENSORS SMALL_MARGINS
		"pairs:\n  - {service: 23/TCP, country: CN, packets: [0, 701]}\n",
		"22", "701 パケット");
}

Test(scenario, ipv6_sources_must_lie_in_the_country_that_they_are_written_for)
{
	const struct geo *geo = synth_geo();
	struct err e = {""};
	int rc = synth_run_text(SMALL_SENSORS
		"total: {packets: [1, 1]}\nservices:\n  - {service: 80/TCP, packets: [1, 1]}\n"
		"countries:\n  - {country: US, packets: [1, 1], ipv6: [\"2409:10::/31\"]}\n",
		"out", 0, geo, &e);

	cr_assert_lt(rc, 0);
	cr_assert(strstr(e.text, "2409:10::/31"), "%s", e.text);
}

Test(scenario, the_example_of_the_manual_page_works)
{
	static const char *const pages[] = {
		"docs/man/teiten-scenario.5", "docs/man/ja/teiten-scenario.5"};

	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		char path[512];
		size_t len;
		snprintf(path, sizeof(path), "%s/%s", getenv("TEITEN_SOURCE"), pages[i]);
		char *page = (char *)read_whole(path, &len);
		page[len] = '\0';
		char *example = strstr(page, ".Bd -literal\n");
		cr_assert(example, "%s", path);
		char *end = strstr(example, ".Ed\n");
		cr_assert(end, "%s", path);
		*end = '\0';
		synth_good(strchr(example, '\n') + 1, i ? "ja" : "en", 0);
		free(page);
	}
}
