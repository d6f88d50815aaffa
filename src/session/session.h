/* Packets of both directions to conversations: who began, was the handshake seen, each side's bytes in order. TCP's
 * state and reassembly; for UDP, ICMP and the rest only who began and whether both sides spoke. */
#pragma once

#include "decode/decode.h"
#include "session/stream.h"

struct session;

struct session_limits {
	size_t conversations; /* at once, at least 1; for one more the one silent longest is ended */
	size_t stream_bytes;  /* of one direction of TCP kept at once (until taken); more is refused */
	size_t memory;        /* of all streams together; beyond it the conversations silent longest are ended */
	size_t user_bytes;    /* of the caller's own, for each conversation */
	bool midstream;       /* TCP whose start was not seen, or not of both sides, counts as established */
	bool client_only;     /* servers' bytes are not kept */
	bool at_once;         /* bytes count as acknowledged when they come: for captures with one direction */
};

/* Of the sender; index of streams. */
enum session_side { SESSION_CLIENT, SESSION_SERVER };

enum session_state {
	SESSION_NEW,          /* TCP: nothing that tells; all others as long as one side has spoken */
	SESSION_SYN,          /* client's SYN */
	SESSION_SYN_ACK,      /* and the server's answer */
	SESSION_ESTABLISHED,  /* TCP: and the client's; all others: both sides have spoken */
	SESSION_CLIENT_ENDED, /* FIN of the client first */
	SESSION_SERVER_ENDED, /* FIN of the server first */
	SESSION_CLOSED,       /* FIN of both sides, or RST */
};

struct conversation {
	struct addr addr[2];  /* by side */
	uint16_t port[2];     /* ICMP: the type of the request */
	uint8_t protocol;
	uint8_t state;        /* enum session_state */
	bool handshake;       /* TCP: SYN, SYN+ACK and ACK were seen */
	bool midstream;       /* TCP: taken up without SYN */
	bool fast_open;       /* its SYN brought data and a cookie (RFC 7413) */
	bool seen[2];         /* a packet of that side */
	bool unwanted[2];     /* no (more) bytes of that side are kept */
	int64_t first_ns, last_ns;
	struct stream stream[2];
	void *user;           /* user_bytes, zeroed when the conversation begins */
};

/* What a packet was in its conversation. */
struct session_step {
	struct conversation *conversation; /* NULL: it is of none (fragments, protocols without ports, quotes of nothing known) */
	bool to_server;
	bool first;           /* of this side */
	bool established;     /* was so before this packet, or by both sides having spoken */
	bool kept;            /* its payload went into the stream, or was there before */
	bool quoted;          /* an ICMP error about the conversation */
};

struct session_stats {
	uint64_t opened;        /* conversations */
	uint64_t ended_full;    /* before their time: table or memory full */
	uint64_t refused_bytes; /* of streams: too far ahead, too many holes, too much kept */
};

/* Called when a conversation ends: its time is over, its ports are used anew, or there is no room. Its streams can still be
 * read. May be NULL. */
typedef void session_ended(void *owner, struct conversation *c);

/* NULL: no memory. */
struct session *session_new(const struct session_limits *limits, session_ended *ended, void *owner);
void session_free(struct session *s); /* ends nothing: session_flush() first */
AUTO_RELEASE(struct session, session_free);

/* Packets in the order of the capture; same packets, same result. */
struct session_step session_add(struct session *s, const struct packet *p);
/* The packet belongs to a conversation that there is; otherwise session_add() would begin one. */
bool session_knows(const struct session *s, const struct packet *p);
/* Its client was its server: its first packet was an answer. */
void session_swap(struct conversation *c);
/* No more bytes of that side are kept, and what is kept is forgotten. */
void session_unwant(struct session *s, struct conversation *c, enum session_side side);
/* Ends one conversation. */
void session_end(struct session *s, struct conversation *c);
/* Ends all, the one silent longest first. */
void session_flush(struct session *s);
const struct session_stats *session_stats(const struct session *s);
