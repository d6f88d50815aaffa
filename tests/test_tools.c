/* What headers show: each test on both of its sides, on the packets that the tools send. */
#include <criterion/criterion.h>

#include "base/base.h"
#include "observe/observe.h"
#include "observe/syn.h"
#include "observe/tools.h"

enum { NOW = 1700000000 };

static struct addr addr(const char *text)
{
	struct addr a;

	cr_assert(addr_parse(text, &a), "%s", text);
	return a;
}

/* A SYN as a Linux system sends it, without options. */
static struct packet syn(void)
{
	return (struct packet){.ts_ns = INT64_C(1000000000) * NOW,
		.is_ip = true,
		.version = 4,
		.src = addr("8.8.8.8"),
		.dst = addr("198.51.100.1"),
		.ttl = 50,
		.protocol = PROTOCOL_TCP,
		.dont_fragment = true,
		.ip_id = 7,
		.sport = 40000,
		.dport = 23,
		.tcp_flags = TCP_SYN,
		.tcp_seq = 0x12345678,
		.tcp_header_len = 20,
		.tcp_window = 64240,
		.tcp_wscale = -1};
}

static void set_options(struct packet *p, const void *options, size_t len, uint16_t mss, int8_t wscale)
{
	p->tcp_options = options;
	p->tcp_options_len = (uint8_t)len;
	p->tcp_header_len = (uint8_t)(20 + len);
	p->tcp_mss = mss;
	p->tcp_wscale = wscale;
}

#define LINUX	"\2\4\5\264\4\2\10\12\0\0\20\1\0\0\0\0\1\3\3\7"
#define WINDOWS "\2\4\5\264\1\3\3\10\1\1\4\2"
#define BSD	"\2\4\5\264\1\3\3\6\1\1\10\12\0\0\20\1\0\0\0\0\4\2\0\0"
#define OPTIONS(p, text, mss, wscale) set_options(p, text, sizeof(text) - 1, mss, wscale)

static const char *tags_in(struct labels *l, const struct packet *p)
{
	struct syn s;

	syn_read(p, &s);
	return tags_text(l->tags, tools_of(l, p, is_syn(p) ? &s : NULL));
}

/* Of a packet alone. */
static void expect_tags(const struct packet *p, const char *tags, const char *why)
{
	AUTO(labels_free) struct labels *l = labels_new(NULL);

	cr_expect_str_eq(tags_in(l, p), tags, "%s: %s", why, tags_in(l, p));
}

Test(tools, mirai_is_a_sequence_number_that_is_the_destination)
{
	struct packet p = syn();

	expect_tags(&p, "", "an ordinary SYN");
	p.tcp_seq = 0xc6336401;
	expect_tags(&p, "mirai-syn", "any port");
	p.dport = 7547;
	p.tcp_header_len = 8; /* a broken header */
	expect_tags(&p, "mirai-syn", "of a broken header");
	p.tcp_seq++;
	expect_tags(&p, "", "one more");
	p.tcp_seq--;
	p.version = 6;
	expect_tags(&p, "", "IPv6");
}

Test(tools, masscan_folds_destination_port_and_sequence_number)
{
	struct packet p = syn();

	p.ip_id = (uint16_t)(0xc6336401 ^ 23 ^ 0x12345678);
	expect_tags(&p, "masscan-syn", "window of any size");
	p.tcp_window = 1025;
	OPTIONS(&p, "\2\4\5\264", 1460, -1);
	p.ttl = 240;
	expect_tags(&p, "masscan-syn", "since 2023");
	p.ip_id ^= 1;
	expect_tags(&p, "", "another id");
}

Test(tools, zmap_of_old_has_its_id_and_window)
{
	struct packet p = syn();

	p.ip_id = 54321;
	expect_tags(&p, "", "the id alone");
	p.tcp_window = 65535;
	p.dont_fragment = false;
	p.ttl = 240;
	expect_tags(&p, "zmap-syn", "with the window");
}

