/* pcapng files made block by block: interfaces, clocks, statistics, sections, ends. */
#include "capture/capture.h"

#include "capture_make.h"

#include <criterion/criterion.h>
#include <errno.h>

#define SECOND INT64_C(1000000000)

enum {
	SECTION = 0x0a0d0d0a,
	INTERFACE = 1,
	OLD = 2,
	SIMPLE = 3,
	NAMES = 4,
	STATISTICS = 5,
	PACKET = 6
};

static void put_block(struct buf *b, bool big, uint32_t type, const struct buf *body)
{
	uint32_t padding = -(uint32_t)body->len & 3;
	uint32_t len = (uint32_t)body->len + padding + 12;

	put_u32(b, big, type);
	put_u32(b, big, len);
	buf_add(b, buf_str(body), body->len);
	buf_add(b, "\0\0\0", padding);
	put_u32(b, big, len);
}

static void put_option(struct buf *b, bool big, uint16_t code, const void *value, uint16_t len)
{
	put_u16(b, big, code);
	put_u16(b, big, len);
	buf_add(b, value, len);
	buf_add(b, "\0\0\0", -(uint32_t)len & 3);
}

static void put_section(struct buf *b, bool big)
{
	AUTO(buf_done) struct buf body = {0};

	put_u32(&body, big, 0x1a2b3c4d);
	put_u16(&body, big, 1);
	put_u16(&body, big, 0);
	put_u64(&body, big, UINT64_MAX);
	put_option(&body, big, 4, "test", 4);
	put_block(b, big, SECTION, &body);
}

/* resolution < 0: the option is not there. */
static void put_interface(
	struct buf *b, bool big, uint16_t link, uint32_t snap, int resolution, int64_t offset_s)
{
	AUTO(buf_done) struct buf body = {0}, value = {0};
	uint8_t byte = (uint8_t)resolution;

	put_u16(&body, big, link);
	put_u16(&body, big, 0);
	put_u32(&body, big, snap);
	put_option(&body, big, 2, "eth0", 4);
	if (resolution >= 0)
		put_option(&body, big, 9, &byte, 1);
	put_u64(&value, big, (uint64_t)offset_s);
	if (offset_s)
		put_option(&body, big, 14, value.data, 8);
	put_option(&body, big, 0, "", 0);
	put_block(b, big, INTERFACE, &body);
}

static void put_packet(struct buf *b, bool big, uint32_t interface, uint64_t ts, uint32_t seed,
	uint32_t cap_len, uint32_t wire_len)
{
	AUTO(buf_done) struct buf body = {0};

	put_u32(&body, big, interface);
	put_u32(&body, big, (uint32_t)(ts >> 32));
	put_u32(&body, big, (uint32_t)ts);
	put_u32(&body, big, cap_len);
	put_u32(&body, big, wire_len);
	put_content(&body, seed, cap_len);
	put_block(b, big, PACKET, &body);
}

static void put_simple(struct buf *b, bool big, uint32_t seed, uint32_t there, uint32_t wire_len)
{
	AUTO(buf_done) struct buf body = {0};

	put_u32(&body, big, wire_len);
	put_content(&body, seed, there);
	put_block(b, big, SIMPLE, &body);
}

static void put_statistics(struct buf *b, bool big, uint32_t interface, const uint64_t *received,
	const uint64_t *if_dropped, const uint64_t *os_dropped)
{
	const uint64_t *numbers[] = {received, if_dropped, os_dropped};
	static const uint16_t codes[] = {4, 5, 7};
	AUTO(buf_done) struct buf body = {0};

	put_u32(&body, big, interface);
	put_u64(&body, big, 0);
	for (size_t i = 0; i < 3; i++) {
		AUTO(buf_done) struct buf value = {0};

		if (!numbers[i])
			continue;
		put_u64(&value, big, *numbers[i]);
		put_option(&body, big, codes[i], value.data, 8);
	}
	put_block(b, big, STATISTICS, &body);
}

