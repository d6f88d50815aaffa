/* A loaded set, seen from inside the folder. */
#pragma once

#include "rules/rule.h"

struct index; /* index.h */

/* What most candidates already fail, eight bytes of each rule side by side. */
struct quick {
	uint8_t transports, proto, points, ip_version;
	uint16_t flow;
	uint8_t type;       /* enum rule_type */
	bool asks_packet;
};

struct rules {
	struct rules_pool *pool;
	struct rule *rules;
	size_t count;
	struct quick *quick; /* of each rule */
	struct regex **regexes;
	size_t regex_count;
	struct index *index;
	char digest[65];
};
