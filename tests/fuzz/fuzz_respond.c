/* respond_to() over any frame. The first byte chooses: whether checksums are made right, and
 * whether an acknowledgement gets the cookie that this key gives: a fuzzer finds neither by itself,
 * and all that is behind them would stay unreached. */
#include "../respond_check.h"
#include "respond/cookie.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	FIX = 1,
	COOKIE = 2,
	OPEN = 4,
	HALF = 8,
	ECHO = 16,
	OTHER_LINK = 32,
	OLD = 64,
	FRAME_MAX = 4096,
	TOKENS = 1000000
};

static const int64_t now_ns = INT64_C(1700000000000000000);

static const struct prefix served[] = {
	{{{[10] = 0xff, 0xff, 198, 51, 100, 0}}, 120}, {{{0x24, 0x00, 0x00, 0x01}}, 64},
	{{{[10] = 0xff, 0xff, 255, 255, 255, 255}}, 128}, /* a setting that no answer may follow */
};

/* The transport header of a whole TCP packet, to be changed. */
static void put_cookie(const struct respond_options *o, struct frame *f, struct packet *p, bool old)
{
	const size_t head = p->is_ip && p->version == 4 ? (p->ip[0] & 15u) * 4 : 40;
	struct packet syn = *p;

	if (!p->is_ip || p->protocol != PROTOCOL_TCP || p->ip_captured < head + 20 ||
		!(p->tcp_flags & TCP_ACK))
		return;
	syn.tcp_seq = p->tcp_seq - 1 - (p->tcp_window & 0x3fff); /* some bytes ago */
	uint32_t cookie =
		cookie_make(o->key, &syn, now_ns - (old ? INT64_C(1) << COOKIE_SLOT_BITS : 0));
	store32((uint8_t *)(uintptr_t)p->ip + head + 8, cookie + 1);
	decode_frame(f, false, p);
}

/* One for each way, made anew before its tokens are used up: then nothing depends on the past. */
static struct respond *responder(const struct respond_options *o)
{
	static struct {
		struct respond *r;
		unsigned uses;
	} ways[4];
	const size_t way = o->half * 2u + o->echo;

	if (!ways[way].r || ways[way].uses++ == TOKENS / 4) {
		respond_free(ways[way].r);
		ways[way].r = respond_new(o);
		ways[way].uses = 0;
	}
	assert(ways[way].r);
	return ways[way].r;
}

static void respond_twice(
	const struct respond_options *o, const struct frame *f, const struct packet *p)
{
	struct respond *r = responder(o);
	uint8_t answers[2][RESPOND_ANSWER_MAX] = {{0}};
	size_t lens[2];

	enum respond_outcome outcome = respond_to(r, f, p, now_ns, answers[0], &lens[0]);
	assert(respond_to(r, f, p, now_ns, answers[1], &lens[1]) == outcome);
	assert(lens[0] == lens[1] && memcmp(answers[0], answers[1], sizeof(answers[0])) == 0);
	assert((lens[0] > 0) == respond_is_answer(outcome));
	if (lens[0] > 0)
		check_answer(o, f, p, answers[0], lens[0]);
}

static struct respond_options options_of(uint8_t how)
{
	struct respond_options o = {.addresses = served,
		.address_count = sizeof(served) / sizeof(served[0]),
		.half = how & HALF,
		.echo = how & ECHO};

	for (size_t i = 0; i < LIMIT_LEVELS; i++)
		o.rates[i] = (struct limit_rate){TOKENS, TOKENS};
	return o;
}

/* data is ours to change, and of exactly its size. */
static void run(uint8_t how, uint8_t *data, size_t size)
{
	const struct respond_options o = options_of(how);
	struct frame f = {.data = data,
		.cap_len = (uint32_t)size,
		.wire_len = (uint32_t)size,
		.link_type = how & OTHER_LINK ? LINK_RAW : LINK_ETHERNET,
		.checksum_open = how & OPEN};
	struct packet p;

	decode_frame(&f, false, &p);
	if (how & COOKIE)
		put_cookie(&o, &f, &p, how & OLD);
	if (how & FIX)
		checksums_fix(&f, &p);
	respond_twice(&o, &f, &p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2 || size - 1 > FRAME_MAX)
		return 0;
	uint8_t *copy = malloc(size - 1);
	assert(copy);
	memcpy(copy, data + 1, size - 1);
	run(data[0], copy, size - 1);
	free(copy);
	return 0;
}