Test(pcapng, interfaces_of_different_link_types_and_snap_lengths_are_read_in_both_byte_orders)
{
	for (int big = 0; big <= 1; big++) {
		AUTO(buf_done) struct buf b = {0};

		put_section(&b, big);
		put_interface(&b, big, LINK_ETHERNET, 65535, -1, 0);
		put_interface(&b, big, LINK_LINUX_SLL, 128, 9, 0);
		put_packet(&b, big, 1, 5 * SECOND + 1, 1, 61, 61);
		put_packet(&b, big, 0, 6000001, 2, 62, 1500);
		put_interface(&b, big, LINK_RAW, 0, 3, 0);
		put_packet(&b, big, 2, 7001, 3, 0, 0);
		AUTO(seen_free) struct seen *s = read_buf(&b);

		cr_assert_eq(s->r, 0, "%s", s->e.text);
		cr_assert_eq(s->count, 3u);
		cr_assert_eq(s->frames[0].link_type, LINK_LINUX_SLL);
		cr_assert_eq(s->frames[0].ts_ns, 5 * SECOND + 1);
		cr_assert(has_content(s->frames[0].data, 1, 61));
		cr_assert_eq(s->frames[1].link_type, LINK_ETHERNET);
		cr_assert_eq(s->frames[1].ts_ns, 6 * SECOND + 1000);
		cr_assert_eq(s->frames[1].wire_len, 1500u);
		cr_assert_eq(s->frames[1].odds, ODD_BIT(frame_snapped));
		cr_assert(has_content(s->frames[1].data, 2, 62));
		cr_assert_eq(s->frames[2].link_type, LINK_RAW);
		cr_assert_eq(s->frames[2].ts_ns, 7 * SECOND + 1000000);
		cr_assert_eq(s->frames[2].odds, ODD_BIT(frame_empty));
		cr_assert_str_eq(s->stats.format, "pcapng");
		cr_assert_eq(s->stats.interfaces, 3u);
		cr_assert_not(s->stats.cut_off);
	}
}

Test(pcapng, clocks_of_decimal_and_binary_resolution_with_offset_give_nanoseconds)
{
	static const struct {
		int resolution;
		int64_t offset_s;
		uint64_t ts;
		int64_t ns;
		bool in_range;
	} cases[] = {
		{-1, 0, 1500000, 1500000000, true},
		{0, 0, 1600000000, 1600000000 * SECOND, true},
		{3, 0, 1500, 1500000000, true},
		{9, 0, 1600000000123456789, 1600000000123456789, true},
		{12, 0, 1500000000999, 1500000000, true},
		{19, 0, UINT64_C(18446744073709551615), 1844674407, true},
		{28, 0, UINT64_C(10000000000000000000), 1, true},
		{29, 0, UINT64_MAX, 0, true},
		{127, 0, UINT64_MAX, 0, true},
		{0x80, 0, 1600000000, 1600000000 * SECOND, true},
		{0x80 | 10, 0, 1024 * 7 + 512, 7500000000, true},
		{0x80 | 20, 0, (UINT64_C(3) << 20) + 1, 3000000953, true},
		{0x80 | 32, 0, UINT64_C(1600000000) << 32 | 0x80000000,
			1600000000 * SECOND + 500000000, true},
		{0x80 | 63, 0, UINT64_C(3) << 62, 1500000000, true},
		{0x80 | 64, 0, UINT64_C(1) << 63, 500000000, true},
		{0x80 | 127, 0, UINT64_MAX, 0, true},
		{9, 1600000000, 5, 1600000000 * SECOND + 5, true},
		{6, -10, 15000000, 5 * SECOND, true},
		{6, -10, 9999999, -1000, false},
		{0, 0, 0xffffffff, 0xffffffff * SECOND, true},
		{9, 0, 4294967295999999999, 4294967295999999999, true},
		{9, 0, 4294967296000000000, 4294967296000000000, false},
		{0, 0, UINT64_MAX, INT64_MAX, false},
		{9, INT64_MIN, 0, INT64_MIN, false},
		{9, INT64_MAX, 0, INT64_MAX, false},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		AUTO(buf_done) struct buf b = {0};

		put_section(&b, true);
		put_interface(&b, true, 1, 0, cases[i].resolution, cases[i].offset_s);
		put_packet(&b, true, 0, cases[i].ts, 1, 20, 20);
		AUTO(seen_free) struct seen *s = read_buf(&b);

		cr_assert_eq(s->count, 1u);
		cr_assert_eq(s->frames[0].ts_ns, cases[i].ns, "case %zu: %lld", i,
			(long long)s->frames[0].ts_ns);
		cr_assert_eq(s->frames[0].odds, cases[i].in_range ? 0 : ODD_BIT(time_range),
			"case %zu", i);
	}
}

