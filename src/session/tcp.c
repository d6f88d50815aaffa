#include "session/tcp.h"

enum { OPTION_FAST_OPEN = 34, OPTION_EXPERIMENT = 254, FAST_OPEN_MAGIC = 0xf989 };

static struct stream *stream_of(struct conversation *c, enum session_side side)
{
	return &c->stream[side];
}

static enum session_side other(enum session_side side)
{
	return side == SESSION_CLIENT ? SESSION_SERVER : SESSION_CLIENT;
}

static bool flags_are(const struct packet *p, uint8_t mask, uint8_t want)
{
	return (p->tcp_flags & mask) == want;
}

static struct bytes payload_of(const struct packet *p)
{
	return (struct bytes){.data = p->payload, .len = p->payload_len};
}

/* A cookie of TCP Fast Open (RFC 7413 4.1.1), also in its experimental form: only with it a SYN's data counts. */
static bool has_cookie(const struct packet *p)
{
	const uint8_t *o = p->tcp_options;
	size_t left = p->tcp_options_len;

	while (left >= 2 && o[0] != 0) {
		size_t len = o[0] == 1 ? 1 : o[1];

		if (o[0] == 1 || (len >= 2 && len <= left && o[0] != OPTION_FAST_OPEN && o[0] != OPTION_EXPERIMENT)) {
			o += len;
			left -= len;
			continue;
		}
		if (len < 2 || len > left)
			return false;
		if (o[0] == OPTION_FAST_OPEN)
			return len >= 6;
		if (len >= 8 && (o[2] << 8 | o[3]) == FAST_OPEN_MAGIC)
			return true;
		o += len;
		left -= len;
	}
	return false;
}

bool tcp_is_new_start(const struct conversation *c, const struct packet *p)
{
	if (!flags_are(p, TCP_SYN | TCP_ACK | TCP_RST | TCP_FIN, TCP_SYN))
		return false;
	if (c->state == SESSION_CLOSED || c->state == SESSION_CLIENT_ENDED || c->state == SESSION_SERVER_ENDED)
		return true;
	/* Somebody else speaks first now, of what we could not make sense of before. */
	return c->state == SESSION_NEW;
}

static bool put(const struct tcp_view *view, struct conversation *c, enum session_side side, const struct packet *p, uint32_t seq)
{
	struct stream *s = stream_of(c, side);

	if (p->payload_len == 0 || c->unwanted[side] || !stream_put(s, view->memory, seq, payload_of(p)))
		return false;
	if (view->limits->at_once && s->base + stream_ready(s).len > s->acked)
		s->acked = s->base + stream_ready(s).len;
	return true;
}

static bool begin_client(const struct tcp_view *view, struct conversation *c, const struct packet *p)
{
	stream_begin(stream_of(c, SESSION_CLIENT), view->memory, p->tcp_seq + 1);
	c->state = SESSION_SYN;
	c->fast_open = p->payload_len > 0 && has_cookie(p);
	return c->fast_open && put(view, c, SESSION_CLIENT, p, p->tcp_seq + 1);
}

static void begin_server(const struct tcp_view *view, struct conversation *c, const struct packet *p)
{
	stream_begin(stream_of(c, SESSION_SERVER), view->memory, p->tcp_seq + 1);
	c->state = SESSION_SYN_ACK;
	(void)stream_ack(stream_of(c, SESSION_CLIENT), p->tcp_ack);
}

static void end_side(struct conversation *c, enum session_side side)
{
	enum session_state mine = side == SESSION_CLIENT ? SESSION_CLIENT_ENDED : SESSION_SERVER_ENDED;

	if (c->state == SESSION_ESTABLISHED)
		c->state = (uint8_t)mine;
	else if (c->state != mine)
		c->state = SESSION_CLOSED;
}

/* Data, acknowledgement and FIN of a conversation that stands. */
static bool add_segment(const struct tcp_view *view, struct conversation *c, enum session_side side, const struct packet *p)
{
	struct stream *mine = stream_of(c, side);

	if (!mine->known) /* taken up in the middle, or the other direction was never seen */
		stream_begin(mine, view->memory, p->tcp_seq);
	if ((p->tcp_flags & TCP_ACK) && stream_of(c, other(side))->known)
		(void)stream_ack(stream_of(c, other(side)), p->tcp_ack);
	bool kept = put(view, c, side, p, p->tcp_seq);

	if (p->tcp_flags & TCP_FIN) {
		int64_t at = stream_position(mine, p->tcp_seq + p->payload_wire_len);

		if (at >= 0) {
			mine->has_fin = true;
			mine->fin = (uint64_t)at;
			end_side(c, side);
		}
	}
	return kept;
}

