#include "observe/tools.h"

#include <assert.h>
#include <string.h>

enum {
	TTL_UNIX = 64,
	TTL_WINDOWS = 128,
	DAY_S = 86400,
};

/* Option layouts of SYNs. */
static const uint64_t layout_mss = SYN_LAYOUT(2, 0, 0, 0, 0, 0, 0, 0);
static const uint64_t layout_windows = SYN_LAYOUT(2, 1, 3, 1, 1, 4, 0, 0);
static const uint64_t layout_linux = SYN_LAYOUT(2, 4, 8, 1, 3, 0, 0, 0);
static const uint64_t layout_nmap_ecn = SYN_LAYOUT(3, 1, 2, 4, 1, 1, 0, 0);
static const uint64_t layout_bsd = SYN_LAYOUT(2, 1, 3, 1, 1, 8, 4, 0);

/* --- SYNs ------------------------------------------------------------------------------------ */

/* Which tool sends the next SYN is anybody's guess, least of all the processor's: what most SYNs reach has no branches. */

/* Mirai and its many descendants: the sequence number is the address that is scanned (scanner.c: tcph->seq =
 * iph->daddr); any port, and nothing else is looked at, so that broken headers show it too. 32 bits: stands alone. */
static inline bool is_mirai(const struct packet *p, const struct syn *s)
{
	return p->tcp_seq == addr_v4(&p->dst);
}

/* masscan: ip.id is destination, port and sequence number folded (templ-pkt.c); with window 1024 and no options, since
 * November 2023 with window 1025 and MSS 1460. Both fold the same way, and a template of the user's changes all but
 * that. 16 bits: a candidate. */
static inline bool is_masscan(const struct packet *p, const struct syn *s)
{
	return p->ip_id == (uint16_t)(addr_v4(&p->dst) ^ p->dport ^ p->tcp_seq);
}

/* ZMap before 4.1: ip.id 54321 and window 65535 (packet.c). 16 bits and a usual window: a candidate. */
static inline bool is_zmap(const struct packet *p, const struct syn *s)
{
	return (p->ip_id == 54321) & (p->tcp_window == 65535);
}

/* A timestamp that is the time of day in seconds; systems count from their start, in milliseconds. */
static inline bool is_clock(const struct packet *p, const struct syn *s)
{
	int64_t off = (int64_t)s->ts_val - p->ts_ns / 1000000000;

	return s->has_timestamp && s->ts_ecr == 0 && off > -DAY_S && off < DAY_S;
}

/* ZMap since 4.1.1 (packet.c): options as a system's, but start TTL 64, window 65535 and DF never set. p0f.fp: Windows
 * starts at 128 and sets DF, as do Linux, macOS and FreeBSD, of which the profiles that carry a timestamp have it in
 * seconds since 1970. No system sends that together: stands alone. */
static inline bool is_zmap411(const struct packet *p, const struct syn *s)
{
	if (p->version != 4 || p->tcp_window != 65535 || p->dont_fragment || p->ttl > TTL_UNIX || p->tcp_mss != 1460)
		return false;
	return (syn_has_layout(s, layout_windows) && p->tcp_wscale == 8) ||
	       (syn_has_layout(s, layout_linux) && p->tcp_wscale == 7 && is_clock(p, s)) ||
	       (syn_has_layout(s, layout_bsd) && p->tcp_wscale == 6 && is_clock(p, s));
}

/* nmap -sS (p0f.fp "NMap:SYN scan"; scan_engine_raw.cc): one of four windows, MSS 1460 and no other option, start TTL
 * below 64, no acknowledgement number. Constants only: also any tool that copies them. */
static inline bool is_nmap(const struct packet *p, const struct syn *s)
{
	return (p->tcp_window <= 4096) & (p->tcp_window >= 1024) & (p->tcp_window % 1024 == 0) & (p->tcp_mss == 1460) &
	       (p->tcp_ack == 0) & (p->ttl <= TTL_UNIX) & syn_has_layout(s, layout_mss);
}

/* A habit of several tools since 2008 (NPA 2009-08: 2967/TCP); says what it is, no tool. */
static inline bool is_sport_6000(const struct packet *p, const struct syn *s)
{
	return p->sport == 6000;
}

/* The knock on Cisco routers with the implant "SYNful Knock" (FireEye 2015; ZMap's module tcp_cisco_backdoor sends
 * 0xC123D and 0). NPA saw 80/TCP; the port is left open. 32 bits: stands alone. */
