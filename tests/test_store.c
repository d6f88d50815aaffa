/* Opening, questions, schema, ledgers. */
#include "store_make.h"

#include <errno.h>

#include "observe/plant.h"
#include "store/edition.h"
#include "store/store.h"

Test(store, a_missing_store_is_not_made_unless_asked)
{
	struct place p;
	struct store *s = NULL;
	struct err e = {0};

	place_make(&p);
	p.options.create = false;
	cr_expect_eq(store_open(&p.options, &s, &e), -ENOENT);
	cr_expect_str_eq(e.text + strlen(e.text) - strlen("(teiten import makes one)"),
		"(teiten import makes one)");
	cr_expect_null(s);
	p.options.where = "/nonexistent/store";
	cr_expect_eq(store_open(&p.options, &s, &(struct err){0}), -ENOENT);
	place_remove(&p);
}

Test(store, opens_again_with_its_zone)
{
	struct place p;
	struct err e = {0};

	place_make(&p);
	store_close(place_open(&p));
	cr_assert_eq(zone_use("Europe/Lisbon", &e), 0);
	p.options.create = false;
	struct store *s = place_open(&p);
	cr_expect_str_eq(store_zone(s), "Asia/Tokyo");
	char *real = realpath(p.folder, NULL);
	cr_expect_str_eq(store_folder(s), real);
	free(real);
	store_close(s);
	place_remove(&p);
}

Test(store, a_newer_schema_is_refused)
{
	struct place p;
	struct err e = {0};
	struct store *s = NULL;

	place_make(&p);
	s = place_open(&p);
	GOOD(store_execute(s, "INSERT INTO meta VALUES ('schema', '99', 1000)", NULL, 0, E));
	store_close(s);
	s = NULL;
	cr_expect_eq(store_open(&p.options, &s, &e), -EPROTO);
	cr_expect(strstr(e.text, "newer teiten (schema 99"), "%s", e.text);
	place_remove(&p);
}

Test(store, values_travel_unchanged)
{
	static const char *const nasty[] = {"", "it's", "\\", "\\N", "\\'", "tab\there",
		"line\nfeed", "x'; DROP TABLE access; --", "100% & more = ?#+", "日本語",
		"{name:String}", "\x01\x7f", "[1,2", "cr\rlf"};
	struct place p;

	place_make(&p);
	struct store *s = place_open(&p);
	for (size_t i = 0; i < sizeof(nasty) / sizeof(nasty[0]); i++) {
		struct param param = {"v", nasty[i]};
		struct result answer = {0};

		GOOD(store_query(
			s, "SELECT {v:String}, length({v:String}), NULL", &param, 1, &answer, E));
		cr_assert_eq(answer.rows, 1);
		cr_assert_eq(answer.columns, 3);
		cr_expect_str_eq(result_cell(&answer, 0, 0), nasty[i]);
		cr_expect_eq(result_u64(&answer, 0, 1), strlen(nasty[i]));
		cr_expect_null(answer.cells[2]);
		cr_expect_str_eq(result_cell(&answer, 0, 2), "");
		result_done(&answer);
	}
	struct param list = {"v", "['it\\'s','a\\\\b','t\\tz']"};
	struct result answer = {0};
	GOOD(store_query(s, "SELECT arrayJoin({v:Array(String)})", &list, 1, &answer, E));
	cr_assert_eq(answer.rows, 3);
	cr_expect_str_eq(result_cell(&answer, 0, 0), "it's");
	cr_expect_str_eq(result_cell(&answer, 1, 0), "a\\b");
	cr_expect_str_eq(result_cell(&answer, 2, 0), "t\tz");
	result_done(&answer);
	store_close(s);
	place_remove(&p);
}

Test(store, an_exception_in_the_middle_of_an_answer_is_an_error)
{
	struct place p;
	struct err e = {0};
	struct result answer = {0};

	place_make(&p);
	struct store *s = place_open(&p);
	cr_expect_eq(store_query(s, "SELECT throwIf(number = 5000000) FROM numbers(10000000)", NULL,
			     0, &answer, &e),
		-EIO);
	cr_expect_eq(answer.rows, 0);
	cr_expect(strstr(e.text, "throwIf") && !strchr(e.text, '\n'), "%s", e.text);
	e = (struct err){0};
	cr_expect_eq(store_query(s, "SELECT groupArray(number) FROM numbers(1000000000)", NULL, 0,
			     &answer, &e),
		-ENOMEM);
	cr_expect(strstr(e.text, "engine.memory_mib"), "%s", e.text);
	cr_expect_eq(ask_u64(s, "SELECT 7"), 7); /* and the connection is as good as before */
	store_close(s);
	place_remove(&p);
}

