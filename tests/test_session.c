/* Packets to conversations: handshakes, bytes in order, first bursts, bounds. */
#include <criterion/criterion.h>

#include "session/burst.h"
#include "session/defrag.h"
#include "session/session.h"

#include <stdio.h>

enum { SECOND = 1000000000 };

static const struct session_limits roomy = {.conversations = 100, .stream_bytes = 4096, .memory = 1 << 20, .user_bytes = 8};

static struct packet tcp(bool to_server, uint8_t flags, uint32_t seq, uint32_t ack, const char *text)
{
	struct packet p = {.is_ip = true, .version = 4, .protocol = PROTOCOL_TCP, .tcp_flags = flags, .tcp_seq = seq, .tcp_ack = ack,
		.payload = (const uint8_t *)text, .payload_len = (uint32_t)strlen(text), .payload_wire_len = (uint32_t)strlen(text)};
	struct addr client = addr_from_v4(0xcb007105), server = addr_from_v4(0xc6336401);

	p.src = to_server ? client : server;
	p.dst = to_server ? server : client;
	p.sport = to_server ? 40000 : 80;
	p.dport = to_server ? 80 : 40000;
	return p;
}

static struct session_step add(struct session *s, struct packet p)
{
	return session_add(s, &p);
}

static void handshake(struct session *s)
{
	add(s, tcp(true, TCP_SYN, 99, 0, ""));
	add(s, tcp(false, TCP_SYN | TCP_ACK, 499, 100, ""));
	add(s, tcp(true, TCP_ACK, 100, 500, ""));
}

static void expect_bytes(struct bytes got, const char *want)
{
	cr_assert(bytes_equal(got, bytes_of(want)), "\"%.*s\", not \"%s\"", (int)got.len, (const char *)got.data, want);
}

/* ---- streams ---- */

static uint32_t next_random(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 8;
}

/* Pieces of text in any order, some twice, some overlapping, cover it all in the end. */
static void put_at_random(struct stream *s, struct stream_memory *m, uint32_t first, const uint8_t *text, size_t len, uint32_t *random)
{
	while (stream_ready(s).len + s->base < len) {
		size_t at = next_random(random) % len, want = 1 + next_random(random) % 60;

		/* Near the front more often than not, so that few holes are open at once. */
		if (next_random(random) % 3 > 0)
			at = (stream_ready(s).len + s->base + next_random(random) % 40) % len;
		if (want > len - at)
			want = len - at;
		stream_put(s, m, first + (uint32_t)at, (struct bytes){text + at, want});
	}
}

Test(stream, any_order_repetition_and_overlap_gives_the_same_bytes)
{
	uint8_t text[1500];
	uint32_t random = 20251125;

	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (uint8_t)next_random(&random);
	for (size_t round = 0; round < 200; round++) {
		struct stream_memory m = {.stream_bytes = 4096};
		struct stream s = {0};
		uint32_t first = next_random(&random) << 8 | 0xff; /* also around the wrap */

		if (round % 2)
			first = (uint32_t)-(int32_t)(next_random(&random) % 1500);
		stream_begin(&s, &m, first);
		put_at_random(&s, &m, first, text, sizeof(text), &random);
		cr_assert(bytes_equal(stream_ready(&s), (struct bytes){text, sizeof(text)}), "round %zu", round);
		stream_done(&s, &m);
		cr_assert_eq(m.used, 0);
	}
}

Test(stream, taking_bytes_in_between_changes_nothing)
{
	struct stream_memory m = {.stream_bytes = 8};
	struct stream s = {0};

	stream_begin(&s, &m, 0xfffffffe);
	cr_assert(stream_put(&s, &m, 0xfffffffe, bytes_of("abc")));
	expect_bytes(stream_ready(&s), "abc");
	stream_take(&s, 2);
	expect_bytes(stream_ready(&s), "c");
	cr_assert(stream_put(&s, &m, 0xffffffff, bytes_of("XXd"))); /* b and c again: the first copy stays */
	expect_bytes(stream_ready(&s), "cd");
	stream_take(&s, 100);
	cr_assert_eq(s.base, 4);
	stream_done(&s, &m);
}

