/* TCP's state of a conversation (RFC 9293), as an observer can follow it. */
#pragma once

#include "session/session.h"

struct tcp_view {
	const struct session_limits *limits;
	struct stream_memory *memory;
};

/* Is it the start of a new conversation, where an old one with its ports is over or was never taken up? */
bool tcp_is_new_start(const struct conversation *c, const struct packet *p);
/* Takes the packet of `side` in. True: its payload is in the stream. */
bool tcp_add(const struct tcp_view *view, struct conversation *c, enum session_side side, const struct packet *p);
