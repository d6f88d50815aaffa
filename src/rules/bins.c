#include "rules/bins.h"
#include "rules/eval.h"

enum { PORTS = 65536, BYTES = 256, PORTS_MAX = 64 };

/* ---- lists by number ---- */

static bool keyed_add(struct keyed *k, struct rules_pool *pool, uint32_t key, uint32_t rule)
{
	struct keyed_pair *pair = pool_add(pool, &k->pairs, &k->count);

	if (pair)
		*pair = (struct keyed_pair){key, rule};
	return pair != NULL;
}

/* Counts, then places: in the order in which they came. */
static bool keyed_build(struct keyed *k, struct rules_pool *pool, uint32_t keys)
{
	if (k->count == 0)
		return true;
	k->keys = keys;
	k->start = pool_alloc(pool, (keys + 2) * sizeof(*k->start));
	k->list = pool_alloc(pool, k->count * sizeof(*k->list));
	k->has = pool_alloc(pool, (keys / 64 + 1) * sizeof(*k->has));
	if (!k->start || !k->list || !k->has)
		return false;
	for (size_t i = 0; i < k->count; i++) {
		uint32_t key = k->pairs[i].key;

		k->start[key + 2]++;
		k->has[key / 64] |= UINT64_C(1) << key % 64;
	}
	for (uint32_t key = 1; key < keys + 2; key++)
		k->start[key] += k->start[key - 1];
	for (size_t i = 0; i < k->count; i++)
		k->list[k->start[k->pairs[i].key + 1]++] = k->pairs[i].rule;
	return true;
}

static void keyed_find(const struct keyed *k, uint32_t key, void (*found)(void *context, uint32_t rule), void *context)
{
	if (!k->start || !(k->has[key / 64] >> key % 64 & 1))
		return;
	for (uint32_t i = k->start[key]; i < k->start[key + 1]; i++)
		found(context, k->list[i]);
}

/* ---- adding ---- */

static unsigned transports_of(enum bin bin)
{
	static const unsigned transports[BIN_COUNT] = {[BIN_TCP] = TRANSPORT_TCP, [BIN_UDP] = TRANSPORT_UDP,
		[BIN_ICMP4] = TRANSPORT_ICMP4, [BIN_ICMP6] = TRANSPORT_ICMP6,
		[BIN_REST] = TRANSPORT_SCTP | TRANSPORT_OTHER};

	return transports[bin];
}

/* Few enough to stand in a list of each. */
static bool is_few(const struct ports *p)
{
	uint32_t count = 0;

	if (p->any || p->yes_count == 0)
		return false;
	for (uint32_t i = 0; i < p->yes_count; i++)
		count += p->yes[i].high - p->yes[i].low + 1u;
	return count <= PORTS_MAX;
}

bool bins_by_port(const struct rule *rule)
{
	return !rule->both_ways && (is_few(rule->dport) || is_few(rule->sport));
}

static bool add_ports(struct keyed *k, struct rules_pool *pool, const struct ports *ports, uint32_t place)
{
	for (uint32_t i = 0; i < ports->yes_count; i++)
		for (uint32_t port = ports->yes[i].low; port <= ports->yes[i].high; port++)
			if (ports_have(ports, (uint16_t)port) && !keyed_add(k, pool, port, place))
				return false;
	return true;
}

/* Whether a packet with that byte can pass the rule's flags (TCP) or itype (ICMP). */
static bool byte_passes(const struct rule *r, enum bin bin, uint8_t byte)
{
	for (size_t i = 0; i < r->test_count; i++) {
		const struct header_test *t = &r->tests[i];
		if (bin == BIN_TCP && t->field == FIELD_flags && !flags_match(t, byte))
			return false;
		if ((bin == BIN_ICMP4 || bin == BIN_ICMP6) && t->field == FIELD_itype && !number_in(&t->n, byte))
			return false;
	}
	return true;
}

static uint32_t bytes_in(enum bin bin)
{
	return bin == BIN_UDP || bin == BIN_REST ? 1 : BYTES;
}

static bool add_bytes(struct bins *b, struct rules_pool *pool, const struct rule *rule, uint32_t place, enum bin bin)
{
	for (uint32_t byte = 0; byte < bytes_in(bin); byte++)
		if (byte_passes(rule, bin, (uint8_t)byte) && !keyed_add(&b->by_byte[bin], pool, byte, place))
			return false;
	return true;
}

bool bins_add(struct bins *b, struct rules_pool *pool, const struct rule *rule, uint32_t place)
{
	bool good = true;

	for (int i = 0; good && i < BIN_COUNT; i++) {
		enum bin bin = (enum bin)i;
		if (!(rule->transports & transports_of(bin)))
			continue;
		if (!rule->both_ways && is_few(rule->dport))
			good = add_ports(&b->by_dport[i], pool, rule->dport, place);
		else if (!rule->both_ways && is_few(rule->sport))
			good = add_ports(&b->by_sport[i], pool, rule->sport, place);
		else
			good = add_bytes(b, pool, rule, place, bin);
	}
	return good;
}

bool bins_build(struct bins *b, struct rules_pool *pool)
{
	bool good = true;

	for (int i = 0; good && i < BIN_COUNT; i++)
		good = keyed_build(&b->by_dport[i], pool, PORTS) && keyed_build(&b->by_sport[i], pool, PORTS) &&
		       keyed_build(&b->by_byte[i], pool, BYTES);
	return good;
}

/* ---- finding ---- */

static enum bin bin_of(const struct packet *p, uint32_t *ret_byte)
{
	*ret_byte = 0;
	switch (p->protocol) {
	case PROTOCOL_TCP:
		*ret_byte = p->tcp_flags;
		return BIN_TCP;
	case PROTOCOL_UDP:
		return BIN_UDP;
	case PROTOCOL_ICMP:
		*ret_byte = p->icmp_type;
		return BIN_ICMP4;
	case PROTOCOL_ICMPV6:
		*ret_byte = p->icmp_type;
		return BIN_ICMP6;
	default:
		return BIN_REST;
	}
}

void bins_find(const struct bins *b, const struct packet *p, void (*found)(void *context, uint32_t rule), void *context)
{
	uint32_t byte;
	enum bin bin = bin_of(p, &byte);

	keyed_find(&b->by_byte[bin], byte, found, context);
	keyed_find(&b->by_dport[bin], p->dport, found, context);
	keyed_find(&b->by_sport[bin], p->sport, found, context);
}