Test(stream, of_bytes_that_come_twice_the_first_stays)
{
	struct stream_memory m = {.stream_bytes = 100};
	struct stream s = {0};

	stream_begin(&s, &m, 1);
	stream_put(&s, &m, 3, bytes_of("cd"));
	stream_put(&s, &m, 7, bytes_of("gh"));
	stream_put(&s, &m, 1, bytes_of("abXXefXXij"));
	expect_bytes(stream_ready(&s), "abcdefghij");
	stream_done(&s, &m);
}

Test(stream, what_is_too_far_ahead_is_refused_and_counted)
{
	struct stream_memory m = {.stream_bytes = 10};
	struct stream s = {0};

	stream_begin(&s, &m, 0);
	cr_assert(stream_put(&s, &m, 9, bytes_of("j")));
	cr_assert_not(stream_put(&s, &m, 10, bytes_of("k")));
	cr_assert_eq(m.refused, 1);
	cr_assert(stream_put(&s, &m, 0, bytes_of("abcdefghiJKL"))); /* its first ten fit */
	cr_assert_eq(m.refused, 3);
	expect_bytes(stream_ready(&s), "abcdefghij");
	stream_done(&s, &m);
}

Test(stream, holes_beyond_the_limit_are_refused)
{
	struct stream_memory m = {.stream_bytes = 1000};
	struct stream s = {0};

	stream_begin(&s, &m, 0);
	for (uint32_t i = 0; i < STREAM_RANGES; i++)
		cr_assert(stream_put(&s, &m, 1 + 2 * i, bytes_of("x")));
	cr_assert_not(stream_put(&s, &m, 1 + 2 * STREAM_RANGES, bytes_of("x")));
	cr_assert(stream_put(&s, &m, 2, bytes_of("y"))); /* one that closes a hole is welcome */
	cr_assert(stream_put(&s, &m, 1 + 2 * STREAM_RANGES, bytes_of("x")));
	stream_done(&s, &m);
}

Test(stream, a_hole_that_was_acknowledged_is_stepped_over)
{
	struct stream_memory m = {.stream_bytes = 1000};
	struct stream s = {0};

	stream_begin(&s, &m, 0);
	stream_put(&s, &m, 5, bytes_of("fgh"));
	cr_assert_not(stream_skip_hole(&s, false));
	stream_ack(&s, 7);
	cr_assert(stream_skip_hole(&s, false));
	cr_assert(s.gap);
	expect_bytes(stream_ready(&s), "fgh");
	expect_bytes(stream_acked(&s), "fg");
	stream_done(&s, &m);
}

/* ---- conversations ---- */

Test(session, a_handshake_makes_a_conversation_established)
{
	AUTO(session_free) struct session *s = session_new(&roomy, NULL, NULL);

	struct session_step step = add(s, tcp(true, TCP_SYN, 99, 0, ""));
	cr_assert(step.to_server && step.first && !step.established);
	step = add(s, tcp(false, TCP_SYN | TCP_ACK, 499, 100, ""));
	cr_assert(!step.to_server && step.first && !step.established);
	step = add(s, tcp(true, TCP_ACK, 100, 500, ""));
	cr_assert(step.to_server && !step.first && !step.established, "the packet that completes it is not yet");
	cr_assert(step.conversation->handshake);
	step = add(s, tcp(true, TCP_ACK | TCP_PSH, 100, 500, "GET /"));
	cr_assert(step.established && step.kept);
	expect_bytes(stream_ready(&step.conversation->stream[SESSION_CLIENT]), "GET /");
	expect_bytes(stream_acked(&step.conversation->stream[SESSION_CLIENT]), "");
	step = add(s, tcp(false, TCP_ACK, 500, 105, "200"));
	expect_bytes(stream_acked(&step.conversation->stream[SESSION_CLIENT]), "GET /");
	expect_bytes(stream_ready(&step.conversation->stream[SESSION_SERVER]), "200");
}

