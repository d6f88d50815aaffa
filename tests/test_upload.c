/* What is sent when, and to whom again: the parts of the uploader that know neither clock nor network. */
#include "upload/retry.h"

#include "base/buf.h"
#include "upload/answer.h"
#include "upload/lanes.h"
#include "upload/taken.h"
#include "upload/upload.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <string.h>

/* --- retry --- */

Test(retry, waits_anything_up_to_twice_as_long_each_time_and_never_longer_than_allowed)
{
	struct retry low = {0}, high = {0};
	const int64_t spans_ms[] = {1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000};

	for (size_t i = 0; i < ARRAY_SIZE(spans_ms); i++) {
		retry_failed(&low, 5000, 0, 60000, 0);
		retry_failed(&high, 5000, 0, 60000, UINT32_MAX);
		cr_expect_eq(low.until_ms, 5000, "full jitter begins at once");
		cr_expect_eq(high.until_ms, 5000 + spans_ms[i], "failure %zu: %" PRId64, i, high.until_ms);
	}
	for (int i = 0; i < 1000; i++)
		retry_failed(&high, 0, 0, 60000, UINT32_MAX);
	cr_expect_eq(high.until_ms, 60000);
	retry_succeeded(&high);
	retry_failed(&high, 0, 0, 60000, UINT32_MAX);
	cr_expect_eq(high.until_ms, 1000, "success forgets");
}

Test(retry, spreads_evenly)
{
	int tenths[10] = {0};
	uint32_t random = 1;

	for (int i = 0; i < 10000; i++) {
		struct retry r = {.failures = 30};

		random = random * 1664525 + 1013904223;
		retry_failed(&r, 0, 0, 1000000, random);
		tenths[r.until_ms / 100001]++;
	}
	for (int i = 0; i < 10; i++)
		cr_expect(tenths[i] > 900 && tenths[i] < 1100, "%d of 10000 in tenth %d", tenths[i], i);
}

Test(retry, never_comes_before_a_collector_asked_for_and_not_all_at_once)
{
	struct retry early = {0}, late = {0};

	retry_failed(&early, 1000, 10, 300000, 0);
	retry_failed(&late, 1000, 10, 300000, UINT32_MAX);
	cr_expect_eq(early.until_ms, 11000);
	cr_expect_eq(late.until_ms, 16000);
	retry_failed(&late, 1000, 1, 300000, UINT32_MAX);
	cr_expect_eq(late.until_ms, 3000, "a short wait spreads over a second");
	retry_failed(&early, 0, INT64_MAX / 4, 300000, 0);
	cr_expect_eq(early.until_ms, (int64_t)RETRY_ASKED_MAX_S * 1000, "a mistake of a collector is no reason to sleep for years");
}

Test(retry, waits_long_when_the_sensor_is_not_allowed)
{
	struct retry low = {0}, high = {0};

	retry_forbidden(&low, 0, 300000, 0);
	retry_forbidden(&high, 0, 300000, UINT32_MAX);
	cr_expect_eq(low.until_ms, 150000);
	cr_expect_eq(high.until_ms, 300000);
}

/* --- answers --- */

Test(answer, says_what_becomes_of_a_segment)
{
	static const struct {
		long status;
		enum answer whole, reduced;
	} rows[] = {{201, ANSWER_TAKEN, ANSWER_TAKEN}, {208, ANSWER_TAKEN, ANSWER_TAKEN},
		{409, ANSWER_REFUSED, ANSWER_TAKEN}, {413, ANSWER_REFUSED, ANSWER_REFUSED},
		{422, ANSWER_REFUSED, ANSWER_REFUSED}, {403, ANSWER_FORBIDDEN, ANSWER_FORBIDDEN}};

	for (long status = 0; status < 1000; status++) {
		enum answer whole = ANSWER_LATER, reduced = ANSWER_LATER;

		for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
			if (rows[i].status == status) {
				whole = rows[i].whole;
				reduced = rows[i].reduced;
			}
		cr_expect_eq(answer_of(status, SPOOL_WHOLE), whole, "%ld", status);
		cr_expect_eq(answer_of(status, SPOOL_HEADERS), reduced, "%ld", status);
		cr_expect_eq(answer_of(status, SPOOL_COUNTERS), reduced, "%ld", status);
	}
}

Test(answer, a_collector_that_is_away_is_no_fault_of_the_segment)
{
	for (long status = 0; status < 600; status++) {
		bool general = status == 429 || (status >= 502 && status <= 504) || status == 507;

		cr_expect_eq(answer_is_general(status), general, "%ld", status);
	}
}

/* --- lanes --- */

