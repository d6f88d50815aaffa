#include <criterion/criterion.h>

#include "frame_build.h"
#include "respond/cookie.h"
#include "respond/respond.h"
#include "respond_check.h"

static const int64_t now_ns = INT64_C(1700000000000000000);
static const int64_t slot_ns = INT64_C(1) << COOKIE_SLOT_BITS;

static const struct prefix served[] = {
	{{{[10] = 0xff, 0xff, 198, 51, 100}}, 120},
	{{{0x24, 0x00}}, 64},
};

static struct respond_options plain_options(void)
{
	return (struct respond_options){.addresses = served,
		.address_count = 2,
		.key = "0123456789abcde",
		.rates = {{1000, 1000}, {1000, 1000}, {1000, 1000}}};
}

/* A trigger, what became of it, and the answer. */
struct asked {
	struct respond_options options;
	struct bytes bytes;
	struct frame frame;
	struct packet packet;
	enum respond_outcome outcome;
	uint8_t answer[RESPOND_ANSWER_MAX];
	size_t len;
	struct packet said;
};

static void decode_answer(struct asked *a)
{
	const struct frame frame = {.data = a->answer,
		.cap_len = (uint32_t)a->len,
		.wire_len = (uint32_t)a->len,
		.link_type = LINK_ETHERNET};

	check_answer(&a->options, &a->frame, &a->packet, a->answer, a->len);
	decode_frame(&frame, false, &a->said);
}

/* Asks a responder about what stands in a->bytes. */
static void ask(struct asked *a, struct respond *r, int64_t at_ns)
{
	decode_frame(&a->frame, false, &a->packet);
	a->outcome = respond_to(r, &a->frame, &a->packet, at_ns, a->answer, &a->len);
	cr_assert_eq(
		a->len > 0, respond_is_answer(a->outcome), "%s", respond_outcome_name(a->outcome));
	if (a->len > 0)
		decode_answer(a);
}

static void build(struct asked *a, const struct packet *x, unsigned tags)
{
	const struct how how = {.link_type = LINK_ETHERNET, .tags = tags};

	build_frame(&a->bytes, x, &how);
	a->frame = frame_of(&a->bytes, LINK_ETHERNET);
	decode_frame(&a->frame, false, &a->packet);
	checksums_fix(&a->frame, &a->packet);
}

static struct asked *asked_with(
	const struct respond_options *o, const struct packet *x, unsigned tags, int64_t at_ns)
{
	static struct asked a;
	AUTO(respond_free) struct respond *r = respond_new(o);

	a.options = *o;
	build(&a, x, tags);
	ask(&a, r, at_ns);
	return &a;
}

static struct asked *asked(const struct packet *x)
{
	const struct respond_options o = plain_options();

	return asked_with(&o, x, 0, now_ns);
}