Test(session, data_without_a_handshake_counts_only_midstream)
{
	struct session_limits limits = roomy;
	AUTO(session_free) struct session *strict = session_new(&limits, NULL, NULL);
	limits.midstream = true;
	AUTO(session_free) struct session *lax = session_new(&limits, NULL, NULL);

	struct session_step step = add(strict, tcp(true, TCP_ACK, 100, 500, "x"));
	cr_assert(!step.kept && step.to_server);
	cr_assert_not(add(strict, tcp(true, TCP_ACK, 101, 500, "y")).established);
	step = add(lax, tcp(true, TCP_ACK, 100, 500, "x"));
	cr_assert(step.kept && step.to_server);
	cr_assert(add(lax, tcp(true, TCP_ACK, 101, 500, "y")).established);
	cr_assert_not(step.conversation->handshake);
}

Test(session, midstream_a_first_syn_ack_comes_from_the_server)
{
	struct session_limits limits = roomy;
	limits.midstream = true;
	AUTO(session_free) struct session *s = session_new(&limits, NULL, NULL);

	cr_assert_not(add(s, tcp(false, TCP_SYN | TCP_ACK, 499, 100, "")).to_server);
	cr_assert(add(s, tcp(true, TCP_ACK, 100, 500, "")).to_server);
	cr_assert(add(s, tcp(true, TCP_ACK, 100, 500, "hello")).kept);
}

Test(session, what_a_reset_says_is_no_part_of_the_conversation)
{
	AUTO(session_free) struct session *s = session_new(&roomy, NULL, NULL);

	handshake(s);
	cr_assert_not(add(s, tcp(false, TCP_RST, 500 + (2 << 20), 0, "far")).conversation->state == SESSION_CLOSED);
	struct session_step step = add(s, tcp(false, TCP_RST, 500, 0, "denied"));
	cr_assert_not(step.kept);
	cr_assert_eq(step.conversation->state, SESSION_CLOSED);
}

Test(session, data_with_fin_counts)
{
	AUTO(session_free) struct session *s = session_new(&roomy, NULL, NULL);

	handshake(s);
	struct session_step step = add(s, tcp(true, TCP_FIN | TCP_ACK, 100, 500, "bye"));
	cr_assert(step.kept);
	cr_assert_eq(step.conversation->state, SESSION_CLIENT_ENDED);
	step = add(s, tcp(false, TCP_FIN | TCP_ACK, 500, 104, ""));
	expect_bytes(stream_acked(&step.conversation->stream[SESSION_CLIENT]), "bye");
	cr_assert_eq(step.conversation->state, SESSION_CLOSED);
}

Test(session, ports_used_again_are_a_new_conversation)
{
	AUTO(session_free) struct session *s = session_new(&roomy, NULL, NULL);

	handshake(s);
	add(s, tcp(true, TCP_RST, 100, 0, ""));
	cr_assert(add(s, tcp(true, TCP_SYN, 7000, 0, "")).first);
	cr_assert_eq(session_stats(s)->opened, 2);
}

static void count_ended(void *owner, struct conversation *c)
{
	uint16_t *ports = owner;

	ports[++ports[0]] = c->port[SESSION_CLIENT];
}

Test(session, when_the_table_is_full_the_one_silent_longest_ends)
{
	struct session_limits limits = roomy;
	uint16_t ended[8] = {0};
	limits.conversations = 2;
	AUTO(session_free) struct session *s = session_new(&limits, count_ended, ended);

	for (uint16_t port = 1; port <= 2; port++) {
		struct packet p = tcp(true, TCP_SYN, 99, 0, "");
		p.sport = port;
		add(s, p);
	}
	struct packet again = tcp(true, TCP_SYN, 99, 0, ""), third = again;
	again.sport = 1;
	third.sport = 3;
	add(s, again);
	cr_assert_eq(ended[0], 0);
	add(s, third);
	cr_assert_eq(ended[0], 1);
	cr_assert_eq(ended[1], 2);
	cr_assert_eq(session_stats(s)->ended_full, 1);
	session_flush(s);
	cr_assert_eq(ended[0], 3);
	cr_assert_eq(ended[2], 1);
	cr_assert_eq(ended[3], 3);
}

static void talk(struct session *s, uint16_t port, const char *text)
{
	struct packet steps[] = {tcp(true, TCP_SYN, 99, 0, ""), tcp(false, TCP_SYN | TCP_ACK, 499, 100, ""), tcp(true, TCP_ACK, 100, 500, text)};

	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		*(i == 1 ? &steps[i].dport : &steps[i].sport) = port;
		add(s, steps[i]);
	}
}