Test(pcapng, simple_blocks_take_link_and_length_of_the_first_interface_and_the_time_before)
{
	AUTO(buf_done) struct buf b = {0};

	put_section(&b, false);
	put_interface(&b, false, LINK_RAW, 40, -1, 0);
	put_interface(&b, false, LINK_ETHERNET, 0, -1, 0);
	put_simple(&b, false, 1, 30, 30);
	put_packet(&b, false, 1, 9000000, 2, 60, 60);
	put_simple(&b, false, 3, 40, 1500);
	AUTO(seen_free) struct seen *s = read_buf(&b);

	cr_assert_eq(s->count, 3u);
	cr_assert_eq(s->frames[0].link_type, LINK_RAW);
	cr_assert_eq(s->frames[0].cap_len, 30u);
	cr_assert_eq(s->frames[0].wire_len, 30u);
	cr_assert_eq(s->frames[0].odds, ODD_BIT(time_range));
	cr_assert_eq(s->frames[2].link_type, LINK_RAW);
	cr_assert_eq(s->frames[2].ts_ns, 9 * SECOND);
	cr_assert_eq(s->frames[2].cap_len, 40u);
	cr_assert_eq(s->frames[2].wire_len, 1500u);
	cr_assert_eq(s->frames[2].odds, ODD_BIT(frame_snapped));
	cr_assert(has_content(s->frames[2].data, 3, 40));
}

Test(pcapng, a_simple_block_is_no_longer_than_the_snap_length_though_padded)
{
	AUTO(buf_done) struct buf b = {0};

	put_section(&b, false);
	put_interface(&b, false, LINK_RAW, 38, -1, 0);
	put_simple(&b, false, 1, 38, 1500);
	AUTO(seen_free) struct seen *s = read_buf(&b);

	cr_assert_eq(s->frames[0].cap_len, 38u);
}

Test(pcapng, a_simple_block_takes_the_time_before_also_from_the_batch_before)
{
	AUTO(buf_done) struct buf b = {0};

	put_section(&b, false);
	put_interface(&b, false, LINK_RAW, 0, -1, 0);
	for (uint32_t i = 0; i < FRAME_BATCH; i++)
		put_packet(&b, false, 0, 5000000, i, 20, 20);
	put_simple(&b, false, 1, 20, 20);
	AUTO(seen_free) struct seen *s = read_buf(&b);

	cr_assert_eq(s->count, FRAME_BATCH + 1u);
	cr_assert_eq(s->frames[FRAME_BATCH].ts_ns, 5 * SECOND);
	cr_assert_eq(s->frames[FRAME_BATCH].odds, 0u);
}

Test(pcapng, the_obsolete_packet_block_is_read)
{
	for (int big = 0; big <= 1; big++) {
		AUTO(buf_done) struct buf b = {0}, body = {0};

		put_section(&b, big);
		put_interface(&b, big, LINK_ETHERNET, 0, -1, 0);
		put_interface(&b, big, LINK_RAW, 0, -1, 0);
		put_u16(&body, big, 1);
		put_u16(&body, big, 0xffff);
		put_u32(&body, big, 0);
		put_u32(&body, big, 2000000);
		put_u32(&body, big, 21);
		put_u32(&body, big, 22);
		put_content(&body, 1, 21);
		put_block(&b, big, OLD, &body);
		AUTO(seen_free) struct seen *s = read_buf(&b);

		cr_assert_eq(s->count, 1u);
		cr_assert_eq(s->frames[0].link_type, LINK_RAW);
		cr_assert_eq(s->frames[0].ts_ns, 2 * SECOND);
		cr_assert_eq(s->frames[0].cap_len, 21u);
		cr_assert_eq(s->frames[0].wire_len, 22u);
		cr_assert(has_content(s->frames[0].data, 1, 21));
	}
}

