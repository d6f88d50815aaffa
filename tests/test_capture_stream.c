/* Compressed files: made by the sink, read by the stream; members, padding, ends and damage. */
#include "capture/capture.h"
#include "capture/sink.h"
#include "capture/stream.h"

#include "capture_make.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <sys/stat.h>

static const struct {
	const char *suffix, *name;
} kinds[] = {{"", "plain"}, {".gz", "gzip"}, {".zst", "zstd"}, {".xz", "xz"}, {".lz4", "lz4"}};
enum { KINDS = ARRAY_SIZE(kinds), PACKED = 1 /* the first that compresses */ };

static void read_file(const char *path, struct buf *out)
{
	AUTO(fclose) FILE *f = fopen(path, "rbe");
	char piece[4096];
	size_t n;

	cr_assert(f);
	while ((n = fread(piece, 1, sizeof(piece), f)) > 0)
		buf_add(out, piece, n);
}

/* data as the sink compresses it for that name's end. */
static void pack(size_t kind, const void *data, size_t len, struct buf *out)
{
	char folder[] = "/tmp/teiten-stream-XXXXXX";
	struct err e = {""};

	cr_assert(mkdtemp(folder));
	char path[64];
	snprintf(path, sizeof(path), "%s/x%s", folder, kinds[kind].suffix);
	AUTO(sink_close) struct sink *s = NULL;
	cr_assert_eq(sink_open(path, &s, &e), 0, "%s", e.text);
	cr_assert_eq(sink_write(s, data, len, &e), 0, "%s", e.text);
	cr_assert_eq(sink_commit(s, &e), 0, "%s", e.text);
	read_file(path, out);
	unlink(path);
	rmdir(folder);
}

/* Reads a stream whole in pieces of that size; what stream_read() said last. */
static ssize_t read_stream(const char *path, size_t piece, struct buf *out, struct err *e)
{
	AUTO(stream_close) struct stream *s = NULL;
	AUTO(free) uint8_t *data = malloc(piece);
	ssize_t n = stream_open(path, &s, e);

	if (n < 0)
		return n;
	while ((n = stream_read(s, data, piece, e)) > 0)
		buf_add(out, data, (size_t)n);
	struct err again = {""};
	cr_assert_eq(stream_read(s, data, piece, &again), n);
	return n;
}

static ssize_t read_packed(const struct buf *packed, size_t piece, struct buf *out, struct err *e)
{
	struct memory_file f = memory_file(buf_str(packed), packed->len);
	ssize_t n = read_stream(f.path, piece, out, e);

	close(f.fd);
	return n;
}

/* Words of eight bytes in no order: every kind makes less than half of it. */
static void put_data(struct buf *b, uint32_t seed, size_t len)
{
	uint32_t x = seed * 2654435761u + 1;

	for (size_t i = 0; i < len; i++) {
		if (i % 8 == 0)
			x = x * 1664525 + 1013904223;
		buf_char(b, (char)content(x >> 27, (uint32_t)i % 8));
	}
}

static void check_same(const struct buf *a, const struct buf *b)
{
	cr_assert_eq(a->len, b->len, "%zu and %zu bytes", a->len, b->len);
	cr_assert_eq(memcmp(buf_str(a), buf_str(b), a->len), 0);
}

Test(stream, what_the_sink_compresses_comes_back_in_pieces_of_any_size)
{
	static const size_t lengths[] = {0, 1, 1000, 128 * 1024, 128 * 1024 + 1, 700000};
	static const size_t pieces[] = {1000, 65536, 1 << 22};

	for (size_t kind = 0; kind < KINDS; kind++)
		for (size_t i = 0; i < ARRAY_SIZE(lengths); i++) {
			AUTO(buf_done) struct buf data = {0}, packed = {0};

			put_data(&data, (uint32_t)i, lengths[i]);
			pack(kind, buf_str(&data), data.len, &packed);
			if (kind >= PACKED && data.len > 1000)
				cr_assert_lt(packed.len, data.len / 2);
			for (size_t p = 0; p < ARRAY_SIZE(pieces); p++) {
				AUTO(buf_done) struct buf out = {0};
				struct err e = {""};
				cr_assert_eq(
					read_packed(&packed, pieces[p], &out, &e), 0, "%s", e.text);
				check_same(&out, &data);
			}
		}
}

