/* What the tally gives up when its memory is full. */
#include "analysis/tally_parts.h"

static bool is_there(uint64_t pair, void *tally)
{
	const struct tally *t = tally;

	return t->keys.entries[pair_key(pair)].packets > 0;
}

bool tally_spare_keys(struct tally *t)
{
	uint64_t highest = tally_keys_prune(&t->keys, t->beyond);

	t->beyond_each += highest;
	if (highest)
		tally_pairs_keep(&t->pairs, is_there, t);
	return highest > 0;
}

/* How many sources, as a power of two, a key must have to be estimated from now on, so that half of the pairs go. */
static unsigned threshold(const struct tally *t)
{
	uint64_t pairs[33] = {0}, sum = 0;
	unsigned bits = 32;

	for (size_t i = 0; i < t->keys.used; i++) {
		const struct tally_entry *entry = &t->keys.entries[i];

		if (entry->packets && entry->sketch == TALLY_NONE && entry->sources &&
			entry->key.dimension != DIMENSION_source)
			pairs[31 - __builtin_clz(entry->sources)] += entry->sources;
	}
	for (sum = pairs[bits]; bits > 0 && sum < t->pairs.count / 2;)
		sum += pairs[--bits];
	return bits;
}

static bool stays(uint64_t pair, void *tally)
{
	struct tally *t = tally;
	uint32_t sketch = t->keys.entries[pair_key(pair)].sketch;

	if (sketch == TALLY_NONE)
		return true;
	tally_sketches_add(&t->sketches, sketch, tally_source_hash(t, pair_source(pair)));
	return false;
}

void tally_spare_pairs(struct tally *t)
{
	uint64_t least = UINT64_C(1) << threshold(t);

	for (size_t i = 0; i < t->keys.used; i++) {
		struct tally_entry *entry = &t->keys.entries[i];

		if (entry->packets && entry->sketch == TALLY_NONE && entry->sources >= least &&
			entry->key.dimension != DIMENSION_source)
			entry->sketch = tally_sketches_new(&t->sketches);
	}
	tally_pairs_keep(&t->pairs, stays, t);
}