Test(tools, zmap_since_411_contradicts_the_system_that_it_imitates)
{
	struct packet p = syn();

	p.tcp_window = 65535;
	p.dont_fragment = false;
	OPTIONS(&p, WINDOWS, 1460, 8);
	expect_tags(&p, "stack-contradiction zmap411-syn", "Windows options");
	p.dont_fragment = true;
	expect_tags(&p, "stack-contradiction", "with DF");
	p.ttl = 115;
	expect_tags(&p, "", "Windows itself");
	p.ttl = 50;
	p.dont_fragment = false;
	OPTIONS(&p, LINUX, 1460, 7);
	expect_tags(&p, "stack-contradiction", "Linux options, its own clock");
	uint8_t clocked[] = LINUX;
	clocked[8] = NOW >> 24;
	clocked[9] = NOW >> 16 & 255;
	clocked[10] = NOW >> 8 & 255;
	set_options(&p, clocked, sizeof(clocked) - 1, 1460, 7);
	expect_tags(&p, "stack-contradiction zmap411-syn", "Linux options, the time of day");
	p.dont_fragment = true;
	expect_tags(&p, "", "Linux itself");
	uint8_t bsd[] = BSD;
	memcpy(bsd + 12, clocked + 8, 4);
	set_options(&p, bsd, sizeof(bsd) - 1, 1460, 6);
	expect_tags(&p, "", "macOS itself");
	p.dont_fragment = false;
	expect_tags(&p, "stack-contradiction zmap411-syn", "BSD options, the time of day");
}

Test(tools, nmap_has_one_of_four_windows_and_only_an_mss)
{
	struct packet p = syn();

	p.tcp_window = 1024;
	p.dont_fragment = false;
	OPTIONS(&p, "\2\4\5\264", 1460, -1);
	expect_tags(&p, "nmap-syn", "1024");
	p.tcp_window = 4096;
	expect_tags(&p, "nmap-syn", "4096");
	p.tcp_window = 5120;
	expect_tags(&p, "", "5120");
	p.tcp_window = 2048;
	p.ttl = 65;
	expect_tags(&p, "", "TTL");
}

Test(tools, nmap_os_probes_are_known_by_their_timestamp_or_their_window)
{
	struct packet p = syn();

	p.tcp_window = 63;
	OPTIONS(&p, "\2\4\5\170\3\3\0\4\2\10\12\377\377\377\377\0\0\0\0\0", 1400, 0);
	expect_tags(&p, "nmap-os", "second of the sequence");
	p.tcp_flags = 0;
	OPTIONS(&p, "\3\3\12\1\2\4\1\11\10\12\377\377\377\377\0\0\0\0\4\2", 265, 10);
	expect_tags(&p, "nmap-os", "no flags");
	p = syn();
	p.tcp_flags |= TCP_ECE | TCP_CWR;
	p.tcp_window = 3;
	OPTIONS(&p, "\3\3\12\1\2\4\5\264\4\2\1\1", 1460, 10);
	expect_tags(&p, "nmap-os", "ECN");
	p.tcp_window = 4;
	expect_tags(&p, "", "another window");
}

Test(tools, single_constants)
{
	struct packet p = syn();

	p.sport = 6000;
	expect_tags(&p, "sport6000-syn", "source port 6000");
	p = syn();
	p.tcp_seq = 0xC123D;
	expect_tags(&p, "cisco-synful-knock", "as ZMap's module sends it");
	p.tcp_ack = 5;
	expect_tags(&p, "", "another difference");
	p.tcp_seq = 2;
	p.tcp_ack = (uint32_t)2 - 0xC123D;
	expect_tags(&p, "cisco-synful-knock", "over the end of the numbers");
	p = syn();
	p.ttl = 180;
	p.tcp_window = 1337;
	OPTIONS(&p, "\2\4\5\63\1\0\0\0", 1331, -1);
	expect_tags(&p, "p0f-sendsyn", "p0f's test program");
	p.ttl = 193;
	expect_tags(&p, "", "beyond its start");
}

static struct packet of_unicornscan(uint32_t key, uint32_t dst, uint16_t sport, uint16_t dport, bool swapped)
{
	struct packet p = syn();

