/* One look of the rules at a packet, a stretch of a stream or a transaction, and who is told what they find. */
#pragma once

#include "prog/match_watch.h"

/* What a conversation's direction has been through. Positions as in struct stream. */
struct seen {
	uint64_t raw;      /* rules for streams have looked at everything before it */
	uint64_t tx;       /* the next transaction begins there */
	bool tx_over;      /* there is none any more */
	bool asked_header; /* rules about addresses alone have been asked */
	bool asked_proto;  /* rules about the protocol alone have been asked */
};

struct watched {
	uint64_t number;
	enum proto proto;
	bool proto_done;    /* nothing more will be learned about it */
	bool passed;        /* a pass rule matched: nothing more is told */
	struct seen seen[2];
	struct rules_bits bits;
};

struct watch {
	const struct rules *rules;
	struct rules_scratch *scratch;
	struct rules_hosts *hosts;
	struct thresholds *thresholds;
	struct session *session;
	watch_told *told;
	void *owner;
};

/* One look of the rules. */
struct look {
	const struct packet *packet;
	uint64_t number; /* 0: the conversation ends */
	struct conversation *conversation; /* NULL: none */
	bool to_server, established, in_stream, rebuilt;
};

static inline struct watched *watched_of(const struct look *look)
{
	return look->conversation ? look->conversation->user : NULL;
}

static inline enum session_side side_of(const struct look *look)
{
	return look->to_server ? SESSION_CLIENT : SESSION_SERVER;
}

/* The protocol is known, and this direction has said something in it. */
bool look_shows_proto(const struct look *look);
/* Asks the rules at these points (enum rules_point) and tells what matches. */
void look_judge(struct watch *w, const struct look *look, unsigned points, struct bytes data);