Test(session, when_the_memory_is_full_the_one_silent_longest_ends)
{
	struct session_limits limits = roomy;
	uint16_t ended[8] = {0};
	limits.memory = 1024; /* two streams' first bytes */
	AUTO(session_free) struct session *s = session_new(&limits, count_ended, ended);

	talk(s, 1, "x");
	talk(s, 2, "x");
	cr_assert_eq(ended[0], 0);
	talk(s, 3, "x");
	cr_assert_eq(ended[0], 1);
	cr_assert_eq(ended[1], 1);
}

Test(session, a_stream_keeps_no_more_than_its_bytes)
{
	struct session_limits limits = roomy;
	limits.stream_bytes = 4;
	AUTO(session_free) struct session *s = session_new(&limits, NULL, NULL);

	handshake(s);
	cr_assert(add(s, tcp(true, TCP_ACK, 100, 500, "abcd")).kept);
	cr_assert_eq(session_stats(s)->refused_bytes, 0);
	struct session_step step = add(s, tcp(true, TCP_ACK, 104, 500, "e"));
	cr_assert_not(step.kept);
	cr_assert_eq(session_stats(s)->refused_bytes, 1);
	stream_take(&step.conversation->stream[SESSION_CLIENT], 4);
	cr_assert(add(s, tcp(true, TCP_ACK, 104, 500, "e")).kept, "what was taken makes room");
}

Test(session, bytes_that_nobody_wants_are_not_kept)
{
	struct session_limits limits = roomy;
	limits.client_only = true;
	AUTO(session_free) struct session *s = session_new(&limits, NULL, NULL);

	handshake(s);
	cr_assert_not(add(s, tcp(false, TCP_ACK, 500, 100, "banner")).kept);
	struct session_step step = add(s, tcp(true, TCP_ACK, 100, 506, "hello"));
	cr_assert(step.kept);
	session_unwant(s, step.conversation, SESSION_CLIENT);
	expect_bytes(stream_ready(&step.conversation->stream[SESSION_CLIENT]), "");
	cr_assert_not(add(s, tcp(true, TCP_ACK, 105, 506, "more")).kept);
}

Test(session, a_conversation_can_be_turned_round)
{
	struct session_limits limits = roomy;
	limits.midstream = true;
	AUTO(session_free) struct session *s = session_new(&limits, NULL, NULL);
	struct session_step step = add(s, tcp(false, TCP_ACK, 500, 100, "HTTP/1.1 200"));

	cr_assert(step.to_server);
	session_swap(step.conversation);
	expect_bytes(stream_ready(&step.conversation->stream[SESSION_SERVER]), "HTTP/1.1 200");
	cr_assert(add(s, tcp(true, TCP_ACK, 100, 512, "GET /")).to_server);
	expect_bytes(stream_ready(&step.conversation->stream[SESSION_CLIENT]), "GET /");
}

Test(session, udp_is_established_when_both_sides_have_spoken)
{
	AUTO(session_free) struct session *s = session_new(&roomy, NULL, NULL);
	struct packet to = tcp(true, 0, 0, 0, "q"), back = tcp(false, 0, 0, 0, "a");

	to.protocol = back.protocol = PROTOCOL_UDP;
	cr_assert_not(add(s, to).established);
	cr_assert_not(add(s, to).established);
	cr_assert(add(s, back).established);
	cr_assert(add(s, to).established);
	to.ts_ns = INT64_C(301) * SECOND;
	cr_assert_not(add(s, to).established, "after five minutes of silence it is another one");
}

Test(session, an_icmp_error_belongs_to_what_it_quotes)
{
	AUTO(session_free) struct session *s = session_new(&roomy, NULL, NULL);
	struct packet syn = tcp(true, TCP_SYN, 99, 0, ""), error = {.is_ip = true, .version = 4, .protocol = PROTOCOL_ICMP, .icmp_type = 3};

	error.quote = (struct quote){.src = syn.src, .dst = syn.dst, .sport = syn.sport, .dport = syn.dport, .protocol = PROTOCOL_TCP,
		.present = true};
	cr_assert_null(add(s, error).conversation);
	add(s, syn);
	struct session_step step = add(s, error);
	cr_assert(step.conversation && step.quoted && !step.to_server);
}

