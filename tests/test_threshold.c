/* How often a rule that matches is told. */
#include <criterion/criterion.h>

#include "rules/threshold.h"

#include <stdio.h>

enum { SECOND = 1000000000 };

static struct threshold_match match_at(double seconds)
{
	return (struct threshold_match){.ts_ns = INT64_C(1700000000) * SECOND + (int64_t)(seconds * SECOND), .src = addr_from_v4(0xcb007101),
		.dst = addr_from_v4(0xc6336401), .sport = 1000, .dport = 80, .flow = 1};
}

static struct rule_info rule(enum rule_limit limit, enum rule_track track, uint32_t count, uint32_t seconds)
{
	return (struct rule_info){.sid = 1, .gid = 1, .threshold = {.limit = limit, .track = track, .count = count, .seconds = seconds}};
}

/* '+' for what is told, '-' for what is not, of matches at these seconds. */
static void expect(const struct rule_info *info, const double *at, size_t count, const char *want)
{
	AUTO(thresholds_free) struct thresholds *t = thresholds_new(100);
	char got[64] = "";

	for (size_t i = 0; i < count; i++) {
		struct threshold_match m = match_at(at[i]);
		strcat(got, thresholds_pass(t, 7, info, &m) ? "+" : "-");
	}
	cr_assert_str_eq(got, want);
}

static const double seven[] = {0, 1, 2, 10, 10.5, 11, 12};

Test(threshold, limit_tells_the_first_of_a_window)
{
	struct rule_info info = rule(RULE_LIMIT_LIMIT, RULE_TRACK_src, 2, 10);

	expect(&info, seven, 7, "++--++-"); /* 10 s after the first is within, 10.5 s is not */
}

Test(threshold, threshold_tells_every_so_many_of_a_window)
{
	struct rule_info info = rule(RULE_LIMIT_THRESHOLD, RULE_TRACK_src, 2, 10);

	expect(&info, seven, 7, "-+-+-+-");
	info.threshold.count = 3;
	expect(&info, seven, 7, "--+---+"); /* the fourth is alone in the old window */
}

Test(threshold, both_tells_once_in_a_window)
{
	struct rule_info info = rule(RULE_LIMIT_BOTH, RULE_TRACK_src, 2, 10);

	expect(&info, seven, 7, "-+---+-");
}

Test(threshold, backoff_tells_ever_more_rarely)
{
	struct rule_info info = rule(RULE_LIMIT_BACKOFF, RULE_TRACK_flow, 1, 0);

	info.threshold.multiplier = 2;
	expect(&info, (double[]){0, 1, 2, 3, 4000, 5000, 6000, 7000, 8000}, 9, "++-+---+-");
}

Test(threshold, detection_filter_tells_what_comes_after_the_count)
{
	struct rule_info info = {.sid = 1, .filter = {.limit = RULE_LIMIT_FILTER, .track = RULE_TRACK_src, .count = 2, .seconds = 10}};

	expect(&info, seven, 7, "--++--+");
}

Test(threshold, unique_on_counts_distinct_ports)
{
	struct rule_info info = {.sid = 1,
		.filter = {.limit = RULE_LIMIT_FILTER, .track = RULE_TRACK_src, .unique = RULE_UNIQUE_src_port, .count = 1, .seconds = 60}};
	AUTO(thresholds_free) struct thresholds *t = thresholds_new(100);
	struct threshold_match m = match_at(0);

	cr_assert_not(thresholds_pass(t, 1, &info, &m));
	cr_assert_not(thresholds_pass(t, 1, &info, &m));
	m.sport++;
	cr_assert(thresholds_pass(t, 1, &info, &m));
}