	p.dst = addr_from_v4(dst);
	p.sport = sport;
	p.dport = dport;
	p.tcp_seq = key ^ (swapped ? __builtin_bswap32(dst) : dst) ^ (((uint32_t)dport << 16) + sport);
	return p;
}

Test(tools, unicornscan_shows_in_the_second_syn_of_a_source)
{
	for (int swapped = 0; swapped < 2; swapped++) {
		AUTO(labels_free) struct labels *l = labels_new(NULL);
		struct packet a = of_unicornscan(0xdeadbeef, 0xc6336401, 3000, 80, swapped);
		struct packet b = of_unicornscan(0xdeadbeef, 0xc6336407, 4000, 22, swapped);
		struct packet c = of_unicornscan(0xdeadbeee, 0xc6336408, 4000, 22, swapped);

		cr_expect_str_eq(tags_in(l, &a), "");
		cr_expect_str_eq(tags_in(l, &a), "", "the same SYN again says nothing");
		cr_expect_str_eq(tags_in(l, &b), "unicornscan-syn");
		cr_expect_str_eq(tags_in(l, &c), "", "another key");
	}
	AUTO(labels_free) struct labels *l = labels_new(NULL);
	struct packet p = syn();
	for (uint32_t dst = 0xc6336401; dst < 0xc6336405; dst++) {
		p.dst = addr_from_v4(dst);
		p.tcp_seq = dst;
		cr_expect_str_eq(tags_in(l, &p), "mirai-syn");
	}
}

static struct packet icmp(uint8_t type)
{
	struct packet p = syn();

	p.protocol = PROTOCOL_ICMP;
	p.icmp_type = type;
	return p;
}

Test(tools, icmp_shows_nachi_nmap_and_whom_errors_are_about)
{
	struct packet p = icmp(8);
	uint8_t payload[64];

	memset(payload, 0xaa, sizeof(payload));
	p.payload = payload;
	p.payload_len = p.payload_wire_len = sizeof(payload);
	expect_tags(&p, "icmp-nachi", "64 bytes AA");
	payload[63] = 0xab;
	expect_tags(&p, "", "63 of them");
	payload[63] = 0xaa;
	p.payload_wire_len = 65;
	expect_tags(&p, "", "one more");
	p = icmp(8);
	p.icmp_code = 9;
	p.icmp_seq = 295;
	p.payload_wire_len = 120;
	expect_tags(&p, "nmap-os", "nmap's first echo");
	p = icmp(3);
	p.quote = (struct quote){.src = p.dst, .dst = addr("203.0.113.9"), .dport = 80, .protocol = PROTOCOL_TCP, .present = true};
	expect_tags(&p, "icmp-quote-tcp", "a victim of TCP");
	p.quote.protocol = PROTOCOL_UDP;
	expect_tags(&p, "icmp-quote-udp", "of UDP");
	p.quote.protocol = PROTOCOL_GRE;
	p.quote.src = addr("198.51.100.2");
	expect_tags(&p, "icmp-quote-foreign icmp-quote-other", "not sent by us");
	p.quote.present = false;
	expect_tags(&p, "", "nothing to be read");
}

static const char *text_of(struct labels *l, const struct packet *p)
{
	struct syn s;

	syn_read(p, &s);
	return labels_get(l, LABEL_tcp_opts, syn_label(l, p, &s));
}