Test(store, the_ledger_knows_begun_and_complete_segments)
{
	struct place p;
	struct segment found, *list = NULL;
	struct segment a = segment_make("aa"), b = segment_make("bb");
	place_make(&p);
	struct store *s = place_open(&p);
	snprintf(a.name, sizeof(a.name), "tab\tand \\ 日本.pcap");
	snprintf(a.origin, sizeof(a.origin), "/captures/%s", a.name);
	a.oddities = UINT64_MAX;
	a.first_s = -5;
	a.cut_off = true;
	cr_expect_eq(store_segment_find(s, "aa", &found, &(struct err){0}), -ENOENT);
	GOOD(store_segment_begin(s, &a, E));
	GOOD(store_segment_begin(s, &b, E));
	cr_expect_eq(store_segments_open(s, &list, &(struct err){0}), 2);
	cr_expect_str_eq(list[0].digest, "aa");
	free(list);
	a.rows = 12;
	GOOD(store_segment_complete(s, &a, NULL, 0, E));
	GOOD(store_segment_find(s, "aa", &found, E));
	cr_expect(found.complete && found.cut_off);
	cr_expect_str_eq(found.name, a.name);
	cr_expect_str_eq(found.origin, a.origin);
	cr_expect_eq(found.rows, 12);
	cr_expect_eq(found.oddities, UINT64_MAX);
	cr_expect_eq(found.first_s, -5);
	cr_expect_eq(store_segments_open(s, &list, &(struct err){0}), 1);
	cr_expect_str_eq(list[0].digest, "bb");
	free(list);
	store_close(s);
	place_remove(&p);
}

Test(store, segments_of_a_time_are_those_that_touch_it)
{
	struct place p;
	struct segment a = segment_make("aa"), empty = segment_make("ee"), *list = NULL;

	place_make(&p);
	struct store *s = place_open(&p);
	a.first_s = 1000;
	a.last_s = 2000;
	empty.first_s = empty.last_s = 0;
	GOOD(store_segment_begin(s, &a, E));
	GOOD(store_segment_begin(s, &empty, E));
	cr_expect_eq(store_segments(s, 0, 1000, &list, &(struct err){0}), 0);
	cr_expect_eq(store_segments(s, 2001, 3000, &list, &(struct err){0}), 0);
	cr_expect_eq(store_segments(s, 0, 1001, &list, &(struct err){0}), 1);
	free(list);
	cr_expect_eq(store_segments(s, 2000, 3000, &list, &(struct err){0}), 1);
	cr_expect_str_eq(list[0].digest, "aa");
	free(list);
	store_close(s);
	place_remove(&p);
}

static struct coverage cover(const char *sensor, int64_t from_s, int64_t to_s, uint64_t packets)
{
	struct coverage c = {
		.from_s = from_s, .to_s = to_s, .addresses = 4, .packets = packets, .dropped = 1};

	snprintf(c.sensor, sizeof(c.sensor), "%s", sensor);
	return c;
}

