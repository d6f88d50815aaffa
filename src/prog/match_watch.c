#include "prog/match_look.h"
#include "prog/match_parts.h"

#include "base/text.h"
#include "proto/http.h"

enum {
	CONVERSATIONS = 1 << 16,
	STREAM_BYTES = 1 << 18,
	STREAM_MEMORY = 1 << 28,
	CHUNK = 2560,      /* acknowledged bytes of a stream are looked at when there are so many (Suricata's chunk size) */
	GUESS_ENOUGH = 1024, /* bytes that no protocol was seen in: none will be */
};

static void end_conversation(void *owner, struct conversation *c);

int watch_new(const struct rules *rules, struct thresholds *thresholds, const struct watch_options *options, struct watch **ret, struct err *e)
{
	const struct session_limits limits = {.conversations = CONVERSATIONS, .stream_bytes = STREAM_BYTES, .memory = STREAM_MEMORY,
		.user_bytes = sizeof(struct watched), .midstream = options->midstream, .at_once = options->at_once};
	AUTO(watch_free) struct watch *w = calloc(1, sizeof(*w));

	if (!w)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	w->rules = rules;
	w->thresholds = thresholds;
	w->hosts = rules_hosts_new();
	w->session = session_new(&limits, end_conversation, w);
	if (!w->hosts || !w->session)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	int rc = rules_scratch_new(rules, &w->scratch, e);
	if (rc == 0)
		*ret = TAKE(w);
	return rc;
}

void watch_free(struct watch *w)
{
	if (!w)
		return;
	session_free(w->session);
	rules_scratch_free(w->scratch);
	rules_hosts_free(w->hosts);
	free(w);
}

void watch_tell(struct watch *w, watch_told *told, void *owner)
{
	w->told = told;
	w->owner = owner;
}

const struct rules_limits *watch_limits(const struct watch *w)
{
	return rules_limits(w->scratch);
}

const struct session_stats *watch_sessions(const struct watch *w)
{
	return session_stats(w->session);
}

/* ---- TCP: streams and transactions ---- */

static bool is_protocol(enum proto p)
{
	return p != PROTO_none && p != PROTO_text && p != PROTO_binary;
}

/* Who we took for the client answers: nobody saw who began. */
static void turn(struct conversation *c)
{
	struct watched *w = c->user;
	struct seen first = w->seen[0];

	w->seen[0] = w->seen[1];
	w->seen[1] = first;
	session_swap(c);
}

/* A first line that merely ends like HTTP's is none here: servers, and Suricata, go by the method. */
static bool is_sure(enum proto guess, struct bytes data, size_t side)
{
	if (guess == PROTO_http)
		return (side == SESSION_CLIENT && http_is_request(data)) || is_answer(guess, true, data);
	return is_protocol(guess);
}

/* What the conversation speaks, by the client's bytes, or else by the server's. */
static void learn(struct conversation *c, bool ended)
{
	struct watched *w = c->user;
	size_t most = 0;

	for (size_t side = 0; side < 2 && !w->proto_done; side++) {
		const struct stream *s = &c->stream[side];
		struct bytes data = ended ? stream_ready(s) : stream_acked(s);
		enum proto guess = proto_guess(PROTOCOL_TCP, c->port[side], c->port[!side], data);

		if (is_sure(guess, data, side)) {
			w->proto = guess;
			w->proto_done = true;
			if (side == SESSION_CLIENT && c->midstream && is_answer(guess, true, data))
				turn(c);
		}
		most = data.len > most ? data.len : most;
	}
	w->proto_done |= ended || most >= GUESS_ENOUGH;
}

/* All bytes of the stream that may be looked at from a position on. */
static struct bytes bytes_since(const struct stream *s, uint64_t position, bool ended)
{
	struct bytes all = ended ? stream_ready(s) : stream_acked(s);

	return position > s->base ? bytes_from(all, position - s->base) : all;
}

static bool buffer_is_full(const struct stream *s)
{
	return stream_ready(s).len >= STREAM_BYTES;
}

/* The next transaction, or len 0. */
static struct bytes transaction_next(const struct look *look, bool ended)
{
	enum session_side side = side_of(look);
	const struct stream *s = &look->conversation->stream[side];
	struct watched *w = look->conversation->user;
	struct seen *seen = &w->seen[side];

	if (!w->proto_done || seen->tx_over)
		return (struct bytes){0};
	struct bytes data = bytes_since(s, seen->tx, ended);
	size_t len = transaction_length(w->proto, look->to_server, data, ended || buffer_is_full(s), &seen->tx_over);

	seen->tx_over &= len > 0;
	seen->tx += len;
	return bytes_part(data, 0, len);
}

/* Suricata looks at a stream's bytes when a chunk of them is there, when a transaction ended, and when there will be no more. */
static bool stream_is_due(const struct conversation *c, size_t len, bool has_transaction, bool ended)
{
	return len > 0 && (ended || has_transaction || len >= CHUNK || c->state == SESSION_CLIENT_ENDED || c->state == SESSION_CLOSED ||
				  len >= STREAM_BYTES);
}

