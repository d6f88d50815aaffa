/* Judging one rule: what the eval_*.c share. */
#pragma once

#include "rules/app.h"
#include "rules/rule.h"
#include "rules/set.h"

enum { SCRATCH_BYTES = 1 << 20, RECURSION_MAX = 3000, TRANSFORM_BYTES = 256 << 10 };

/* Of a thread; rules_scratch. */
struct rules_scratch {
	struct regex_scratch *regex;
	struct app app;
	struct scratch bytes;       /* of the transaction's buffers: emptied with each */
	struct scratch transformed; /* of the list at hand */
	struct rules_limits limits;
	uint32_t *matches;          /* RULES_MATCHES_MAX */
	size_t match_count;
	uint32_t *candidates;       /* as many as there are rules */
	size_t candidate_count;
	const struct quick *quick;  /* of the set: fetched as soon as a rule becomes a candidate */
	uint64_t *marked;           /* a bit per rule: it is among the candidates */
};

/* One rule on one unit. */
struct look {
	const struct rules_unit *unit;
	struct rules_scratch *s;
	struct app *app;            /* NULL: no transaction is looked at */
	uint64_t vars[RULE_VARS_MAX];
	uint32_t steps;             /* places that were tried, for RECURSION_MAX */
	bool snort;
};

/* What an item, and all behind it, came to. blame: item_bit() of those before it at whose other places it may hold; the
 * others need not be tried. */
struct outcome {
	bool yes;
	uint64_t blame;
};

/* Which of enum transport a packet is. */
static inline unsigned transport_of(const struct packet *p)
{
	switch (p->protocol) {
	case PROTOCOL_TCP:
		return TRANSPORT_TCP;
	case PROTOCOL_UDP:
		return TRANSPORT_UDP;
	case PROTOCOL_ICMP:
		return TRANSPORT_ICMP4;
	case PROTOCOL_ICMPV6:
		return TRANSPORT_ICMP6;
	case PROTOCOL_SCTP:
		return TRANSPORT_SCTP;
	default:
		return TRANSPORT_OTHER;
	}
}

/* match.c: fills r->quick. -ENOMEM. */
int quick_make(struct rules *r) MUST_USE;

/* eval_header.c: addresses, ports, fragments; then the numbers. */
bool header_matches(const struct rule *r, const struct rules_unit *unit);
bool tests_match(const struct rule *r, struct look *look);
bool header_buffer(const struct packet *p, enum buffer buffer, struct bytes *ret);
bool addresses_have(const struct addresses *a, const struct addr *addr);
bool ports_have(const struct ports *p, uint16_t port);
bool flags_match(const struct header_test *t, uint8_t flags);

/* eval_list.c: whether the items of a list hold on these bytes. */
bool list_matches(const struct list *list, struct look *look);
/* The index-th instance of the list's buffer, before its transforms. False: there is none. */
bool buffer_get(const struct list *list, struct look *look, size_t index, struct bytes *ret);
struct outcome items_match(const struct list *list, size_t at, struct look *look, struct bytes in, size_t pos);

/* eval_content.c: all places, from the first. */
struct outcome content_match(const struct list *list, size_t at, struct look *look, struct bytes in, size_t pos);
/* eval_regex.c */
struct outcome regex_match(const struct list *list, size_t at, struct look *look, struct bytes in, size_t pos);
/* eval_bytes.c: a number in the buffer; *pos moves where the keyword moves it. */
bool byte_item_matches(const struct item *item, struct look *look, struct bytes in, size_t *pos);

/* One more place of an item; false where too many were tried. */
static inline bool step_allowed(struct look *look)
{
	if (look->steps < RECURSION_MAX) {
		look->steps++;
		return true;
	}
	look->s->limits.recursion++;
	return false;
}

static inline int64_t amount_value(const struct amount *a, const struct look *look)
{
	if (a->var == VAR_NONE)
		return a->value;
	uint64_t value = look->vars[a->var];
	return value > INT32_MAX ? INT32_MAX : (int64_t)value;
}

/* transform.c: false: the result has no place, or a hash failed. */
bool transforms_apply(const struct list *list, struct look *look, struct bytes in, struct bytes *ret);
/* base64.c: as much as can be decoded, at the end of *to. Returns the bytes made. */
size_t base64_decode(struct bytes in, enum base64_mode mode, struct scratch *to);

/* state.c */
bool steps_hold(const struct rule *r, const struct rules_unit *unit);
void steps_do(const struct rule *r, const struct rules_unit *unit, struct rules_limits *limits);