Test(store, coverage_is_merged_and_counts_when_complete)
{
	struct place p;
	struct coverage *list = NULL;

	place_make(&p);
	struct store *s = place_open(&p);
	struct coverage a[] = {cover("tokyo-1", 100, 200, 5), cover("osaka.2", 100, 300, 7)};
	struct coverage b[] = {cover("tokyo-1", 200, 300, 6)},
			c[] = {cover("tokyo-1", 301, 400, 8)};
	struct coverage d[] = {cover("tokyo-1", 120, 130, 1)};
	struct segment sa = segment_make("aa"), sb = segment_make("bb"), sc = segment_make("cc"),
		       sd = segment_make("dd");
	GOOD(store_segment_complete(s, &sa, a, 2, E));
	GOOD(store_segment_complete(s, &sb, b, 1, E));
	GOOD(store_segment_complete(s, &sc, c, 1, E));
	GOOD(store_segment_complete(s, &sd, d, 1, E));
	GOOD(store_segment_complete(s, &sa, a, 2, E)); /* once more changes nothing */
	cr_assert_eq(store_coverage(s, 0, 1000, &list, &(struct err){0}), 3);
	cr_expect_str_eq(list[0].sensor, "osaka.2");
	cr_expect(list[1].from_s == 100 && list[1].to_s == 300, "200 meets 200");
	cr_expect_eq(list[1].packets, 12);
	cr_expect_eq(list[1].dropped, 3);
	cr_expect_eq(list[1].addresses, 4);
	cr_expect(list[2].from_s == 301 && list[2].to_s == 400, "a second is missing");
	free(list);
	cr_expect_eq(store_coverage(s, 400, 1000, &list, &(struct err){0}), 0);
	cr_assert_eq(store_coverage(s, 399, 1000, &list, &(struct err){0}), 1);
	free(list);
	GOOD(store_segment_begin(s, &sc, E));
	cr_expect_eq(store_coverage(s, 399, 1000, &list, &(struct err){0}), 0);
	store_close(s);
	place_remove(&p);
}

Test(store, sensors_of_captures_are_the_union_of_their_addresses)
{
	struct place p;
	struct plant plant = {0};
	struct prefix one, wide, six;
	struct err refused = {0};

	place_make(&p);
	struct store *s = place_open(&p);
	cr_assert(prefix_parse("192.0.2.5", false, &one) &&
		  prefix_parse("192.0.2.0/24", false, &wide) &&
		  prefix_parse("2001:db8::/64", false, &six));
	GOOD(store_sensor_add(s, "lab", &one, 1, true, E));
	GOOD(store_sensor_add(s, "lab", (struct prefix[]){six, one}, 2, true, E));
	GOOD(store_sensor_add(s, "lab", &wide, 1, false, E));
	GOOD(store_sensor_add(
		s, "guess", &(struct prefix){addr_from_v4(0x0a000001), 128}, 1, true, E));
	cr_expect_eq(store_sensor_add(s, "no name", &one, 1, true, &refused), -EINVAL,
		"a store that holds it could not be used any more");
	GOOD(store_sensors_load(s, &plant, E));
	cr_assert_eq(plant.count, 2);
	cr_expect_str_eq(plant.sensors[0].name, "guess");
	cr_expect(plant.sensors[0].inferred);
	cr_expect_eq(plant.sensors[1].prefix_count, 2, "the address lies in the /24");
	cr_expect(!plant.sensors[1].inferred);
	GOOD(store_sensors_load(s, &plant, E)); /* known names stay as they are */
	cr_expect_eq(plant.count, 2);
	plant_done(&plant);
	store_close(s);
	place_remove(&p);
}

static void expect_sums(struct store *s, struct span period, struct span versus, uint64_t coarse,
	uint64_t without_source, uint64_t payloads)
{
	struct approximation sum;

	GOOD(store_approximation(s, period, versus, &sum, E));
	cr_expect_eq(sum.coarse, coarse);
	cr_expect_eq(sum.without_source, without_source);
	cr_expect_eq(sum.payloads, payloads);
}

