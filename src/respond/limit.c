#include "respond/limit.h"

#include <assert.h>

enum { TOKEN = 1000, NS_PER_MS = 1000000 };

static void fill(struct bucket *buckets, size_t count, const struct limit_rate *rate)
{
	for (size_t i = 0; i < count; i++)
		buckets[i] = (struct bucket){.thousandths = rate->burst * TOKEN};
}

void limit_init(struct limit *l, const struct limit_rate rates[LIMIT_LEVELS], struct hash_key key)
{
	l->key = key;
	for (size_t i = 0; i < LIMIT_LEVELS; i++) {
		assert(rates[i].per_second <= LIMIT_RATE_MAX && rates[i].burst <= LIMIT_RATE_MAX);
		l->rates[i] = rates[i];
	}
	fill(l->sources, LIMIT_PLACES, &rates[LIMIT_SOURCE]);
	fill(l->networks, LIMIT_PLACES, &rates[LIMIT_NETWORK]);
	fill(&l->total, 1, &rates[LIMIT_TOTAL]);
}

/* A rate of one a second is one thousandth a millisecond. */
static void refill(struct bucket *b, const struct limit_rate *rate, uint32_t now_ms)
{
	uint32_t gone_ms =
		now_ms - b->at_ms; /* also where the milliseconds begin anew, every 50 days */
	uint64_t now = b->thousandths;

	if (gone_ms <= INT32_MAX)
		now += (uint64_t)gone_ms * rate->per_second;
	b->at_ms = now_ms;
	b->thousandths = now < rate->burst * (uint64_t)TOKEN ? (uint32_t)now : rate->burst * TOKEN;
}

static struct bucket *place(struct bucket *table, const struct hash_key *key, const struct addr *a)
{
	return &table[hash_bytes(key, a->b, sizeof(a->b)) % LIMIT_PLACES];
}

enum limit_level limit_take(struct limit *l, const struct addr *source, int64_t now_ns)
{
	const struct prefix network = addr_network(source);
	struct bucket *levels[LIMIT_LEVELS] = {
		[LIMIT_SOURCE] = place(l->sources, &l->key, source),
		[LIMIT_NETWORK] = place(l->networks, &l->key, &network.addr),
		[LIMIT_TOTAL] = &l->total,
	};
	enum limit_level level;

	for (level = 0; level < LIMIT_LEVELS; level++) {
		refill(levels[level], &l->rates[level], (uint32_t)(now_ns / NS_PER_MS));
		if (levels[level]->thousandths < TOKEN)
			return level;
	}
	for (size_t i = 0; i < LIMIT_LEVELS; i++)
		levels[i]->thousandths -= TOKEN;
	return level;
}