/* RST counts where its number can be right: within a window's reach of what was seen (RFC 5961 3.2 is stricter, but we do not
 * see the receiver's window), or as the answer to a SYN, which it must acknowledge. */
static bool reset_counts(struct conversation *c, enum session_side side, const struct packet *p)
{
	const struct stream *mine = stream_of(c, side);

	if (c->state == SESSION_SYN && side == SESSION_SERVER)
		return (p->tcp_flags & TCP_ACK) && p->tcp_ack == stream_of(c, SESSION_CLIENT)->first + (uint32_t)stream_of(c, SESSION_CLIENT)->end;
	if (!mine->known)
		return true;
	int64_t at = stream_position(mine, p->tcp_seq);

	return at >= (int64_t)mine->acked - 1 && at <= (int64_t)mine->end + (1 << 20);
}

static bool add_reset(struct conversation *c, enum session_side side, const struct packet *p)
{
	if (c->state == SESSION_NEW || !reset_counts(c, side, p))
		return false;
	if ((p->tcp_flags & TCP_ACK) && stream_of(c, other(side))->known && c->state >= SESSION_ESTABLISHED)
		(void)stream_ack(stream_of(c, other(side)), p->tcp_ack);
	c->state = SESSION_CLOSED;
	return false; /* what a RST says is no part of the conversation */
}

/* What comes first decides: a SYN, or with midstream anything that is no end. */
static bool add_first(const struct tcp_view *view, struct conversation *c, enum session_side side, const struct packet *p)
{
	if (flags_are(p, TCP_SYN | TCP_ACK, TCP_SYN))
		return begin_client(view, c, p);
	if (!view->limits->midstream || (p->tcp_flags & (TCP_FIN | TCP_RST)))
		return false;
	c->midstream = true;
	if (p->tcp_flags & TCP_SYN) {
		begin_server(view, c, p);
		stream_begin(stream_of(c, SESSION_CLIENT), view->memory, p->tcp_ack);
		return false;
	}
	if (!(p->tcp_flags & TCP_ACK))
		return false;
	c->state = SESSION_ESTABLISHED;
	stream_begin(stream_of(c, other(side)), view->memory, p->tcp_ack);
	return add_segment(view, c, side, p);
}

static bool add_after_syn(const struct tcp_view *view, struct conversation *c, enum session_side side, const struct packet *p)
{
	const struct stream *client = stream_of(c, SESSION_CLIENT);

	if (flags_are(p, TCP_SYN | TCP_ACK, TCP_SYN | TCP_ACK) && side == SESSION_SERVER) {
		int64_t at = stream_position(client, p->tcp_ack);

		if (at >= 0 && (uint64_t)at <= client->end)
			begin_server(view, c, p);
		return false;
	}
	if (flags_are(p, TCP_SYN | TCP_ACK, TCP_SYN) && side == SESSION_CLIENT && client->end == 0)
		return begin_client(view, c, p);
	if ((view->limits->at_once || view->limits->midstream) && side == SESSION_CLIENT && flags_are(p, TCP_SYN | TCP_ACK, TCP_ACK)) {
		c->state = SESSION_ESTABLISHED; /* the other direction is not in the capture */
		return add_segment(view, c, side, p);
	}
	return false;
}

static bool add_after_answer(const struct tcp_view *view, struct conversation *c, enum session_side side, const struct packet *p)
{
	if (p->tcp_flags & TCP_SYN || !(p->tcp_flags & TCP_ACK))
		return false;
	if (side == SESSION_CLIENT) {
		if (stream_position(stream_of(c, SESSION_SERVER), p->tcp_ack) < 0)
			return false;
		c->handshake = !c->midstream;
	} else if (!c->fast_open) {
		return false; /* a server speaks only when it has the client's answer, unless a cookie did for it */
	}
	c->state = SESSION_ESTABLISHED;
	return add_segment(view, c, side, p);
}

bool tcp_add(const struct tcp_view *view, struct conversation *c, enum session_side side, const struct packet *p)
{
	if (p->tcp_flags & TCP_RST)
		return add_reset(c, side, p);
	switch (c->state) {
	case SESSION_NEW:
		return add_first(view, c, side, p);
	case SESSION_SYN:
		return add_after_syn(view, c, side, p);
	case SESSION_SYN_ACK:
		return add_after_answer(view, c, side, p);
	case SESSION_CLOSED: /* the last acknowledgement; nothing else is expected */
		if ((p->tcp_flags & TCP_ACK) && stream_of(c, other(side))->known)
			(void)stream_ack(stream_of(c, other(side)), p->tcp_ack);
		return false;
	default:
		return !(p->tcp_flags & TCP_SYN) && add_segment(view, c, side, p);
	}
}
