/* Rules by protocol, port and one byte of the header (TCP flags, ICMP type): what a packet must be judged by without regard to
 * its bytes. */
#pragma once

#include "rules/rule.h"

/* Lists of rules by a small number: list[start[key]..start[key + 1]). */
struct keyed {
	struct keyed_pair {
		uint32_t key, rule;
	} *pairs; /* while it is made */
	size_t count;
	uint32_t keys;
	uint32_t *start, *list; /* NULL: no rule */
	uint64_t *has;   /* a bit for each key with a rule: most have none, and 8 KiB stay in the cache */
};

enum bin { BIN_TCP, BIN_UDP, BIN_ICMP4, BIN_ICMP6, BIN_REST, BIN_COUNT };

/* One for rules that need bytes, one for those that do not. */
struct bins {
	struct keyed by_dport[BIN_COUNT], by_sport[BIN_COUNT];
	struct keyed by_byte[BIN_COUNT]; /* rules of any port */
};

/* Whether the rule is for a few ports only: it then costs nothing to packets of the others. */
bool bins_by_port(const struct rule *rule);
bool bins_add(struct bins *b, struct rules_pool *pool, const struct rule *rule, uint32_t place);
bool bins_build(struct bins *b, struct rules_pool *pool);
void bins_find(const struct bins *b, const struct packet *p, void (*found)(void *context, uint32_t rule), void *context);
