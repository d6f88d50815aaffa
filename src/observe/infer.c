#include "observe/infer.h"

#include <assert.h>
#include <errno.h>
#include <sys/random.h>

/* The first packet of a pair of addresses went from speaker to spoken_to. */
struct pair {
	struct addr speaker, spoken_to;
};

/* Open addressing with linear probing; slots is a power of two and at most three quarters full. A
 * free slot is all zero: no pair is, because nobody speaks from the unspecified address to itself. */
struct infer {
	struct pair *pairs;
	size_t slots, count, max_pairs;
	uint64_t key; /* drawn anew each time, so that nobody can send addresses that collide */
	bool cut;
};

enum { SLOTS_MIN = 1024 };

struct infer *infer_new(size_t max_pairs)
{
	AUTO(free) struct infer *in = calloc(1, sizeof(*in));

	if (!in)
		return NULL;
	in->pairs = calloc(SLOTS_MIN, sizeof(*in->pairs));
	if (!in->pairs)
		return NULL;
	in->slots = SLOTS_MIN;
	in->max_pairs = max_pairs;
	if (getrandom(&in->key, sizeof(in->key), 0) != sizeof(in->key))
		in->key = (uintptr_t)in;
	return TAKE(in);
}

void infer_free(struct infer *in)
{
	if (!in)
		return;
	free(in->pairs);
	free(in);
}

bool infer_is_cut(const struct infer *in)
{
	return in->cut;
}

static uint64_t mix(uint64_t a, uint64_t b)
{
	__uint128_t product = (__uint128_t)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint64_t addr_hash(const struct addr *a, uint64_t key)
{
	uint64_t half[2];

	memcpy(half, a, sizeof(half));
	return mix(
		half[0] ^ key ^ 0x9e3779b97f4a7c15, mix(half[1] ^ key, 0xd6e8feb86659fd93) ^ key);
}

/* The same for both directions. */
static uint64_t pair_hash(const struct infer *in, const struct pair *pair)
{
	return addr_hash(&pair->speaker, in->key) + addr_hash(&pair->spoken_to, in->key);
}

static bool is_free(const struct pair *pair)
{
	static const struct pair none;

	return memcmp(pair, &none, sizeof(none)) == 0;
}

static bool is_same(const struct pair *a, const struct pair *b)
{
	return (addr_equal(&a->speaker, &b->speaker) && addr_equal(&a->spoken_to, &b->spoken_to)) ||
	       (addr_equal(&a->speaker, &b->spoken_to) && addr_equal(&a->spoken_to, &b->speaker));
}

/* Where the pair stands or would stand. */
static struct pair *slot_of(const struct infer *in, const struct pair *pair)
{
	size_t at = pair_hash(in, pair) & (in->slots - 1);

	while (!is_free(&in->pairs[at]) && !is_same(&in->pairs[at], pair))
		at = (at + 1) & (in->slots - 1);
	return &in->pairs[at];
}

static bool grow(struct infer *in)
{
	struct infer larger = *in;

	larger.slots = in->slots * 2;
	larger.pairs = calloc(larger.slots, sizeof(*larger.pairs));
	if (!larger.pairs)
		return false;
	for (size_t i = 0; i < in->slots; i++) {
		if (!is_free(&in->pairs[i]))
			*slot_of(&larger, &in->pairs[i]) = in->pairs[i];
	}
	free(in->pairs);
	*in = larger;
	return true;
}

void infer_packet(struct infer *in, const struct packet *p)
{
	struct pair pair = {p->src, p->dst};

	if (!p->is_ip || is_free(&pair))
		return;
	struct pair *slot = slot_of(in, &pair);
	if (!is_free(slot))
		return;
	if (in->count == in->max_pairs) {
		in->cut = true;
		return;
	}
	if (in->count + 1 > in->slots / 4 * 3) {
		if (!grow(in)) {
			in->cut = true;
			return;
		}
		slot = slot_of(in, &pair);
	}
	*slot = pair;
	in->count++;
}

/* One pair seen from one of its ends: +1 was spoken to, -1 spoke; 0 spoke to itself. */
struct vote {
	struct addr addr;
	int weight;
};

static int vote_compare(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct addr));
}

static size_t votes_collect(const struct infer *in, struct vote *votes)
{
	size_t count = 0;

	for (size_t i = 0; i < in->slots; i++) {
		const struct pair *pair = &in->pairs[i];
		if (is_free(pair))
			continue;
		bool to_itself = addr_equal(&pair->speaker, &pair->spoken_to);
		votes[count++] = (struct vote){pair->speaker, to_itself ? 0 : -1};
		votes[count++] = (struct vote){pair->spoken_to, to_itself ? 0 : 1};
	}
	qsort(votes, count, sizeof(*votes), vote_compare);
	return count;
}

/* The two halves of the next shorter prefix. */
static bool are_siblings(const struct prefix *a, const struct prefix *b)
{
	struct addr up_a, up_b;

	if (a->bits != b->bits || a->bits == 0)
		return false;
	up_a = addr_mask(&a->addr, a->bits - 1u);
	up_b = addr_mask(&b->addr, b->bits - 1u);
	return addr_equal(&up_a, &up_b);
}

/* Addresses come in rising order, so that only the last prefixes can still be merged. */
static size_t prefix_push(struct prefix *prefixes, size_t count, const struct addr *addr)
{
	prefixes[count++] = (struct prefix){*addr, 128};
	while (count > 1 && are_siblings(&prefixes[count - 2], &prefixes[count - 1])) {
		count--;
		prefixes[count - 1].bits--;
	}
	return count;
}

static size_t prefixes_of(const struct vote *votes, size_t count, struct prefix *prefixes)
{
	size_t prefix_count = 0;

	for (size_t i = 0; i < count;) {
		const struct addr *addr = &votes[i].addr;
		int64_t sum = 0;
		bool had_others = false;

		for (; i < count && addr_equal(&votes[i].addr, addr); i++) {
			sum += votes[i].weight;
			had_others |= votes[i].weight != 0;
		}
		if ((sum > 0 || !had_others) && !addr_is_group(addr))
			prefix_count = prefix_push(prefixes, prefix_count, addr);
	}
	return prefix_count;
}

int infer_result(const struct infer *in, struct prefix **ret)
{
	AUTO(free) struct vote *votes = calloc(in->count * 2 + 1, sizeof(*votes));
	AUTO(free) struct prefix *prefixes = calloc(in->count + 1, sizeof(*prefixes));

	if (!votes || !prefixes)
		return -ENOMEM;
	size_t count = prefixes_of(votes, votes_collect(in, votes), prefixes);
	*ret = TAKE(prefixes);
	return (int)count;
}