#define OUTCOME_IS(a, name)                                                                        \
	cr_assert_eq((a)->outcome, RESPOND_##name, "%s", respond_outcome_name((a)->outcome))

/* The segment that follows a SYN answered at `then`: so many bytes after it. */
static struct packet later(
	struct packet syn, int64_t then, uint32_t sent, const char *payload, uint8_t flags)
{
	const struct respond_options o = plain_options();
	struct packet x = syn;

	x.tcp_ack = cookie_make(o.key, &syn, then) + 1;
	x.tcp_seq = syn.tcp_seq + 1 + sent;
	x.tcp_flags = flags;
	x.tcp_header_len = 20;
	x.tcp_options_len = 0;
	x.payload = (const uint8_t *)payload;
	x.payload_len = (uint32_t)strlen(payload);
	return x;
}

/* --- the cookie --- */

Test(respond, siphash_gives_the_published_values)
{
	uint8_t key[16], data[15];

	for (uint8_t i = 0; i < 16; i++)
		key[i] = i;
	for (uint8_t i = 0; i < 15; i++)
		data[i] = i;
	cr_assert_eq(siphash(key, data, 15), UINT64_C(0xa129ca6149be45e5));
	cr_assert_eq(siphash(key, data, 0), UINT64_C(0x726fdb47dd0e0e31));
	cr_assert_eq(siphash(key, data, 8), UINT64_C(0x93f5f5799a932462));
}

Test(respond, a_cookie_is_good_in_its_slot_and_the_next_and_not_after)
{
	const struct respond_options o = plain_options();
	const int64_t begin = now_ns / slot_ns * slot_ns;
	struct packet x = later(plain_syn(), begin, 0, "GET", TCP_ACK | TCP_PSH);

	OUTCOME_IS(asked_with(&o, &x, 0, begin), sent_reset);
	OUTCOME_IS(asked_with(&o, &x, 0, begin + 2 * slot_ns - 1), sent_reset);
	OUTCOME_IS(asked_with(&o, &x, 0, begin + 2 * slot_ns), bad_cookie);
	OUTCOME_IS(asked_with(&o, &x, 0, begin - 1), bad_cookie);
}

Test(respond, a_cookie_is_good_for_its_four_numbers_only)
{
	struct packet good = later(plain_syn(), now_ns, 0, "GET", TCP_ACK | TCP_PSH), x;

	OUTCOME_IS(asked(&good), sent_reset);
	x = good, x.sport++;
	OUTCOME_IS(asked(&x), bad_cookie);
	x = good, x.dport++;
	OUTCOME_IS(asked(&x), bad_cookie);
	x = good, x.src.b[15]++;
	OUTCOME_IS(asked(&x), bad_cookie);
	x = good, x.dst.b[15]++;
	OUTCOME_IS(asked(&x), bad_cookie);
	x = good, x.tcp_ack++;
	OUTCOME_IS(asked(&x), bad_cookie);
}

/* --- what is answered --- */

Test(respond, a_syn_gets_a_syn_ack_that_acknowledges_it_alone)
{
	struct packet x = plain_syn();

	x.tcp_seq = UINT32_MAX;
	x.payload = (const uint8_t *)"early";
	x.payload_len = 5;
	struct asked *a = asked(&x);
	OUTCOME_IS(a, sent_syn_ack);
	cr_assert_eq(a->said.tcp_flags, TCP_SYN | TCP_ACK);
	cr_assert_eq(a->said.tcp_ack, 0);
	cr_assert_eq(a->said.tcp_window, RESPOND_WINDOW);
	cr_assert_eq(a->said.tcp_options_len, 0);
	cr_assert_eq(a->len, 54);
}

Test(respond, the_answer_has_an_mss_when_the_syn_had_room_for_one)
{
	static const uint8_t options[] = {2, 4, 5, 0xb4};
	struct packet x = plain_syn();

	x.tcp_options = options;
	x.tcp_options_len = 4;
	x.tcp_header_len = 24;
	struct asked *a = asked(&x);
	cr_assert_eq(a->said.tcp_mss, 1460);
	cr_assert_eq(a->len, a->frame.cap_len);
	x = as_ip6(x);
	a = asked(&x);
	OUTCOME_IS(a, sent_syn_ack);
	cr_assert_eq(a->said.tcp_mss, 1440);
	cr_assert_eq(a->len, a->frame.cap_len);
}

Test(respond, vlan_tags_are_kept)
{
	const struct respond_options o = plain_options();
	struct packet four = plain_syn(), six = as_ip6(plain_syn());

	for (unsigned tags = 0; tags <= 2; tags++) {
		OUTCOME_IS(asked_with(&o, &four, tags, now_ns),
			sent_syn_ack); /* check_answer() compares them */
		OUTCOME_IS(asked_with(&o, &six, tags, now_ns), sent_syn_ack);
	}
	OUTCOME_IS(asked_with(&o, &four, 3, now_ns), damaged);
}

Test(respond, data_is_acknowledged_until_a_push_or_an_end_says_that_it_is_whole)
{
	struct packet x = later(plain_syn(), now_ns, 0, "GET", TCP_ACK);
	struct asked *a = asked(&x);

	OUTCOME_IS(a, sent_ack);
	cr_assert_eq(a->said.tcp_ack, x.tcp_seq + 3);
	cr_assert_eq(a->said.tcp_seq, x.tcp_ack);
	cr_assert_eq(a->said.tcp_flags, TCP_ACK);
	cr_assert_eq(a->said.tcp_window, RESPOND_WINDOW);
	x = later(plain_syn(), now_ns, 3, " / HTTP/1.0", TCP_ACK | TCP_PSH);
	a = asked(&x);
	OUTCOME_IS(a, sent_reset);
	cr_assert_eq(a->said.tcp_flags, TCP_RST | TCP_ACK);
	cr_assert_eq(a->said.tcp_ack, x.tcp_seq + 11);
	x = later(plain_syn(), now_ns, 0, "", TCP_ACK | TCP_FIN);
	a = asked(&x);
	OUTCOME_IS(a, sent_reset);
	cr_assert_eq(a->said.tcp_ack, x.tcp_seq + 1);
	x = as_ip6(later(as_ip6(plain_syn()), now_ns, 0, "GET", TCP_ACK | TCP_PSH));
	OUTCOME_IS(asked(&x), sent_reset);
}

Test(respond, an_acknowledgement_alone_is_a_handshake_and_silence)
{
	struct packet x = later(plain_syn(), now_ns, 0, "", TCP_ACK);

	OUTCOME_IS(asked(&x), handshake);
	x = later(plain_syn(), now_ns, 0, "", TCP_ACK | TCP_PSH);
	OUTCOME_IS(asked(&x), handshake);
}

Test(respond, without_a_push_it_is_whole_between_8_and_12_kib)
{
	for (uint32_t isn = 0; isn < 3 * 4096; isn += 341) {
		struct packet syn = plain_syn();

		syn.tcp_seq = isn - 4096;
		for (uint32_t sent = 1; sent < 24576; sent += 1000) {
			struct packet x = later(syn, now_ns, sent - 1, "x", TCP_ACK);
			const struct asked *a = asked(&x);

			if (sent < 8192)
				OUTCOME_IS(a, sent_ack);
			if (sent >= 12288)
				OUTCOME_IS(a, sent_reset);
		}
	}
}

/* --- what is not --- */

Test(respond, nothing_is_said_to_resets_syn_acks_and_what_no_stack_sends)
{
	static const struct {
		uint8_t flags;
		enum respond_outcome outcome;
	} cases[] = {
		{TCP_RST, RESPOND_reset},
		{TCP_RST | TCP_ACK, RESPOND_reset},
		{TCP_RST | TCP_SYN, RESPOND_reset},
		{TCP_SYN | TCP_ACK, RESPOND_syn_ack},
		{TCP_SYN | TCP_FIN, RESPOND_damaged},
		{0, RESPOND_no_ack},
		{TCP_FIN, RESPOND_no_ack},
		{TCP_FIN | TCP_PSH | TCP_URG, RESPOND_no_ack},
		{TCP_SYN | TCP_ECE | TCP_CWR, RESPOND_sent_syn_ack},
		{TCP_SYN | TCP_PSH | TCP_URG, RESPOND_sent_syn_ack},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct packet x = plain_syn();

		x.tcp_flags = cases[i].flags;
		cr_expect_eq(asked(&x)->outcome, cases[i].outcome, "flags %02x", cases[i].flags);
	}
}

Test(respond, only_addresses_of_ours_answer)
{
	struct packet x = plain_syn();

	x.dst = addr_from_v4(0xc63364ff);
	OUTCOME_IS(asked(&x), sent_syn_ack);
	x.dst = addr_from_v4(0xc6336500);
	OUTCOME_IS(asked(&x), not_ours);
	x.dst = addr_from_v4(0xc63363ff);
	OUTCOME_IS(asked(&x), not_ours);
}

Test(respond, nobody_is_answered_who_cannot_have_asked)
{
	static const struct {
		uint32_t src;
		enum respond_outcome outcome;
	} cases[] = {
		{0x09ffffff, RESPOND_sent_syn_ack},
		{0x0a000000, RESPOND_bogon},
		{0x0affffff, RESPOND_bogon},
		{0x0b000000, RESPOND_sent_syn_ack},
		{0x7f000001, RESPOND_bogon},
		{0xc0a80101, RESPOND_bogon},
		{0xdfffffff, RESPOND_sent_syn_ack},
		{0xe0000000, RESPOND_bogon},
		{0xffffffff, RESPOND_bogon},
		{0x00000000, RESPOND_bogon},
		{0x01000000, RESPOND_sent_syn_ack},
		{0xc6336407, RESPOND_own},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct packet x = plain_syn();

		x.src = addr_from_v4(cases[i].src);
		cr_expect_eq(asked(&x)->outcome, cases[i].outcome, "source %08x", cases[i].src);
	}
	struct packet x = as_ip6(plain_syn());
	x.src = (struct addr){{0xfe, 0x80, [15] = 1}};
	OUTCOME_IS(asked(&x), bogon);
	x.src = (struct addr){{0x1f, 0xff, [15] = 1}};
	OUTCOME_IS(asked(&x), bogon);
	x.src = (struct addr){{0x40, 0x00, [15] = 1}};
	OUTCOME_IS(asked(&x), bogon);
	x.src = (struct addr){{0x3f, 0xfe, [15] = 1}};
	OUTCOME_IS(asked(&x), sent_syn_ack);
	x.src = (struct addr){{0x24, 0x00, [15] = 9}};
	OUTCOME_IS(asked(&x), own);
}

Test(respond, multicast_and_broadcast_are_not_answered)
{
	const struct respond_options o = plain_options();
	AUTO(respond_free) struct respond *r = respond_new(&o);
	struct asked a = {.options = o};
	struct packet x = plain_syn();

	build(&a, &x, 0);
	ask(&a, r, now_ns);
	OUTCOME_IS(&a, sent_syn_ack);
	a.bytes.b[0] |= 1;
	ask(&a, r, now_ns);
	OUTCOME_IS(&a, group);
	a.bytes.b[0] &= 0xfe;
	a.bytes.b[6] |= 1;
	ask(&a, r, now_ns);
	OUTCOME_IS(&a, group);

	static const struct prefix all[] = {{{{[10] = 0xff, 0xff, 224}}, 100}};
	struct respond_options wrong = o;
	wrong.addresses = all;
	wrong.address_count = 1;
	x.dst = addr_from_v4(0xe0000001);
	OUTCOME_IS(asked_with(&wrong, &x, 0, now_ns), group);
}

Test(respond, a_wrong_checksum_is_not_answered_unless_it_was_never_filled_in)
{
	const struct respond_options o = plain_options();
	AUTO(respond_free) struct respond *r = respond_new(&o);
	struct asked a = {.options = o};
	struct packet x = plain_syn();

	build(&a, &x, 0);
	a.bytes.b[14 + 20 + 16] ^= 1;
	ask(&a, r, now_ns);
	OUTCOME_IS(&a, checksum);
	a.frame.checksum_open = true;
	ask(&a, r, now_ns);
	OUTCOME_IS(&a, sent_syn_ack);
	a.bytes.b[14 + 10] ^= 1; /* IP's own is always filled in */
	ask(&a, r, now_ns);
	OUTCOME_IS(&a, checksum);
}

Test(respond, fragments_and_other_protocols_are_not_answered)
{
	const struct respond_options o = plain_options();
	AUTO(respond_free) struct respond *r = respond_new(&o);
	struct asked a = {.options = o};
	struct packet x = plain_syn(), udp = plain_udp("x", 1);

	build(&a, &x, 0);
	a.bytes.b[14 + 6] = 0x20;
	checksums_fix(&a.frame, &a.packet);
	ask(&a, r, now_ns);
	OUTCOME_IS(&a, fragment);
	OUTCOME_IS(asked(&udp), not_answered);
	x.protocol = PROTOCOL_SCTP;
	OUTCOME_IS(asked(&x), not_answered);
	x = plain_syn();
	x.dport = 0;
	OUTCOME_IS(asked(&x), damaged);
}

Test(respond, every_shorter_form_of_a_frame_is_silence)
{
	const struct respond_options o = plain_options();
	AUTO(respond_free) struct respond *r = respond_new(&o);
	struct packet triggers[] = {plain_syn(),
		later(plain_syn(), now_ns, 0, "GET /", TCP_ACK | TCP_PSH), as_ip6(plain_syn())};

	for (size_t i = 0; i < ARRAY_SIZE(triggers); i++) {
		struct asked a = {.options = o};

		build(&a, &triggers[i], 1);
		for (uint32_t len = 0; len <= a.bytes.len; len++) {
			AUTO(free) uint8_t *exact = malloc(len ? len : 1);

			memcpy(exact, a.bytes.b, len);
			a.frame.data = exact;
			a.frame.cap_len = a.frame.wire_len = len;
			ask(&a, r, now_ns);
			cr_assert_eq(a.len > 0, len == a.bytes.len);
		}
	}
}

Test(respond, what_the_machine_itself_serves_is_left_to_it)
{
	static const struct respond_exception exceptions[] = {
		{.port = 22}, {.from = {{{[10] = 0xff, 0xff, 8, 8, 8, 0}}, 120}, .from_port = 443}};
	struct respond_options o = plain_options();
	struct packet x = plain_syn();

	o.exceptions = exceptions;
	o.exception_count = 2;
	OUTCOME_IS(asked_with(&o, &x, 0, now_ns), sent_syn_ack);
	x.dport = 22;
	OUTCOME_IS(asked_with(&o, &x, 0, now_ns), excepted);
	x.dport = 23;
	x.sport = 443;
	OUTCOME_IS(asked_with(&o, &x, 0, now_ns), excepted);
	x.src = addr_from_v4(0x08080908);
	OUTCOME_IS(asked_with(&o, &x, 0, now_ns), sent_syn_ack);
}

Test(respond, pings_are_answered_when_asked_for)
{
	struct respond_options o = plain_options();
	struct packet x = plain_syn();

	x.protocol = PROTOCOL_ICMP;
	x.icmp_type = 8;
	x.icmp_id = 7;
	x.icmp_seq = 1;
	x.payload = (const uint8_t *)"ping!";
	x.payload_len = 5;
	OUTCOME_IS(asked(&x), not_answered);
	o.echo = true;
	const struct asked *a = asked_with(&o, &x, 0, now_ns);
	OUTCOME_IS(a, sent_echo);
	cr_assert_eq(a->said.icmp_type, 0);
	cr_assert_eq(a->said.icmp_id, 7);
	cr_assert_eq(a->said.payload_len, 5);
	cr_assert_eq(a->len, a->frame.cap_len);
	x.icmp_type = 13; /* timestamp */
	OUTCOME_IS(asked_with(&o, &x, 0, now_ns), not_answered);
	x = as_ip6(x);
	x.protocol = PROTOCOL_ICMPV6;
	x.icmp_type = 128;
	a = asked_with(&o, &x, 0, now_ns);
	OUTCOME_IS(a, sent_echo);
	cr_assert_eq(a->said.icmp_type, 129);
}

Test(respond, a_ping_is_answered_up_to_the_longest_frame)
{
	static const uint8_t zeros[RESPOND_ANSWER_MAX];
	struct respond_options o = plain_options();
	struct packet x = plain_syn();

	o.echo = true;
	x.protocol = PROTOCOL_ICMP;
	x.icmp_type = 8;
	x.payload = zeros;
	x.payload_len = RESPOND_ANSWER_MAX - 14 - 20 - 8;
	OUTCOME_IS(asked_with(&o, &x, 0, now_ns), sent_echo);
	x.payload_len++;
	OUTCOME_IS(asked_with(&o, &x, 0, now_ns), damaged);
}

/* --- half --- */

/* Of 4,096 pairs: bit i says that pair i is answered. */
static size_t answered(bool half, int64_t at_ns, uint8_t ret[4096])
{
	struct respond_options o = plain_options();
	struct asked a = {.options = o};
	size_t count = 0;

	o.half = half;
	for (size_t i = 0; i < LIMIT_LEVELS; i++)
		o.rates[i] = (struct limit_rate){5000, 5000};
	AUTO(respond_free) struct respond *r = respond_new(&o);
	for (unsigned i = 0; i < 4096; i++) {
		struct packet x = plain_syn();

		x.dst.b[15] = (uint8_t)(i >> 4);
		x.dport = (uint16_t)(80 + i % 16);
		build(&a, &x, 0);
		ask(&a, r, at_ns);
		ret[i] = a.outcome == RESPOND_sent_syn_ack;
		count += ret[i];
	}
	return count;
}

Test(respond, half_answers_half_of_the_pairs_another_half_each_day)
{
	const int64_t day_ns = INT64_C(86400000000000), midnight = now_ns / day_ns * day_ns;
	uint8_t first[4096], same[4096], next[4096];
	size_t changed = 0;

	cr_assert_eq(answered(false, midnight, first), 4096);
	size_t count = answered(true, midnight, first);
	cr_assert(count > 1900 && count < 2200, "%zu", count);
	answered(true, midnight + day_ns - 1, same);
	cr_assert_arr_eq(first, same, sizeof(first));
	answered(true, midnight + day_ns, next);
	for (size_t i = 0; i < 4096; i++)
		changed += first[i] != next[i];
	cr_assert(changed > 1900 && changed < 2200, "%zu", changed);
}

/* --- limits --- */

static enum limit_level take_many(struct limit *l, uint32_t source, int64_t at_ns, size_t times)
{
	const struct addr a = addr_from_v4(source);
	enum limit_level level = LIMIT_LEVELS;

	for (size_t i = 0; i < times; i++)
		level = limit_take(l, &a, at_ns);
	return level;
}

static struct limit *limit_of(uint32_t source, uint32_t network, uint32_t total)
{
	static struct limit l;
	const struct limit_rate rates[LIMIT_LEVELS] = {{10, source}, {10, network}, {10, total}};

	limit_init(&l, rates,
		(struct hash_key){UINT64_C(0x9e3779b97f4a7c15), UINT64_C(0xd1b54a32d192ed03)});
	return &l;
}

Test(respond, each_source_network_and_all_have_their_share_and_not_one_more)
{
	struct limit *l = limit_of(3, 5, 8);

	cr_assert_eq(take_many(l, 0x08080801, now_ns, 3), LIMIT_LEVELS);
	cr_assert_eq(take_many(l, 0x08080801, now_ns, 100), LIMIT_SOURCE);
	cr_assert_eq(take_many(l, 0x08080802, now_ns, 2), LIMIT_LEVELS);
	cr_assert_eq(take_many(l, 0x08080803, now_ns, 100), LIMIT_NETWORK);
	cr_assert_eq(take_many(l, 0x08080901, now_ns, 3), LIMIT_LEVELS);
	cr_assert_eq(take_many(l, 0x08080a01, now_ns, 100), LIMIT_TOTAL);
}

Test(respond, tokens_come_back_with_time_and_not_when_it_goes_back)
{
	const int64_t ms = 1000000;
	struct limit *l = limit_of(3, 1000, 1000);

	cr_assert_eq(take_many(l, 0x08080801, now_ns, 4), LIMIT_SOURCE);
	cr_assert_eq(take_many(l, 0x08080801, now_ns + 99 * ms, 1), LIMIT_SOURCE);
	cr_assert_eq(take_many(l, 0x08080801, now_ns + 100 * ms, 1), LIMIT_LEVELS);
	cr_assert_eq(take_many(l, 0x08080801, now_ns + 100 * ms, 1), LIMIT_SOURCE);
	cr_assert_eq(take_many(l, 0x08080801, now_ns - 3600000 * ms, 1), LIMIT_SOURCE);
	cr_assert_eq(take_many(l, 0x08080801, now_ns - 3600000 * ms + 100 * ms, 1), LIMIT_LEVELS);
	cr_assert_eq(take_many(l, 0x08080801, now_ns + 3600000 * ms, 3), LIMIT_LEVELS);
	cr_assert_eq(take_many(l, 0x08080801, now_ns + 3600000 * ms, 1), LIMIT_SOURCE);
}

Test(respond, a_flood_of_spoofed_sources_gets_what_is_left_in_all_and_each_refusal_is_counted)
{
	struct respond_options o = plain_options();
	struct asked a = {.options = o};

	o.rates[LIMIT_TOTAL] = (struct limit_rate){100, 50};
	AUTO(respond_free) struct respond *r = respond_new(&o);
	for (uint32_t i = 0; i < 5000; i++) {
		struct packet x = plain_syn();

		x.src = addr_from_v4(0x08000000 + i * 257);
		build(&a, &x, 0);
		ask(&a, r, now_ns);
	}
	cr_assert_eq(respond_counts(r)[RESPOND_sent_syn_ack], 50);
	cr_assert_eq(respond_counts(r)[RESPOND_limit_total], 4950);
}
