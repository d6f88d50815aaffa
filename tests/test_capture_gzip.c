/* gzip files made byte by byte (RFC 1952): headers, members, trailers and what is wrong with them.
 */
#include "capture/sink.h"
#include "capture/stream.h"

#include "capture_make.h"

#include <criterion/criterion.h>

enum { FHCRC = 2, FEXTRA = 4, FNAME = 8, FCOMMENT = 16 };

static uint32_t crc32_of(const void *data, size_t len)
{
	const uint8_t *bytes = data;
	uint32_t crc = 0xffffffff;

	for (size_t i = 0; i < len; i++) {
		crc ^= bytes[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc;
}

static void put_header(struct buf *b, uint8_t flags, size_t extra_len)
{
	size_t start = b->len;

	buf_add(b, "\x1f\x8b\x08", 3);
	buf_char(b, (char)flags);
	buf_add(b, "\x11\x22\x33\x44\x00\x03", 6);
	if (flags & FEXTRA) {
		put_u16(b, false, (uint16_t)extra_len);
		put_content(b, 9, (uint32_t)extra_len);
	}
	if (flags & FNAME)
		buf_add(b, "name.pcap", sizeof("name.pcap"));
	if (flags & FCOMMENT)
		buf_add(b, "a comment", sizeof("a comment"));
	if (flags & FHCRC)
		put_u16(b, false, (uint16_t)crc32_of(b->data + start, b->len - start));
}

/* As stored blocks, the last of them empty. */
static void put_body(struct buf *b, const char *data, size_t len)
{
	for (size_t at = 0; at < len; at += 60000) {
		uint16_t n = (uint16_t)(len - at < 60000 ? len - at : 60000);

		buf_char(b, 0);
		put_u16(b, false, n);
		put_u16(b, false, (uint16_t)~n);
		buf_add(b, data + at, n);
	}
	buf_add(b, "\x01\x00\x00\xff\xff", 5);
}

static void put_member(struct buf *b, uint8_t flags, const char *data, size_t len)
{
	put_header(b, flags, 300);
	put_body(b, data, len);
	put_u32(b, false, crc32_of(data, len));
	put_u32(b, false, (uint32_t)len);
}

static ssize_t read_path(const char *path, struct buf *out, struct err *e)
{
	AUTO(stream_close) struct stream *s = NULL;
	ssize_t n = stream_open(path, &s, e);
	char piece[1000];

	if (n < 0)
		return n;
	while ((n = stream_read(s, piece, sizeof(piece), e)) > 0)
		buf_add(out, piece, (size_t)n);
	return n;
}

static ssize_t read_file(const struct buf *b, struct buf *out, struct err *e)
{
	struct memory_file f = memory_file(b->data, b->len);
	ssize_t n = read_path(f.path, out, e);

	close(f.fd);
	return n;
}

/* What the file gives, and that it then says why. why NULL: that it is whole. */
static void check(const struct buf *b, const char *text, size_t len, const char *why)
{
	AUTO(buf_done) struct buf out = {0};
	struct err e = {""};
	ssize_t n = read_file(b, &out, &e);

	cr_assert_eq(n, why ? -EBADMSG : 0, "%s", e.text);
	cr_assert_eq(out.len, len, "%zu bytes", out.len);
	cr_assert_eq(memcmp(buf_str(&out), text, len), 0);
	if (why)
		cr_assert(strstr(e.text, why), "%s", e.text);
}

Test(gzip, every_optional_header_field_is_read_over_however_it_arrives)
{
	for (uint8_t flags = 0; flags < 32; flags++) {
		AUTO(buf_done) struct buf b = {0}, out = {0};
		struct err e = {""};

		put_member(&b, flags, "hello", 5);
		check(&b, "hello", 5, NULL);
		pid_t child = feed_stdin(b.data, b.len, 1);
		cr_assert_eq(read_path("-", &out, &e), 0, "flags %d: %s", flags, e.text);
		cr_assert_str_eq(buf_str(&out), "hello");
		waitpid(child, NULL, 0);
	}
}

Test(gzip, the_longest_extra_field_is_read_over)
{
	AUTO(buf_done) struct buf b = {0};

	put_header(&b, FEXTRA | FHCRC, 65535);
	put_body(&b, "hello", 5);
	put_u32(&b, false, crc32_of("hello", 5));
	put_u32(&b, false, 5);
	check(&b, "hello", 5, NULL);
}

Test(gzip, a_wrong_header_is_refused_with_its_reason)
{
	AUTO(buf_done) struct buf checksum = {0}, method = {0}, flags = {0};

	put_member(&checksum, FHCRC | FNAME, "hello", 5);
	checksum.data[12] ^= 1;
	check(&checksum, "", 0, "wrong checksum");
	put_member(&method, 0, "hello", 5);
	method.data[2] = 7;
	check(&method, "", 0, "unknown compression method");
	put_member(&flags, 0x20, "hello", 5);
	check(&flags, "", 0, "unknown compression method");
}

Test(gzip, a_wrong_trailer_is_said_after_all_bytes)
{
	for (size_t back = 1; back <= 8; back++) {
		AUTO(buf_done) struct buf b = {0};

		put_member(&b, 0, "hello", 5);
		b.data[b.len - back] ^= 0x10;
		put_member(&b, 0, "more", 4);
		check(&b, "hello", 5, "wrong checksum or length");
	}
}

/* The length in the trailer is of 32 bits: 4 GiB and 5 bytes are 5. */
Test(gzip, the_trailers_length_wraps_at_four_gibibytes, .timeout = 100)
{
	enum { MIB = 1 << 20 };
	char folder[] = "/tmp/teiten-gzip-XXXXXX", path[64];
	AUTO(free) char *zeros = calloc(1, MIB);
	AUTO(stream_close) struct stream *s = NULL;
	AUTO(sink_close) struct sink *to = NULL;
	struct err e = {""};
	uint64_t len = 0;
	ssize_t n;

	cr_assert(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/x.gz", folder);
	cr_assert_eq(sink_open(path, &to, &e), 0);
	for (size_t i = 0; i < 4096; i++)
		cr_assert_eq(sink_write(to, zeros, MIB, &e), 0);
	cr_assert_eq(sink_write(to, zeros, 5, &e), 0);
	cr_assert_eq(sink_commit(to, &e), 0, "%s", e.text);
	cr_assert_eq(stream_open(path, &s, &e), 0);
	while ((n = stream_read(s, zeros, MIB, &e)) > 0)
		len += (uint64_t)n;
	cr_assert_eq(n, 0, "%s", e.text);
	cr_assert_eq(len, (UINT64_C(1) << 32) + 5);
	unlink(path);
	rmdir(folder);
}

Test(gzip, an_empty_member_alone_and_between_others_gives_nothing)
{
	AUTO(buf_done) struct buf alone = {0}, between = {0};

	put_member(&alone, 0, "", 0);
	check(&alone, "", 0, NULL);
	put_member(&between, 0, "one", 3);
	put_member(&between, FNAME, "", 0);
	put_member(&between, 0, "two", 3);
	check(&between, "onetwo", 6, NULL);
}

/* bgzip writes a member with an extra field for every 64 KiB at most, and an empty one at the end.
 */
Test(gzip, thousands_of_small_members_are_one_stream)
{
	AUTO(buf_done) struct buf b = {0}, plain = {0};

	for (uint32_t i = 0; i < 3000; i++) {
		size_t start = plain.len;

		put_content(&plain, i, i % 200);
		put_member(&b, FEXTRA, buf_str(&plain) + start, plain.len - start);
	}
	put_member(&b, FEXTRA, "", 0);
	check(&b, buf_str(&plain), plain.len, NULL);
}

Test(gzip, what_lies_behind_a_member_is_padding_only_when_it_is_zero)
{
	static const char *const garbage[] = {"g", "\x1f", "\x1f\x8b",
		"\x1fg, longer than any header", "\x8b\x1f", "garbage, longer than any header"};

	for (size_t i = 0; i < ARRAY_SIZE(garbage); i++) {
		AUTO(buf_done) struct buf b = {0};

		put_member(&b, 0, "hello", 5);
		buf_add(&b, "\0\0\0", 3);
		check(&b, "hello", 5, NULL);
		buf_text(&b, garbage[i]);
		/* One that can still become a header is cut off. */
		check(&b, "hello", 5, i == 1 || i == 2 ? "cut off" : "no gzip header");
	}
}

Test(gzip, every_prefix_of_every_kind_of_header_gives_what_it_has_and_is_cut_off)
{
	AUTO(buf_done) struct buf b = {0};

	put_member(&b, FHCRC | FEXTRA | FNAME | FCOMMENT, "hello", 5);
	put_member(&b, FNAME, "world", 5);
	for (size_t len = 2; len < b.len; len++) {
		AUTO(buf_done) struct buf part = {0}, out = {0};
		struct err e = {""};

		buf_add(&part, b.data, len);
		ssize_t n = read_file(&part, &out, &e);
		cr_assert(n == -EBADMSG || (n == 0 && out.len == 5), "%zu: %s", len, e.text);
		if (n < 0)
			cr_assert(strstr(e.text, "cut off"), "%zu: %s", len, e.text);
		cr_assert_eq(memcmp(buf_str(&out), "helloworld", out.len), 0);
	}
}

Test(gzip, a_block_whose_length_contradicts_itself_is_damage_after_what_came_before)
{
	AUTO(buf_done) struct buf b = {0};

	put_header(&b, 0, 0);
	put_body(&b, "hello", 5);
	b.data[b.len - 1] ^= 1;
	check(&b, "hello", 5, "corrupt data");
}

/* A static block: the literal 'a', then a length of 258 from 4 bytes back, of which one is there.
 * Enough behind it for the decompressor's fast loop. */
Test(gzip, a_distance_before_the_start_is_damage_and_nothing_of_it_is_given)
{
	static const char zeros[100];
	AUTO(buf_done) struct buf b = {0};

	put_header(&b, 0, 0);
	buf_add(&b, "\x4b\x1c\xc5", 3);
	buf_add(&b, zeros, sizeof(zeros));
	check(&b, "a", 1, "too far back");
}

/* Packed by the sink; then a bit of its middle flipped. */
Test(gzip, a_damaged_stream_gives_the_same_bytes_however_it_is_read)
{
	AUTO(buf_done) struct buf plain = {0};
	AUTO(sink_close) struct sink *to = NULL;
	char path[] = "/tmp/teiten-gzip-XXXXXX.gz";
	struct err e = {""};

	int fd = mkstemps(path, 3);
	cr_assert_geq(fd, 0);
	for (uint32_t i = 0; i < 3000; i++)
		put_content(&plain, i * i % 251, 40 + i % 60);
	cr_assert_eq(sink_open(path, &to, &e), 0);
	cr_assert_eq(sink_write(to, plain.data, plain.len, &e), 0);
	cr_assert_eq(sink_commit(to, &e), 0);
	close(fd);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	AUTO(free) char *bytes = malloc(plain.len + 1000);
	size_t len = (size_t)read(fd, bytes, plain.len + 1000);
	close(fd);
	unlink(path);
	for (size_t at = 100; at < len - 8; at += len / 40) {
		AUTO(buf_done) struct buf whole = {0}, pieces = {0};
		struct err e1 = {""}, e2 = {""};
		struct memory_file f;

		bytes[at] ^= 0x20;
		f = memory_file(bytes, len);
		cr_assert_eq(read_path(f.path, &whole, &e1), -EBADMSG);
		close(f.fd);
		pid_t child = feed_stdin(bytes, len, 1 + at % 97);
		cr_assert_eq(read_path("-", &pieces, &e2), -EBADMSG);
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
		bytes[at] ^= 0x20;
		cr_assert_eq(whole.len, pieces.len, "%zu: %zu %zu", at, whole.len, pieces.len);
		cr_assert_eq(memcmp(buf_str(&whole), buf_str(&pieces), whole.len), 0);
	}
}