Test(stream, the_kind_is_told_by_the_first_bytes_and_counts_what_was_read)
{
	for (size_t kind = 0; kind < KINDS; kind++) {
		AUTO(buf_done) struct buf packed = {0};
		AUTO(stream_close) struct stream *s = NULL;
		struct err e = {""};
		char out[100];

		pack(kind, "hello", 5, &packed);
		struct memory_file f = memory_file(packed.data, packed.len);
		cr_assert_eq(stream_open(f.path, &s, &e), 0);
		cr_assert_str_eq(stream_compression(s), kinds[kind].name);
		cr_assert_eq(stream_read(s, out, sizeof(out), &e), 5);
		cr_assert_eq(stream_read(s, out, sizeof(out), &e), 0);
		cr_assert_eq(stream_bytes_in(s), packed.len);
		cr_assert_eq(stream_bytes_total(s), packed.len);
		close(f.fd);
	}
}

Test(stream, standard_input_gives_the_same_byte_by_byte_and_has_no_total)
{
	for (size_t kind = 0; kind < KINDS; kind++) {
		AUTO(buf_done) struct buf data = {0}, packed = {0}, out = {0};
		AUTO(stream_close) struct stream *s = NULL;
		struct err e = {""};
		char piece[512];
		ssize_t n;

		put_data(&data, 1, 2000);
		pack(kind, data.data, data.len, &packed);
		pid_t child = feed_stdin(packed.data, packed.len, 1);
		cr_assert_eq(stream_open("-", &s, &e), 0);
		cr_assert_str_eq(stream_compression(s), kinds[kind].name);
		cr_assert_eq(stream_bytes_total(s), 0u);
		while ((n = stream_read(s, piece, sizeof(piece), &e)) > 0)
			buf_add(&out, piece, (size_t)n);
		cr_assert_eq(n, 0, "%s", e.text);
		check_same(&out, &data);
		waitpid(child, NULL, 0);
	}
}

Test(stream, members_in_a_row_with_zero_padding_are_one_stream)
{
	for (size_t kind = PACKED; kind < KINDS; kind++) {
		AUTO(buf_done) struct buf data = {0}, packed = {0}, out = {0};
		struct err e = {""};

		for (uint32_t i = 0; i < 5; i++) {
			AUTO(buf_done) struct buf part = {0};

			/* The third is empty. */
			put_data(&part, i, i == 2 ? 0 : 100000 * i + 1);
			buf_add(&data, buf_str(&part), part.len);
			pack(kind, buf_str(&part), part.len, &packed);
			if (i % 2)
				buf_add(&packed, "\0\0\0\0\0\0\0\0", 8);
		}
		cr_assert_eq(read_packed(&packed, 65536, &out, &e), 0, "%s: %s", kinds[kind].name,
			e.text);
		check_same(&out, &data);
	}
}

Test(stream, skippable_frames_before_between_and_behind_are_skipped)
{
	static const size_t with_them[] = {2, 4}; /* zstd, lz4 */
	static const char skip[] = "\x5a\x2a\x4d\x18\x05\x00\x00\x00"
				   "12345";

	for (size_t i = 0; i < ARRAY_SIZE(with_them); i++) {
		size_t kind = with_them[i];
		AUTO(buf_done) struct buf data = {0}, packed = {0}, out = {0};
		struct err e = {""};

		put_data(&data, 1, 10000);
		buf_add(&packed, skip, 13);
		buf_add(&packed, skip, 13);
		pack(kind, data.data, 5000, &packed);
		buf_add(&packed, skip, 13);
		pack(kind, data.data + 5000, 5000, &packed);
		buf_add(&packed, skip, 13);
		cr_assert_eq(read_packed(&packed, 65536, &out, &e), 0, "%s: %s", kinds[kind].name,
			e.text);
		check_same(&out, &data);
	}
}

Test(stream, a_skippable_frame_in_front_is_looked_over_on_a_pipe_too)
{
	AUTO(buf_done) struct buf packed = {0};
	AUTO(stream_close) struct stream *s = NULL;
	struct err e = {""};
	char out[100];

	buf_add(&packed, "\x50\x2a\x4d\x18\x03\0\0\0abc", 11);
	pack(4, "hello", 5, &packed);
	int ends[2];
	cr_assert_eq(pipe(ends), 0);
	/* Less than the skippable frame's header is there when the stream is opened. */
	cr_assert_eq(write(ends[1], packed.data, 6), 6);
	pid_t child = fork();
	if (child == 0) {
		usleep(50000);
		_exit(write(ends[1], packed.data + 6, packed.len - 6) < 0);
	}
	close(ends[1]);
	dup2(ends[0], STDIN_FILENO);
	cr_assert_eq(stream_open("-", &s, &e), 0);
	cr_assert_str_eq(stream_compression(s), "lz4");
	cr_assert_eq(stream_read(s, out, sizeof(out), &e), 5, "%s", e.text);
	waitpid(child, NULL, 0);
}

