/* Real captures of ../shared/data/captures against the facts that their README states. */
#include <criterion/criterion.h>

#include "base/base.h"
#include "capture/capture.h"
#include "decode/service.h"
#include "decoded.h"
#include "packet_bounds.h"

struct counts {
	/* udp: with a UDP header, so without later fragments */
	size_t frames, ip, ip6, syn, synack, rst, udp, icmp, fragments, mirai, tunnels, quotes;
	uint32_t odds;
};

static void count(struct counts *n, const struct packet *p)
{
	bool tcp = p->protocol == PROTOCOL_TCP && p->fragment != FRAGMENT_LATER;
	bool syn = tcp && (p->tcp_flags & (TCP_SYN | TCP_ACK)) == TCP_SYN;

	n->frames++;
	n->odds |= p->odds;
	if (!p->is_ip)
		return;
	n->ip++;
	n->ip6 += p->version == 6;
	n->syn += syn;
	n->synack += tcp && (p->tcp_flags & (TCP_SYN | TCP_ACK)) == (TCP_SYN | TCP_ACK);
	n->rst += tcp && p->tcp_flags & TCP_RST;
	n->udp += p->protocol == PROTOCOL_UDP && p->fragment != FRAGMENT_LATER;
	n->icmp += p->protocol == PROTOCOL_ICMP || p->protocol == PROTOCOL_ICMPV6;
	n->fragments += p->fragment != FRAGMENT_NONE;
	n->mirai += syn && p->tcp_seq == addr_v4(&p->dst);
	n->tunnels += p->tunnels > 0;
	n->quotes += p->quote.present;
}

static bool counts_of(const char *name, bool look_through, struct counts *n)
{
	static struct frame_batch batch;
	const char *data = getenv("TEITEN_DATA");
	AUTO(capture_close) struct capture *c = NULL;
	struct err e = {0};
	char path[4096];

	*n = (struct counts){0};
	snprintf(path, sizeof(path), "%s/captures/%s", data ? data : ".", name);
	if (access(path, R_OK) < 0) {
		printf("skipped: no %s\n", path);
		return false;
	}
	cr_assert_eq(capture_open(path, 0, &c, &e), 0, "%s", e.text);
	while (capture_read(c, &batch, &e) > 0) {
		for (size_t i = 0; i < batch.count; i++) {
			struct packet p = decoded(&batch.frames[i], look_through);
			packet_check_bounds(&batch.frames[i], &p);
			count(n, &p);
		}
	}
	return true;
}

