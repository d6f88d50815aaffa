#include "session/session.h"

#include "session/roster.h"
#include "session/tcp.h"

struct session {
	struct session_limits limits;
	struct stream_memory memory;
	struct roster roster;
	session_ended *ended;
	void *owner;
	struct session_stats stats;
};

struct session *session_new(const struct session_limits *limits, session_ended *ended, void *owner)
{
	struct session *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->limits = *limits;
	s->memory.stream_bytes = limits->stream_bytes;
	s->ended = ended;
	s->owner = owner;
	if (roster_init(&s->roster, limits->conversations, limits->user_bytes))
		return s;
	session_free(s);
	return NULL;
}

static struct roster_entry *entry_of(struct conversation *c)
{
	return (struct roster_entry *)((char *)c - offsetof(struct roster_entry, conversation));
}

static void forget(struct session *s, struct conversation *c)
{
	for (size_t i = 0; i < ARRAY_SIZE(c->stream); i++)
		stream_done(&c->stream[i], &s->memory);
	roster_remove(&s->roster, entry_of(c));
}

#define SWAP(array)                                                                                \
	do {                                                                                       \
		__typeof__((array)[0]) first_ = (array)[0];                                        \
		(array)[0] = (array)[1];                                                           \
		(array)[1] = first_;                                                               \
	} while (0)

void session_swap(struct conversation *c)
{
	SWAP(c->addr);
	SWAP(c->port);
	SWAP(c->seen);
	SWAP(c->unwanted);
	SWAP(c->stream);
}

void session_unwant(struct session *s, struct conversation *c, enum session_side side)
{
	c->unwanted[side] = true;
	stream_release(&c->stream[side], &s->memory);
}

void session_end(struct session *s, struct conversation *c)
{
	if (s->ended)
		s->ended(s->owner, c);
	forget(s, c);
}

void session_flush(struct session *s)
{
	struct roster_entry *oldest;

	while ((oldest = roster_oldest(&s->roster)))
		session_end(s, &oldest->conversation);
}

void session_free(struct session *s)
{
	struct roster_entry *oldest;

	if (!s)
		return;
	while (s->roster.entries && (oldest = roster_oldest(&s->roster)))
		forget(s, &oldest->conversation);
	roster_done(&s->roster);
	free(s);
}

const struct session_stats *session_stats(const struct session *s)
{
	return &s->stats;
}

/* ---- which conversation ---- */

/* Request and answer of ICMP are of one conversation; it has the request's type as its port. 0x100 + type: neither. */
static uint16_t icmp_port(uint8_t protocol, uint8_t type)
{
	static const struct {
		uint8_t protocol, request, answer;
	} pairs[] = {{PROTOCOL_ICMP, 8, 0}, {PROTOCOL_ICMP, 13, 14}, {PROTOCOL_ICMP, 15, 16}, {PROTOCOL_ICMP, 17, 18},
		{PROTOCOL_ICMP, 10, 9}, {PROTOCOL_ICMPV6, 128, 129}, {PROTOCOL_ICMPV6, 130, 131},
		{PROTOCOL_ICMPV6, 133, 134}, {PROTOCOL_ICMPV6, 135, 136}};

	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++)
		if (pairs[i].protocol == protocol && (pairs[i].request == type || pairs[i].answer == type))
			return pairs[i].request;
	return (uint16_t)(0x100 + type);
}

static bool is_icmp(uint8_t protocol)
{
	return protocol == PROTOCOL_ICMP || protocol == PROTOCOL_ICMPV6;
}

static bool can_converse(const struct packet *p)
{
	return p->is_ip && p->fragment == FRAGMENT_NONE &&
	       (p->protocol == PROTOCOL_TCP || p->protocol == PROTOCOL_UDP || p->protocol == PROTOCOL_SCTP ||
		       is_icmp(p->protocol));
}

/* Seconds of silence after which the next packet begins a new conversation. */
static int64_t patience_s(const struct conversation *c)
{
	if (c->protocol != PROTOCOL_TCP)
		return c->state == SESSION_ESTABLISHED ? 300 : 30;
	return c->state == SESSION_ESTABLISHED ? 600 : 60;
}

static bool is_over(const struct conversation *c, const struct packet *p)
{
	if (p->ts_ns - c->last_ns > patience_s(c) * INT64_C(1000000000))
		return true;
	return c->protocol == PROTOCOL_TCP && tcp_is_new_start(c, p);
}

/* A SYN+ACK that begins comes from the server. */
static bool speaks_as_server(const struct session *s, const struct packet *p)
{
	return s->limits.midstream && p->protocol == PROTOCOL_TCP &&
	       (p->tcp_flags & (TCP_SYN | TCP_ACK | TCP_RST)) == (TCP_SYN | TCP_ACK);
}