Test(stream, what_is_there_is_given_without_waiting_for_more, .timeout = 10)
{
	for (size_t kind = PACKED; kind < KINDS; kind++) {
		AUTO(buf_done) struct buf packed = {0};
		AUTO(stream_close) struct stream *s = NULL;
		struct err e = {""};
		char out[100];
		int ends[2];

		pack(kind, "hello", 5, &packed);
		cr_assert_eq(pipe(ends), 0);
		cr_assert_eq(write(ends[1], packed.data, packed.len), (ssize_t)packed.len);
		dup2(ends[0], STDIN_FILENO);
		cr_assert_eq(stream_open("-", &s, &e), 0);
		cr_assert_eq(stream_read(s, out, sizeof(out), &e), 5, "%s", e.text);
		close(ends[0]);
		close(ends[1]);
	}
}

Test(stream, every_prefix_of_a_compressed_stream_gives_a_prefix_and_then_says_that_it_is_cut_off)
{
	for (size_t kind = PACKED; kind < KINDS; kind++) {
		AUTO(buf_done) struct buf data = {0}, packed = {0};

		put_data(&data, 1, 1500);
		pack(kind, data.data, data.len, &packed);
		for (size_t len = 6; len <= packed.len; len++) {
			AUTO(buf_done) struct buf part = {0}, out = {0};
			struct err e = {""};

			buf_add(&part, packed.data, len);
			ssize_t n = read_packed(&part, 65536, &out, &e);
			cr_assert_eq(n, len == packed.len ? 0 : -EBADMSG, "%s, %zu of %zu: %s",
				kinds[kind].name, len, packed.len, e.text);
			cr_assert_leq(out.len, data.len);
			cr_assert_eq(memcmp(buf_str(&out), data.data, out.len), 0);
			if (n < 0)
				cr_assert(strstr(e.text, "cut off"), "%s", e.text);
		}
	}
}

Test(stream, damage_in_the_middle_gives_what_was_before_it_and_then_an_error)
{
	for (size_t kind = PACKED; kind < KINDS; kind++) {
		AUTO(buf_done) struct buf data = {0}, packed = {0}, out = {0};
		struct err e = {""};

		put_data(&data, 1, 2 << 20);
		pack(kind, data.data, data.len, &packed);
		memset(packed.data + packed.len / 2, 0xff, 2000);
		cr_assert_eq(
			read_packed(&packed, 1 << 20, &out, &e), -EBADMSG, "%s", kinds[kind].name);
		cr_assert(strstr(e.text, kinds[kind].name) &&
				  strstr(e.text, "compression cannot be read after"),
			"%s", e.text);
		/* Some garbage may come before a decompressor sees the damage. */
		size_t same = 0;
		while (same < out.len && out.data[same] == data.data[same])
			same++;
		cr_assert_gt(same, data.len * 2 / 5, "%s: %zu", kinds[kind].name, same);
	}
}

Test(stream, a_wrong_checksum_is_an_error_after_all_bytes)
{
	for (size_t kind = PACKED; kind < KINDS; kind++) {
		AUTO(buf_done) struct buf data = {0}, packed = {0}, out = {0};
		struct err e = {""};

		put_data(&data, 1, 1000);
		pack(kind, data.data, data.len, &packed);
		/* gzip ends with checksum and length, zstd and lz4 with the checksum, xz with the
		 * footer's magic. */
		packed.data[packed.len - (kind == 1 ? 8 : 1)] ^= 1;
		cr_assert_eq(
			read_packed(&packed, 65536, &out, &e), -EBADMSG, "%s", kinds[kind].name);
		check_same(&out, &data);
	}
}

Test(stream, garbage_behind_a_compressed_stream_is_an_error_after_all_bytes)
{
	for (size_t kind = PACKED; kind < KINDS; kind++) {
		AUTO(buf_done) struct buf data = {0}, packed = {0}, out = {0};
		struct err e = {""};

		put_data(&data, 1, 1000);
		pack(kind, data.data, data.len, &packed);
		buf_text(&packed, "garbage, and more than a header of it");
		cr_assert_eq(
			read_packed(&packed, 65536, &out, &e), -EBADMSG, "%s", kinds[kind].name);
		check_same(&out, &data);
	}
}

enum { RECORDS = 20000 };

static void make_capture(struct buf *b)
{
	put_pcap_header(b, false, MAGIC_US, LINK_ETHERNET);
	for (uint32_t i = 0; i < RECORDS; i++)
		put_record(b, false, (struct times){1000 + i, 0}, i, 60 + i % 100, 60 + i % 100);
}

