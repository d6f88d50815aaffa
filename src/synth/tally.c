#include "synth/tally.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

enum { SOURCE_BITS = 24, DIGIT_BITS = 11, DIGITS = 1 << DIGIT_BITS };
_Static_assert(SOURCES_MAX == 1 << SOURCE_BITS, "an index of a source takes its bits");
_Static_assert(SOURCE_BITS + TALLY_KEY_BITS == 64, "key and source are one number");

static void pass(const uint64_t *from, uint64_t *to, size_t count, unsigned shift)
{
	size_t starts[DIGITS] = {0};
	size_t start = 0;

	for (size_t i = 0; i < count; i++)
		starts[from[i] >> shift & (DIGITS - 1)]++;
	for (size_t i = 0; i < DIGITS; i++) {
		size_t n = starts[i];
		starts[i] = start;
		start += n;
	}
	for (size_t i = 0; i < count; i++)
		to[starts[from[i] >> shift & (DIGITS - 1)]++] = from[i];
}

/* Radix sort; spare is as long as list. */
static void sort(uint64_t *list, uint64_t *spare, size_t count)
{
	unsigned passes = 0;

	for (unsigned shift = 0; shift < 64; shift += DIGIT_BITS, passes++) {
		if (passes % 2 == 0)
			pass(list, spare, count, shift);
		else
			pass(spare, list, count, shift);
	}
	_Static_assert((64 + DIGIT_BITS - 1) / DIGIT_BITS % 2 == 0, "the last pass ends in list");
}

static size_t collect(const struct items *items, const struct tally_context *context,
	uint64_t (*key_of)(const struct tally_context *, const struct item *), uint64_t *ret)
{
	size_t count = 0;

	for (size_t i = 0; i < items->count; i++) {
		uint64_t key = items->list[i].extra == EXTRA_none ? key_of(context, &items->list[i])
								  : TALLY_SKIP;
		if (key == TALLY_SKIP)
			continue;
		assert(key >> TALLY_KEY_BITS == 0);
		ret[count++] = key << SOURCE_BITS | items->list[i].source;
	}
	return count;
}

static size_t count_keys(const uint64_t *list, size_t count)
{
	size_t keys = 0;

	for (size_t i = 0; i < count; i++)
		keys += i == 0 || list[i] >> SOURCE_BITS != list[i - 1] >> SOURCE_BITS;
	return keys;
}

static void fill(const uint64_t *list, size_t count, struct tally *ret)
{
	for (size_t i = 0; i < count; i++) {
		uint64_t key = list[i] >> SOURCE_BITS;
		if (i == 0 || key != list[i - 1] >> SOURCE_BITS)
			ret->rows[ret->count++].key = key;
		struct tally_row *row = &ret->rows[ret->count - 1];
		row->packets++;
		row->sources += i == 0 || list[i] != list[i - 1];
	}
}

static int by_packets(const void *pa, const void *pb)
{
	const struct tally_row *a = pa, *b = pb;

	if (a->packets != b->packets)
		return a->packets > b->packets ? -1 : 1;
	return a->key < b->key ? -1 : a->key > b->key;
}

int tally_make(const struct items *items, const struct tally_context *context,
	uint64_t (*key_of)(const struct tally_context *c, const struct item *item),
	struct tally *ret)
{
	AUTO(free) uint64_t *list = calloc(items->count + 1, sizeof(*list));
	AUTO(free) uint64_t *spare = calloc(items->count + 1, sizeof(*spare));

	*ret = (struct tally){0};
	if (!list || !spare)
		return -ENOMEM;
	size_t count = collect(items, context, key_of, list);
	sort(list, spare, count);
	ret->rows = calloc(count_keys(list, count) + 1, sizeof(*ret->rows));
	if (!ret->rows)
		return -ENOMEM;
	fill(list, count, ret);
	qsort(ret->rows, ret->count, sizeof(*ret->rows), by_packets);
	return 0;
}

void tally_done(struct tally *t)
{
	free(t->rows);
	*t = (struct tally){0};
}
