/* pcap files made byte by byte: byte orders, times, lengths, ends, sizes. */
#include "capture/capture.h"

#include "base/text.h"
#include "capture_make.h"

#include <criterion/criterion.h>
#include <errno.h>

enum { HEADER = 24, RECORD = 16, MIB = 1 << 20 };

#define SECOND INT64_C(1000000000)

Test(pcap, both_byte_orders_and_both_resolutions_give_the_same_frames)
{
	static const struct {
		bool big;
		uint32_t magic, unit;
	} variants[] = {{false, MAGIC_US, 1000}, {true, MAGIC_US, 1000}, {false, MAGIC_NS, 1},
		{true, MAGIC_NS, 1}};

	for (size_t i = 0; i < ARRAY_SIZE(variants); i++) {
		AUTO(buf_done) struct buf b = {0};
		bool big = variants[i].big;
		uint32_t fraction = 123456000 / variants[i].unit;

		put_pcap_header(&b, big, variants[i].magic, LINK_LINUX_SLL2);
		put_record(&b, big, (struct times){1600000000, fraction}, 1, 60, 60);
		put_record(&b, big, (struct times){0xffffffff, fraction}, 2, 99, 1500);
		AUTO(seen_free) struct seen *s = read_buf(&b);

		cr_assert_eq(s->r, 0, "%s", s->e.text);
		cr_assert_eq(s->count, 2u);
		cr_assert_eq(s->frames[0].ts_ns, 1600000000 * SECOND + 123456000);
		cr_assert_eq(s->frames[1].ts_ns, 0xffffffff * SECOND + 123456000);
		cr_assert_eq(s->frames[0].link_type, LINK_LINUX_SLL2);
		cr_assert_eq(s->frames[0].cap_len, 60u);
		cr_assert_eq(s->frames[0].wire_len, 60u);
		cr_assert_eq(s->frames[0].odds, 0u);
		cr_assert_eq(s->frames[1].cap_len, 99u);
		cr_assert_eq(s->frames[1].wire_len, 1500u);
		cr_assert_eq(s->frames[1].odds, ODD_BIT(frame_snapped));
		cr_assert(has_content(s->frames[0].data, 1, 60));
		cr_assert(has_content(s->frames[1].data, 2, 99));
		cr_assert_str_eq(s->stats.format, "pcap");
		cr_assert_eq(s->stats.frames, 2u);
		cr_assert_eq(s->stats.bytes, 159u);
		cr_assert_eq(s->stats.interfaces, 1u);
		cr_assert_not(s->stats.cut_off);
	}
}

Test(pcap, a_fraction_of_a_second_or_more_is_clamped_within_its_second_and_marked)
{
	static const struct {
		uint32_t magic, fraction;
		int64_t ns;
		bool odd;
	} cases[] = {
		{MAGIC_US, 999999, 999999000, false},
		{MAGIC_US, 1000000, 999999000, true},
		{MAGIC_US, 0xffffffff, 999999000, true},
		{MAGIC_NS, 999999999, 999999999, false},
		{MAGIC_NS, 1000000000, 999999999, true},
		{MAGIC_NS, 0xffffffff, 999999999, true},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		AUTO(buf_done) struct buf b = {0};

		put_pcap_header(&b, false, cases[i].magic, LINK_ETHERNET);
		put_record(&b, false, (struct times){7, cases[i].fraction}, 1, 20, 20);
		AUTO(seen_free) struct seen *s = read_buf(&b);

		cr_assert_eq(s->count, 1u);
		cr_assert_eq(s->frames[0].ts_ns, 7 * SECOND + cases[i].ns);
		cr_assert_eq(s->frames[0].odds, cases[i].odd ? ODD_BIT(time_invalid) : 0);
	}
}

