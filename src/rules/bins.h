/* Rules by protocol, port and what else of a header most rules ask for (TCP flags, ICMP type, a payload, an established
 * conversation): what a packet must be judged by without regard to its bytes. */
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
	struct keyed by_header[BIN_COUNT]; /* rules of any port */
};

/* A part of a list. */
struct rule_list {
	const uint32_t *rules;
	size_t count;
};

enum { BINS_LISTS = 3 };

/* How many rules stand in the lists of each port, were all of them there that could. */
struct port_counts;
struct port_counts *port_counts_new(void);
void port_counts_free(struct port_counts *c);
void port_counts_add(struct port_counts *c, const struct rule *rule);

/* Whether the rule is for a few ports only: it then costs nothing to packets of the others. */
bool bins_by_port(const struct rule *rule);
/* ... and those ports have so few rules that judging them all costs less than looking for a literal. */
bool bins_by_rare_port(const struct rule *rule, const struct port_counts *c);
bool bins_add(struct bins *b, struct rules_pool *pool, const struct rule *rule, uint32_t place);
bool bins_build(struct bins *b, struct rules_pool *pool);
/* The lists that are not empty, and how many. */
size_t bins_find(const struct bins *b, const struct rules_unit *unit, struct rule_list ret[BINS_LISTS]);
