#include "respond/respond.h"

#include "base/text.h"
#include "respond/answer.h"
#include "respond/cookie.h"

enum {
	MSS_MIN_ROOM = 4, /* bytes of options in a SYN that let our answer have one */
	MSS_V4 = 1460,
	MSS_V6 = 1440,
	PING_V4 = 8,
	PING_V6 = 128,
	STEPS_WHOLE = 3, /* at least 8 KiB: up to one of the steps was before the first byte */
};
_Static_assert((STEPS_WHOLE - 1) << COOKIE_STEP_BITS == RESPOND_WINDOW, "steps and window agree");
_Static_assert(((STEPS_WHOLE + 1) << COOKIE_STEP_BITS) + RESPOND_WINDOW <
		       1 << (COOKIE_STEP_BITS + COOKIE_PROGRESS_BITS),
	"what a client may send before our RST reaches it does not begin the steps anew");

struct respond {
	struct respond_options options;
	uint64_t counts[RESPOND_OUTCOME_COUNT];
	struct limit limit;
};

static const struct {
	const char *name, *en, *ja;
} outcomes[] = {
#define X(name, en, ja) {#name, en, ja},
	RESPOND_OUTCOMES(X)
#undef X
};

const char *respond_outcome_name(enum respond_outcome outcome)
{
	return outcomes[outcome].name;
}

const char *respond_outcome_text(enum respond_outcome outcome)
{
	return TR(outcomes[outcome].en, outcomes[outcome].ja);
}

struct respond *respond_new(const struct respond_options *options)
{
	struct respond *r = calloc(1, sizeof(*r));
	struct hash_key key;

	if (!r)
		return NULL;
	r->options = *options;
	/* A hash of its own, so that what shares a bucket says nothing of the cookies. */
	key.a = siphash(options->key, "bucket a", 8);
	key.b = siphash(options->key, "bucket b", 8);
	limit_init(&r->limit, options->rates, key);
	return r;
}

void respond_free(struct respond *r)
{
	free(r);
}

const uint64_t *respond_counts(const struct respond *r)
{
	return r->counts;
}

/* --- whom no answer may go to --- */

static bool is_among(const struct prefix *list, size_t count, const struct addr *a)
{
	for (size_t i = 0; i < count; i++)
		if (prefix_has(&list[i], a))
			return true;
	return false;
}

static bool is_not_ours(const struct respond *r, const struct trigger *t)
{
	return !t->packet->is_ip ||
	       !is_among(r->options.addresses, r->options.address_count, &t->packet->dst);
}

static bool is_own(const struct respond *r, const struct trigger *t)
{
	return is_among(r->options.addresses, r->options.address_count, &t->packet->src);
}

static bool is_ping(const struct packet *p)
{
	return (p->protocol == PROTOCOL_ICMP && p->version == 4 && p->icmp_type == PING_V4) ||
	       (p->protocol == PROTOCOL_ICMPV6 && p->version == 6 && p->icmp_type == PING_V6);
}

static bool is_not_answered(const struct respond *r, const struct trigger *t)
{
	return t->packet->protocol != PROTOCOL_TCP && !(r->options.echo && is_ping(t->packet));
}

static bool is_fragment(const struct respond *r, const struct trigger *t)
{
	return t->packet->fragment != FRAGMENT_NONE;
}

static bool is_damaged(const struct respond *r, const struct trigger *t)
{
	const uint32_t bad = ODD_BIT(frame_truncated) | ODD_BIT(frame_snapped) |
			     ODD_BIT(ip_version) | ODD_BIT(ip_header) | ODD_BIT(ip_length) |
			     ODD_BIT(ip_option) | ODD_BIT(tcp_header) | ODD_BIT(icmp_header) |
			     ODD_BIT(port_zero) | ODD_BIT(land);
	/* A ping comes back as long as it was: options before it would not. */
	const bool is_long =
		is_ping(t->packet) && t->link_len + t->packet->length > RESPOND_ANSWER_MAX;

	return !t->transport || (t->packet->odds & bad) || is_long;
}

/* Of Ethernet (the first bit of an address) or IP. */
static bool is_group(const struct respond *r, const struct trigger *t)
{
	return (t->frame->data[0] & 1) || (t->frame->data[6] & 1) ||
	       addr_is_group(&t->packet->dst) || addr_is_group(&t->packet->src);
}

/* Of IPv6 only 2000::/3 is in use (RFC 4291 2.4). */
static bool is_bogon(const struct respond *r, const struct trigger *t)
{
	const struct packet *p = t->packet;

	return (p->odds & ODD_BIT(ip_martian)) || (p->version == 6 && p->src.b[0] >> 5 != 1);
}

static bool is_checksum_wrong(const struct respond *r, const struct trigger *t)
{
	return !trigger_checksum_is_right(t);
}

static bool is_excepted(const struct respond *r, const struct trigger *t)
{
	for (size_t i = 0; i < r->options.exception_count; i++) {
		const struct respond_exception *x = &r->options.exceptions[i];

		if ((x->from.bits == 0 || prefix_has(&x->from, &t->packet->src)) &&
			(x->port == 0 || x->port == t->packet->dport) &&
			(x->from_port == 0 || x->from_port == t->packet->sport))
			return true;
	}
	return false;
}

/* --- TCP: what is no question to us --- */

static bool has_flags(const struct trigger *t, uint8_t flags)
{
	return t->packet->protocol == PROTOCOL_TCP && (t->packet->tcp_flags & flags) == flags;
}

