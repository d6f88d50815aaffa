/* What `teiten match` does with packets: conversations, their bytes and transactions put before the rules as Suricata's IDS
 * mode does it, and each alert told once. */
#pragma once

#include "rules/rules.h"
#include "rules/threshold.h"
#include "session/session.h"

struct watch;

struct watch_options {
	bool midstream, at_once;
};

struct watch_alert {
	const struct rule_info *rule;
	uint32_t index;
	const struct packet *packet; /* its headers; at the end of a conversation: made from the conversation */
	uint64_t number;             /* of the packet in its capture; 0: told when the conversation ended */
	uint64_t conversation;       /* 0: none */
	struct bytes data;           /* what was looked at */
	bool stream;                 /* data are a conversation's bytes, not one packet's */
	bool to_server;
	enum proto proto;
};

typedef void watch_told(void *owner, const struct watch_alert *alert);

int watch_new(const struct rules *rules, struct thresholds *thresholds, const struct watch_options *options, struct watch **ret,
	struct err *e) MUST_USE;
void watch_free(struct watch *w);
AUTO_RELEASE(struct watch, watch_free);
/* To whom alerts are told from now on. */
void watch_tell(struct watch *w, watch_told *told, void *owner);

/* A packet; number counts from 1; rebuilt: it was put together from fragments, the last of them with that number. */
void watch_packet(struct watch *w, const struct packet *p, uint64_t number, bool rebuilt);
/* The capture ended: conversations are, too. */
void watch_flush(struct watch *w);
const struct rules_limits *watch_limits(const struct watch *w);
const struct session_stats *watch_sessions(const struct watch *w);