static struct spool_file file_of(uint64_t sequence, int64_t sealed_s)
{
	return (struct spool_file){.name = {.epoch = {7}, .sequence = sequence}, .sealed_s = sealed_s, .bytes = 100};
}

static struct lanes *new_lanes(int64_t now_s)
{
	struct lanes *l = calloc(1, sizeof(*l));

	lanes_begin(l, now_s);
	return l;
}

static void expect_next(struct lanes *l, enum lane lane, uint64_t sequence)
{
	const struct spool_file *file = lanes_next(l, lane);

	cr_assert(file);
	cr_expect_eq(file->name.sequence, sequence, "%" PRIu64 " instead of %" PRIu64, file->name.sequence, sequence);
}

Test(lanes, send_the_newest_of_the_present_and_the_oldest_of_the_past)
{
	struct lanes *l = new_lanes(10000);
	static const int64_t ages_s[] = {299, 0, 300, 5000, 20, 301, -50};

	for (size_t i = 0; i < ARRAY_SIZE(ages_s); i++) {
		struct spool_file file = file_of(i, 10000 - ages_s[i]);
		lanes_add(l, &file);
	}
	lanes_end(l);
	expect_next(l, LANE_LIVE, 6); /* of the future: the clock went back */
	expect_next(l, LANE_LIVE, 1);
	expect_next(l, LANE_LIVE, 4);
	expect_next(l, LANE_LIVE, 0);
	cr_expect_null(lanes_next(l, LANE_LIVE));
	expect_next(l, LANE_BACKLOG, 3);
	expect_next(l, LANE_BACKLOG, 5);
	expect_next(l, LANE_BACKLOG, 2);
	cr_expect_null(lanes_next(l, LANE_BACKLOG));
	cr_expect_eq(l->seen, 7);
	cr_expect_eq(l->oldest_s, 5000);
	cr_expect_eq(l->newest_s, 10050);
	cr_expect_not(lanes_is_short(l));
	free(l);
}

Test(lanes, go_by_sequence_within_a_second)
{
	struct lanes *l = new_lanes(10000);

	for (uint64_t i = 0; i < 5; i++) {
		struct spool_file old = file_of(4 - i, 100), new = file_of(10 + i, 9999);
		lanes_add(l, &old);
		lanes_add(l, &new);
	}
	lanes_end(l);
	for (uint64_t i = 0; i < 5; i++) {
		expect_next(l, LANE_BACKLOG, i);
		expect_next(l, LANE_LIVE, 14 - i);
	}
	free(l);
}

Test(lanes, need_little_memory_for_a_spool_of_any_size)
{
	struct lanes *l = new_lanes(INT32_MAX);

	for (uint64_t i = 0; i < 100000; i++) {
		uint64_t sequence = i * 48271 % 100003; /* each once, in no order */
		struct spool_file file = file_of(sequence, (int64_t)sequence);
		lanes_add(l, &file);
	}
	lanes_end(l);
	cr_expect_eq(l->seen, 100000);
	for (uint64_t sequence = 0, found = 0; found < LANE_ROUND; sequence++) {
		if (sequence * 96547 % 100003 >= 100000) /* those three that were left out */
			continue;
		const struct spool_file *file = lanes_next(l, LANE_BACKLOG);
		cr_assert(file);
		found++;
		cr_expect_leq(file->name.sequence, sequence + 3);
	}
	cr_expect(lanes_is_empty(l, LANE_BACKLOG));
	cr_expect(lanes_is_short(l), "there are more");
	free(l);
}

Test(lanes, hold_the_backlog_to_its_rate)
{
	cr_expect_eq(lanes_pause_ms(1 << 20, 1024), 1000);
	cr_expect_eq(lanes_pause_ms(10, 16), 1000, "a small one counts for 16 KiB");
	cr_expect_eq(lanes_pause_ms(1 << 20, 0), 0, "no limit");
}

/* --- taken --- */

static struct spool_name name_of(uint8_t epoch, uint64_t sequence)
{
	return (struct spool_name){.epoch = {epoch}, .sequence = sequence};
}

static void add(struct taken *t, uint8_t epoch, uint64_t sequence)
{
	const struct spool_name name = name_of(epoch, sequence);

	taken_add(t, &name);
}

static bool has(const struct taken *t, uint8_t epoch, uint64_t sequence)
{
	const struct spool_name name = name_of(epoch, sequence);

	return taken_has(t, &name);
}