static const struct {
	const char *name;
	bool look_through;
	struct counts want; /* 0 where the README states nothing is checked too */
} captures[] = {
	{"suricata-verify__mac-eve-packet__test.pcap", false,
		{.frames = 2, .ip = 2, .syn = 2, .mirai = 2, .odds = ODD_BIT(tcp_header)}},
	{"zeek__heartbleed.pcap", false, {.frames = 23, .ip = 23, .syn = 1, .synack = 1}},
	{"zeek__dhcp_flood.pcap", false, {.frames = 500, .ip = 500, .udp = 500}},
	{"zeek__nmap-vsn.pcap", false,
		{.frames = 547,
			.ip = 44,
			.syn = 17,
			.synack = 3,
			.rst = 9,
			.udp = 12,
			.odds = ODD_BIT(ip_martian)}},
	{"zeek__vlan-qinqinq.pcap", false, {.frames = 14, .ip = 14, .syn = 1, .synack = 1}},
	{"zeek__mixed-vlan-mpls.pcap", false,
		{.frames = 47,
			.ip = 47,
			.syn = 3,
			.synack = 2,
			.odds = ODD_BIT(ip_martian) | ODD_BIT(ip_checksum)}},
	{"zeek__vntag.pcap", false, {.frames = 3, .ip = 3}},
	{"PcapPlusPlus__VlanPackets.pcap", false,
		{.frames = 26, .ip = 20, .icmp = 20, .odds = ODD_BIT(ip_martian)}},
	{"PcapPlusPlus__sll.pcap", false,
		{.frames = 518,
			.ip = 511,
			.ip6 = 1,
			.syn = 1,
			.synack = 1,
			.udp = 28,
			.odds = ODD_BIT(ip_martian) | ODD_BIT(land)}},
	{"PcapPlusPlus__sll2.pcap", false, {.frames = 3, .ip = 3}},
	{"PcapPlusPlus__null_loopback.pcap", false,
		{.frames = 3,
			.ip = 3,
			.ip6 = 1,
			.udp = 2,
			.odds = ODD_BIT(ip_martian) | ODD_BIT(land)}},
	{"PcapPlusPlus__raw_ip.pcap", false,
		{.frames = 100,
			.ip = 100,
			.ip6 = 50,
			.syn = 4,
			.synack = 2,
			.udp = 8,
			.odds = ODD_BIT(ip_martian) | ODD_BIT(ip_checksum)}},
	{"PcapPlusPlus__ip4_fragments.pcap", false,
		{.frames = 53, .ip = 53, .udp = 12, .fragments = 50, .odds = ODD_BIT(ip_martian)}},
	{"PcapPlusPlus__ip6_fragments.pcap", false,
		{.frames = 36,
			.ip = 36,
			.ip6 = 36,
			.udp = 4,
			.fragments = 36,
			.odds = ODD_BIT(ip_martian)}},
	{"PcapPlusPlus__IPv4-TSO.pcap", false,
		{.frames = 1,
			.ip = 1,
			.icmp = 1,
			.odds = ODD_BIT(ip_martian) | ODD_BIT(ip_length) | ODD_BIT(ip_checksum)}},
	{"PcapPlusPlus__microsecs_big_endian.pcap", false,
		{.frames = 13, .odds = ODD_BIT(link_unknown)}},
	{"tcpdump__LINKTYPE_IPV4_invalid.pcap", false,
		{.frames = 1,
			.ip = 1,
			.ip6 = 1,
			.udp = 1,
			.odds = ODD_BIT(ip_version) | ODD_BIT(ip_martian)}},
	{"tcpdump__mpls-traceroute.pcap", false,
		{.frames = 18,
			.ip = 18,
			.udp = 9,
			.icmp = 9,
			.quotes = 9,
			.odds = ODD_BIT(ip_martian)}},
	{"tcpdump__ipv4_invalid_hdr_length.pcap", false,
		{.frames = 1, .ip = 1, .udp = 1, .odds = ODD_BIT(ip_header)}},
	{"tcpdump__bigtcp-ipv4-vxlan-ipv4.pcap", true,
		{.frames = 1,
			.ip = 1,
			.tunnels = 1,
			.odds = ODD_BIT(ip_length) | ODD_BIT(ip_martian)}},
	{"zeek__ip4-bad-chksum.pcap", false,
		{.frames = 1,
			.ip = 1,
			.udp = 1,
			.odds = ODD_BIT(ip_checksum) | ODD_BIT(ip_martian) | ODD_BIT(land)}},
	{"zeek__fragmented-syn.pcap", false,
		{.frames = 2,
			.ip = 2,
			.syn = 1,
			.fragments = 2,
			.odds = ODD_BIT(ip_martian) | ODD_BIT(tcp_header)}},
	{"zeek__icmp-destunreach-no-context.pcap", false,
		{.frames = 1,
			.ip = 1,
			.icmp = 1,
			.odds = ODD_BIT(icmp_header) | ODD_BIT(ip_martian)}},
	{"zeek__icmp-destunreach-udp.pcap", false,
		{.frames = 1, .ip = 1, .icmp = 1, .quotes = 1, .odds = ODD_BIT(ip_martian)}},
	{"zeek__6in4.pcap", true, {.frames = 1, .ip = 1, .ip6 = 1, .udp = 1, .tunnels = 1}},
	{"zeek__erspanII.pcap", true, {.frames = 4, .ip = 4, .icmp = 4, .tunnels = 4}},
	{"zeek__erspanII.pcap", false, {.frames = 4, .ip = 4}},
};

Test(captures, decode_to_the_counts_that_others_found)
{
	for (size_t i = 0; i < ARRAY_SIZE(captures); i++) {
		const struct counts *want = &captures[i].want;
		const char *name = captures[i].name;
		struct counts n;

		if (!counts_of(name, captures[i].look_through, &n))
			return;
		cr_expect_eq(n.frames, want->frames, "%s: frames %zu", name, n.frames);
		cr_expect_eq(n.ip, want->ip, "%s: ip %zu", name, n.ip);
		cr_expect_eq(n.ip6, want->ip6, "%s: ip6 %zu", name, n.ip6);
		cr_expect_eq(n.syn, want->syn, "%s: syn %zu", name, n.syn);
		cr_expect_eq(n.synack, want->synack, "%s: synack %zu", name, n.synack);
		cr_expect_eq(n.rst, want->rst, "%s: rst %zu", name, n.rst);
		cr_expect_eq(n.udp, want->udp, "%s: udp %zu", name, n.udp);
		cr_expect_eq(n.icmp, want->icmp, "%s: icmp %zu", name, n.icmp);
		cr_expect_eq(n.fragments, want->fragments, "%s: fragments %zu", name, n.fragments);
		cr_expect_eq(n.mirai, want->mirai, "%s: mirai %zu", name, n.mirai);
		cr_expect_eq(n.tunnels, want->tunnels, "%s: tunnels %zu", name, n.tunnels);
		cr_expect_eq(n.quotes, want->quotes, "%s: quotes %zu", name, n.quotes);
		cr_expect_eq(n.odds, want->odds, "%s: odds %x, not %x", name, n.odds, want->odds);
	}
}
