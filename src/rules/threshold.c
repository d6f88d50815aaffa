#include "rules/threshold.h"

#include "base/hash.h"
#include "rules/suppress.h"

enum {
	WAYS = 8,          /* counts in a bucket */
	PORT_SETS = 1024,  /* sets of ports at once, of 8 KiB each when used */
	PORT_SET_BYTES = 65536 / 8,
};

/* What is counted apart. */
struct key {
	struct addr a, b;
	uint64_t flow;
	uint32_t rule;
	uint32_t limit; /* 0: the entry is free */
};

struct count {
	struct key key;
	int64_t start_ns; /* of the window */
	uint64_t count, next; /* next: of backoff, the count that is told next */
	uint8_t *ports;   /* seen in the window (unique_on) */
};

struct thresholds {
	struct count *counts; /* buckets of WAYS */
	size_t bucket_mask;
	size_t port_sets;
	struct suppress_list suppress;
	struct threshold_stats stats;
};

struct thresholds *thresholds_new(size_t counts)
{
	struct thresholds *t = calloc(1, sizeof(*t));
	size_t buckets = 1;

	if (!t)
		return NULL;
	while (buckets * WAYS < counts)
		buckets *= 2;
	t->bucket_mask = buckets - 1;
	t->counts = calloc(buckets * WAYS, sizeof(*t->counts));
	if (t->counts)
		return t;
	thresholds_free(t);
	return NULL;
}

void thresholds_free(struct thresholds *t)
{
	if (!t)
		return;
	for (size_t i = 0; t->counts && i < (t->bucket_mask + 1) * WAYS; i++)
		free(t->counts[i].ports);
	free(t->counts);
	free(t->suppress.lines);
	free(t);
}

int thresholds_read(struct thresholds *t, const char *path, uint64_t *ret_left_out, struct err *e)
{
	return suppress_read(&t->suppress, path, ret_left_out, e);
}

const struct threshold_stats *thresholds_stats(const struct thresholds *t)
{
	return &t->stats;
}

/* ---- the table ---- */

static struct key key_of(uint32_t rule, const struct rule_threshold *limit, const struct threshold_match *m)
{
	struct key key = {.rule = rule, .limit = limit->limit};
	bool swapped = memcmp(&m->src, &m->dst, sizeof(m->src)) > 0;

	switch (limit->track) {
	case RULE_TRACK_src:
		key.a = m->src;
		break;
	case RULE_TRACK_dst:
		key.a = m->dst;
		break;
	case RULE_TRACK_both: /* the pair, whoever speaks */
		key.a = swapped ? m->dst : m->src;
		key.b = swapped ? m->src : m->dst;
		break;
	case RULE_TRACK_flow:
		key.flow = m->flow;
		break;
	default:
		break;
	}
	return key;
}

/* With a fixed key, so that the same packets always give the same result: who makes keys collide makes counts be given up,
 * and that is all. */
static struct count *bucket_of(struct thresholds *t, const struct key *key)
{
	static const struct hash_key fixed = {UINT64_C(0x2545f4914f6cdd1d), UINT64_C(0x9e3779b97f4a7c15)};
	_Static_assert(sizeof(*key) == 48, "no padding: it is hashed and compared as bytes");

	return &t->counts[(hash_bytes(&fixed, key, sizeof(*key)) & t->bucket_mask) * WAYS];
}

static void forget_ports(struct thresholds *t, struct count *c)
{
	if (c->ports)
		t->port_sets--;
	free(c->ports);
	c->ports = NULL;
}

/* The count of key; or a free place, or that of the window that began first, made anew for it (count 0). */
static struct count *find(struct thresholds *t, const struct key *key)
{
	struct count *bucket = bucket_of(t, key), *oldest = bucket;

	for (size_t i = 0; i < WAYS; i++) {
		if (memcmp(&bucket[i].key, key, sizeof(*key)) == 0)
			return &bucket[i];
		if (oldest->key.limit && (!bucket[i].key.limit || bucket[i].start_ns < oldest->start_ns))
			oldest = &bucket[i];
	}
	if (oldest->key.limit)
		t->stats.evicted++;
	forget_ports(t, oldest);
	*oldest = (struct count){.key = *key};
	return oldest;
}

/* ---- counting ---- */

/* False: the port was there before. Without room for one more set every packet counts. */
static bool port_is_new(struct thresholds *t, struct count *c, uint16_t port)
{
	if (!c->ports && t->port_sets < PORT_SETS && (c->ports = calloc(1, PORT_SET_BYTES)))
		t->port_sets++;
	if (!c->ports)
		return true;
	uint8_t bit = (uint8_t)(1 << port % 8), *byte = &c->ports[port / 8];
	bool is_new = !(*byte & bit);

	*byte |= bit;
	return is_new;
}

static void count_one(struct thresholds *t, struct count *c, const struct rule_threshold *limit, const struct threshold_match *m)
{
	if (limit->unique == RULE_UNIQUE_none ||
		port_is_new(t, c, limit->unique == RULE_UNIQUE_src_port ? m->sport : m->dport))
		c->count++;
}

static void begin_window(struct thresholds *t, struct count *c, int64_t ts_ns)
{
	forget_ports(t, c);
	c->start_ns = ts_ns;
	c->count = 0;
}

static bool is_told(struct count *c, const struct rule_threshold *limit)
{
	switch (limit->limit) {
	case RULE_LIMIT_LIMIT:
		return c->count <= limit->count;
	case RULE_LIMIT_THRESHOLD:
		if (c->count < limit->count)
			return false;
		c->count = 0; /* the window stays as it is */
		return true;
	case RULE_LIMIT_BOTH:
		return c->count == limit->count;
	case RULE_LIMIT_BACKOFF:
		if (c->next == 0)
			c->next = limit->count;
		if (c->count != c->next || __builtin_mul_overflow(c->next, limit->multiplier, &c->next))
			return false;
		return true;
	case RULE_LIMIT_FILTER:
		return c->count > limit->count;
	default:
		return true;
	}
}

static bool limit_pass(struct thresholds *t, uint32_t rule, const struct rule_threshold *limit, const struct threshold_match *m)
{
	if (limit->limit == RULE_LIMIT_NONE)
		return true;
	if (limit->track == RULE_TRACK_flow && m->flow == 0)
		return true; /* of no conversation: nothing to count it by */
	struct key key = key_of(rule, limit, m);
	struct count *c = find(t, &key);
	bool is_new = c->count == 0 && c->start_ns == 0 && c->next == 0;

	if (is_new || (limit->limit != RULE_LIMIT_BACKOFF && m->ts_ns - c->start_ns > (int64_t)limit->seconds * INT64_C(1000000000)))
		begin_window(t, c, m->ts_ns);
	count_one(t, c, limit, m);
	return is_told(c, limit);
}

bool thresholds_pass(struct thresholds *t, uint32_t rule, const struct rule_info *info, const struct threshold_match *m)
{
	bool pass = !suppress_has(&t->suppress, info, m) && limit_pass(t, rule, &info->filter, m) &&
		    limit_pass(t, rule, &info->threshold, m);

	t->stats.held += !pass;
	return pass;
}