Test(taken, is_exactly_what_was_added_whatever_the_order)
{
	struct taken *t = calloc(1, sizeof(*t));
	bool expected[3][200] = {{false}};
	uint32_t random = 4711;

	for (int i = 0; i < 400; i++) {
		random = random * 1664525 + 1013904223;
		uint8_t epoch = (uint8_t)(random >> 24) % 3;
		uint64_t sequence = (random >> 8) % 200;
		add(t, epoch, sequence);
		expected[epoch][sequence] = true;
	}
	for (uint8_t epoch = 0; epoch < 3; epoch++)
		for (uint64_t sequence = 0; sequence < 200; sequence++)
			cr_assert_eq(has(t, epoch, sequence), expected[epoch][sequence]);
	for (size_t i = 1; i < t->count; i++)
		cr_assert(memcmp(t->ranges[i - 1].epoch, t->ranges[i].epoch, SEGMENT_EPOCH) < 0 ||
			  t->ranges[i - 1].last + 1 < t->ranges[i].first, "ranges touch");
	free(t);
}

Test(taken, needs_one_range_for_an_outage_of_the_other_collector)
{
	struct taken *t = calloc(1, sizeof(*t));

	for (uint64_t i = 0; i < 10000; i++)
		add(t, 1, i % 2 ? 10000 + i / 2 : 9999 - i / 2);
	cr_expect_eq(t->count, 1);
	cr_expect_eq(t->ranges[0].first, 5000);
	cr_expect_eq(t->ranges[0].last, 14999);
	add(t, 1, UINT64_MAX);
	add(t, 2, 0);
	cr_expect_eq(t->count, 3);
	cr_expect(has(t, 1, UINT64_MAX));
	free(t);
}

Test(taken, comes_back_from_its_file_and_skips_what_is_none)
{
	struct taken *t = calloc(1, sizeof(*t)), *again = calloc(1, sizeof(*again)), *broken = calloc(1, sizeof(*broken));
	AUTO(buf_done) struct buf text = {0}, once_more = {0};

	for (uint64_t i = 0; i < 50; i++)
		add(t, (uint8_t)(i % 4), i * i);
	taken_print(t, &text);
	AUTO(free) char *copy = strdup(buf_str(&text));
	taken_parse(again, copy);
	taken_print(again, &once_more);
	cr_expect_str_eq(buf_str(&once_more), buf_str(&text));

	char lines[] = "01000000000000000000000000000000 5 7\nx\n01000000000000000000000000000000 6 9\n\n"
		       "01000000000000000000000000000000 9\n0100000000000000000000000000000 11 12\n"
		       "01000000000000000000000000000000 20 19\n01000000000000000000000000000000 30 31 \n"
		       "01000000000000000000000000000000 -1 5\n02000000000000000000000000000000 0 0";
	taken_parse(broken, lines);
	cr_expect_eq(broken->count, 2);
	cr_expect(has(broken, 1, 7) && !has(broken, 1, 8) && has(broken, 2, 0));
	free(t);
	free(again);
	free(broken);
}

Test(taken, forgets_what_no_longer_waits)
{
	struct taken *t = calloc(1, sizeof(*t));
	const struct spool_name still = name_of(1, 5), never = name_of(1, 100);

	for (uint64_t i = 0; i < 10; i++)
		add(t, 1, i);
	for (uint64_t i = 0; i < 10; i++)
		add(t, 2, i);
	taken_look(t);
	cr_expect(taken_see(t, &still));
	cr_expect_not(taken_see(t, &never));
	taken_looked(t);
	cr_expect(has(t, 1, 0), "a range stays as long as one of it is there");
	cr_expect_not(has(t, 2, 0));
	free(t);
}

Test(taken, has_a_bound_and_then_forgets)
{
	struct taken *t = calloc(1, sizeof(*t));

	for (uint64_t i = 0; i < TAKEN_MAX + 100; i++)
		add(t, 1, 2 * i);
	cr_expect_eq(t->count, TAKEN_MAX);
	cr_expect(has(t, 1, 2 * (TAKEN_MAX + 99)));
	cr_expect_not(has(t, 1, 0));
	free(t);
}

/* --- URLs --- */

Test(url, is_https_of_a_host)
{
	static const struct {
		const char *text;
		uint16_t port; /* 0: refused */
	} rows[] = {{"https://a.example:8443", 8443}, {"https://a.example", 443}, {"https://[2001:db8::1]", 443},
		{"https://[2001:db8::1]:8443", 8443}, {"https://203.0.113.9:1/teiten", 1}, {"http://a.example", 0},
		{"https://", 0}, {"https://a.example:0", 0}, {"https://a.example:65536", 0}, {"https://a.example:x", 0},
		{"https://a.example/", 0}, {"https://a b", 0}, {"https://user@a.example", 0}, {"https://a?b", 0}, {"", 0}};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		cr_expect_eq(upload_is_url(rows[i].text), rows[i].port != 0, "%s", rows[i].text);
		if (rows[i].port)
			cr_expect_eq(upload_port(rows[i].text), rows[i].port, "%s", rows[i].text);
	}
}
