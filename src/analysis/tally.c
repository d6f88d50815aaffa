#include "analysis/tally_parts.h"

#include <assert.h>
#include <string.h>

#include "analysis/count.h"
#include "analysis/value.h"
#include "base/zone.h"

enum { PAYLOADS = 1 << 16, PAYLOAD_BYTES = 16 << 20 };

/* --- memory --- */

/* The shares of the memory: the pairs' old and new table while they grow take three quarters, and afterwards half; then
 * a quarter is the sketches', enough for one each of all keys. The rest is the keys' (56 bytes each) and the IPv6
 * sources'. */
static bool begin(struct tally *t, size_t bytes)
{
	size_t keys = 1024;

	while (keys * 2 <= bytes / 512 && keys * 2 <= COUNT_KEYS_MAX)
		keys *= 2;
	if (!tally_sketches_init(&t->sketches, bytes / 4) || !tally_keys_init(&t->keys, keys, &t->hash) ||
		!tally_keys_init(&t->sources6, keys / 2, &t->hash) ||
		!tally_pairs_init(&t->pairs, bytes / 4 * 3, &t->hash))
		return false;
	if (t->counts_payloads &&
		payloads_init(&t->payloads, (struct payload_limits){PAYLOADS, PAYLOAD_BYTES, 0}, &t->hash) < 0)
		return false;
	t->payload_room = PAYLOADS;
	return true;
}

struct tally *tally_new(const struct tally_question *q)
{
	AUTO(tally_free) struct tally *t = calloc(1, sizeof(*t));
	struct tally_key all = {.dimension = DIMENSION_NONE};

	if (!t)
		return NULL;
	assert(q->count > 0 && q->count <= DIMENSION_COUNT);
	t->count = q->count;
	t->where = q->where;
	t->hour_at_s = -1;
	for (size_t i = 0; i < q->count; i++) {
		t->dimensions[i] = q->dimensions[i];
		t->counts_payloads |= q->dimensions[i] == DIMENSION_payload;
	}
	t->hash = hash_key_random();
	if (!begin(t, q->memory_bytes))
		return NULL;
	uint32_t number = tally_keys_find(&t->keys, &all, tally_key_hash(&t->keys, &all));
	assert(number == TALLY_ALL);
	return TAKE(t);
}

void tally_free(struct tally *t)
{
	if (!t)
		return;
	tally_keys_done(&t->keys);
	tally_keys_done(&t->sources6);
	tally_pairs_done(&t->pairs);
	tally_sketches_done(&t->sketches);
	payloads_done(&t->payloads);
	free(t);
}

/* --- from an access to its keys --- */

static struct tally_key address_key(enum dimension d, const struct addr *a)
{
	return (struct tally_key){hash_load(a->b), hash_load(a->b + 8), d};
}

static struct tally_key payload_key(struct tally *t, const struct access *a)
{
	struct payload_hash hash = {0};

	if (a->payload && a->payload_len) {
		if (t->payload_room-- == 0) {
			payloads_clear(&t->payloads);
			t->payload_room = PAYLOADS - 1;
		}
		hash = payloads_add(&t->payloads, a->payload, a->payload_len, 0);
	}
	return (struct tally_key){hash_load(hash.b), hash_load(hash.b + 8), DIMENSION_payload};
}

/* Accesses come mostly in the order of time: many in one second. */
static uint64_t hour_of(struct tally *t, int64_t ts_ns)
{
	int64_t at_s = row_time(ts_ns);

	if (at_s != t->hour_at_s) {
		t->hour_at_s = at_s;
		t->hour = (uint64_t)civil_of(at_s).hour;
	}
	return t->hour;
}

static struct tally_key key_of(
	struct tally *t, enum dimension d, const struct access *a, uint16_t sensor)
{
	struct addr network;

	switch (d) {
	case DIMENSION_source:
		return address_key(d, &a->src);
	case DIMENSION_network:
		network = addr_network(&a->src).addr;
		return address_key(d, &network);
	case DIMENSION_payload:
		return payload_key(t, a);
	case DIMENSION_sensor:
		return (struct tally_key){sensor, 0, d};
	case DIMENSION_group:
		return (struct tally_key){a->group, 0, d};
	case DIMENSION_tcp_opts:
		return (struct tally_key){a->syn ? (uint64_t)a->window << 16 | a->syn : 0, 0, d};
	case DIMENSION_hour:
		return (struct tally_key){hour_of(t, a->ts_ns), 0, d};
	default:
		return (struct tally_key){value_of((enum subject)d, a, NULL).number, 0, d};
	}
}

/* An IPv4 address is its own number; bit 32 marks those of IPv6, which are given out. When they have run out, 32 bits of
 * the address's hash stand for it: of 10 million such one in a thousand is taken for another. */
