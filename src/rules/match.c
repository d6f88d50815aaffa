/* rules_match(): the candidates of a unit, judged one by one. */
#include "rules/eval.h"
#include "rules/index.h"
#include "rules/regex.h"

#include "base/text.h"

enum { TRANSACTIONS_MAX = 64 };

int rules_scratch_new(const struct rules *r, struct rules_scratch **ret, struct err *e)
{
	AUTO(rules_scratch_free) struct rules_scratch *s = calloc(1, sizeof(*s));

	if (s) {
		s->quick = r->quick;
		s->regex = regex_scratch_new();
		s->bytes = (struct scratch){.data = malloc(SCRATCH_BYTES), .size = SCRATCH_BYTES};
		s->transformed = (struct scratch){.data = malloc(TRANSFORM_BYTES), .size = TRANSFORM_BYTES};
		s->matches = calloc(RULES_MATCHES_MAX, sizeof(*s->matches));
		s->candidates = calloc(r->count + 1, sizeof(*s->candidates));
		s->marked = calloc(r->count / 64 + 1, sizeof(*s->marked));
	}
	if (!s || !s->regex || !s->bytes.data || !s->transformed.data || !s->matches || !s->candidates || !s->marked)
		return err_set(e, ENOMEM, TR("no memory", "メモリーが足りません"));
	*ret = TAKE(s);
	return 0;
}

void rules_scratch_free(struct rules_scratch *s)
{
	if (!s)
		return;
	regex_scratch_free(s->regex);
	free(s->bytes.data);
	free(s->transformed.data);
	free(s->matches);
	free(s->candidates);
	free(s->marked);
	free(s);
}

const struct rules_limits *rules_limits(const struct rules_scratch *s)
{
	return &s->limits;
}

/* The points at which a type of rule is asked. */
static unsigned points_of(enum rule_type type)
{
	switch (type) {
	case RULE_IP_ONLY:
	case RULE_PROTO_ONLY:
	case RULE_PACKET:
		return RULES_POINT_PACKET;
	case RULE_PACKET_STREAM:
	case RULE_APP:
		return RULES_POINT_PACKET | RULES_POINT_STREAM;
	case RULE_STREAM:
		return RULES_POINT_STREAM;
	case RULE_TX:
		return RULES_POINT_TX;
	}
	return 0;
}

/* A packet whose bytes come as a stream too is asked about only where the rule says so; what concerns a whole direction,
 * once. */
static bool is_asked(const struct quick *q, unsigned points, const struct rules_unit *unit)
{
	switch ((enum rule_type)q->type) {
	case RULE_IP_ONLY:
		return !unit->header_asked;
	case RULE_PROTO_ONLY:
		return !unit->proto_asked;
	case RULE_PACKET_STREAM:
		return points & RULES_POINT_STREAM || !unit->in_stream || q->asks_packet;
	default:
		return true;
	}
}

_Static_assert(PROTO_COUNT <= UINT8_MAX, "a protocol fits");

int quick_make(struct rules *r)
{
	r->quick = pool_alloc(r->pool, (r->count + 1) * sizeof(*r->quick));
	if (!r->quick)
		return -ENOMEM;
	for (size_t i = 0; i < r->count; i++) {
		const struct rule *rule = &r->rules[i];
		r->quick[i] = (struct quick){.transports = rule->transports, .proto = (uint8_t)rule->proto,
			.points = (uint8_t)points_of(rule->info.type), .ip_version = rule->ip_version, .flow = rule->flow,
			.type = (uint8_t)rule->info.type, .asks_packet = rule->info.asks_packet};
	}
	return 0;
}

/* What the unit is, to compare with. */
struct quick_unit {
	unsigned transport, points;
	uint8_t proto, ip_version;
	uint16_t flow_never; /* flags that rule the unit out */
};

static struct quick_unit quick_unit(const struct rules_unit *unit, unsigned points)
{
	unsigned never = (unit->to_server ? FLOW_TO_CLIENT : FLOW_TO_SERVER) |
			 (unit->established ? FLOW_NOT_ESTABLISHED : FLOW_ESTABLISHED);

	if (unit->alone)
		never |= FLOW_TO_SERVER | FLOW_TO_CLIENT;
	return (struct quick_unit){.transport = transport_of(unit->packet), .points = points, .proto = (uint8_t)unit->proto,
		.ip_version = unit->packet->version, .flow_never = (uint16_t)never};
}

