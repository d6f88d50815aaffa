/* Real captures, read in place: the frame counts of their README. */
#include "capture/capture.h"

#include "capture_make.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>

static const struct {
	const char *name;
	size_t frames;
	uint16_t link_type; /* of the first frame */
	const char *format;
} captures[] = {
	{"PcapPlusPlus__GrePackets.cap", 28, LINK_ETHERNET, "pcap"},
	{"PcapPlusPlus__IPv4-TSO.pcap", 1, LINK_ETHERNET, "pcap"},
	{"PcapPlusPlus__QinQ_802.1_AD.pcapng", 1, LINK_ETHERNET, "pcapng"},
	{"PcapPlusPlus__VlanPackets.pcap", 26, LINK_ETHERNET, "pcap"},
	{"PcapPlusPlus__ip4_bad_fragment.pcap", 1, LINK_ETHERNET, "pcap"},
	{"PcapPlusPlus__ip4_fragments.pcap", 53, LINK_ETHERNET, "pcap"},
	{"PcapPlusPlus__ip6_fragments.pcap", 36, LINK_ETHERNET, "pcap"},
	{"PcapPlusPlus__ipv4-malformed.pcap", 2, LINK_ETHERNET, "pcapng"},
	{"PcapPlusPlus__linktype_ipv4.pcap", 2, LINK_IPV4, "pcap"},
	{"PcapPlusPlus__linktype_ipv6.pcap", 1, LINK_IPV6, "pcap"},
	{"PcapPlusPlus__many_interfaces-1.pcapng", 64, LINK_ETHERNET, "pcapng"},
	{"PcapPlusPlus__microsecs.pcap", 2, LINK_ETHERNET, "pcap"},
	{"PcapPlusPlus__microsecs_big_endian.pcap", 13, 253, "pcap"},
	{"PcapPlusPlus__nanosecs.pcap", 2, LINK_ETHERNET, "pcap"},
	{"PcapPlusPlus__nanosecs_big_endian.pcap", 10, LINK_ETHERNET, "pcap"},
	{"PcapPlusPlus__null_loopback.pcap", 3, LINK_NULL, "pcap"},
	{"PcapPlusPlus__packet_trailer.pcap", 4, LINK_ETHERNET, "pcap"},
	{"PcapPlusPlus__pcapng-example.pcapng", 159, LINK_ETHERNET, "pcapng"},
	{"PcapPlusPlus__pcapng-example.pcapng.zst", 159, LINK_ETHERNET, "pcapng"},
	{"PcapPlusPlus__raw_ip.pcap", 100, LINK_RAW, "pcap"},
	{"PcapPlusPlus__sll.pcap", 518, LINK_LINUX_SLL, "pcap"},
	{"PcapPlusPlus__sll2.pcap", 3, LINK_LINUX_SLL2, "pcap"},
	{"PcapPlusPlus__tcp-malformed.pcap", 2, LINK_ETHERNET, "pcap"},
	{"PcapPlusPlus__too_many_interfaces.pcapng", 1, LINK_ETHERNET, "pcapng"},
	{"arkime__adb.pcap", 13, LINK_IPV4, "pcap"},
	{"arkime__bacnet-stack-services.pcap", 113, LINK_ETHERNET, "pcap"},
	{"arkime__bigendian.pcap", 2, LINK_ETHERNET, "pcap"},
	{"arkime__bt-udp.pcap", 3, LINK_ETHERNET, "pcap"},
	{"arkime__gre-erspan.pcap", 6, LINK_ETHERNET, "pcap"},
	{"arkime__snmpv3_synthetic.pcap", 12, LINK_IPV4, "pcap"},
	{"arkime__socks-http-example.pcap", 46, LINK_ETHERNET, "pcap"},
	{"arkime__tds7.pcap", 13, LINK_ETHERNET, "pcap"},
	{"arkime__twovlan.pcap", 6, LINK_ETHERNET, "pcap"},
	{"suricata-verify__anomaly.pcap", 48, LINK_ETHERNET, "pcap"},
	{"suricata-verify__mac-eve-packet__test.pcap", 2, LINK_ETHERNET, "pcap"},
	{"tcpdump__802.1ad_QinQ.pcap", 2, LINK_ETHERNET, "pcap"},
	{"tcpdump__LINKTYPE_IPV4_invalid.pcap", 1, LINK_IPV4, "pcap"},
	{"tcpdump__LINKTYPE_RAW_ipv4.pcap", 1, LINK_RAW, "pcap"},
	{"tcpdump__LINKTYPE_RAW_ipv6.pcap", 1, LINK_RAW, "pcap"},
	{"tcpdump__bigtcp-ipv4-vxlan-ipv4.pcap", 1, LINK_ETHERNET, "pcap"},
	{"tcpdump__icmp-rfc5837.pcap", 1, LINK_PPP, "pcap"},
	{"tcpdump__ipv4_invalid_hdr_length.pcap", 1, LINK_ETHERNET, "pcap"},
	{"tcpdump__ipv4_invalid_total_length.pcap", 1, LINK_ETHERNET, "pcap"},
	{"tcpdump__ipv4_invalid_total_length_2.pcap", 1, LINK_ETHERNET, "pcap"},
	{"tcpdump__mpls-traceroute.pcap", 18, LINK_PPP, "pcap"},
	{"tcpdump__ntp-mode7.pcap", 8, LINK_ETHERNET, "pcap"},
	{"tcpdump__tcp-handshake-nano.pcap", 3, LINK_LINUX_SLL, "pcap"},
	{"tcpdump__tcp_rst_data-trunc.pcap", 1, LINK_ETHERNET, "pcap"},
	{"tcpdump__timestamp_invalid_micro.pcap", 3, LINK_LINUX_SLL, "pcap"},
	{"tcpdump__timestamp_invalid_nano.pcap", 3, LINK_LINUX_SLL, "pcap"},
	{"tcpdump__various_gre.pcap", 100, LINK_ETHERNET, "pcap"},
	{"zeek__6in4.pcap", 1, LINK_ETHERNET, "pcap"},
	{"zeek__Teredo.pcap", 78, LINK_ETHERNET, "pcap"},
	{"zeek__dhcp_flood.pcap", 500, LINK_ETHERNET, "pcap"},
	{"zeek__erspanII.pcap", 4, LINK_ETHERNET, "pcap"},
	{"zeek__fragmented-syn.pcap", 2, LINK_ETHERNET, "pcap"},
	{"zeek__heartbleed-success.pcap", 34, LINK_ETHERNET, "pcap"},
	{"zeek__heartbleed.pcap", 23, LINK_ETHERNET, "pcap"},
	{"zeek__icmp-destunreach-no-context.pcap", 1, LINK_ETHERNET, "pcap"},
	{"zeek__icmp-destunreach-udp.pcap", 1, LINK_ETHERNET, "pcap"},
	{"zeek__icmp-payload-trunc.pcap", 4, LINK_ETHERNET, "pcap"},
	{"zeek__icmp-timeexceeded.pcap", 1, LINK_ETHERNET, "pcap"},
	{"zeek__ip4-bad-chksum.pcap", 1, LINK_ETHERNET, "pcap"},
	{"zeek__ip4-tcp-bad-chksum.pcap", 1, LINK_ETHERNET, "pcap"},
	{"zeek__ip4-trunc.pcap", 1, LINK_ETHERNET, "pcap"},
	{"zeek__ip4-udp-bad-chksum.pcap", 1, LINK_ETHERNET, "pcap"},
	{"zeek__ipv4-truncated-broken-header.pcap", 1, LINK_ETHERNET, "pcap"},
	{"zeek__linux_dlt_sll2.pcap", 6, LINK_LINUX_SLL2, "pcap"},
	{"zeek__mixed-vlan-mpls.pcap", 47, LINK_ETHERNET, "pcap"},
	{"zeek__nmap-vsn.pcap", 547, LINK_ETHERNET, "pcap"},
	{"zeek__ntpmode67.pcap", 9, LINK_ETHERNET, "pcap"},
	{"zeek__payload-syn.pcap", 6, LINK_RAW, "pcap"},
	{"zeek__payload-synack.pcap", 6, LINK_RAW, "pcap"},
	{"zeek__syn-bad.pcap", 1, LINK_ETHERNET, "pcap"},
	{"zeek__trunc-hdr.pcap", 1, LINK_ETHERNET, "pcap"},
	{"zeek__vlan-qinqinq.pcap", 14, LINK_ETHERNET, "pcap"},
	{"zeek__vnc-scanner.pcap", 20, LINK_ETHERNET, "pcap"},
	{"zeek__vntag.pcap", 3, LINK_ETHERNET, "pcap"},
};

