#include "rules/bins.h"
#include "rules/eval.h"

enum { PORTS = 65536, PORTS_MAX = 64, RARE_PORT_RULES = 8 };

/* Keys of by_header: flags or type, with these. */
enum { KEY_PAYLOAD = 1 << 8, KEY_ESTABLISHED = 1 << 9, HEADER_KEYS = 1 << 10 };

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

static inline size_t keyed_find(const struct keyed *k, uint32_t key, struct rule_list *ret)
{
	if (!k->start || !(k->has[key / 64] >> key % 64 & 1))
		return 0;
	*ret = (struct rule_list){k->list + k->start[key], k->start[key + 1] - k->start[key]};
	return 1;
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

/* ---- how many rules a port has ---- */

struct port_counts {
	uint16_t dport[PORTS], sport[PORTS];
};

struct port_counts *port_counts_new(void)
{
	return calloc(1, sizeof(struct port_counts));
}

void port_counts_free(struct port_counts *c)
{
	free(c);
}

static void count_ports(uint16_t *counts, const struct ports *ports)
{
	for (uint32_t i = 0; i < ports->yes_count; i++)
		for (uint32_t port = ports->yes[i].low; port <= ports->yes[i].high; port++)
			counts[port] += counts[port] < UINT16_MAX;
}

void port_counts_add(struct port_counts *c, const struct rule *rule)
{
	if (bins_by_port(rule))
		is_few(rule->dport) ? count_ports(c->dport, rule->dport) : count_ports(c->sport, rule->sport);
}

static bool are_rare(const uint16_t *counts, const struct ports *ports)
{
	for (uint32_t i = 0; i < ports->yes_count; i++)
		for (uint32_t port = ports->yes[i].low; port <= ports->yes[i].high; port++)
			if (counts[port] > RARE_PORT_RULES)
				return false;
	return true;
}

bool bins_by_rare_port(const struct rule *rule, const struct port_counts *c)
{
	if (!bins_by_port(rule))
		return false;
	return is_few(rule->dport) ? are_rare(c->dport, rule->dport) : are_rare(c->sport, rule->sport);
}

/* ---- building ---- */

static bool add_ports(struct keyed *k, struct rules_pool *pool, const struct ports *ports, uint32_t place)
{
	for (uint32_t i = 0; i < ports->yes_count; i++)
		for (uint32_t port = ports->yes[i].low; port <= ports->yes[i].high; port++)
			if (ports_have(ports, (uint16_t)port) && !keyed_add(k, pool, port, place))
				return false;
	return true;
}

/* Whether a packet with that key can pass the test: flags of TCP, type of ICMP, whether there is a payload. */
static bool key_passes_test(const struct header_test *t, enum bin bin, uint32_t key)
{
	switch (t->field) {
	case FIELD_flags:
		return bin != BIN_TCP || flags_match(t, (uint8_t)key);
	case FIELD_itype:
		return (bin != BIN_ICMP4 && bin != BIN_ICMP6) || number_in(&t->n, (uint8_t)key);
	case FIELD_dsize:
		return key & KEY_PAYLOAD ? t->n.high > 0 || t->n.not || t->n.mask : number_in(&t->n, 0);
	default:
		return true;
	}
}

static bool key_passes(const struct rule *r, enum bin bin, uint32_t key)
{
	if (r->flow & (key & KEY_ESTABLISHED ? FLOW_NOT_ESTABLISHED : FLOW_ESTABLISHED))
		return false;
	for (size_t i = 0; i < r->test_count; i++)
		if (!key_passes_test(&r->tests[i], bin, key))
			return false;
	return true;
}

/* Where there is no such byte it is 0. */
static bool has_byte(enum bin bin)
{
	return bin == BIN_TCP || bin == BIN_ICMP4 || bin == BIN_ICMP6;
}

static bool add_header(struct bins *b, struct rules_pool *pool, const struct rule *rule, uint32_t place, enum bin bin)
{
	for (uint32_t key = 0; key < HEADER_KEYS; key += has_byte(bin) ? 1 : KEY_PAYLOAD)
		if (key_passes(rule, bin, key) && !keyed_add(&b->by_header[bin], pool, key, place))
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
			good = add_header(b, pool, rule, place, bin);
	}
	return good;
}

bool bins_build(struct bins *b, struct rules_pool *pool)
{
	bool good = true;

	for (int i = 0; good && i < BIN_COUNT; i++)
		good = keyed_build(&b->by_dport[i], pool, PORTS) && keyed_build(&b->by_sport[i], pool, PORTS) &&
		       keyed_build(&b->by_header[i], pool, HEADER_KEYS);
	return good;
}

/* ---- finding ---- */

static inline enum bin bin_of(const struct packet *p, uint32_t *ret_byte)
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

size_t bins_find(const struct bins *b, const struct rules_unit *unit, struct rule_list ret[BINS_LISTS])
{
	const struct packet *p = unit->packet;
	uint32_t key;
	enum bin bin = bin_of(p, &key);

	key |= (p->payload_len > 0 ? KEY_PAYLOAD : 0) | (unit->established ? KEY_ESTABLISHED : 0);
	size_t count = keyed_find(&b->by_header[bin], key, ret);
	count += keyed_find(&b->by_dport[bin], p->dport, &ret[count]);
	return count + keyed_find(&b->by_sport[bin], p->sport, &ret[count]);
}