static inline bool is_synful_knock(const struct packet *p, const struct syn *s)
{
	return p->tcp_seq - p->tcp_ack == 0xC123D;
}

/* The probe of p0f's own test program (p0f.fp "p0f:sendsyn utility"): start TTL 192, window 1337, MSS 1331. */
static inline bool is_p0f_sendsyn(const struct packet *p, const struct syn *s)
{
	return (p->tcp_window == 1337) & (p->tcp_mss == 1331) & (p->ttl > TTL_WINDOWS) & (p->ttl <= 192);
}

/* The options are in the order of a system that starts at another TTL, or that sets DF (p0f.fp: Windows 128 and DF, Linux
 * and macOS 64 and DF). Somebody makes up these headers, or a middlebox has changed them. */
static inline bool is_contradiction(const struct packet *p, const struct syn *s)
{
	bool windows = syn_has_layout(s, layout_windows), bsd = syn_has_layout(s, layout_bsd);
	bool unix_like = syn_has_layout(s, layout_linux) | (int)bsd;
	bool from_windows = (p->ttl > TTL_UNIX) & (p->ttl <= TTL_WINDOWS), from_unix = p->ttl <= TTL_UNIX;

	return (p->version == 4) & ((windows & !(from_windows & p->dont_fragment)) | (unix_like & !(from_unix & p->dont_fragment)));
}

/* nmap -O (its book, chapter "TCP/IP Fingerprinting Methods"): all TCP probes but one carry the timestamp 0xFFFFFFFF, 0;
 * that one asks for ECN with window 3 and MSS 1460. */
static inline bool is_nmap_os(const struct packet *p, const struct syn *s)
{
	bool by_timestamp = s->has_timestamp & (s->ts_val == UINT32_MAX) & (s->ts_ecr == 0);
	bool by_ecn = (p->tcp_window == 3) & (p->tcp_flags == (TCP_SYN | TCP_ECE | TCP_CWR)) & (p->tcp_mss == 1460) &
		      syn_has_layout(s, layout_nmap_ecn);

	return by_timestamp | by_ecn;
}

/* --- two SYNs -------------------------------------------------------------------------------- */

/* unicornscan and Wolpertinger (tcphash.h): seq = key ^ dst ^ ((dport << 16) + sport) with one key for a run, dst as it
 * lies in memory, so in either byte order: without the key, what two SYNs have different of seq and ports is what their
 * dst have different. The keys of two SYNs of a source agree only then: 32 bits, stands alone. The
 * same sequence number again says nothing (a repeated SYN), and Mirai's makes a constant key by itself. The first SYN of
 * a source has no tag. */
static inline bool is_pair(struct labels *l, const struct packet *p)
{
	uint32_t src = addr_v4(&p->src), dst = addr_v4(&p->dst);
	uint32_t key = p->tcp_seq ^ (((uint32_t)p->dport << 16) + p->sport);
	struct pair_place now = {(uint64_t)src << 32 | p->tcp_seq, (uint64_t)key << 32 | dst};
	struct pair_place *last = &l->pairs[src * 2654435761u >> 24];
	uint64_t who = last->who ^ now.who, what = last->what ^ now.what;
	uint32_t keys = (uint32_t)(what >> 32), dsts = (uint32_t)what;
	bool same = (who - 1 < UINT32_MAX) & ((keys == dsts) | (keys == __builtin_bswap32(dsts)));

	_Static_assert(PAIR_PLACES == 1 << (32 - 24), "as many as the hash has values");
	*last = now;
	return same;
}

/* --- other packets --------------------------------------------------------------------------- */

/* The first ICMP probe of nmap -O. */
static inline bool is_nmap_os_echo(const struct packet *p, const struct syn *s)
{
	return p->icmp_type == 8 && p->icmp_code == 9 && p->icmp_seq == 295 && p->payload_wire_len == 120;
}

/* Nachi (Welchia): an echo request of 64 bytes AA (NPA 2009-08, table 6-1). */
static inline bool is_nachi(const struct packet *p, const struct syn *s)
{
	if (p->icmp_type != 8 || p->payload_wire_len != 64 || p->payload_len < 16)
		return false;
	for (size_t i = 0; i < p->payload_len; i++)
		if (p->payload[i] != 0xaa)
			return false;
	return true;
}

