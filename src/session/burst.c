#include "session/burst.h"

enum { MEMORY_PER_CONVERSATION = 1024 }; /* on average: most never send a byte */

enum phase { PHASE_BEFORE, PHASE_OPEN, PHASE_DONE };

/* What a conversation has for us. Open bursts are in a list, the one silent longest first. */
struct burst {
	enum phase phase;
	int64_t last_ns; /* of its data */
	struct conversation *conversation;
	struct burst *before, *behind;
	struct access access;
	struct packet packet;
	uint64_t number;
};

struct bursts {
	struct session *session;
	struct burst_limits limits;
	bursts_out *out;
	void *owner;
	struct burst *first, *last; /* open ones */
	uint64_t given;
};

static void list_add(struct bursts *b, struct burst *burst)
{
	burst->before = b->last;
	burst->behind = NULL;
	if (b->last)
		b->last->behind = burst;
	else
		b->first = burst;
	b->last = burst;
}

static void list_remove(struct bursts *b, struct burst *burst)
{
	if (burst->before)
		burst->before->behind = burst->behind;
	else
		b->first = burst->behind;
	if (burst->behind)
		burst->behind->before = burst->before;
	else
		b->last = burst->before;
}

static void give(struct bursts *b, struct burst *burst)
{
	struct bytes data = bytes_part(stream_ready(&burst->conversation->stream[SESSION_CLIENT]), 0, b->limits.bytes);

	list_remove(b, burst);
	burst->phase = PHASE_DONE;
	burst->access.handshake = true;
	burst->access.payload = burst->packet.payload = data.data;
	burst->access.payload_len = burst->packet.payload_len = burst->packet.payload_wire_len = (uint32_t)data.len;
	b->given++;
	b->out(b->owner, &burst->packet, &burst->access, burst->number);
}

static void end_conversation(void *owner, struct conversation *c)
{
	struct burst *burst = c->user;

	if (burst->phase == PHASE_OPEN)
		give(owner, burst);
}

struct bursts *bursts_new(const struct burst_limits *limits, bursts_out *out, void *owner)
{
	struct bursts *b = calloc(1, sizeof(*b));
	struct session_limits s = {.conversations = limits->conversations, .stream_bytes = limits->bytes,
		.memory = limits->conversations * MEMORY_PER_CONVERSATION + limits->bytes, .user_bytes = sizeof(struct burst),
		.client_only = true};

	if (!b)
		return NULL;
	*b = (struct bursts){.limits = *limits, .out = out, .owner = owner};
	b->session = session_new(&s, end_conversation, b);
	if (b->session)
		return b;
	free(b);
	return NULL;
}

void bursts_free(struct bursts *b)
{
	if (!b)
		return;
	session_free(b->session);
	free(b);
}

static void open_burst(
	struct bursts *b, struct conversation *c, const struct packet *p, const struct access *access, uint64_t number)
{
	struct burst *burst = c->user;

	burst->phase = PHASE_OPEN;
	burst->conversation = c;
	burst->access = *access;
	burst->packet = *p;
	burst->number = number;
	burst->packet.ip = burst->packet.tcp_options = NULL; /* they live no longer than the frame */
	burst->packet.ip_captured = burst->packet.tcp_options_len = 0;
	list_add(b, burst);
}

static bool has_ended(const struct bursts *b, const struct conversation *c, const struct session_step *step, const struct packet *p)
{
	return (!step->to_server && p->payload_len > 0) || c->state > SESSION_ESTABLISHED ||
	       stream_ready(&c->stream[SESSION_CLIENT]).len >= b->limits.bytes;
}

static void end_silent(struct bursts *b, int64_t now_ns)
{
	while (b->first && now_ns - b->first->last_ns >= b->limits.silence_ns) {
		struct burst *burst = b->first;

		give(b, burst);
		session_unwant(b->session, burst->conversation, SESSION_CLIENT);
	}
}

static bool is_answer(const struct packet *p)
{
	return (p->tcp_flags & (TCP_SYN | TCP_ACK | TCP_RST)) == (TCP_SYN | TCP_ACK);
}

/* Most SYNs of a telescope are never answered, and a flood of them would drive out what is: so a conversation begins with the
 * sensor's answer, which says what the client's SYN was. */
static void begin(struct bursts *b, const struct packet *answer)
{
	const struct packet syn = {.ts_ns = answer->ts_ns,
		.is_ip = true,
		.version = answer->version,
		.protocol = PROTOCOL_TCP,
		.src = answer->dst,
		.dst = answer->src,
		.sport = answer->dport,
		.dport = answer->sport,
		.tcp_seq = answer->tcp_ack - 1,
		.tcp_flags = TCP_SYN,
		.tcp_wscale = -1};

	session_add(b->session, &syn);
}

/* False: it is of no conversation, and begins none. */
static bool is_followed(struct bursts *b, const struct packet *p, bool sent)
{
	if (session_knows(b->session, p))
		return true;
	if (!sent || !is_answer(p))
		return false;
	begin(b, p);
	return true;
}

/* True: the burst begins with this packet. */
static bool take(struct bursts *b, struct conversation *c, const struct session_step *step, const struct packet *p,
	const struct access *access, uint64_t number)
{
	struct burst *burst = c->user;
	bool begins = burst->phase == PHASE_BEFORE && access && step->to_server && step->kept && c->handshake;

	if (begins)
		open_burst(b, c, p, access, number);
	if (burst->phase != PHASE_OPEN)
		return false;
	if (step->kept) {
		burst->last_ns = p->ts_ns;
		list_remove(b, burst);
		list_add(b, burst);
	}
	if (has_ended(b, c, step, p)) {
		give(b, burst);
		session_unwant(b->session, c, SESSION_CLIENT);
	}
	return begins;
}

struct burst_step bursts_add(struct bursts *b, const struct packet *p, const struct access *access, uint64_t number)
{
	if (!p->is_ip || p->protocol != PROTOCOL_TCP)
		return (struct burst_step){0};
	end_silent(b, p->ts_ns);
	if (!is_followed(b, p, !access))
		return (struct burst_step){0};
	struct session_step step = session_add(b->session, p);
	struct conversation *c = step.conversation;

	if (!c)
		return (struct burst_step){0};
	return (struct burst_step){
		.held = take(b, c, &step, p, access, number),
		.established = step.to_server && c->handshake,
	};
}

void bursts_flush(struct bursts *b)
{
	session_flush(b->session);
}

struct burst_stats bursts_stats(const struct bursts *b)
{
	return (struct burst_stats){.session = *session_stats(b->session), .bursts = b->given};
}
