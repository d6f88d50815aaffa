/* Detections into the store, and the ledgers of signatures. */
#include "store_make.h"

#include "store/store.h"

Test(store_detections, every_column_arrives_as_it_was)
{
	struct place p;
	struct plant plant = two_sensors();
	struct segment segment = segment_make("aa");
	struct result answer = {0};

	place_make(&p);
	struct store *s = place_open(&p);
	struct block b = block_make(1, 0, 10);
	struct detection_rows *d = &b.detections;
	cr_assert_eq(d->count, 2);
	d->day[1] = 20500;
	d->time[1] = 4102444800u; /* 2100 */
	d->sensor[1] = 1;
	cr_assert(addr_parse("2001:db8::5", &d->src[1]));
	d->dst[1] = addr_from_v4(0xffffffffu);
	d->service[1] = UINT32_MAX;
	d->sport[1] = 65535;
	d->gid[1] = UINT32_MAX;
	d->sid[1] = UINT32_MAX - 1;
	d->rev[1] = UINT32_MAX - 2;
	d->message[1] = "日本\n\n; DROP TABLE detection";
	d->category[1] = 6;
	memcpy(d->country[1].c, "KR", 2);
	d->asn[1] = UINT32_MAX;
	d->approximate[1] = LEVEL_WITHOUT_SOURCE;
	d->packets[1] = UINT32_MAX;
	GOOD(store_insert_block(s, &segment, 0, &b, &plant, E));
	GOOD(store_query(s,
		"SELECT toUInt16(day), toUnixTimestamp(time), sensor, src, dst, service, sport, gid, sid, rev, "
		"message, category, country, asn, approximate, packets FROM detection WHERE toUInt16(day) = 20500",
		NULL, 0, &answer, E));
	static const char *const expected[] = {"20500", "4102444800", "osaka.2", "2001:db8::5",
		"::ffff:255.255.255.255", "4294967295", "65535", "4294967295", "4294967294", "4294967293",
		"日本\n\n; DROP TABLE detection", "Others", "KR", "4294967295", "2", "4294967295"};
	cr_assert_eq(answer.rows, 1);
	cr_assert_eq(answer.columns, sizeof(expected) / sizeof(expected[0]));
	for (size_t i = 0; i < answer.columns; i++)
		cr_expect_str_eq(result_cell(&answer, 0, i), expected[i]);
	result_done(&answer);
	block_free(&b);
	store_close(s);
	place_remove(&p);
}

static const struct ruleset_file files[] = {
	{.name = "b.rules", .edition = "10987", .signatures = 2000, .refused = 3},
	{.name = "a\t.rules", .edition = "", .signatures = 885},
};

/* A capture of those seconds that was judged by the set. */
static void judge(struct store *s, const char *digest, int64_t first_s, int64_t last_s, const char *ruleset)
{
	struct segment segment = segment_make(digest);

	segment.first_s = first_s;
	segment.last_s = last_s;
	GOOD(store_segment_judged(s, &segment, ruleset, E));
	GOOD(store_segment_begin(s, &segment, E));
}

static void expect_sets(struct store *s, int64_t from_s, int64_t to_s, const char *expected)
{
	AUTO(free) struct ruleset *sets = NULL;
	char text[256] = "";
	int count = store_rulesets(s, from_s, to_s, &sets, &(struct err){0});

	for (int i = 0; i < count; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s ", sets[i].digest);
	cr_expect_str_eq(text, expected);
}

Test(store_detections, a_period_knows_the_sets_that_judged_its_captures)
{
	struct place p;
	const struct ruleset old = {.digest = "old", .loaded_s = 100, .signatures = 5};
	const struct ruleset new = {.digest = "new", .loaded_s = 300, .signatures = 2885, .disabled = 7, .refused = 3};
	AUTO(free) struct ruleset *sets = NULL;
	AUTO(free) struct ruleset_file *found = NULL;

	place_make(&p);
	struct store *s = place_open(&p);
	expect_sets(s, 0, 10000, "");
	GOOD(store_ruleset_put(s, &old, NULL, 0, E));
	for (int again = 0; again < 2; again++)
		GOOD(store_ruleset_put(s, &new, files, 2, E));
	expect_sets(s, 0, 10000, "");
	judge(s, "aa", 1000, 1999, "old");
	judge(s, "bb", 2000, 2999, "new");
	judge(s, "cc", 2500, 3999, "new");
	expect_sets(s, 0, 10000, "new old ");
	expect_sets(s, 1000, 2000, "old ");
	expect_sets(s, 2000, 10000, "new ");
	expect_sets(s, 4000, 10000, "");
	struct segment unjudged = segment_make("dd");
	uint64_t count;
	unjudged.first_s = unjudged.last_s = 5000;
	GOOD(store_segment_begin(s, &unjudged, E)); /* without accesses */
	GOOD(store_unjudged(s, 0, 10000, &count, E));
	cr_expect_eq(count, 0u);
	unjudged.accesses = 1;
	GOOD(store_segment_begin(s, &unjudged, E));
	GOOD(store_unjudged(s, 0, 10000, &count, E));
	cr_expect_eq(count, 1u);
	GOOD(store_unjudged(s, 0, 5000, &count, E));
	cr_expect_eq(count, 0u);
	judge(s, "aa", 1000, 1999, "new"); /* it was completed after all with the other one */
	expect_sets(s, 0, 10000, "new ");
	cr_assert_eq(store_rulesets(s, 2000, 3000, &sets, &(struct err){0}), 1);
	cr_expect_eq(sets[0].loaded_s, 300);
	cr_expect_eq(sets[0].signatures, 2885u);
	cr_expect_eq(sets[0].disabled, 7u);
	cr_expect_eq(sets[0].refused, 3u);
	cr_assert_eq(store_ruleset_files(s, "new", &found, &(struct err){0}), 2);
	cr_expect_str_eq(found[0].name, "a\t.rules");
	cr_expect_str_eq(found[1].edition, "10987");
	cr_expect_eq(found[1].signatures + found[1].refused, 2003u);
	store_close(s);
	place_remove(&p);
}