Test(compressed_capture, every_compression_gives_the_same_frames)
{
	AUTO(buf_done) struct buf b = {0};

	make_capture(&b);
	AUTO(seen_free) struct seen *plain = read_buf(&b);
	for (size_t kind = PACKED; kind < KINDS; kind++) {
		AUTO(buf_done) struct buf packed = {0};

		pack(kind, b.data, b.len, &packed);
		AUTO(seen_free) struct seen *s = read_buf(&packed);
		cr_assert_eq(s->r, 0, "%s", s->e.text);
		cr_assert_eq(s->count, RECORDS);
		check_same(&s->bytes, &plain->bytes);
		cr_assert_not(s->stats.cut_off);
		cr_assert_null(s->stats.damage);
	}
}

Test(compressed_capture, damaged_compression_ends_the_capture_after_the_frames_before_it)
{
	AUTO(buf_done) struct buf b = {0};

	make_capture(&b);
	for (size_t kind = PACKED; kind < KINDS; kind++) {
		AUTO(buf_done) struct buf packed = {0};

		pack(kind, b.data, b.len, &packed);
		memset(packed.data + packed.len * 3 / 4, 0xff, 100);
		AUTO(seen_free) struct seen *s = read_buf(&packed);
		cr_assert(s->opened, "%s", s->e.text);
		/* The garbage before the damage is seen may look like an impossible frame first. */
		cr_assert(s->r == -EBADMSG ||
				  (s->stats.cut_off && strstr(s->damage, kinds[kind].name)),
			"%s: %s", kinds[kind].name, s->damage);
		cr_assert_gt(s->count, RECORDS / 4, "%s: %zu", kinds[kind].name, s->count);
		for (uint32_t i = 0; i < SEEN_MAX; i++)
			cr_assert(has_content(s->frames[i].data, i, s->frames[i].cap_len));
	}
}

Test(compressed_capture, cut_off_compression_ends_the_capture_inside_a_marked_frame)
{
	AUTO(buf_done) struct buf b = {0};

	make_capture(&b);
	for (size_t kind = PACKED; kind < KINDS; kind++) {
		AUTO(buf_done) struct buf packed = {0};

		pack(kind, b.data, b.len, &packed);
		AUTO(seen_free) struct seen *s = read_bytes(packed.data, packed.len - 1);
		cr_assert_eq(s->r, 0, "%s", s->e.text);
		cr_assert_eq(s->count, RECORDS);
		cr_assert(s->stats.cut_off);
		cr_assert(strstr(s->damage, "cut off"), "%s", s->damage);
	}
}

Test(compressed_capture, compression_damaged_from_the_start_is_refused_with_its_line)
{
	static const char *const starts[] = {"\x1f\x8b\x07garbage",
		"\x28\xb5\x2f\xfd\xff\xff\xff\xff",
		("\xfd"
		 "7zXZ\0\xff\xff\xff\xff"),
		"\x04\x22\x4d\x18\xff\xff\xff\xff"};

	for (size_t i = 0; i < ARRAY_SIZE(starts); i++) {
		AUTO(seen_free)
		struct seen *s = read_bytes(starts[i], i == 2 ? 10 : strlen(starts[i]));
		cr_assert_not(s->opened);
		cr_assert_eq(s->r, -EBADMSG, "%s", s->e.text);
		cr_assert(strstr(s->e.text, kinds[i + 1].name), "%s", s->e.text);
	}
}

Test(compressed_capture, an_empty_file_in_compression_is_said_to_be_empty)
{
	for (size_t kind = PACKED; kind < KINDS; kind++) {
		AUTO(buf_done) struct buf packed = {0};

		pack(kind, "", 0, &packed);
		AUTO(seen_free) struct seen *s = read_buf(&packed);
		cr_assert_eq(s->r, -EINVAL);
		cr_assert(strstr(s->e.text, "is empty"), "%s", s->e.text);
	}
}

Test(compressed_capture, a_limit_counts_decompressed_bytes)
{
	AUTO(buf_done) struct buf b = {0};

	make_capture(&b);
	for (size_t kind = 0; kind < KINDS; kind++) {
		AUTO(buf_done) struct buf packed = {0};

		pack(kind, b.data, b.len, &packed);
		struct memory_file f = memory_file(packed.data, packed.len);
		/* Exactly the first two records of 60 and 61 bytes; then one byte more. */
		AUTO(seen_free) struct seen *two = read_capture(f.path, 24 + 16 + 60 + 16 + 61);
		AUTO(seen_free)
		struct seen *more = read_capture(f.path, 24 + 16 + 60 + 16 + 61 + 17);
		cr_assert_eq(two->count, 2u);
		cr_assert_not(two->stats.cut_off);
		cr_assert_eq(more->count, 3u);
		cr_assert_eq(more->frames[2].cap_len, 1u);
		cr_assert(more->stats.cut_off);
		cr_assert_null(more->stats.damage);
		close(f.fd);
	}
}