Test(pcapng, the_last_statistics_of_each_interface_are_summed_over_interfaces_and_sections)
{
	AUTO(buf_done) struct buf b = {0};
	static const uint64_t early[] = {100, 10, 1}, late[] = {1000, 20, 2}, other[] = {7, 5, 3};

	for (int big = 0; big <= 1; big++) {
		put_section(&b, big);
		put_interface(&b, big, 1, 0, -1, 0);
		put_interface(&b, big, 1, 0, -1, 0);
		put_statistics(&b, big, 0, &early[0], &early[1], &early[2]);
		put_statistics(&b, big, 1, &other[0], NULL, &other[2]);
		put_statistics(&b, big, 0, &late[0], &late[1], &late[2]);
		put_statistics(&b, big, 0, NULL, NULL, NULL);
		put_statistics(&b, big, 2, &other[0], &other[1], &other[2]);
	}
	AUTO(seen_free) struct seen *s = read_buf(&b);

	cr_assert_eq(s->r, 0, "%s", s->e.text);
	cr_assert_eq(s->stats.received, 2u * (1000 + 7));
	cr_assert_eq(s->stats.dropped, 2u * (20 + 2 + 3));
	cr_assert_eq(s->stats.interfaces, 4u);
}

Test(pcapng, sections_of_either_byte_order_follow_one_another_with_interfaces_of_their_own)
{
	AUTO(buf_done) struct buf b = {0};

	put_section(&b, false);
	put_interface(&b, false, LINK_ETHERNET, 0, 9, 0);
	put_packet(&b, false, 0, 1000, 1, 60, 60);
	put_section(&b, true);
	put_interface(&b, true, LINK_RAW, 0, -1, 0);
	put_packet(&b, true, 0, 2000, 2, 60, 60);
	put_section(&b, false);
	put_packet(&b, false, 0, 3000, 3, 60, 60);
	AUTO(seen_free) struct seen *s = read_buf(&b);

	cr_assert_eq(s->r, 0, "%s", s->e.text);
	cr_assert_eq(s->count, 3u);
	cr_assert_eq(s->frames[0].link_type, LINK_ETHERNET);
	cr_assert_eq(s->frames[0].ts_ns, 1000);
	cr_assert_eq(s->frames[1].link_type, LINK_RAW);
	cr_assert_eq(s->frames[1].ts_ns, 2000000);
	/* Nobody described its interface: microseconds, no link type that we know. */
	cr_assert_eq(s->frames[2].link_type, 0xffff);
	cr_assert_eq(s->frames[2].ts_ns, 3000000);
}

Test(pcapng, other_blocks_are_skipped_at_any_length)
{
	static const uint32_t types[] = {NAMES, 0xa, 0xbad, 0x40000bad, 0x80000001, 0};

	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		AUTO(buf_done) struct buf b = {0}, small = {0}, large = {0};

		put_content(&small, 1, 16);
		put_content(&large, 2, 20 << 20);
		put_section(&b, true);
		put_block(&b, true, types[i], &small);
		put_interface(&b, true, LINK_ETHERNET, 0, -1, 0);
		put_block(&b, true, types[i], &large);
		put_packet(&b, true, 0, 1, 3, 60, 60);
		put_block(&b, true, types[i], &small);
		put_packet(&b, true, 0, 1, 4, 60, 60);
		put_block(&b, true, types[i], &small);
		AUTO(seen_free) struct seen *s = read_buf(&b);

		cr_assert_eq(s->r, 0, "%s", s->e.text);
		cr_assert_eq(s->count, 2u);
		cr_assert(has_content(s->frames[1].data, 4, 60));
		cr_assert_not(s->stats.cut_off);
	}
}

Test(pcapng, a_thousand_interfaces_are_read_and_more_than_65536_in_a_section_refused)
{
	AUTO(buf_done) struct buf b = {0};

	put_section(&b, false);
	for (uint32_t i = 0; i < 65536; i++)
		put_interface(&b, false, (uint16_t)i, 0, -1, 0);
	put_packet(&b, false, 999, 1, 3, 60, 60);
	put_packet(&b, false, 65535, 1, 3, 60, 60);
	AUTO(seen_free) struct seen *s = read_buf(&b);

	cr_assert_eq(s->count, 2u);
	cr_assert_eq(s->frames[0].link_type, 999);
	cr_assert_eq(s->frames[1].link_type, 65535);
	put_interface(&b, false, 1, 0, -1, 0);
	AUTO(seen_free) struct seen *more = read_buf(&b);
	cr_assert_eq(more->count, 2u);
	cr_assert_eq(more->r, -EBADMSG);
	cr_assert(strstr(more->e.text, "too many interfaces"));
}

