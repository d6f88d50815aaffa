/* The ledger of what sensors posted: a segment belongs to one batch, whoever claims it. */
#include "store_make.h"

#include "store/posted.h"

static struct posted segment_of(uint64_t n, const char *collector, uint64_t sequence)
{
	struct posted p = {.n = n, .sequence = sequence, .packets = 7, .run_first = sequence, .run_last = sequence};

	snprintf(p.collector, sizeof(p.collector), "%s", collector);
	snprintf(p.sensor, sizeof(p.sensor), "tokyo-1");
	snprintf(p.epoch, sizeof(p.epoch), "000102030405060708090a0b0c0d0e0f");
	memset(p.digest, 'a', DIGEST_TEXT - 1);
	return p;
}

Test(posted, a_number_is_given_to_one_collector_only)
{
	struct place place;
	struct store *s = NULL;
	uint64_t last = 9;

	place_make(&place);
	GOOD(store_open(&place.options, &s, E));
	struct posted first[] = {segment_of(1, "a", 0), segment_of(1, "a", 1)};
	struct posted second[] = {segment_of(1, "b", 1), segment_of(1, "b", 2)};
	struct err e = {""};
	GOOD(store_posted_last(s, 0, &last, E));
	cr_expect_eq(last, 0);
	cr_expect_eq(store_posted_claim(s, first, 2, &e), 1, "%s", e.text);
	cr_expect_eq(store_posted_claim(s, second, 2, &e), 0, "%s", e.text);
	cr_expect_eq(store_posted_claim(s, first, 2, &e), 1, "the same again is the same: %s", e.text);
	GOOD(store_posted_last(s, 0, &last, E));
	cr_expect_eq(last, 1);
	struct posted *found = NULL;
	cr_expect_eq(store_posted_find(s, second, 2, &found, &e), 1, "%s", e.text);
	cr_expect_str_eq(found[0].collector, "a");
	cr_expect_str_eq(found[0].epoch, first[0].epoch);
	cr_expect_str_eq(found[0].digest, first[0].digest);
	cr_expect_eq(found[0].packets, 7);
	free(found);
	store_close(s);
	place_remove(&place);
}

Test(posted, a_claim_that_comes_after_later_ones_is_none)
{
	struct place place;
	struct store *s = NULL;
	struct err e = {""};

	place_make(&place);
	GOOD(store_open(&place.options, &s, E));
	struct posted late = segment_of(2, "a", 0), newer = segment_of(3, "b", 0);
	cr_expect_eq(store_posted_claim(s, &newer, 1, &e), 1, "%s", e.text);
	cr_expect_eq(store_posted_claim(s, &late, 1, &e), 0, "%s", e.text);
	struct posted *found = NULL;
	cr_expect_eq(store_posted_find(s, &late, 1, &found, &e), 1, "%s", e.text);
	cr_expect_eq(found[0].n, 3);
	free(found);
	store_close(s);
	place_remove(&place);
}

/* Each takes what it finds free, in numbers that it thinks are free. */
static void claim_all(const struct place *place, const char *collector, uint64_t segments)
{
	struct store *s = NULL;
	uint64_t last = 0, claimed = 0;

	GOOD(store_open(&place->options, &s, E));
	while (claimed < segments) {
		struct posted batch[3], key = segment_of(0, collector, claimed);
		struct posted *known = NULL;
		struct err e = {""};

		GOOD(store_posted_last(s, last, &last, E));
		int found = store_posted_find(s, &key, 1, &known, &e);
		cr_assert_geq(found, 0, "%s", e.text);
		free(known);
		if (found > 0) {
			claimed++;
			continue;
		}
		batch[0] = segment_of(last + 1, collector, claimed);
		cr_assert_geq(store_posted_claim(s, batch, 1, &e), 0, "%s", e.text);
	}
	store_close(s);
}

Test(posted, of_collectors_that_claim_the_same_at_once_each_segment_is_claimed_once)
{
	enum { COLLECTORS = 3, SEGMENTS = 40 };
	struct place place;
	struct store *s = NULL;
	AUTO(result_done) struct result count = {0};

	place_make(&place);
	GOOD(store_open(&place.options, &s, E));
	for (int i = 0; i < COLLECTORS; i++) {
		char name[] = {(char)('a' + i), '\0'};

		if (fork() == 0) {
			claim_all(&place, name, SEGMENTS);
			_exit(0);
		}
	}
	for (int i = 0; i < COLLECTORS; i++) {
		int status = 1;

		wait(&status);
		cr_expect_eq(status, 0);
	}
	GOOD(store_query(s, "SELECT count(), uniqExact(sequence), uniqExact(n), uniqExact(collector) FROM posted", NULL, 0, &count, E));
	cr_expect_eq(result_u64(&count, 0, 0), SEGMENTS);
	cr_expect_eq(result_u64(&count, 0, 1), SEGMENTS);
	cr_expect_eq(result_u64(&count, 0, 2), SEGMENTS);
	cr_expect_gt(result_u64(&count, 0, 3), 1, "only one of them got anything: the test is too weak");
	store_close(s);
	place_remove(&place);
}

Test(posted, sums_tell_lost_packets_and_missing_segments_by_period)
{
	struct place place;
	struct store *s = NULL;
	struct err e = {""};
	struct posted_sum *sums = NULL;

	place_make(&place);
	GOOD(store_open(&place.options, &s, E));
	/* 0 and 1 never came, 2 and 3 did, 6 speaks for 5; 4 is missing; 9 comes in the next period, 7 and 8 never */
	struct posted batch[] = {segment_of(1, "a", 2), segment_of(1, "a", 3), segment_of(1, "a", 6), segment_of(1, "a", 9)};
	for (size_t i = 0; i < ARRAY_SIZE(batch); i++) {
		batch[i].covers_from = batch[i].sequence;
		batch[i].lost_ring = 10;
		batch[i].lost_spool = i;
		batch[i].observed_to_s = (int64_t)batch[i].sequence * 60;
	}
	batch[2].covers_from = 5;
	cr_assert_eq(store_posted_claim(s, batch, ARRAY_SIZE(batch), &e), 1, "%s", e.text);
	struct posted_refusal refusal = {.collector = "a", .sensor = "tokyo-1", .name = "x", .reason = "why\tnot", .refused_s = 400};
	GOOD(store_refused_put(s, &refusal, 1, E));
	GOOD(store_refused_put(s, &refusal, 1, E));
	cr_assert_eq(store_posted_sums(s, (struct span){0, 500}, &sums, &e), 1, "%s", e.text);
	cr_expect_str_eq(sums[0].sensor, "tokyo-1");
	cr_expect_eq(sums[0].segments, 3);
	cr_expect_eq(sums[0].packets, 21);
	cr_expect_eq(sums[0].lost_ring, 30);
	cr_expect_eq(sums[0].lost_spool, 3);
	cr_expect_eq(sums[0].missing, 3, "0, 1 and 4, not %lu", sums[0].missing);
	cr_expect_eq(sums[0].refused, 1);
	cr_expect_eq(sums[0].newest_s, 360);
	free(sums);
	cr_assert_eq(store_posted_sums(s, (struct span){500, 1000}, &sums, &e), 1, "%s", e.text);
	cr_expect_eq(sums[0].segments, 1);
	cr_expect_eq(sums[0].missing, 2, "7 and 8, not %lu", sums[0].missing);
	cr_expect_eq(sums[0].refused, 0);
	free(sums);
	store_close(s);
	place_remove(&place);
}