/* ---- first bursts ---- */

struct given {
	size_t count;
	char text[5000];
	uint32_t length; /* of the access: tells which packet's it is */
};

static void remember(void *owner, const struct packet *p, const struct access *a, uint64_t number)
{
	struct given *g = owner;

	g->count++;
	cr_assert_eq(number, 100u + a->length);
	g->length = a->length;
	cr_assert(a->handshake);
	cr_assert(p->payload == a->payload && p->payload_len == a->payload_len);
	snprintf(g->text, sizeof(g->text), "%.*s", (int)a->payload_len, (const char *)a->payload);
}

static const struct burst_limits burst_limits = {.conversations = 10, .bytes = 4096, .silence_ns = INT64_C(10) * SECOND};

static bool add_burst(struct bursts *b, struct packet p, int64_t ts_ns, uint32_t length)
{
	struct access access = {.ts_ns = ts_ns, .length = length};

	p.ts_ns = ts_ns;
	return bursts_add(b, &p, addr_v4(&p.src) == 0xcb007105 ? &access : NULL, 100u + length).held;
}

static void begin_burst(struct bursts *b)
{
	cr_assert_not(add_burst(b, tcp(true, TCP_SYN, 99, 0, ""), 0, 1));
	cr_assert_not(add_burst(b, tcp(false, TCP_SYN | TCP_ACK, 499, 100, ""), 0, 0));
	cr_assert_not(add_burst(b, tcp(true, TCP_ACK, 100, 500, ""), 0, 2));
	cr_assert(add_burst(b, tcp(true, TCP_ACK, 104, 500, "two "), 0, 3), "held");
	cr_assert_not(add_burst(b, tcp(true, TCP_ACK, 100, 500, "one "), 1, 4), "only the first is");
}

Test(burst, ends_when_the_server_sends_data)
{
	struct given g = {0};
	AUTO(bursts_free) struct bursts *b = bursts_new(&burst_limits, remember, &g);

	begin_burst(b);
	add_burst(b, tcp(false, TCP_ACK, 500, 108, ""), 2, 0);
	cr_assert_eq(g.count, 0, "an acknowledgement is no data");
	add_burst(b, tcp(false, TCP_ACK, 500, 108, "ok"), 2, 0);
	cr_assert_eq(g.count, 1);
	cr_assert_eq(g.length, 3);
	cr_assert_str_eq(g.text, "one two ");
	cr_assert_not(add_burst(b, tcp(true, TCP_ACK, 108, 502, "later"), 3, 5));
	bursts_flush(b);
	cr_assert_eq(g.count, 1);
}

Test(burst, ends_with_fin_or_rst_of_either_side)
{
	for (int round = 0; round < 4; round++) {
		struct given g = {0};
		AUTO(bursts_free) struct bursts *b = bursts_new(&burst_limits, remember, &g);
		bool client = round & 1;
		uint8_t flags = round & 2 ? TCP_RST : TCP_FIN | TCP_ACK;

		begin_burst(b);
		add_burst(b, tcp(client, flags, client ? 108 : 500, client ? 500 : 108, ""), 2, 0);
		cr_assert_eq(g.count, 1, "round %d", round);
		cr_assert_str_eq(g.text, "one two ");
	}
}

Test(burst, ends_after_ten_seconds_without_data)
{
	struct given g = {0};
	AUTO(bursts_free) struct bursts *b = bursts_new(&burst_limits, remember, &g);

	begin_burst(b); /* its last data came at 1 ns */
	struct packet other = tcp(true, TCP_SYN, 5, 0, "");
	other.sport = 5;
	add_burst(b, other, INT64_C(10) * SECOND, 9);
	cr_assert_eq(g.count, 0);
	add_burst(b, other, INT64_C(10) * SECOND + 1, 9);
	cr_assert_eq(g.count, 1);
}