/* Section, interface, packet of 30, custom block, packet of 32 that is a multiple of four, simple
 * packet of 8. */
static size_t make_six(struct buf *b, size_t ends[6])
{
	AUTO(buf_done) struct buf custom = {0};

	put_content(&custom, 9, 24);
	put_section(b, false);
	ends[0] = b->len;
	put_interface(b, false, LINK_RAW, 0, -1, 0);
	ends[1] = b->len;
	put_packet(b, false, 0, 1, 1, 30, 30);
	ends[2] = b->len;
	put_block(b, false, 0xbad, &custom);
	ends[3] = b->len;
	put_packet(b, false, 0, 2, 2, 32, 99);
	ends[4] = b->len;
	put_simple(b, false, 3, 8, 8);
	ends[5] = b->len;
	return b->len;
}

/* Where the frame's bytes begin in its block and how many there are; 0: no frame. */
static const struct {
	size_t at, len;
} frame_in[6] = {{0, 0}, {0, 0}, {28, 30}, {0, 0}, {28, 32}, {12, 8}};

static void check_prefix(const struct seen *s, size_t len, const size_t ends[6])
{
	size_t whole = 0, frames = 0, part = 0;

	while (whole < 6 && ends[whole] <= len)
		frames += frame_in[whole++].len > 0;
	size_t rest = len - (whole ? ends[whole - 1] : 0);
	if (rest > 0 && frame_in[whole].len > 0 && rest > frame_in[whole].at)
		part = rest - frame_in[whole].at;
	if (part > frame_in[whole < 6 ? whole : 0].len)
		part = frame_in[whole].len;
	cr_assert_eq(s->r, 0, "%zu bytes: %s", len, s->e.text);
	cr_assert_eq(s->stats.cut_off, rest > 0, "%zu bytes", len);
	cr_assert_eq(s->count, frames + (part > 0), "%zu bytes", len);
	if (part > 0) {
		cr_assert_eq(s->frames[frames].cap_len, part, "%zu bytes", len);
		cr_assert_eq(s->frames[frames].odds, ODD_BIT(frame_truncated));
		cr_assert(
			has_content(s->frames[frames].data, (uint32_t)frames + 1, (uint32_t)part));
	}
}

Test(pcapng, every_prefix_gives_what_is_there_and_marks_the_block_that_is_cut_off)
{
	AUTO(buf_done) struct buf b = {0};
	size_t ends[6];
	size_t len = make_six(&b, ends);

	for (size_t n = 28; n <= len; n++) {
		AUTO(seen_free) struct seen *s = read_bytes(b.data, n);
		check_prefix(s, n, ends);
	}
}

Test(pcapng, a_header_that_is_cut_off_is_said)
{
	AUTO(buf_done) struct buf b = {0};

	put_section(&b, false);
	for (size_t n = 4; n < 28; n++) {
		AUTO(seen_free) struct seen *s = read_bytes(b.data, n);
		cr_assert_eq(s->r, -EINVAL);
		cr_assert(strstr(s->e.text, "the pcapng header is cut off"), "%s", s->e.text);
	}
}

/* A good start with one packet, then what `bad` holds; the line must say this. */
static void check_damaged(const struct buf *bad, const char *says)
{
	AUTO(buf_done) struct buf b = {0};

	put_section(&b, false);
	put_interface(&b, false, LINK_RAW, 0, -1, 0);
	put_packet(&b, false, 0, 1, 1, 30, 30);
	size_t at = b.len;
	buf_add(&b, buf_str(bad), bad->len);
	put_packet(&b, false, 0, 1, 1, 30, 30);
	AUTO(seen_free) struct seen *s = read_buf(&b);
	char where[64];

	snprintf(where, sizeof(where), "is damaged at byte %zu", at);
	cr_assert_eq(s->count, 1u, "%s", says);
	cr_assert_eq(s->r, -EBADMSG);
	cr_assert(strstr(s->e.text, says), "%s", s->e.text);
	if (!strstr(says, "two lengths"))
		cr_assert(strstr(s->e.text, where), "%s", s->e.text);
}

static void check_length(uint32_t type, uint32_t len, uint32_t len_behind, const char *says)
{
	AUTO(buf_done) struct buf bad = {0};

	put_u32(&bad, false, type);
	put_u32(&bad, false, len);
	put_content(&bad, 1, 24);
	put_u32(&bad, false, len_behind);
	check_damaged(&bad, says);
}