Test(syn, has_a_text_of_its_options_mss_and_scale)
{
	AUTO(labels_free) struct labels *l = labels_new(NULL);
	struct packet p = syn();

	for (int again = 0; again < 2; again++) {
		p = syn();
		cr_expect_str_eq(text_of(l, &p), "00_00_00");
		OPTIONS(&p, LINUX, 1460, 7);
		cr_expect_str_eq(text_of(l, &p), "2-4-8-1-3_1460_7");
		p.tcp_mss = 1400;
		cr_expect_str_eq(text_of(l, &p), "2-4-8-1-3_1400_7");
		p.tcp_wscale = 0;
		cr_expect_str_eq(text_of(l, &p), "2-4-8-1-3_1400_0");
		OPTIONS(&p, WINDOWS, 1460, 8);
		cr_expect_str_eq(text_of(l, &p), "2-1-3-1-1-4_1460_8");
		OPTIONS(&p, BSD, 1460, 6);
		cr_expect_str_eq(text_of(l, &p), "2-1-3-1-1-8-4-0-0_1460_6");
		OPTIONS(&p, "\2\4\5\264\3\11\7\1", 1460, -1);
		cr_expect_str_eq(text_of(l, &p), "2-3?_1460_00", "an option longer than the header");
		p.tcp_options_len = 4; /* cut off */
		cr_expect_str_eq(text_of(l, &p), "2?_1460_00");
		p = syn();
		p.tcp_header_len = 4;
		cr_expect_str_eq(text_of(l, &p), "?_00_00", "an impossible length");
	}
	cr_expect_eq(labels_refused(l), 0);
}

/* Layouts beyond SYN_KINDS are told apart too. */
Test(syn, of_many_kinds_is_written_whole)
{
	AUTO(labels_free) struct labels *l = labels_new(NULL);
	struct packet p = syn();
	uint8_t options[40];

	memset(options, 1, sizeof(options));
	set_options(&p, options, sizeof(options), 0, -1);
	char nops[128] = "1";
	for (int i = 1; i < 40; i++)
		strcat(nops, "-1");
	strcat(nops, "_00_00");
	cr_expect_str_eq(text_of(l, &p), nops);
	options[39] = 0;
	nops[78] = '0';
	cr_expect_str_eq(text_of(l, &p), nops);
	for (int i = 0; i < 40; i += 2) {
		options[i] = 253;
		options[i + 1] = 2;
	}
	cr_expect_eq(strncmp(text_of(l, &p), "253-253-253", 11), 0);
}

Test(syn, without_room_is_other_and_counted)
{
	AUTO(labels_free) struct labels *l = labels_new(NULL);
	struct packet p = syn();

	OPTIONS(&p, LINUX, 0, 0);
	const char *text = "";
	for (uint32_t mss = 1; mss <= SYN_TEXTS_MAX; mss++) {
		p.tcp_mss = (uint16_t)mss;
		text = text_of(l, &p);
	}
	cr_expect_str_eq(text, "other");
	cr_expect_gt(labels_refused(l), 0);
	p.tcp_mss = 1;
	cr_expect_str_eq(text_of(l, &p), "2-4-8-1-3_1_0");
}

Test(observe, labels_syns_and_leaves_later_fragments_alone)
{
	AUTO(labels_free) struct labels *l = labels_new(NULL);
	struct plant plant = {0};
	struct prefix prefix;
	struct err e = {0};
	struct packet p = syn();
	struct access a;

	cr_assert(prefix_parse("198.51.100.0/24", false, &prefix));
	cr_assert_geq(plant_add(&plant, "tokyo-1", &prefix, 1, false, &e), 0);
	cr_assert_geq(plant_index(&plant, &e), 0);
	p.tcp_seq = 0xc6336401;
	cr_assert_eq(observe(&plant, -1, l, &p, &a), VERDICT_ACCESS);
	cr_expect_eq(a.labels, l);
	cr_expect_str_eq(labels_get(l, LABEL_tags, a.tags), "mirai-syn");
	cr_expect_str_eq(labels_get(l, LABEL_tcp_opts, a.syn), "00_00_00");
	cr_expect_eq(a.group, 0);
	p.tcp_flags |= TCP_ACK;
	cr_assert_eq(observe(&plant, -1, l, &p, &a), VERDICT_ACCESS);
	cr_expect_eq(a.tags, TAGS_NONE);
	cr_expect_eq(a.syn, 0, "only a SYN has a text");
	p.tcp_flags = TCP_SYN;
	p.fragment = FRAGMENT_LATER;
	cr_assert_eq(observe(&plant, -1, l, &p, &a), VERDICT_ACCESS);
	cr_expect_eq(a.tags, TAGS_NONE);
	cr_assert_eq(observe(&plant, -1, NULL, &p, &a), VERDICT_ACCESS);
	cr_expect_null(a.labels);
	plant_done(&plant);
}