static bool is_reset(const struct respond *r, const struct trigger *t)
{
	return has_flags(t, TCP_RST);
}

static bool is_syn_ack(const struct respond *r, const struct trigger *t)
{
	return has_flags(t, TCP_SYN | TCP_ACK);
}

static bool is_odd(const struct respond *r, const struct trigger *t)
{
	return has_flags(t, TCP_SYN | TCP_FIN);
}

static bool is_without_ack(const struct respond *r, const struct trigger *t)
{
	return t->packet->protocol == PROTOCOL_TCP && !(t->packet->tcp_flags & (TCP_SYN | TCP_ACK));
}

/* In this order: what is asked later may rely on what was asked before. */
static const struct {
	bool (*refuses)(const struct respond *r, const struct trigger *t);
	enum respond_outcome outcome;
} checks[] = {
	{is_not_ours, RESPOND_not_ours},
	{is_own, RESPOND_own},
	{is_bogon, RESPOND_bogon},
	{is_not_answered, RESPOND_not_answered},
	{is_fragment, RESPOND_fragment},
	{is_damaged, RESPOND_damaged},
	{is_group, RESPOND_group},
	{is_checksum_wrong, RESPOND_checksum},
	{is_excepted, RESPOND_excepted},
	{is_reset, RESPOND_reset},
	{is_syn_ack, RESPOND_syn_ack},
	{is_odd, RESPOND_damaged},
	{is_without_ack, RESPOND_no_ack},
};

/* --- what is said --- */

/* Another half each day: which one can be told from no other day. */
static bool is_of_other_half(const struct respond *r, const struct packet *p, int64_t now_ns)
{
	struct {
		struct addr dst;
		uint32_t port, purpose;
		int64_t day;
	} pair = {
		p->dst, p->dport, 0x68616c66 /* "half" */, now_ns / (86400 * INT64_C(1000000000))};

	_Static_assert(sizeof(pair) == 32, "no padding is hashed");
	return r->options.half && (siphash(r->options.key, &pair, sizeof(pair)) & 1);
}

static enum respond_outcome say_syn_ack(
	const struct respond *r, const struct packet *p, int64_t now_ns, struct segment *ret)
{
	if (is_of_other_half(r, p, now_ns))
		return RESPOND_other_half;
	*ret = (struct segment){
		.seq = cookie_make(r->options.key, p, now_ns),
		.ack = p->tcp_seq +
		       1, /* data that came with it comes again, as without Fast Open */
		.window = RESPOND_WINDOW,
		.flags = TCP_SYN | TCP_ACK,
		.mss = p->tcp_options_len < MSS_MIN_ROOM ? 0
		       : p->version == 4		 ? MSS_V4
							 : MSS_V6,
	};
	return RESPOND_sent_syn_ack;
}

/* An ACK, perhaps with data. */
static enum respond_outcome say_ack(
	const struct respond *r, const struct packet *p, int64_t now_ns, struct segment *ret)
{
	const bool ends = p->tcp_flags & TCP_FIN;
	const uint32_t next = p->tcp_seq + p->payload_wire_len;
	unsigned int steps;

	if (!cookie_check(r->options.key, p, next, now_ns, &steps))
		return RESPOND_bad_cookie;
	if (p->payload_wire_len == 0 && !ends)
		return RESPOND_handshake;
	bool whole = ends || (p->tcp_flags & TCP_PSH) || steps >= STEPS_WHOLE;
	*ret = (struct segment){
		.seq = p->tcp_ack,
		.ack = next + ends,
		.window = whole ? 0 : RESPOND_WINDOW,
		.flags = whole ? TCP_RST | TCP_ACK : TCP_ACK,
	};
	return whole ? RESPOND_sent_reset : RESPOND_sent_ack;
}

static enum respond_outcome judge(
	const struct respond *r, const struct trigger *t, int64_t now_ns, struct segment *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(checks); i++)
		if (checks[i].refuses(r, t))
			return checks[i].outcome;
	if (t->packet->protocol != PROTOCOL_TCP)
		return RESPOND_sent_echo;
	if (t->packet->tcp_flags & TCP_SYN)
		return say_syn_ack(r, t->packet, now_ns, ret);
	return say_ack(r, t->packet, now_ns, ret);
}

static enum respond_outcome spend(
	struct respond *r, enum respond_outcome outcome, const struct addr *source, int64_t now_ns)
{
	static const enum respond_outcome refusals[LIMIT_LEVELS] = {
		[LIMIT_SOURCE] = RESPOND_limit_source,
		[LIMIT_NETWORK] = RESPOND_limit_network,
		[LIMIT_TOTAL] = RESPOND_limit_total,
	};
	enum limit_level level = LIMIT_LEVELS;

	if (respond_is_answer(outcome))
		level = limit_take(&r->limit, source, now_ns);
	return level == LIMIT_LEVELS ? outcome : refusals[level];
}

enum respond_outcome respond_to(struct respond *r, const struct frame *frame,
	const struct packet *packet, int64_t now_ns, uint8_t ret[RESPOND_ANSWER_MAX],
	size_t *ret_len)
{
	const struct trigger trigger = trigger_find(frame, packet);
	struct segment segment;

	enum respond_outcome outcome = judge(r, &trigger, now_ns, &segment);
	outcome = spend(r, outcome, &packet->src, now_ns);
	r->counts[outcome]++;
	*ret_len = 0;
	if (respond_is_answer(outcome))
		*ret_len = outcome == RESPOND_sent_echo ? answer_echo(&trigger, ret)
							: answer_tcp(&trigger, &segment, ret);
	return outcome;
}