Test(pcap, a_frame_earlier_than_the_one_before_it_is_marked_also_across_batches)
{
	AUTO(buf_done) struct buf b = {0};

	put_pcap_header(&b, false, MAGIC_US, LINK_ETHERNET);
	for (uint32_t i = 0; i < FRAME_BATCH; i++)
		put_record(&b, false, (struct times){100, i}, i, 20, 20);
	put_record(&b, false, (struct times){100, FRAME_BATCH - 2}, 1, 20, 20);
	put_record(&b, false, (struct times){100, FRAME_BATCH - 2}, 1, 20, 20);
	put_record(&b, false, (struct times){99, 999999}, 1, 20, 20);
	AUTO(seen_free) struct seen *s = read_buf(&b);

	cr_assert_eq(s->count, FRAME_BATCH + 3u);
	for (size_t i = 0; i < FRAME_BATCH; i++)
		cr_assert_eq(s->frames[i].odds, 0u);
	cr_assert_eq(s->frames[FRAME_BATCH].odds, ODD_BIT(time_backwards));
	cr_assert_eq(s->frames[FRAME_BATCH + 1].odds, 0u);
	cr_assert_eq(s->frames[FRAME_BATCH + 2].odds, ODD_BIT(time_backwards));
}

Test(pcap, a_record_of_zero_bytes_is_a_frame_and_marked)
{
	AUTO(buf_done) struct buf b = {0};

	put_pcap_header(&b, false, MAGIC_US, LINK_ETHERNET);
	put_record(&b, false, (struct times){1, 0}, 1, 0, 0);
	put_record(&b, false, (struct times){1, 0}, 1, 0, 60);
	put_record(&b, false, (struct times){1, 0}, 1, 1, 1);
	AUTO(seen_free) struct seen *s = read_buf(&b);

	cr_assert_eq(s->count, 3u);
	cr_assert_eq(s->frames[0].odds, ODD_BIT(frame_empty));
	cr_assert_eq(s->frames[1].odds, ODD_BIT(frame_empty) | ODD_BIT(frame_snapped));
	cr_assert_eq(s->frames[2].odds, 0u);
}

Test(pcap, the_link_type_is_without_the_length_of_check_sequences)
{
	AUTO(buf_done) struct buf b = {0};

	put_pcap_header(&b, true, MAGIC_US, 0x24000000 | LINK_ETHERNET);
	put_record(&b, true, (struct times){1, 0}, 1, 60, 60);
	AUTO(seen_free) struct seen *s = read_buf(&b);

	cr_assert_eq(s->frames[0].link_type, LINK_ETHERNET);
}

/* Three records; where each one begins and ends. */
static const size_t record_ends[] = {HEADER, HEADER + RECORD + 60, HEADER + RECORD + 60 + RECORD,
	HEADER + RECORD + 60 + RECORD + RECORD + 33};

static void make_three(struct buf *b)
{
	put_pcap_header(b, false, MAGIC_US, LINK_RAW);
	put_record(b, false, (struct times){1, 0}, 1, 60, 60);
	put_record(b, false, (struct times){2, 0}, 2, 0, 0);
	put_record(b, false, (struct times){3, 0}, 3, 33, 44);
	cr_assert_eq(b->len, record_ends[3]);
}

/* What a capture of three records must give that ends after len bytes. */
static void check_prefix(const struct seen *s, size_t len)
{
	if (len < HEADER) {
		cr_assert_eq(s->r, -EINVAL);
		cr_assert_not(s->opened);
		/* Too few to have a magic: three bytes may be anything, even text. */
		const char *says = len == 0  ? "is empty"
				   : len < 4 ? "only pcap and pcapng are read"
					     : "cut off";
		cr_assert(strstr(s->e.text, says) ||
				  (len < 4 && strstr(s->e.text, "no capture file")),
			"%zu bytes: %s", len, s->e.text);
		return;
	}
	size_t whole = 0;
	while (whole < 3 && record_ends[whole + 1] <= len)
		whole++;
	size_t rest = len - record_ends[whole];
	bool has_part = rest > RECORD;

	cr_assert_eq(s->r, 0, "%zu bytes: %s", len, s->e.text);
	cr_assert_eq(s->count, whole + has_part, "%zu bytes", len);
	cr_assert_eq(s->stats.cut_off, rest > 0, "%zu bytes", len);
	if (has_part) {
		cr_assert_eq(s->frames[whole].cap_len, rest - RECORD);
		cr_assert_eq(s->frames[whole].wire_len, whole == 0 ? 60u : 44u);
		cr_assert_eq(s->frames[whole].odds, ODD_BIT(frame_truncated));
		cr_assert(has_content(
			s->frames[whole].data, (uint32_t)whole + 1, s->frames[whole].cap_len));
	}
	for (size_t i = 0; i < whole; i++)
		cr_assert_not(s->frames[i].odds & ODD_BIT(frame_truncated));
}