Test(pcapng, blocks_of_impossible_length_are_errors_after_the_frames_before)
{
	static const uint32_t types[] = {PACKET, SIMPLE, INTERFACE, 0xbad};

	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		check_length(types[i], 0, 0, "impossible length");
		check_length(types[i], 8, 8, "impossible length");
		check_length(types[i], 37, 37, "impossible length");
		check_length(types[i], 0xffffffff, 36, "impossible length");
		check_length(types[i], 36, 40, "two lengths differ");
	}
	check_length(PACKET, 0xfffffffc, 36, "impossible length");
	check_length(PACKET, (16 << 20) + (1 << 16) + 4, 36, "impossible length");
	check_length(SECTION, 28, 28, "without byte order");
}

Test(pcapng, a_packet_block_that_is_too_short_is_an_error)
{
	static const uint32_t types[] = {PACKET, OLD, INTERFACE, SIMPLE};
	static const uint32_t least[] = {20, 20, 8, 4};

	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		AUTO(buf_done) struct buf body = {0}, bad = {0};

		put_content(&body, 1, least[i] - 4);
		put_block(&bad, false, types[i], &body);
		check_damaged(&bad, "too short");
	}
}

Test(pcapng, a_frame_longer_than_its_block_gives_what_is_there_and_is_marked)
{
	AUTO(buf_done) struct buf b = {0}, body = {0};

	put_section(&b, false);
	put_interface(&b, false, LINK_RAW, 0, -1, 0);
	put_u32(&body, false, 0);
	put_u64(&body, false, 0);
	put_u32(&body, false, 0xfffffff0);
	put_u32(&body, false, 1500);
	put_content(&body, 1, 40);
	put_block(&b, false, PACKET, &body);
	put_packet(&b, false, 0, 1, 2, 60, 60);
	AUTO(seen_free) struct seen *s = read_buf(&b);

	cr_assert_eq(s->r, 0, "%s", s->e.text);
	cr_assert_eq(s->count, 2u);
	cr_assert_eq(s->frames[0].cap_len, 40u);
	cr_assert_eq(s->frames[0].wire_len, 1500u);
	cr_assert_eq(s->frames[0].odds, ODD_BIT(frame_truncated));
	cr_assert_eq(s->frames[1].odds, 0u);
}

Test(pcapng, options_that_do_not_fit_their_block_are_left_out)
{
	AUTO(buf_done) struct buf b = {0}, body = {0};

	put_section(&b, false);
	put_u32(&body, false, LINK_RAW);
	put_u32(&body, false, 0);
	put_option(&body, false, 9, "\3\3", 2); /* one byte by the book */
	put_u16(&body, false, 9);
	put_u16(&body, false, 60000);
	put_u32(&body, false, 3);
	put_block(&b, false, INTERFACE, &body);
	put_packet(&b, false, 0, 1, 2, 60, 60);
	AUTO(seen_free) struct seen *s = read_buf(&b);

	cr_assert_eq(s->r, 0);
	cr_assert_eq(s->frames[0].ts_ns, 1000);
}

Test(pcapng, frames_larger_than_the_buffer_are_read)
{
	AUTO(buf_done) struct buf b = {0};

	put_section(&b, false);
	put_interface(&b, false, LINK_RAW, 0, -1, 0);
	put_packet(&b, false, 0, 1, 1, 262144, 262144);
	put_packet(&b, false, 0, 1, 2, 3 << 20, 3 << 20);
	put_packet(&b, false, 0, 1, 3, 60, 60);
	AUTO(seen_free) struct seen *s = read_buf(&b);

	cr_assert_eq(s->count, 3u);
	cr_assert(has_content(s->frames[0].data, 1, 262144));
	cr_assert(has_content(s->frames[1].data, 2, 3 << 20));
	cr_assert(has_content(s->frames[2].data, 3, 60));
}

Test(pcapng, another_major_version_is_refused)
{
	AUTO(buf_done) struct buf b = {0};

	put_section(&b, false);
	b.data[12] = 2;
	AUTO(seen_free) struct seen *s = read_buf(&b);

	cr_assert_eq(s->r, -EBADMSG);
	cr_assert(strstr(s->e.text, "pcapng version 2.0 is not known"), "%s", s->e.text);
}
