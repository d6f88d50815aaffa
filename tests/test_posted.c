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