Test(store, what_is_not_exact_is_known_by_its_time)
{
	struct place p;
	struct segment a = segment_make("aa"), b = segment_make("bb");
	static const struct approximation first[] = {
		{.from_s = 1000, .to_s = 1900, .coarse = 10, .without_source = 3, .detections = 4},
		{.from_s = 1900, .to_s = 2800, .coarse = 20, .without_source = 5,
			.detections_without_source = 2},
		{.from_s = 500, .to_s = 3001, .payloads = 7}};
	static const struct approximation second[] = {
		{.from_s = 1900, .to_s = 2800, .coarse = UINT64_C(1) << 60, .without_source = 1}};
	struct approximation sum;

	place_make(&p);
	struct store *s = place_open(&p);
	expect_sums(s, (struct span){0, 5000}, (struct span){0, 5000}, 0, 0, 0);
	GOOD(store_segment_approximate(s, &a, NULL, 0, E));
	for (int again = 0; again < 2; again++) /* after a crash, too */
		GOOD(store_segment_approximate(s, &a, first, 3, E));
	expect_sums(s, (struct span){0, 5000}, (struct span){0, 5000}, 30, 8, 7);
	expect_sums(s, (struct span){0, 500}, (struct span){0, 500}, 0, 0, 0);
	expect_sums(s, (struct span){0, 501}, (struct span){0, 501}, 0, 0, 7);
	expect_sums(s, (struct span){0, 1000}, (struct span){0, 1000}, 0, 0, 7);
	expect_sums(s, (struct span){0, 1001}, (struct span){0, 1001}, 10, 3, 7);
	expect_sums(s, (struct span){1900, 1901}, (struct span){1900, 1901}, 20, 5, 7);
	expect_sums(s, (struct span){3001, 9000}, (struct span){0, 100}, 0, 0, 0);
	expect_sums(s, (struct span){3001, 9000}, (struct span){1000, 1100}, 10, 3, 7);
	expect_sums(s, (struct span){1000, 1900}, (struct span){1000, 2800}, 30, 8, 7);
	GOOD(store_approximation(s, (struct span){0, 5000}, (struct span){0, 5000}, &sum, E));
	cr_expect_eq(sum.detections, 4);
	cr_expect_eq(sum.detections_without_source, 2);
	GOOD(store_segment_approximate(s, &b, second, 1, E));
	expect_sums(s, (struct span){0, 5000}, (struct span){0, 5000}, 30 + (UINT64_C(1) << 60), 9, 7);
	store_close(s);
	place_remove(&p);
}

static uint64_t version_of(struct store *s, int64_t from_s, int64_t to_s)
{
	uint64_t version = 0;

	GOOD(store_data_version(s, (struct span){from_s, to_s}, (struct span){0}, &version, E));
	return version;
}

Test(store, the_version_of_a_period_grows_with_what_touches_it_and_with_nothing_else)
{
	struct place p;
	struct segment a = segment_make("aa"), b = segment_make("bb");
	struct coverage quiet = {.sensor = "tokyo-1", .from_s = 5000, .to_s = 6000};

	place_make(&p);
	struct store *s = place_open(&p);
	a.first_s = 1000, a.last_s = 1999;
	b.first_s = 3000, b.last_s = 3999;
	cr_expect_eq(version_of(s, 0, 10000), 0);
	GOOD(store_segment_complete(s, &a, NULL, 0, E));
	uint64_t before = version_of(s, 1000, 2000);
	cr_expect_gt(before, 0);
	GOOD(store_segment_complete(s, &b, &quiet, 1, E));
	cr_expect_eq(version_of(s, 1000, 2000), before);
	cr_expect_eq(version_of(s, 0, 1000), 0);
	cr_expect_gt(version_of(s, 3999, 4001), before);
	cr_expect_gt(version_of(s, 5500, 5600), before, "what was observed without a packet");
	store_close(s);
	place_remove(&p);
}

Test(store, a_report_of_other_data_knows_the_one_before)
{
	struct place p;
	struct edition_subject subject = {.period = {0, 100}, .versus = {-100, 0}, .filter = "ttl < 64"};
	struct edition first = {.made_s = 1000, .data = 3, .packets = 7}, second = {.made_s = 2000, .data = 9, .packets = 8}, found;
	struct err e = {""};

	place_make(&p);
	struct store *s = place_open(&p);
	cr_expect_eq(store_edition_before(s, &subject, 3, &found, &e), 0, "%s", e.text);
	GOOD(store_edition_put(s, &subject, &first, E));
	GOOD(store_edition_put(s, &subject, &first, E));
	cr_expect_eq(store_edition_before(s, &subject, 3, &found, &e), 0, "the same data is no other: %s", e.text);
	cr_expect_eq(store_edition_before(s, &subject, 9, &found, &e), 1, "%s", e.text);
	cr_expect(found.made_s == 1000 && found.data == 3 && found.packets == 7);
	GOOD(store_edition_put(s, &subject, &second, E));
	cr_expect_eq(store_edition_before(s, &subject, 9, &found, &e), 1, "%s", e.text);
	cr_expect_eq(found.data, 3);
	subject.filter = "";
	cr_expect_eq(store_edition_before(s, &subject, 9, &found, &e), 0, "that of all is another report: %s", e.text);
	cr_expect_eq(ask_u64(s, "SELECT count() FROM edition"), 2);
	store_close(s);
	place_remove(&p);
}
