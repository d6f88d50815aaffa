/* The ledger `approximation`: when a segment's accesses are not in the store as they came. */
#include <inttypes.h>

#include "store/internal.h"
#include "store/ledger.h"
#include "store/sql.h"

/* In the order of approximation_put.sql. */
/* clang-format off */
#define APPROXIMATION_FIELDS(X)                                                                    \
	X(I64, from_s) X(I64, to_s) X(U64, coarse) X(U64, without_source) X(U64, payloads)           \
	X(U64, detections) X(U64, detections_without_source)
/* clang-format on */

#define X(kind, name)                                                                              \
	{LEDGER_##kind, offsetof(struct approximation, name),                                      \
		sizeof(((struct approximation *)0)->name)},
static const struct ledger_field fields[] = {APPROXIMATION_FIELDS(X)};
#undef X

int store_segment_approximate(struct store *s, const struct segment *segment,
	const struct approximation *list, size_t count, struct err *e)
{
	AUTO(buf_done) struct buf text = {0};

	for (size_t i = 0; i < count; i++) {
		tsv_add(&text, segment->digest);
		buf_char(&text, '\t');
		ledger_write(&text, &list[i], fields, ARRAY_SIZE(fields));
	}
	return count ? ledger_put(s, sql_approximation_put, &text, e) : 0;
}

enum { BOUND_SIZE = 24 };

static const char *print_bound(int64_t time_s, char text[BOUND_SIZE])
{
	snprintf(text, BOUND_SIZE, "%" PRId64, time_s);
	return text;
}

int store_approximation(struct store *s, struct span period, struct span versus,
	struct approximation *ret, struct err *e)
{
	char bounds[4][BOUND_SIZE];
	struct param params[] = {{"from", print_bound(period.from_s, bounds[0])},
		{"to", print_bound(period.to_s, bounds[1])},
		{"vfrom", print_bound(versus.from_s, bounds[2])},
		{"vto", print_bound(versus.to_s, bounds[3])}};
	AUTO(result_done) struct result answer = {0};
	int r = store_query(s, sql_approximation_sum, params, ARRAY_SIZE(params), &answer, e);

	*ret = (struct approximation){.from_s = period.from_s, .to_s = period.to_s};
	if (r < 0)
		return r;
	ret->coarse = result_u64(&answer, 0, 0);
	ret->without_source = result_u64(&answer, 0, 1);
	ret->payloads = result_u64(&answer, 0, 2);
	ret->detections = result_u64(&answer, 0, 3);
	ret->detections_without_source = result_u64(&answer, 0, 4);
	return 0;
}
