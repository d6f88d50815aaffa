#include "sensor/filter.h"

#include "base/text.h"

#include <linux/if_ether.h>
#include <linux/if_packet.h>

enum {
	V4_BITS = 96,	   /* before the IPv4 part of an address */
	V4_SOURCE = 12,	   /* in the IP headers */
	V4_DESTINATION = 16,
	V6_SOURCE = 8,
	V6_DESTINATION = 24,
	WORDS = 4,
};

static void add(struct filter *f, struct sock_filter one)
{
	if (f->len < BPF_MAXINSNS)
		f->code[f->len] = one;
	f->len++;
}

static uint32_t word_of(const struct prefix *p, size_t word)
{
	const uint8_t *b = p->addr.b + 4 * word;

	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

/* How many of a word's bits the prefix has. */
static unsigned int bits_of(const struct prefix *p, size_t word)
{
	size_t before = 32 * word;

	return p->bits <= before ? 0 : p->bits >= before + 32 ? 32 : (unsigned int)(p->bits - before);
}

/* Words first to last of the destination against the prefix; the first that differs leads to the end. Each takes three
 * instructions (a whole word two), so that jumps stay short. */
static void add_prefix(struct filter *f, const struct prefix *p, size_t first, uint32_t at)
{
	uint8_t rest = 0; /* instructions behind a comparison up to the end */

	for (size_t i = first; i < WORDS && bits_of(p, i) > 0; i++)
		rest = (uint8_t)(rest + (bits_of(p, i) < 32 ? 3 : 2));
	for (size_t i = first; i < WORDS && bits_of(p, i) > 0; i++) {
		unsigned int bits = bits_of(p, i);

		add(f, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			       (uint32_t)SKF_NET_OFF + at + 4 * (uint32_t)(i - first)));
		if (bits < 32)
			add(f, (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K,
				       UINT32_MAX << (32 - bits)));
		rest = (uint8_t)(rest - (bits < 32 ? 3 : 2));
		add(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, word_of(p, i), 0,
			       (uint8_t)(rest + 1)));
	}
	add(f, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, UINT32_MAX));
}

static void add_version(struct filter *f, const struct prefix *addresses, size_t count, bool v4, uint32_t at)
{
	for (size_t i = 0; i < count; i++)
		if ((addresses[i].bits >= V4_BITS && addr_is_v4(&addresses[i].addr)) == v4)
			add_prefix(f, &addresses[i], v4 ? WORDS - 1 : 0, at);
	add(f, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, 0));
}

/* A jump over a part that may be longer than a comparison jumps: its place, for end_skip() behind that part. */
static size_t begin_skip(struct filter *f)
{
	add(f, (struct sock_filter)BPF_STMT(BPF_JMP | BPF_JA, 0));
	return f->len - 1;
}

static void end_skip(struct filter *f, size_t skip)
{
	if (skip < BPF_MAXINSNS)
		f->code[skip].k = (uint32_t)(f->len - skip - 1);
}

/* Addresses at these places of the IP headers; ends with an answer in any case. */
static void add_places(struct filter *f, const struct prefix *addresses, size_t count, uint32_t v4_at, uint32_t v6_at)
{
	add(f, (struct sock_filter)BPF_STMT(
		       BPF_LD | BPF_W | BPF_ABS, (uint32_t)(SKF_AD_OFF + SKF_AD_PROTOCOL)));
	add(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_IP, 1, 0));
	size_t skip = begin_skip(f);
	add_version(f, addresses, count, true, v4_at);
	end_skip(f, skip);
	add(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_IPV6, 1, 0));
	add(f, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, 0));
	add_version(f, addresses, count, false, v6_at);
}

static void add_sent(struct filter *f, const struct prefix *addresses, size_t count)
{
	add(f, (struct sock_filter)BPF_STMT(
		       BPF_LD | BPF_W | BPF_ABS, (uint32_t)(SKF_AD_OFF + SKF_AD_PKTTYPE)));
	add(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PACKET_OUTGOING, 1, 0));
	size_t skip = begin_skip(f);
	add_places(f, addresses, count, V4_SOURCE, V6_SOURCE);
	end_skip(f, skip);
}

int filter_make(const struct prefix *addresses, size_t count, bool sent_too, struct filter *ret, struct err *e)
{
	ret->len = 0;
	if (sent_too)
		add_sent(ret, addresses, count);
	add_places(ret, addresses, count, V4_DESTINATION, V6_DESTINATION);
	if (ret->len > BPF_MAXINSNS)
		return err_set(e, E2BIG,
			TR("addresses: too many prefixes for one filter: join neighbours",
				"addresses: "
				"プレフィックスが多すぎます。隣り合うものをまとめてください"));
	return 0;
}
