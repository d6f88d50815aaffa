#include "analysis/lookup.h"

#include <errno.h>

struct sorted_key {
	uint64_t order;
	uint32_t row;
};

static int by_key(const void *a, const void *b, void *counts)
{
	const struct sorted_key *x = a, *y = b;
	const struct counts *c = counts;

	if (x->order != y->order)
		return x->order < y->order ? -1 : 1;
	return value_compare((enum subject)c->dimension, &c->rows[x->row].key, &c->rows[y->row].key);
}

static void sort_keys(const struct counts *c, struct sorted_key *keys)
{
	enum subject s = (enum subject)c->dimension;

	for (uint32_t i = 0; i < c->count; i++)
		keys[i] = (struct sorted_key){value_order(s, &c->rows[i].key), i};
	qsort_r(keys, c->count, sizeof(*keys), by_key, (void *)c);
}

int lookup_make(const struct counts *c, struct lookup *ret, struct err *e)
{
	AUTO(free) struct sorted_key *keys = calloc(c->count + 1, sizeof(*keys));

	*ret = (struct lookup){c, calloc(c->count + 1, sizeof(*ret->sorted))};
	if (!ret->sorted || !keys)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	if (c->dimension == DIMENSION_NONE)
		return 0; /* one row */
	sort_keys(c, keys);
	for (uint32_t i = 0; i < c->count; i++)
		ret->sorted[i] = keys[i].row;
	return 0;
}

void lookup_done(struct lookup *l)
{
	free(l->sorted);
	*l = (struct lookup){0};
}

static int64_t find_key(const struct lookup *l, enum subject s, const struct value *key)
{
	size_t low = 0, high = l->counts->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = value_compare(s, &l->counts->rows[l->sorted[middle]].key, key);

		if (order == 0)
			return l->sorted[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return -1;
}

int lookup_find(const struct lookup *l, const char *cell, int64_t *ret, struct err *e)
{
	struct value key;

	*ret = 0;
	if (l->counts->dimension == DIMENSION_NONE)
		return 0;
	enum subject s = (enum subject)l->counts->dimension;
	int r = value_read(s, cell, &key, e);
	if (r < 0)
		return r;
	*ret = find_key(l, s, &key);
	value_done(s, &key);
	return 0;
}

int64_t lookup_value(const struct lookup *l, const struct value *key)
{
	enum dimension d = l->counts->dimension;

	return d == DIMENSION_NONE ? 0 : find_key(l, (enum subject)d, key);
}