static const char *data_folder(void)
{
	static char folder[512];
	const char *data = getenv("TEITEN_DATA");

	snprintf(folder, sizeof(folder), "%s/captures", data ? data : "");
	if (access(folder, R_OK) == 0)
		return folder;
	fprintf(stderr, "skipped: no folder %s\n", folder);
	return NULL;
}

static struct seen *read_real(const char *name)
{
	char path[1024];

	snprintf(path, sizeof(path), "%s/%s", data_folder(), name);
	return read_capture(path, 0);
}

Test(files, every_real_capture_gives_the_frames_that_are_known)
{
	if (!data_folder())
		return;
	for (size_t i = 0; i < ARRAY_SIZE(captures); i++) {
		AUTO(seen_free) struct seen *s = read_real(captures[i].name);

		cr_assert_eq(s->r, 0, "%s", s->e.text);
		cr_assert_eq(s->count, captures[i].frames, "%s: %zu", captures[i].name, s->count);
		cr_assert_eq(s->frames[0].link_type, captures[i].link_type, "%s", captures[i].name);
		cr_assert_str_eq(s->stats.format, captures[i].format, "%s", captures[i].name);
		cr_assert_not(s->stats.cut_off, "%s", captures[i].name);
	}
}

Test(files, no_real_capture_is_forgotten_here)
{
	const char *folder = data_folder();
	size_t files = 0;

	if (!folder)
		return;
	DIR *d = opendir(folder);
	for (struct dirent *entry; (entry = readdir(d));)
		files += entry->d_name[0] != '.';
	closedir(d);
	cr_assert_eq(files, ARRAY_SIZE(captures) + 2, "the README, the snoop file and %zu captures",
		ARRAY_SIZE(captures));
}