Test(pcap, every_prefix_gives_what_is_there_and_marks_the_record_that_is_cut_off)
{
	AUTO(buf_done) struct buf b = {0};

	make_three(&b);
	for (size_t len = 0; len <= b.len; len++) {
		AUTO(seen_free) struct seen *s = read_bytes(b.data, len);
		check_prefix(s, len);
	}
}

Test(pcap, a_limit_reads_as_if_the_file_ended_there)
{
	AUTO(buf_done) struct buf b = {0};

	make_three(&b);
	struct memory_file f = memory_file(b.data, b.len);
	for (size_t limit = 1; limit <= b.len + 1; limit++) {
		AUTO(seen_free) struct seen *s = read_capture(f.path, limit);
		check_prefix(s, limit < b.len ? limit : b.len);
	}
	close(f.fd);
}

Test(pcap, every_prefix_comes_the_same_through_a_pipe_byte_by_byte)
{
	AUTO(buf_done) struct buf b = {0};

	make_three(&b);
	for (size_t len = 0; len <= b.len; len += 7) {
		AUTO(seen_free) struct seen *s = read_stdin(b.data, len, 1);
		check_prefix(s, len);
	}
}

/* 5 MiB of records of all lengths to 3,000: many lie across the ends of the reader's buffer. */
enum { MANY = 3500 };

static void make_many(struct buf *b)
{
	put_pcap_header(b, false, MAGIC_NS, LINK_ETHERNET);
	for (uint32_t i = 0; i < MANY; i++)
		put_record(b, false, (struct times){1000 + i, i}, i, i * 7919 % 3001, 3001);
}

static void check_many(const struct seen *s)
{
	cr_assert_eq(s->r, 0, "%s", s->e.text);
	cr_assert_eq(s->count, MANY);
	for (uint32_t i = 0; i < MANY; i++) {
		cr_assert_eq(s->frames[i].ts_ns, (1000 + i) * SECOND + i);
		cr_assert_eq(s->frames[i].cap_len, i * 7919 % 3001);
		cr_assert(has_content(s->frames[i].data, i, s->frames[i].cap_len), "frame %u", i);
	}
	cr_assert_not(s->stats.cut_off);
}

Test(pcap, records_across_the_buffers_end_are_whole)
{
	AUTO(buf_done) struct buf b = {0};

	make_many(&b);
	cr_assert_gt(b.len, 5u * MIB);
	AUTO(seen_free) struct seen *s = read_buf(&b);
	check_many(s);
}

Test(pcap, standard_input_in_pieces_of_any_size_gives_the_same)
{
	static const size_t pieces[] = {997, 65536, 1 << 20};
	AUTO(buf_done) struct buf b = {0};

	make_many(&b);
	for (size_t i = 0; i < ARRAY_SIZE(pieces); i++) {
		AUTO(seen_free) struct seen *s = read_stdin(b.data, b.len, pieces[i]);
		check_many(s);
	}
}

Test(pcap, frames_larger_than_the_buffer_are_read_up_to_a_bound)
{
	static const uint32_t lengths[] = {
		65535, 65536, 262144, MIB - HEADER - RECORD, MIB, MIB + 1, 16 * MIB};

	for (size_t i = 0; i < ARRAY_SIZE(lengths); i++) {
		AUTO(buf_done) struct buf b = {0};

		put_pcap_header(&b, false, MAGIC_US, LINK_ETHERNET);
		put_record(&b, false, (struct times){1, 0}, 1, 60, 60);
		put_record(&b, false, (struct times){2, 0}, 2, lengths[i], lengths[i]);
		put_record(&b, false, (struct times){3, 0}, 3, 60, 60);
		AUTO(seen_free) struct seen *s = read_buf(&b);

		cr_assert_eq(s->r, 0, "%s", s->e.text);
		cr_assert_eq(s->count, 3u);
		cr_assert_eq(s->frames[1].cap_len, lengths[i]);
		cr_assert(has_content(s->frames[1].data, 2, lengths[i]));
		cr_assert(has_content(s->frames[2].data, 3, 60));
	}
}

