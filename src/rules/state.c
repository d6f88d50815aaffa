/* flowbits, hostbits, xbits: bits of a conversation, of hosts, of pairs of hosts. */
#include "rules/eval.h"

#include <string.h>

enum { HOSTS_CAP = 1 << 16, PROBES = 16 };

struct host_bit {
	struct addr a, b;    /* b: 0 where it is about one host */
	int64_t expires_ns;  /* INT64_MAX: never */
	uint16_t bit;
	bool set;
};

struct rules_hosts {
	struct host_bit slots[HOSTS_CAP];
};

struct rules_hosts *rules_hosts_new(void)
{
	return calloc(1, sizeof(struct rules_hosts));
}

void rules_hosts_free(struct rules_hosts *h)
{
	free(h);
}

/* ---- a conversation ---- */

static int flow_place(const struct rules_bits *bits, uint16_t bit)
{
	for (int i = 0; bits && i < bits->count; i++)
		if (bits->bit[i] == bit)
			return i;
	return -1;
}

static void flow_change(struct rules_bits *bits, uint16_t bit, bool set, struct rules_limits *limits)
{
	int place = flow_place(bits, bit);

	if (set == (place >= 0))
		return;
	if (!set)
		bits->bit[place] = bits->bit[--bits->count];
	else if (bits->count < RULES_BITS_MAX)
		bits->bit[bits->count++] = bit;
	else
		limits->state++;
}

/* ---- hosts ---- */

static struct host_bit host_key(const struct bits_step *step, uint16_t bit, const struct packet *p)
{
	struct host_bit key = {.a = step->kind == BITS_HOST_DST ? p->dst : p->src, .bit = bit};

	if (step->kind == BITS_PAIR) { /* both directions are one pair */
		bool turn = memcmp(p->src.b, p->dst.b, sizeof(p->src.b)) > 0;
		key.a = turn ? p->dst : p->src;
		key.b = turn ? p->src : p->dst;
	}
	return key;
}

static size_t host_hash(const struct host_bit *key)
{
	uint64_t words[4], h = key->bit;

	memcpy(words, &key->a, sizeof(key->a));
	memcpy(words + 2, &key->b, sizeof(key->b));
	for (size_t i = 0; i < 4; i++)
		h = (h ^ words[i]) * UINT64_C(0x9e3779b97f4a7c15) ^ h >> 29;
	return (size_t)(h ^ h >> 32);
}

static bool host_is(const struct host_bit *slot, const struct host_bit *key)
{
	return slot->set && slot->bit == key->bit && addr_equal(&slot->a, &key->a) && addr_equal(&slot->b, &key->b);
}

/* Its slot, or where free is not NULL the first one that is free or has expired; NULL: none. */
static struct host_bit *host_slot(struct rules_hosts *hosts, const struct host_bit *key, int64_t now_ns, struct host_bit **free_slot)
{
	size_t at = host_hash(key);

	for (size_t i = 0; i < PROBES; i++) {
		struct host_bit *slot = &hosts->slots[(at + i) % HOSTS_CAP];
		bool live = slot->set && slot->expires_ns >= now_ns;
		if (live && host_is(slot, key))
			return slot;
		if (!live && free_slot && !*free_slot)
			*free_slot = slot;
	}
	return NULL;
}

static void host_change(const struct bits_step *step, const struct rules_unit *unit, bool set, struct rules_limits *limits)
{
	struct host_bit key = host_key(step, step->bits[0], unit->packet), *free_slot = NULL;
	struct host_bit *slot = host_slot(unit->hosts, &key, unit->packet->ts_ns, &free_slot);

	if (!slot && set)
		slot = free_slot;
	if (!slot) {
		limits->state += set;
		return;
	}
	key.set = set;
	key.expires_ns = step->expire_s ? unit->packet->ts_ns + (int64_t)step->expire_s * 1000000000 : INT64_MAX;
	*slot = key;
}

/* ---- steps ---- */

static bool is_set(const struct bits_step *step, uint16_t bit, const struct rules_unit *unit)
{
	if (step->kind == BITS_FLOW)
		return flow_place(unit->bits, bit) >= 0;
	if (!unit->hosts)
		return false;
	struct host_bit key = host_key(step, bit, unit->packet);
	return host_slot(unit->hosts, &key, unit->packet->ts_ns, NULL) != NULL;
}

static bool step_holds(const struct bits_step *step, const struct rules_unit *unit)
{
	if (step->command != BITS_IS_SET && step->command != BITS_IS_NOT_SET)
		return true;
	for (uint16_t i = 0; i < step->count; i++)
		if (is_set(step, step->bits[i], unit) == (step->command == BITS_IS_SET))
			return true;
	return false;
}

bool steps_hold(const struct rule *r, const struct rules_unit *unit)
{
	for (size_t i = 0; i < r->step_count; i++)
		if (!step_holds(&r->steps[i], unit))
			return false;
	return true;
}

static void step_do(const struct bits_step *step, const struct rules_unit *unit, struct rules_limits *limits)
{
	bool set = step->command == BITS_SET ||
		   (step->command == BITS_TOGGLE && !is_set(step, step->bits[0], unit));

	if (step->kind != BITS_FLOW && unit->hosts)
		host_change(step, unit, set, limits);
	else if (step->kind == BITS_FLOW && unit->bits)
		flow_change(unit->bits, step->bits[0], set, limits);
}

void steps_do(const struct rule *r, const struct rules_unit *unit, struct rules_limits *limits)
{
	for (size_t i = 0; i < r->step_count; i++)
		if (r->steps[i].command != BITS_IS_SET && r->steps[i].command != BITS_IS_NOT_SET)
			step_do(&r->steps[i], unit, limits);
}