Test(burst, ends_when_its_bytes_are_full_and_with_the_capture)
{
	struct burst_limits limits = burst_limits;
	struct given g = {0};

	limits.bytes = 8;
	AUTO(bursts_free) struct bursts *full = bursts_new(&limits, remember, &g);
	begin_burst(full);
	cr_assert_eq(g.count, 1);
	limits.bytes = 9;
	AUTO(bursts_free) struct bursts *open = bursts_new(&limits, remember, &g);
	begin_burst(open);
	cr_assert_eq(g.count, 1);
	bursts_flush(open);
	cr_assert_eq(g.count, 2);
	cr_assert_eq(bursts_stats(open).bursts, 1);
}

Test(burst, needs_the_whole_handshake)
{
	struct given g = {0};
	AUTO(bursts_free) struct bursts *b = bursts_new(&burst_limits, remember, &g);

	add_burst(b, tcp(true, TCP_SYN, 99, 0, ""), 0, 1);
	add_burst(b, tcp(true, TCP_ACK, 100, 500, ""), 0, 2);
	cr_assert_not(add_burst(b, tcp(true, TCP_ACK, 100, 500, "x"), 0, 3));
	bursts_flush(b);
	cr_assert_eq(g.count, 0);
}

/* An unanswered SYN would take the place of the conversation that is open. */
Test(burst, outlives_a_flood_of_syns_that_nobody_answers)
{
	struct given g = {0};
	AUTO(bursts_free) struct bursts *b = bursts_new(&burst_limits, remember, &g);
	struct packet syn = tcp(true, TCP_SYN, 5, 0, "");

	begin_burst(b);
	for (uint16_t i = 0; i < 100; i++) {
		syn.sport = (uint16_t)(20000 + i);
		add_burst(b, syn, 2, 9);
	}
	cr_assert_eq(g.count, 0);
	add_burst(b, tcp(false, TCP_ACK, 500, 108, "ok"), 3, 0);
	cr_assert_str_eq(g.text, "one two ");
	cr_assert_eq(bursts_stats(b).session.opened, 1);
}

Test(burst, tells_what_else_comes_from_the_client)
{
	struct given g = {0};
	AUTO(bursts_free) struct bursts *b = bursts_new(&burst_limits, remember, &g);
	struct packet later = tcp(true, TCP_ACK, 108, 500, "x"), other = later;
	struct access access = {0};

	begin_burst(b);
	cr_assert(bursts_add(b, &later, &access, 0).established);
	other.sport++;
	cr_assert_not(bursts_add(b, &other, &access, 0).established);
}

/* ---- fragments ---- */

enum { UDP_LEN = 40 };

struct wire {
	uint8_t data[128];
	size_t len;
};

/* A part of a UDP datagram from port 1 to port 2 whose 32 bytes count up, as a fragment. */
static struct wire piece4(uint16_t id, size_t from, size_t to)
{
	struct wire w = {.len = 20 + to - from};
	const uint8_t head[20] = {0x45, 0, 0, (uint8_t)w.len, (uint8_t)(id >> 8), (uint8_t)id, to < UDP_LEN ? 0x20 : 0, (uint8_t)(from / 8), 64,
		PROTOCOL_UDP, 0, 0, 203, 0, 113, 5, 198, 51, 100, 1};
	uint8_t udp[UDP_LEN] = {0, 1, 0, 2, 0, UDP_LEN};

	for (uint8_t i = 0; i < UDP_LEN - 8; i++)
		udp[8 + i] = i;
	memcpy(w.data, head, sizeof(head));
	memcpy(w.data + sizeof(head), udp + from, to - from);
	return w;
}

static struct wire piece6(size_t from, size_t to)
{
	struct wire v4 = piece4(0, from, to), w = {.len = 40 + 8 + to - from};

	w.data[0] = 0x60;
	w.data[5] = (uint8_t)(w.len - 40);
	w.data[6] = 44;
	w.data[7] = 64;
	w.data[23] = 1;
	w.data[39] = 2;
	w.data[40] = PROTOCOL_UDP;
	w.data[43] = (uint8_t)(from | (to < UDP_LEN));
	memcpy(w.data + 48, v4.data + 20, to - from);
	return w;
}