Test(pcap, a_record_of_impossible_length_is_an_error_after_the_frames_before_it)
{
	static const uint32_t lengths[] = {16 * MIB + 1, 0x7fffffff, 0x80000000, 0xffffffff};

	for (size_t i = 0; i < ARRAY_SIZE(lengths); i++) {
		AUTO(buf_done) struct buf b = {0};

		put_pcap_header(&b, false, MAGIC_US, LINK_ETHERNET);
		put_record(&b, false, (struct times){1, 0}, 1, 60, 60);
		put_u64(&b, false, 2);
		put_u32(&b, false, lengths[i]);
		put_u32(&b, false, 60);
		put_content(&b, 1, 1000);
		AUTO(seen_free) struct seen *s = read_buf(&b);

		cr_assert(s->opened);
		cr_assert_eq(s->count, 1u);
		cr_assert_eq(s->r, -EBADMSG);
		cr_assert(strstr(s->e.text, "is damaged at byte 100: a frame of impossible length"),
			"%s", s->e.text);
	}
}

Test(pcap, the_place_of_a_damage_is_counted_over_all_that_was_read)
{
	AUTO(buf_done) struct buf b = {0};

	make_many(&b);
	char where[64];
	snprintf(where, sizeof(where), "is damaged at byte %zu:", b.len);
	put_u64(&b, false, 2);
	put_u64(&b, false, UINT64_MAX);
	AUTO(seen_free) struct seen *s = read_buf(&b);

	cr_assert_eq(s->count, MANY);
	cr_assert_eq(s->r, -EBADMSG);
	cr_assert(strstr(s->e.text, where), "%s", s->e.text);
}

Test(pcap, another_major_version_is_refused)
{
	AUTO(buf_done) struct buf b = {0};

	make_three(&b);
	b.data[4] = 3;
	AUTO(seen_free) struct seen *s = read_buf(&b);

	cr_assert_eq(s->r, -EINVAL);
	cr_assert(strstr(s->e.text, "pcap version 3.4 is not known"), "%s", s->e.text);
}

static void check_refused(const char *data, size_t len, const char *says)
{
	AUTO(seen_free) struct seen *s = read_bytes(data, len);

	cr_assert_not(s->opened);
	cr_assert_eq(s->r, -EINVAL);
	cr_assert(strstr(s->e.text, says), "\"%s\" does not say \"%s\"", s->e.text, says);
}

Test(foreign, files_that_are_no_captures_are_refused_by_name)
{
	static const char erf[] = "\0\0\0\0\x00\x00\x00\x60\x02\x04\x00\x20\0\0\0\x3c"
				  "1234567890123456"
				  "\0\0\0\0\x01\x00\x00\x60\x02\x04\x00\x20\0\0\0\x3c";
	static const char elf[64] = "\x7f"
				    "ELF\2\1\1";
	static const char png[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0\0\0\1\0\10\6\0\0\0";
	static const char modified[24] = "\x34\xcd\xb2\xa1";

	check_refused("", 0, "is empty");
	check_refused("snoop\0\0\0\0\0\0\2\0\0\0\4", 16, "a snoop file");
	check_refused(modified, sizeof(modified), "modified pcap");
	check_refused(erf, sizeof(erf) - 1, "an ERF file");
	check_refused("time,source,port\n1,2,3\n", 23, "is text");
	check_refused("定点\n", 7, "is text");
	check_refused(elf, sizeof(elf), "is no capture file");
	check_refused(png, sizeof(png) - 1, "is no capture file");
	check_refused("\0", 1, "is no capture file");
	check_refused("BZh91AY&SY\0\0", 12, "a bzip2 file");
}

Test(foreign, the_refusal_exists_in_japanese)
{
	text_set_lang(LANG_JA);
	check_refused("", 0, "は空です");
	check_refused("hello\n", 6, "テキスト");
}

Test(foreign, what_cannot_be_opened_is_said_with_its_name)
{
	struct capture *c = NULL;
	struct err e = {""}, e2 = {""};

	cr_assert_eq(capture_open("/nonexistent/x.pcap", 0, &c, &e), -ENOENT);
	cr_assert(strstr(e.text, "cannot open /nonexistent/x.pcap"));
	cr_assert_eq(capture_open("/tmp", 0, &c, &e2), -EISDIR);
	cr_assert(strstr(e2.text, "/tmp is a folder"));
	cr_assert_null(c);
}
