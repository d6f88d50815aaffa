#include "analysis/buckets.h"

#include <errno.h>

#include "analysis/plan.h"
#include "base/text.h"
#include "base/zone.h"

enum { DAY_S = 86400, QUARTER_S = 900 };

static int check_interval(int64_t interval_s, struct err *e)
{
	if (interval_s == DAY_S ||
		(interval_s > 0 && interval_s < DAY_S && interval_s % QUARTER_S == 0))
		return 0;
	return err_set(e, EINVAL,
		TR("an interval is 1d, or a multiple of 15m below a day: %lld s is neither",
			"間隔は 1d、または 1 日未満で 15m の倍数です: %lld 秒は使えません"),
		(long long)interval_s);
}

/* Where the interval that begins at from_s ends. */
static int64_t next_bound(int64_t from_s, int64_t interval_s)
{
	int32_t day = day_of(from_s);
	int64_t start_s = day_start(day), end_s = day_start(day + 1);

	if (interval_s == DAY_S)
		return end_s;
	int64_t next_s = from_s + interval_s - (from_s - start_s) % interval_s;
	return next_s < end_s ? next_s : end_s;
}

int buckets_make(
	const struct period *period, int64_t interval_s, struct buckets *ret, struct err *e)
{
	AUTO(buckets_done)
	struct buckets b = {.are_days = interval_s == DAY_S && period_is_days(period)};
	int r = check_interval(interval_s, e);

	if (r < 0)
		return r;
	b.bounds = calloc(BUCKETS_MAX + 1, sizeof(*b.bounds));
	if (!b.bounds)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	b.bounds[0] = period->from_s;
	for (int64_t at_s = period->from_s; at_s < period->to_s;) {
		if (b.count == BUCKETS_MAX)
			return err_set(e, E2BIG,
				TR("more than %d intervals: ask for a longer interval or a shorter "
				   "period",
					"間隔の数が %d を超えています: "
					"間隔を長くするか期間を短くしてください"),
				BUCKETS_MAX);
		at_s = next_bound(at_s, interval_s);
		b.bounds[++b.count] = at_s < period->to_s ? at_s : period->to_s;
	}
	*ret = b;
	b = (struct buckets){0};
	return 0;
}

void buckets_done(struct buckets *b)
{
	free(b->bounds);
	*b = (struct buckets){0};
}

int64_t buckets_find(const struct buckets *b, int64_t t_s)
{
	size_t low = 0, high = b->count + 1;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (b->bounds[middle] <= t_s)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 && low <= b->count ? (int64_t)low - 1 : -1;
}
