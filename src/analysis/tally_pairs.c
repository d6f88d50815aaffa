#include "analysis/tally_pairs.h"

#include <string.h>
#include <sys/mman.h>

enum { SLOTS_MIN = 1 << 12, HUGE_PAGE = 2 << 20 };

/* All empty. Pages of 2 MiB where there are such: random probes of a large table then find their page in the processor's
 * own list. */
static uint64_t *slots_new(size_t slots)
{
	size_t bytes = slots * sizeof(uint64_t);

	if (bytes < HUGE_PAGE)
		return calloc(slots, sizeof(uint64_t));
	void *data = aligned_alloc(HUGE_PAGE, bytes);
	if (!data)
		return NULL;
	madvise(data, bytes, MADV_HUGEPAGE);
	return memset(data, 0, bytes);
}

static bool grow(struct tally_pairs *p, size_t slots)
{
	struct tally_pairs larger = *p;

	larger.slots = slots_new(slots);
	if (!larger.slots)
		return false;
	larger.mask = slots - 1;
	larger.shift = (unsigned)__builtin_clzll(slots) + 1;
	for (size_t i = 0; p->slots && i <= p->mask; i++) {
		if (!p->slots[i])
			continue;
		size_t slot = pair_slot(&larger, p->slots[i]);
		while (larger.slots[slot])
			slot = (slot + 1) & larger.mask;
		larger.slots[slot] = p->slots[i];
	}
	free(p->slots);
	*p = larger;
	return true;
}

bool tally_pairs_init(struct tally_pairs *p, size_t bytes_max, const struct hash_key *hash)
{
	*p = (struct tally_pairs){.bytes_max = bytes_max, .hash = *hash};
	return grow(p, SLOTS_MIN);
}

void tally_pairs_done(struct tally_pairs *p)
{
	free(p->slots);
	*p = (struct tally_pairs){0};
}

/* The pair's slot, or the empty one where it belongs. */
static uint64_t *find(struct tally_pairs *p, uint64_t pair)
{
	size_t slot = pair_slot(p, pair);

	while (p->slots[slot] && p->slots[slot] != pair)
		slot = (slot + 1) & p->mask;
	return &p->slots[slot];
}

/* The old table and the new one lie in memory together for a moment. */
static bool can_grow(const struct tally_pairs *p)
{
	return 3 * (p->mask + 1) * sizeof(*p->slots) <= p->bytes_max;
}

/* Three of eight slots stay empty while the table can grow, so that a probe ends soon, and two when it cannot. */
static bool make_room(struct tally_pairs *p)
{
	if (p->count <= p->mask / 8 * 5 || (can_grow(p) && grow(p, 2 * (p->mask + 1))))
		return true;
	return p->count <= p->mask / 4 * 3;
}

enum pair_news tally_pairs_add(struct tally_pairs *p, uint64_t pair)
{
	uint64_t *slot = find(p, pair);

	if (*slot)
		return PAIR_KNOWN;
	if (p->count > p->mask / 8 * 5) {
		if (!make_room(p))
			return PAIR_NO_ROOM;
		slot = find(p, pair);
	}
	*slot = pair;
	p->count++;
	return PAIR_NEW;
}

static size_t first_empty(const struct tally_pairs *p)
{
	size_t slot = 0;

	while (p->slots[slot])
		slot++;
	return slot;
}

/* Each pair is taken out and, if it stays, put back at the first empty slot from its own one on. That is where it was or
 * before, so from an empty slot on all around nothing is left behind a hole. */
void tally_pairs_keep(
	struct tally_pairs *p, bool (*keep)(uint64_t pair, void *context), void *context)
{
	size_t start = first_empty(p);

	for (size_t i = 1; i <= p->mask; i++) {
		size_t slot = (start + i) & p->mask;
		uint64_t pair = p->slots[slot];

		if (!pair)
			continue;
		p->slots[slot] = 0;
		if (keep(pair, context))
			*find(p, pair) = pair;
		else
			p->count--;
	}
}