static void judge_stream(struct watch *w, const struct look *look, bool has_transaction, bool ended)
{
	struct conversation *c = look->conversation;
	enum session_side side = side_of(look);
	struct seen *seen = &((struct watched *)c->user)->seen[side];
	struct bytes data = bytes_since(&c->stream[side], seen->raw, ended);

	if (!stream_is_due(c, data.len, has_transaction, ended))
		return;
	look_judge(w, look, RULES_POINT_STREAM, data);
	seen->raw = (seen->raw > c->stream[side].base ? seen->raw : c->stream[side].base) + data.len;
}

/* Bytes that nobody will look at again go. */
static void forget(struct conversation *c, enum session_side side)
{
	struct watched *w = c->user;
	struct seen *seen = &w->seen[side];
	struct stream *s = &c->stream[side];
	bool no_tx = seen->tx_over || (w->proto_done && !has_transactions(w->proto, side == SESSION_CLIENT));
	uint64_t done = no_tx || seen->raw < seen->tx ? seen->raw : seen->tx;

	if (w->proto_done && done > s->base)
		stream_take(s, done - s->base);
	if (stream_skip_hole(s, false)) {
		seen->raw = seen->raw > s->base ? seen->raw : s->base;
		seen->tx = seen->tx > s->base ? seen->tx : s->base;
	}
}

static void judge_tcp(struct watch *w, const struct look *look, bool ended)
{
	struct bytes transaction = transaction_next(look, ended);

	judge_stream(w, look, transaction.len > 0, ended);
	while (transaction.len > 0) {
		look_judge(w, look, RULES_POINT_TX, transaction);
		transaction = transaction_next(look, ended);
	}
	forget(look->conversation, side_of(look));
}

/* What is left of a conversation, first the client's. */
static void end_side(struct watch *w, struct conversation *c, enum session_side side)
{
	struct packet p = {.ts_ns = c->last_ns, .is_ip = true, .version = addr_is_v4(&c->addr[0]) ? 4 : 6, .protocol = c->protocol,
		.src = c->addr[side], .dst = c->addr[!side], .sport = c->port[side], .dport = c->port[!side], .tcp_wscale = -1};
	struct look look = {.packet = &p, .conversation = c, .to_server = side == SESSION_CLIENT,
		.established = c->state >= SESSION_ESTABLISHED, .in_stream = true};

	do {
		judge_tcp(w, &look, true);
		stream_take(&c->stream[side], STREAM_BYTES);
	} while (stream_skip_hole(&c->stream[side], true));
}

static void end_conversation(void *owner, struct conversation *c)
{
	if (c->protocol != PROTOCOL_TCP)
		return;
	learn(c, true);
	end_side(owner, c, SESSION_CLIENT);
	end_side(owner, c, SESSION_SERVER);
}

/* ---- one packet ---- */

/* A datagram is a transaction of its own. */
static void learn_datagram(const struct look *look)
{
	const struct packet *p = look->packet;
	struct watched *c = watched_of(look);
	enum proto guess = proto_guess(p->protocol, p->sport, p->dport, (struct bytes){p->payload, p->payload_len});

	if (c->proto_done)
		return;
	c->proto = guess;
	c->proto_done = is_protocol(guess);
	if (look->to_server && !look->established && is_answer(guess, false, (struct bytes){p->payload, p->payload_len}))
		turn(look->conversation);
}

/* The packet's direction, after the conversation may have been turned round. */
static bool is_to_server(const struct look *look)
{
	const struct conversation *c = look->conversation;
	const struct packet *p = look->packet;

	return addr_equal(&c->addr[SESSION_CLIENT], &p->src) && c->port[SESSION_CLIENT] == p->sport;
}

static void begin(struct watch *w, const struct look *look)
{
	struct watched *c = watched_of(look);

	if (c && c->number == 0)
		c->number = session_stats(w->session)->opened;
}

void watch_packet(struct watch *w, const struct packet *p, uint64_t number, bool rebuilt)
{
	if (!p->is_ip)
		return;
	struct session_step step = session_add(w->session, p);
	struct look look = {.packet = p, .number = number, .conversation = step.conversation, .to_server = step.to_server,
		.established = step.established, .in_stream = step.kept, .rebuilt = rebuilt};
	struct watched *c = watched_of(&look);
	struct bytes payload = {p->payload, p->payload_len};
	bool tcp = p->protocol == PROTOCOL_TCP && c && !step.quoted;
	unsigned points = RULES_POINT_PACKET;

	begin(w, &look);
	if (tcp) {
		learn(look.conversation, false);
	} else if (c && !step.quoted) {
		learn_datagram(&look);
		points |= RULES_POINT_TX;
	}
	if (c && !step.quoted && p->sport)
		look.to_server = is_to_server(&look);
	look_judge(w, &look, points, payload);
	if (c && !step.quoted) {
		c->seen[side_of(&look)].asked_header = true;
		c->seen[side_of(&look)].asked_proto |= look_shows_proto(&look);
	}
	if (tcp)
		judge_tcp(w, &look, false);
}

void watch_flush(struct watch *w)
{
	session_flush(w->session);
}
