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
static bool is_asked(const struct rule_info *info, unsigned points, const struct rules_unit *unit)
{
	if (!(points_of(info->type) & points))
		return false;
	switch (info->type) {
	case RULE_IP_ONLY:
		return !unit->header_asked;
	case RULE_PROTO_ONLY:
		return !unit->proto_asked;
	case RULE_PACKET_STREAM:
		return points & RULES_POINT_STREAM || !unit->in_stream || info->asks_packet;
	default:
		return true;
	}
}

static bool rule_matches(const struct rule *r, struct look *look)
{
	look->steps = 0;
	if (!header_matches(r, look->unit) || !steps_hold(r, look->unit) || !tests_match(r, look))
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

/* Judges the candidates that are asked at one of the points, and takes those that match out of the list. */
static size_t judge(const struct rules *r, struct look *look, unsigned points, size_t count)
{
	struct rules_scratch *s = look->s;
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		uint32_t rule = s->candidates[i];
		look->snort = r->rules[rule].snort;
		if (is_asked(&r->rules[rule].info, points, look->unit) && rule_matches(&r->rules[rule], look))
			match_add(s, rule);
		else
			s->candidates[kept++] = rule;
	}
	return kept;
}

static int compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* The first transaction with everything else, so that all rules are judged in order; then those behind it. */
static void judge_all(const struct rules *r, struct look *look, size_t count)
{
	const struct rules_unit *unit = look->unit;
	struct bytes rest = unit->tx.data ? unit->tx : unit->data;
	bool tcp = unit->packet->protocol == PROTOCOL_TCP;
	unsigned points = unit->points;

	for (size_t i = 0; i < TRANSACTIONS_MAX; i++) {
		look->s->bytes.used = 0;
		look->app = points & RULES_POINT_TX ? &look->s->app : NULL;
		if (look->app)
			app_read(look->app, unit->proto, tcp, rest, &look->s->bytes);
		count = judge(r, look, points, count);
		points &= RULES_POINT_TX;
		if (!points || count == 0 || !look->app->valid || look->app->consumed == 0 || look->app->consumed >= rest.len)
			return;
		rest = bytes_from(rest, look->app->consumed);
	}
}

size_t rules_match(const struct rules *r, struct rules_scratch *s, const struct rules_unit *unit, const uint32_t **ret_rules)
{
	struct look look = {.unit = unit, .s = s, .data = unit->data};
	uint64_t cut = s->bytes.cut;

	s->match_count = 0;
	*ret_rules = s->matches;
	size_t count = index_find(r, r->index, s, unit);
	if (count == 0)
		return 0;
	judge_all(r, &look, count);
	s->limits.buffers += s->bytes.cut > cut;
	if (unit->points & RULES_POINT_TX)
		qsort(s->matches, s->match_count, sizeof(*s->matches), compare);
	return s->match_count;
}