/* An ICMP error quotes what was sent with a sensor's address as its source: to whom, that is the victim of a flood, or
 * the target of a scan (struct quote of decode/decode.h). */
static inline bool quotes_tcp(const struct packet *p, const struct syn *s)
{
	return p->quote.present && p->quote.protocol == PROTOCOL_TCP;
}

static inline bool quotes_udp(const struct packet *p, const struct syn *s)
{
	return p->quote.present && p->quote.protocol == PROTOCOL_UDP;
}

static inline bool quotes_other(const struct packet *p, const struct syn *s)
{
	return p->quote.present && p->quote.protocol != PROTOCOL_TCP && p->quote.protocol != PROTOCOL_UDP;
}

/* The quoted packet was not sent with the address that gets the error: made up, or translated on the way. */
static inline bool quotes_foreign(const struct packet *p, const struct syn *s)
{
	return p->quote.present && !addr_equal(&p->quote.src, &p->dst);
}

/* --- the whole ------------------------------------------------------------------------------- */

enum tool_tag {
#define X(number, tag) TAG_##number,
	TOOL_TAGS(X)
#undef X
		TAG_COUNT
};
_Static_assert(TAG_COUNT <= 32, "a set of them is one number");

/* Their names are the first ones: numbers from 1. */
enum { FIRST_NAME = 1 };

static const char *const names[] = {
#define X(number, tag) tag,
	TOOL_TAGS(X)
#undef X
};

const char *tools_tag_meant(const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < TAG_COUNT; i++)
		if (strncmp(names[i], name, len) == 0 && strcmp(names[i] + len, "-syn") == 0)
			return names[i];
	return name;
}

void tools_name(struct tags *t)
{
	for (uint16_t i = 0; i < TAG_COUNT; i++) {
		uint16_t number = tags_name(t, names[i]);

		assert(number == FIRST_NAME + i);
	}
}

#define X(number, test) | (uint32_t)test(p, s) << TAG_##number
static __attribute__((noinline)) uint32_t option_tools(const struct packet *p, const struct syn *s)
{
	return 0 OPTION_TESTS(X);
}

static inline uint32_t syn_tools(struct labels *l, const struct packet *p, const struct syn *s)
{
	uint32_t shown = 0 SYN_TESTS(X);

	if (s->count | p->tcp_mss)
		shown |= option_tools(p, s);
	if (p->version != 4)
		return shown;
	shown |= 0 SYN4_TESTS(X);
	if (is_pair(l, p) & !(shown & 1u << TAG_MIRAI))
		shown |= 1u << TAG_UNICORNSCAN;
	return shown;
}

/* Only those with options can be probes of nmap's. */
static __attribute__((noinline)) uint32_t tcp_tools(const struct packet *p)
{
	struct syn options, *s = &options;

	if (p->tcp_options_len == 0)
		return 0;
	syn_read(p, s);
	return 0 TCP_TESTS(X);
}

static __attribute__((noinline)) uint32_t icmp_tools(const struct packet *p)
{
	const struct syn *s = NULL;

	return 0 ICMP_TESTS(X);
}
#undef X

static inline uint32_t tools_shown(struct labels *l, const struct packet *p, const struct syn *syn)
{
	if (syn)
		return syn_tools(l, p, syn);
	if (p->protocol == PROTOCOL_TCP)
		return tcp_tools(p);
	return p->protocol == PROTOCOL_ICMP || p->protocol == PROTOCOL_ICMPV6 ? icmp_tools(p) : 0;
}

static __attribute__((noinline, cold)) uint16_t make_set(struct tags *t, uint32_t shown)
{
	uint16_t set = TAGS_NONE;

	for (uint32_t left = shown; left; left &= left - 1)
		set = tags_with(t, set, (uint16_t)(FIRST_NAME + __builtin_ctz(left)));
	return set;
}

/* Looked up whether there is a tag or not: nobody can foretell which packets have one, least of all the processor. */
uint16_t tools_of(struct labels *l, const struct packet *p, const struct syn *syn)
{
	uint32_t shown = tools_shown(l, p, syn);
	struct tool_place *place = &l->tool_sets[shown * 2654435761u >> 26];

	_Static_assert(TOOL_PLACES == 1 << (32 - 26), "as many as the hash has values");
	if (place->shown != shown)
		*place = (struct tool_place){shown, make_set(l->tags, shown)};
	return place->set;
}
