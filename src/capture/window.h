/* A stretch of a stream in memory: records are parsed where they lie in it. Private to this folder. */
#pragma once

#include "base/cur.h"
#include "capture/stream.h"

struct window {
	struct stream *stream;
	uint8_t *data; /* size bytes; at <= end <= size */
	size_t size, at, end;
	uint64_t before; /* bytes of the stream before data[0] */
	uint64_t left;	 /* bytes that may still be read: the limit */
	bool ended;	 /* nothing follows end: the stream's or the limit's */
};

/* The stream is the window's from now on, also when this fails. limit 0: none. */
int window_init(struct window *w, struct stream *stream, uint64_t limit, struct err *e) MUST_USE;
void window_done(struct window *w);
/* Moves what lies from `at` on to the front, makes room for want bytes in all and reads once, so
 * that there is more behind, or ended is set. Everything that pointed into the window is void.
 * Errors are stream_read()'s and -ENOMEM. */
int window_fill(struct window *w, size_t want, struct err *e) MUST_USE;

static inline size_t window_left(const struct window *w)
{
	return w->end - w->at;
}

static inline struct cur window_cur(const struct window *w)
{
	return cur_of(w->data + w->at, w->end - w->at);
}

/* Where `at` is in the stream. */
static inline uint64_t window_position(const struct window *w)
{
	return w->before + w->at;
}
