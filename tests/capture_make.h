/* Captures made byte by byte, files in memory and a reader of whole captures, for the tests of
 * src/capture. */
#pragma once

#include "base/buf.h"
#include "capture/capture.h"
#include "capture/oddity.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>

static inline void put_u16(struct buf *b, bool big, uint16_t v)
{
	uint8_t bytes[2] = {(uint8_t)(v >> 8), (uint8_t)v};

	if (!big)
		bytes[0] = (uint8_t)v, bytes[1] = (uint8_t)(v >> 8);
	buf_add(b, bytes, 2);
}

static inline void put_u32(struct buf *b, bool big, uint32_t v)
{
	put_u16(b, big, (uint16_t)(big ? v >> 16 : v));
	put_u16(b, big, (uint16_t)(big ? v : v >> 16));
}

static inline void put_u64(struct buf *b, bool big, uint64_t v)
{
	put_u32(b, big, (uint32_t)(big ? v >> 32 : v));
	put_u32(b, big, (uint32_t)(big ? v : v >> 32));
}

enum { MAGIC_US = 0xa1b2c3d4, MAGIC_NS = 0xa1b23c4d };

static inline void put_pcap_header(struct buf *b, bool big, uint32_t magic, uint32_t link)
{
	put_u32(b, big, magic);
	put_u16(b, big, 2);
	put_u16(b, big, 4);
	put_u64(b, big, 0);
	put_u32(b, big, 262144);
	put_u32(b, big, link);
}

/* The contents of a frame: no two records of a test have the same. */
static inline uint8_t content(uint32_t seed, uint32_t i)
{
	return (uint8_t)(seed * 131 + i * 7 + (i >> 8));
}

static inline void put_content(struct buf *b, uint32_t seed, uint32_t len)
{
	for (uint32_t i = 0; i < len; i++)
		buf_char(b, (char)content(seed, i));
}

static inline bool has_content(const uint8_t *data, uint32_t seed, uint32_t len)
{
	for (uint32_t i = 0; i < len; i++)
		if (data[i] != content(seed, i))
			return false;
	return true;
}

struct times {
	uint32_t s, fraction;
};

static inline void put_record(
	struct buf *b, bool big, struct times t, uint32_t seed, uint32_t cap_len, uint32_t wire_len)
{
	put_u32(b, big, t.s);
	put_u32(b, big, t.fraction);
	put_u32(b, big, cap_len);
	put_u32(b, big, wire_len);
	put_content(b, seed, cap_len);
}

/* A file in memory that open() finds under its path. Whoever made it closes fd. */
struct memory_file {
	int fd;
	char path[64];
};

static inline struct memory_file memory_file(const void *data, size_t len)
{
	struct memory_file f = {.fd = memfd_create("capture", MFD_CLOEXEC)};

	cr_assert_geq(f.fd, 0);
	for (size_t at = 0; at < len;) {
		ssize_t n = write(f.fd, (const char *)data + at, len - at);
		cr_assert_gt(n, 0);
		at += (size_t)n;
	}
	snprintf(f.path, sizeof(f.path), "/proc/self/fd/%d", f.fd);
	return f;
}

/* All that a capture gives. */
enum { SEEN_MAX = 4096 };
struct seen {
	int r; /* of capture_open(), else of the last capture_read() */
	bool opened;
	size_t count;		       /* of frames */
	struct frame frames[SEEN_MAX]; /* the first; data points into bytes */
	struct buf bytes;
	struct capture_stats stats;
	char damage[256];
	struct err e;
};

static inline void seen_free(struct seen *s)
{
	if (s)
		buf_done(&s->bytes);
	free(s);
}
AUTO_RELEASE(struct seen, seen_free);

static inline void seen_batch(struct seen *s, const struct frame_batch *batch)
{
	for (size_t i = 0; i < batch->count; i++, s->count++) {
		if (s->count < SEEN_MAX) {
			s->frames[s->count] = batch->frames[i];
			s->frames[s->count].data = (const uint8_t *)s->bytes.len;
		}
		buf_add(&s->bytes, batch->frames[i].data, batch->frames[i].cap_len);
	}
}

static inline struct seen *read_capture(const char *path, uint64_t limit)
{
	AUTO(capture_close) struct capture *c = NULL;
	AUTO(free) struct frame_batch *batch = malloc(sizeof(*batch));
	struct seen *s = calloc(1, sizeof(*s));

	cr_assert(s && batch);
	s->r = capture_open(path, limit, &c, &s->e);
	if (s->r < 0)
		return s;
	s->opened = true;
	while ((s->r = capture_read(c, batch, &s->e)) > 0) {
		cr_assert_eq(batch->count, (size_t)s->r);
		seen_batch(s, batch);
	}
	/* What has ended stays so. */
	struct err again = {""};
	cr_assert_eq(capture_read(c, batch, &again), s->r);
	cr_assert_str_eq(again.text, s->e.text);
	s->stats = *capture_stats(c);
	if (s->stats.damage)
		snprintf(s->damage, sizeof(s->damage), "%s", s->stats.damage);
	for (size_t i = 0; i < s->count && i < SEEN_MAX; i++)
		s->frames[i].data =
			(const uint8_t *)buf_str(&s->bytes) + (uintptr_t)s->frames[i].data;
	return s;
}

static inline struct seen *read_bytes(const void *data, size_t len)
{
	struct memory_file f = memory_file(data, len);
	struct seen *s = read_capture(f.path, 0);

	close(f.fd);
	return s;
}

static inline struct seen *read_buf(const struct buf *b)
{
	return read_bytes(buf_str(b), b->len);
}

/* Makes data standard input, through a pipe that a child fills in pieces of that size. */
static inline pid_t feed_stdin(const void *data, size_t len, size_t piece)
{
	int ends[2];

	cr_assert_eq(pipe(ends), 0);
	pid_t child = fork();
	cr_assert_geq(child, 0);
	if (child == 0) {
		for (size_t at = 0; at < len; at += piece) {
			size_t n = len - at < piece ? len - at : piece;
			if (write(ends[1], (const char *)data + at, n) != (ssize_t)n)
				_exit(1);
		}
		_exit(0);
	}
	dup2(ends[0], STDIN_FILENO);
	close(ends[0]);
	close(ends[1]);
	return child;
}

static inline struct seen *read_stdin(const void *data, size_t len, size_t piece)
{
	pid_t child = feed_stdin(data, len, piece);
	struct seen *s = read_capture("-", 0);

	waitpid(child, NULL, 0);
	return s;
}