static size_t told(enum rule_track track)
{
	struct rule_info info = rule(RULE_LIMIT_LIMIT, track, 1, 60);
	AUTO(thresholds_free) struct thresholds *t = thresholds_new(100);
	struct threshold_match m = match_at(0), other_src = m, other_dst = m, back = m, other_flow = m;
	size_t count = 0;

	other_src.src = addr_from_v4(1);
	other_dst.dst = addr_from_v4(2);
	back.src = m.dst;
	back.dst = m.src;
	other_flow.flow = 2;
	const struct threshold_match *all[] = {&m, &other_src, &other_dst, &back, &other_flow};
	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		count += thresholds_pass(t, 1, &info, all[i]);
	return count;
}

Test(threshold, counts_apart_by_what_is_tracked)
{
	cr_assert_eq(told(RULE_TRACK_rule), 1);
	cr_assert_eq(told(RULE_TRACK_src), 3);
	cr_assert_eq(told(RULE_TRACK_dst), 3);
	cr_assert_eq(told(RULE_TRACK_both), 3, "a pair is the same in both directions");
	cr_assert_eq(told(RULE_TRACK_flow), 2);
}

Test(threshold, a_full_table_gives_up_the_window_that_began_first)
{
	struct rule_info info = rule(RULE_LIMIT_LIMIT, RULE_TRACK_src, 1, 3600);
	AUTO(thresholds_free) struct thresholds *t = thresholds_new(8);

	for (uint32_t i = 0; i < 9; i++) {
		struct threshold_match m = match_at(i);
		m.src = addr_from_v4(i);
		cr_assert(thresholds_pass(t, 1, &info, &m));
	}
	struct threshold_match second = match_at(10), first = second;
	second.src = addr_from_v4(1);
	first.src = addr_from_v4(0);
	cr_assert_not(thresholds_pass(t, 1, &info, &second));
	cr_assert(thresholds_pass(t, 1, &info, &first), "it was given up");
	cr_assert_eq(thresholds_stats(t)->evicted, 2);
	cr_assert_eq(thresholds_stats(t)->held, 1);
}

static int read_lines(struct thresholds *t, const char *text, uint64_t *left_out, struct err *e)
{
	char path[] = "/tmp/teiten-suppress-XXXXXX";
	int fd = mkstemp(path);

	cr_assert_geq(fd, 0);
	cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	int rc = thresholds_read(t, path, left_out, e);
	unlink(path);
	return rc;
}

Test(threshold, suppressed_rules_are_not_told)
{
	AUTO(thresholds_free) struct thresholds *t = thresholds_new(8);
	struct rule_info info = {.sid = 5, .gid = 1};
	struct threshold_match m = match_at(0);
	struct err e = {0};
	uint64_t left_out = 0;

	cr_assert_eq(read_lines(t,
			     "# ours\n\nsuppress gen_id 1, sig_id 5, track by_src, ip 203.0.113.0/24\n"
			     "suppress gen_id 1, sig_id 6\nthreshold gen_id 1, sig_id 7, type limit, track by_src, count 1, seconds 2\n",
			     &left_out, &e),
		0, "%s", e.text);
	cr_assert_eq(left_out, 1);
	cr_assert_not(thresholds_pass(t, 0, &info, &m));
	m.src = addr_from_v4(0x01020304);
	cr_assert(thresholds_pass(t, 0, &info, &m));
	info.sid = 6;
	cr_assert_not(thresholds_pass(t, 0, &info, &m));
}

Test(threshold, a_wrong_suppress_line_is_refused_with_its_number)
{
	static const char *const wrong[] = {"\nsuppress gen_id 1, sig_id x\n", "\nsuppress gen_id 1, sig_id 2, track by_src\n",
		"\nsuppress gen_id 1, sig_id 2, ip 192.0.2.1\n", "\nsuppress gen_id 1, sig_id 2, track by_luck, ip 192.0.2.1\n"};

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		AUTO(thresholds_free) struct thresholds *t = thresholds_new(8);
		struct err e = {0};
		uint64_t left_out = 0;

		cr_assert_lt(read_lines(t, wrong[i], &left_out, &e), 0);
		cr_assert(strstr(e.text, "line 2"), "%s", e.text);
	}
}