static struct conversation *open_new(struct session *s, const struct roster_key *key, const struct packet *p, uint16_t sport,
	uint16_t dport)
{
	if (roster_is_full(&s->roster)) {
		s->stats.ended_full++;
		session_end(s, &roster_oldest(&s->roster)->conversation);
	}
	struct conversation *c = &roster_add(&s->roster, key)->conversation;
	enum session_side sender = speaks_as_server(s, p) ? SESSION_SERVER : SESSION_CLIENT;

	c->addr[sender] = p->src;
	c->port[sender] = sport;
	c->addr[!sender] = p->dst;
	c->port[!sender] = dport;
	c->protocol = p->protocol;
	c->first_ns = p->ts_ns;
	c->unwanted[SESSION_SERVER] = s->limits.client_only;
	s->stats.opened++;
	return c;
}

static struct conversation *find_or_open(struct session *s, const struct packet *p, uint16_t sport, uint16_t dport)
{
	struct roster_key key = roster_key(&p->src, sport, &p->dst, dport, p->protocol);
	struct roster_entry *found = roster_find(&s->roster, &key);

	if (found && is_over(&found->conversation, p)) {
		session_end(s, &found->conversation);
		found = NULL;
	}
	if (!found)
		return open_new(s, &key, p, sport, dport);
	roster_touch(&s->roster, found);
	return &found->conversation;
}

/* ---- one packet ---- */

/* Beyond the memory, those silent longest go; the one that speaks stays. */
static void keep_memory(struct session *s, const struct conversation *speaks)
{
	while (s->memory.used > s->limits.memory) {
		struct conversation *oldest = &roster_oldest(&s->roster)->conversation;

		if (oldest == speaks)
			return;
		s->stats.ended_full++;
		session_end(s, oldest);
	}
}

static bool is_sender(const struct conversation *c, enum session_side side, const struct packet *p, uint16_t sport)
{
	return addr_equal(&c->addr[side], &p->src) && c->port[side] == sport;
}

/* An ICMP error belongs to the conversation that it quotes, as a word of the quoted packet's receiver. */
static struct session_step add_quote(struct session *s, const struct packet *p)
{
	const struct quote *q = &p->quote;
	uint16_t sport = q->sport, dport = q->dport;

	if (is_icmp(q->protocol))
		sport = dport = icmp_port(q->protocol, (uint8_t)q->dport);
	struct roster_key key = roster_key(&q->src, sport, &q->dst, dport, q->protocol);
	struct roster_entry *found = roster_find(&s->roster, &key);

	if (!found)
		return (struct session_step){0};
	struct conversation *c = &found->conversation;

	return (struct session_step){.conversation = c, .to_server = addr_equal(&c->addr[SESSION_SERVER], &q->src),
		.established = c->state >= SESSION_ESTABLISHED, .quoted = true};
}

static void add_both_ways(struct conversation *c)
{
	if (c->seen[SESSION_CLIENT] && c->seen[SESSION_SERVER])
		c->state = SESSION_ESTABLISHED;
}

bool session_knows(const struct session *s, const struct packet *p)
{
	if (s->roster.used == 0 || !can_converse(p))
		return false;
	struct roster_key key = roster_key(&p->src, p->sport, &p->dst, p->dport, p->protocol);

	return roster_find(&s->roster, &key) != NULL;
}

struct session_step session_add(struct session *s, const struct packet *p)
{
	struct session_step step = {0};
	uint16_t sport = p->sport, dport = p->dport;

	if (!can_converse(p))
		return step;
	if (p->quote.present)
		return add_quote(s, p);
	if (is_icmp(p->protocol))
		sport = dport = icmp_port(p->protocol, p->icmp_type);
	struct conversation *c = step.conversation = find_or_open(s, p, sport, dport);
	enum session_side side = is_sender(c, SESSION_CLIENT, p, sport) ? SESSION_CLIENT : SESSION_SERVER;

	step.to_server = side == SESSION_CLIENT;
	step.first = !c->seen[side];
	c->seen[side] = true;
	c->last_ns = p->ts_ns;
	if (p->protocol != PROTOCOL_TCP)
		add_both_ways(c);
	step.established = c->state >= SESSION_ESTABLISHED;
	if (p->protocol == PROTOCOL_TCP) {
		struct tcp_view view = {.limits = &s->limits, .memory = &s->memory};

		step.kept = tcp_add(&view, c, side, p);
		keep_memory(s, c);
		s->stats.refused_bytes = s->memory.refused;
	}
	return step;
}