static inline bool quick_passes(const struct quick *q, const struct quick_unit *u)
{
	return (q->points & u->points) && (q->transports & u->transport) && (q->proto == PROTO_none || q->proto == u->proto) &&
	       !(q->flow & u->flow_never) && (q->ip_version == 0 || q->ip_version == u->ip_version);
}

static bool rule_matches(const struct rule *r, struct look *look)
{
	look->steps = 0;
	for (size_t i = 0; i < r->var_count; i++)
		look->vars[i] = 0;
	if (!tests_match(r, look) || !header_matches(r, look->unit) || !steps_hold(r, look->unit))
		return false;
	for (size_t i = 0; i < r->list_count; i++)
		if (!list_matches(&r->lists[i], look))
			return false;
	steps_do(r, look->unit, &look->s->limits);
	return true;
}

static void match_add(struct rules_scratch *s, uint32_t rule)
{
	if (s->match_count < RULES_MATCHES_MAX)
		s->matches[s->match_count++] = rule;
	else
		s->limits.matches++;
}

/* Leaves the candidates that are asked at one of the points; where the others lie need not be read. */
static void candidates_sift(const struct rules *r, const struct look *look, unsigned points)
{
	const struct quick_unit u = quick_unit(look->unit, points);
	struct rules_scratch *s = look->s;
	size_t kept = 0;

	for (size_t i = 0; i < s->candidate_count; i++) {
		uint32_t place = s->candidates[i];
		const struct quick *q = &r->quick[place];
		if (!quick_passes(q, &u) || !is_asked(q, points, look->unit))
			continue;
		__builtin_prefetch(&r->rules[place]);
		s->candidates[kept++] = place;
	}
	s->candidate_count = kept;
}

static void judge(const struct rules *r, struct look *look, unsigned points)
{
	struct rules_scratch *s = look->s;

	if (s->candidate_count == 0)
		return;
	candidates_sift(r, look, points);
	for (size_t i = 0; i < s->candidate_count; i++) {
		const struct rule *rule = &r->rules[s->candidates[i]];
		look->snort = rule->snort;
		if (rule_matches(rule, look))
			match_add(s, s->candidates[i]);
	}
}

static int compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* Ascending, each once: several transactions may match the same rule. */
static void matches_sort(struct rules_scratch *s)
{
	size_t kept = 0;

	if (s->match_count < 2)
		return;
	qsort(s->matches, s->match_count, sizeof(*s->matches), compare);
	for (size_t i = 1; i < s->match_count; i++)
		if (s->matches[i] != s->matches[kept])
			s->matches[++kept] = s->matches[i];
	s->match_count = kept + 1;
}

/* The first transaction with everything else, so that all rules are judged in order; then those behind it. */
static void judge_transactions(const struct rules *r, struct look *look)
{
	const struct rules_unit *unit = look->unit;
	struct bytes rest = unit->tx.data ? unit->tx : unit->data;
	bool tcp = unit->packet->protocol == PROTOCOL_TCP;
	unsigned points = unit->points;
	size_t transactions = 0;

	do {
		look->s->bytes.used = 0;
		look->app = points & RULES_POINT_TX && rest.len > 0 ? &look->s->app : NULL;
		if (look->app)
			app_read(look->app, unit->proto, tcp, rest, &look->s->bytes);
		index_find(r->index, look);
		judge(r, look, points);
		points &= RULES_POINT_TX;
		if (!look->app || !look->app->valid || look->app->consumed == 0)
			break;
		rest = bytes_from(rest, look->app->consumed);
	} while (points && rest.len > 0 && ++transactions < TRANSACTIONS_MAX);
	if (transactions > 0)
		matches_sort(look->s);
}

/* Most packets have no bytes, and no rule asks for their headers. */
static void judge_header(const struct rules *r, struct look *look)
{
	look->s->bytes.used = 0;
	index_find(r->index, look);
	judge(r, look, look->unit->points);
}

size_t rules_match(const struct rules *r, struct rules_scratch *s, const struct rules_unit *unit, const uint32_t **ret_rules)
{
	struct look look;
	uint64_t cut = s->bytes.cut;

	look.unit = unit;
	look.s = s;
	look.app = NULL;
	s->match_count = 0;
	*ret_rules = s->matches;
	if (unit->data.len > 0 || unit->tx.len > 0)
		judge_transactions(r, &look);
	else
		judge_header(r, &look);
	s->limits.buffers += s->bytes.cut > cut;
	return s->match_count;
}
