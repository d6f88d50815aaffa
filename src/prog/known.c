#include "prog/known.h"

#include "base/text.h"

/* Sorted by first_s; the middle of each range stands for it in `last`, as the root of a tree: what
 * spans a time is found without looking at what ends before it. */
struct known {
	struct segment_length *lengths;
	int64_t *last; /* the largest last_s of the range whose middle this is */
	size_t count;
};

static size_t middle_of(size_t from, size_t to)
{
	return from + (to - from) / 2;
}

static int64_t fill_last(struct known *k, size_t from, size_t to)
{
	if (from == to)
		return INT64_MIN;
	size_t middle = middle_of(from, to);
	int64_t here = k->lengths[middle].last_s;
	int64_t before = fill_last(k, from, middle), after = fill_last(k, middle + 1, to);

	here = before > here ? before : here;
	k->last[middle] = after > here ? after : here;
	return k->last[middle];
}

int known_load(struct store *s, struct known **ret, struct err *e)
{
	AUTO(known_free) struct known *k = calloc(1, sizeof(*k));

	if (!k)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	int count = store_segment_lengths(s, &k->lengths, e);
	if (count < 0)
		return count;
	k->count = (size_t)count;
	k->last = calloc(k->count + 1, sizeof(*k->last));
	if (!k->last)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	fill_last(k, 0, k->count);
	*ret = TAKE(k);
	return 0;
}

void known_free(struct known *k)
{
	if (!k)
		return;
	free(k->lengths);
	free(k->last);
	free(k);
}

static int find(const struct known *k, size_t from, size_t to, int64_t t_s,
	struct digest_known *ret, struct err *e)
{
	size_t middle = middle_of(from, to);

	if (from == to || k->last[middle] < t_s)
		return 0;
	const struct segment_length *here = &k->lengths[middle];
	int rc = find(k, from, middle, t_s, ret, e);
	if (rc < 0 || here->first_s > t_s)
		return rc;
	if (here->last_s >= t_s)
		rc = digest_known_add(ret, here, e);
	return rc < 0 ? rc : find(k, middle + 1, to, t_s, ret, e);
}

int known_at(const struct known *k, int64_t first_s, struct digest_known *ret, struct err *e)
{
	int rc = find(k, 0, k->count, first_s, ret, e);

	return rc < 0 || first_s == 0 ? rc : find(k, 0, k->count, 0, ret, e);
}

int known_all(const struct known *k, struct digest_known *ret, struct err *e)
{
	return digest_known_add_all(ret, k->lengths, k->count, e);
}