Test(files, a_snoop_file_and_text_are_refused_by_name)
{
	if (!data_folder())
		return;
	AUTO(seen_free) struct seen *snoop = read_real("PcapPlusPlus__solaris.snoop");
	cr_assert_eq(snoop->r, -EINVAL);
	cr_assert(strstr(snoop->e.text, "a snoop file"), "%s", snoop->e.text);
	AUTO(seen_free) struct seen *text = read_real("README.md");
	cr_assert_eq(text->r, -EINVAL);
	cr_assert(strstr(text->e.text, "is text"), "%s", text->e.text);
}

Test(files, fractions_out_of_range_keep_their_second)
{
	if (!data_folder())
		return;
	AUTO(seen_free) struct seen *us = read_real("tcpdump__timestamp_invalid_micro.pcap");
	AUTO(seen_free) struct seen *ns = read_real("tcpdump__timestamp_invalid_nano.pcap");
	size_t odd = 0;

	for (size_t i = 0; i < 3; i++) {
		if (us->frames[i].odds & ODD_BIT(time_invalid)) {
			cr_assert_eq(us->frames[i].ts_ns % 1000000000, 999999000);
			odd++;
		}
		if (ns->frames[i].odds & ODD_BIT(time_invalid)) {
			cr_assert_eq(ns->frames[i].ts_ns % 1000000000, 999999999);
			odd++;
		}
	}
	cr_assert_eq(odd, 4u);
}

Test(files, a_frame_of_80_kilobytes_is_whole)
{
	if (!data_folder())
		return;
	AUTO(seen_free) struct seen *s = read_real("tcpdump__bigtcp-ipv4-vxlan-ipv4.pcap");
	cr_assert_eq(s->frames[0].cap_len, 80156u - 24 - 16);
	cr_assert_eq(s->frames[0].odds, 0u);
}

Test(files, compression_around_a_pcapng_changes_nothing)
{
	if (!data_folder())
		return;
	AUTO(seen_free) struct seen *plain = read_real("PcapPlusPlus__pcapng-example.pcapng");
	AUTO(seen_free) struct seen *zstd = read_real("PcapPlusPlus__pcapng-example.pcapng.zst");
	cr_assert_eq(plain->bytes.len, zstd->bytes.len);
	cr_assert_eq(memcmp(plain->bytes.data, zstd->bytes.data, zstd->bytes.len), 0);
	for (size_t i = 0; i < plain->count; i++)
		cr_assert_eq(plain->frames[i].ts_ns, zstd->frames[i].ts_ns);
}

Test(files, many_interfaces_are_counted)
{
	if (!data_folder())
		return;
	AUTO(seen_free) struct seen *s = read_real("PcapPlusPlus__many_interfaces-1.pcapng");
	cr_assert_eq(s->stats.interfaces, 11u);
	AUTO(seen_free) struct seen *many = read_real("PcapPlusPlus__too_many_interfaces.pcapng");
	cr_assert_eq(many->stats.interfaces, 95u);
}