static uint64_t source_of(struct tally *t, const struct addr *a)
{
	static const uint64_t v6 = UINT64_C(1) << 32;

	if (__builtin_expect(addr_is_v4(a), 1))
		return addr_v4(a);
	struct tally_key key = address_key(DIMENSION_source, a);
	uint64_t hash = tally_key_hash(&t->sources6, &key);
	uint32_t number = tally_keys_find(&t->sources6, &key, hash);
	if (number == TALLY_NONE) {
		t->guessed = true;
		return v6 | hash >> 32;
	}
	t->sources6.entries[number].packets = 1;
	return v6 | number;
}

/* Most accesses are of sources that were here a moment ago: their pair with the key of all need not be looked up. */
static void add_to_all(struct tally *t, uint64_t source)
{
	uint64_t hash = hash_mix(source ^ t->hash.a, t->hash.b | 1);
	uint64_t *recent = &t->recent[hash >> (64 - TALLY_RECENT_BITS)];

	t->keys.entries[TALLY_ALL].packets++;
	if (*recent == source + 1)
		return;
	*recent = source + 1;
	t->items[t->item_count++] = (struct tally_item){
		.key = {.dimension = DIMENSION_NONE}, .source = source, .number = TALLY_ALL};
}

static void add_item(struct tally *t, struct tally_key key, uint64_t source)
{
	struct tally_item *item = &t->items[t->item_count++];

	item->key = key;
	item->hash = tally_key_hash(&t->keys, &item->key);
	item->source = source;
	tally_keys_fetch(&t->keys, item->hash);
}

/* Under each of its tags; under name 0, which is none, without any. */
static void add_tags(struct tally *t, const struct access *a, uint64_t source)
{
	uint16_t names[TAGS_IN_SET] = {0};
	size_t count = a->tags ? tags_of(a->labels->tags, a->tags, names) : 1;

	for (size_t i = 0; i < count; i++)
		add_item(t, (struct tally_key){names[i], 0, DIMENSION_tag}, source);
}

void tally_add(struct tally *t, const struct access *a, const struct plant *plant, uint16_t sensor)
{
	if (!expr_matches(t->where, a, plant))
		return;
	t->labels = a->labels;
	if (t->item_count + 1 + t->count + TAGS_IN_SET > TALLY_BATCH)
		tally_settle(t);

	uint64_t source = source_of(t, &a->src);
	add_to_all(t, source);
	for (size_t i = 0; i < t->count; i++) {
		if (t->dimensions[i] == DIMENSION_tag)
			add_tags(t, a, source);
		else
			add_item(t, key_of(t, t->dimensions[i], a, sensor), source);
	}
}

/* --- counting --- */

uint64_t tally_source_hash(const struct tally *t, uint64_t source)
{
	uint64_t h = hash_mix(source ^ t->hash.a, t->hash.b | 1);

	return hash_mix(h ^ t->hash.b, t->hash.a | 1);
}

/* A source has itself for its only source. */
static bool has_sources(const struct tally_item *item)
{
	return item->number != TALLY_NONE && item->key.dimension != DIMENSION_source;
}

static void count_source(struct tally *t, const struct tally_item *item)
{
	struct tally_entry *entry = &t->keys.entries[item->number];
	enum pair_news news;

	if (entry->sketch == TALLY_NONE) {
		news = tally_pairs_add(&t->pairs, pair_of(item->number, item->source));
		entry->sources += news == PAIR_NEW;
		if (news != PAIR_NO_ROOM)
			return;
		tally_spare_pairs(t);
		return count_source(t, item);
	}
	tally_sketches_add(&t->sketches, entry->sketch, tally_source_hash(t, item->source));
}

static void count_sources(struct tally *t, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (has_sources(&t->items[i]))
			count_source(t, &t->items[i]);
}

/* The number of its key. To make room for it the ones that wait before it are settled: theirs may go. */
static uint32_t number_of(struct tally *t, size_t at, size_t *settled)
{
	const struct tally_item *item = &t->items[at];

	if (item->key.dimension == DIMENSION_NONE)
		return TALLY_ALL;
	uint32_t number = tally_keys_find(&t->keys, &item->key, item->hash);
	if (number != TALLY_NONE)
		return number;
	count_sources(t, *settled, at);
	*settled = at;
	return tally_spare_keys(t) ? tally_keys_find(&t->keys, &item->key, item->hash) : TALLY_NONE;
}

static void count_packet(struct tally *t, struct tally_item *item)
{
	if (item->number == TALLY_NONE) {
		t->beyond[item->key.dimension]++;
		return;
	}
	struct tally_entry *entry = &t->keys.entries[item->number];
	entry->packets += item->number != TALLY_ALL; /* those of all were counted at once */
	if (entry->sketch == TALLY_NONE && has_sources(item))
		tally_pairs_fetch(&t->pairs, pair_of(item->number, item->source));
}

void tally_settle(struct tally *t)
{
	size_t settled = 0;

	for (size_t i = 0; i < t->item_count; i++)
		tally_keys_fetch_entry(&t->keys, t->items[i].hash);
	for (size_t i = 0; i < t->item_count; i++) {
		t->items[i].number = number_of(t, i, &settled);
		count_packet(t, &t->items[i]);
	}
	count_sources(t, settled, t->item_count);
	t->item_count = 0;
}