static bool add_wire(struct defrag *d, const struct wire *w, int64_t ts_ns, struct packet *ret)
{
	struct frame frame = {.ts_ns = ts_ns, .data = w->data, .cap_len = (uint32_t)w->len, .wire_len = (uint32_t)w->len, .link_type = LINK_RAW};
	struct packet p;

	decode_frame(&frame, false, &p);
	return defrag_add(d, &p, ret);
}

static void expect_datagram(const struct packet *p)
{
	cr_assert(p->is_ip && p->fragment == FRAGMENT_NONE && p->protocol == PROTOCOL_UDP);
	cr_assert(p->sport == 1 && p->dport == 2 && p->payload_len == UDP_LEN - 8);
	for (uint8_t i = 0; i < UDP_LEN - 8; i++)
		cr_assert_eq(p->payload[i], i);
	cr_assert_eq(p->odds & (ODD_BIT(ip_checksum) | ODD_BIT(udp_length)), 0);
}

Test(defrag, fragments_in_any_order_give_the_packet)
{
	AUTO(defrag_free) struct defrag *d = defrag_new(8);
	struct packet whole;
	struct wire a = piece4(7, 0, 16), b = piece4(7, 16, 32), c = piece4(7, 32, UDP_LEN), other = piece4(8, 16, 32);

	cr_assert_not(add_wire(d, &c, 0, &whole));
	cr_assert_not(add_wire(d, &other, 0, &whole));
	cr_assert_not(add_wire(d, &a, 0, &whole));
	cr_assert_not(add_wire(d, &a, 0, &whole));
	cr_assert(add_wire(d, &b, 0, &whole));
	expect_datagram(&whole);
	cr_assert_not(add_wire(d, &b, 0, &whole), "the next one begins anew");
}

Test(defrag, of_ipv6_too)
{
	AUTO(defrag_free) struct defrag *d = defrag_new(8);
	struct packet whole;
	struct wire a = piece6(0, 16), b = piece6(16, UDP_LEN);

	cr_assert_not(add_wire(d, &b, 0, &whole));
	cr_assert(add_wire(d, &a, 0, &whole));
	expect_datagram(&whole);
}

Test(defrag, gives_up_after_thirty_seconds_or_for_want_of_room)
{
	AUTO(defrag_free) struct defrag *d = defrag_new(8);
	struct packet whole;
	struct wire a = piece4(7, 0, 16), b = piece4(7, 16, UDP_LEN);

	cr_assert_not(add_wire(d, &a, 0, &whole));
	cr_assert(add_wire(d, &b, INT64_C(30) * SECOND, &whole));
	cr_assert_not(add_wire(d, &a, 0, &whole));
	cr_assert_not(add_wire(d, &b, INT64_C(30) * SECOND + 1, &whole));
	cr_assert_eq(defrag_refused(d), 0);
	for (uint16_t id = 100; id < 109; id++) {
		struct wire first = piece4(id, 0, 16);
		cr_assert_not(add_wire(d, &first, INT64_C(60) * SECOND, &whole));
	}
	cr_assert_eq(defrag_refused(d), 2, "one of the nine and what was there made room");
}

Test(session, fragments_are_of_no_conversation)
{
	AUTO(session_free) struct session *s = session_new(&roomy, NULL, NULL);
	struct packet p = tcp(true, TCP_SYN, 1, 0, "");

	p.fragment = FRAGMENT_FIRST;
	cr_assert_null(add(s, p).conversation);
}

Test(session, one_direction_alone_counts_only_when_asked_for)
{
	struct session_limits limits = roomy;
	AUTO(session_free) struct session *strict = session_new(&limits, NULL, NULL);
	limits.at_once = true;
	AUTO(session_free) struct session *lax = session_new(&limits, NULL, NULL);

	add(strict, tcp(true, TCP_SYN, 99, 0, ""));
	cr_assert_not(add(strict, tcp(true, TCP_ACK, 100, 500, "GET")).kept);
	add(lax, tcp(true, TCP_SYN, 99, 0, ""));
	struct session_step step = add(lax, tcp(true, TCP_ACK, 100, 500, "GET"));
	cr_assert(step.kept && !step.conversation->handshake);
	expect_bytes(stream_acked(&step.conversation->stream[SESSION_CLIENT]), "GET");
}
