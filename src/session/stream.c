#include "session/stream.h"

#include "base/base.h"

enum { SIZE_MIN = 512 };

void stream_release(struct stream *s, struct stream_memory *m)
{
	m->used -= s->size;
	free(s->data);
	s->data = NULL;
	s->size = 0;
	s->range_count = 0;
	s->base = s->end;
}

void stream_done(struct stream *s, struct stream_memory *m)
{
	stream_release(s, m);
	*s = (struct stream){0};
}

void stream_begin(struct stream *s, struct stream_memory *m, uint32_t first)
{
	stream_done(s, m);
	s->known = true;
	s->first = first;
}

int64_t stream_position(const struct stream *s, uint32_t seq)
{
	return (int64_t)s->base + (int32_t)(seq - (s->first + (uint32_t)s->base));
}

/* Room for that many bytes from base on. */
static bool grow(struct stream *s, struct stream_memory *m, size_t want)
{
	size_t size = s->size ? s->size : SIZE_MIN;

	if (want <= s->size)
		return true;
	while (size < want)
		size *= 2;
	if (size > m->stream_bytes)
		size = m->stream_bytes;
	uint8_t *data = realloc(s->data, size);
	if (!data)
		return false;
	m->used += size - s->size;
	s->data = data;
	s->size = (uint32_t)size;
	return true;
}

/* Copies the part of in that lies in from..to; in begins at `at`. */
static void fill(struct stream *s, uint32_t from, uint32_t to, uint32_t at, struct bytes in)
{
	if (from < to)
		memcpy(s->data + from, in.data + (from - at), to - from);
}

/* Makes at..end one range with all that it meets, filling the holes between them. False: too many ranges. */
static bool merge(struct stream *s, uint32_t at, struct bytes in)
{
	uint32_t end = at + (uint32_t)in.len, hole = at;
	size_t first = 0, last;

	while (first < s->range_count && s->ranges[first].to < at)
		first++;
	for (last = first; last < s->range_count && s->ranges[last].from <= end; last++)
		;
	if (first == last && s->range_count == STREAM_RANGES)
		return false;
	struct stream_range whole = {.from = at, .to = end};
	for (size_t i = first; i < last; i++) {
		struct stream_range r = s->ranges[i];

		fill(s, hole, r.from < end ? r.from : end, at, in);
		hole = hole > r.to ? hole : r.to;
		whole.from = r.from < whole.from ? r.from : whole.from;
		whole.to = r.to > whole.to ? r.to : whole.to;
	}
	fill(s, hole, end, at, in);
	memmove(&s->ranges[first + 1], &s->ranges[last], (s->range_count - last) * sizeof(whole));
	s->ranges[first] = whole;
	s->range_count = (uint8_t)(s->range_count + first + 1 - last);
	return true;
}

static bool refuse(struct stream_memory *m, size_t len)
{
	m->refused += len;
	return false;
}

bool stream_put(struct stream *s, struct stream_memory *m, uint32_t seq, struct bytes in)
{
	int64_t at = stream_position(s, seq) - (int64_t)s->base;

	if (at < 0) { /* what was taken is not looked at again */
		if ((uint64_t)-at >= in.len)
			return (uint64_t)-at <= s->base;
		in = bytes_from(in, (size_t)-at);
		at = 0;
	}
	if ((uint64_t)at >= m->stream_bytes)
		return refuse(m, in.len);
	if (in.len > m->stream_bytes - (size_t)at) {
		refuse(m, in.len - (m->stream_bytes - (size_t)at));
		in.len = m->stream_bytes - (size_t)at;
	}
	if (!grow(s, m, (size_t)at + in.len) || !merge(s, (uint32_t)at, in))
		return refuse(m, in.len);
	if (s->base + (uint64_t)at + in.len > s->end)
		s->end = s->base + (uint64_t)at + in.len;
	return true;
}

bool stream_ack(struct stream *s, uint32_t ack)
{
	int64_t at = stream_position(s, ack);
	uint64_t sent = s->end + (s->has_fin && s->fin >= s->end);

	if (at < 0)
		return false;
	uint64_t have = (uint64_t)at < s->end ? (uint64_t)at : s->end;

	if (have > s->acked)
		s->acked = have;
	return (uint64_t)at <= sent;
}

struct bytes stream_ready(const struct stream *s)
{
	if (s->range_count == 0 || s->ranges[0].from > 0)
		return (struct bytes){0};
	return (struct bytes){.data = s->data, .len = s->ranges[0].to};
}

struct bytes stream_acked(const struct stream *s)
{
	struct bytes ready = stream_ready(s);

	return s->acked > s->base ? bytes_part(ready, 0, s->acked - s->base) : (struct bytes){0};
}

static void move(struct stream *s, uint32_t by)
{
	size_t gone = 0;

	for (size_t i = 0; i < s->range_count; i++) {
		struct stream_range r = s->ranges[i];

		if (r.to <= by)
			gone++;
		else
			s->ranges[i - gone] = (struct stream_range){r.from > by ? r.from - by : 0, r.to - by};
	}
	s->range_count = (uint8_t)(s->range_count - gone);
	if (s->range_count > 0)
		memmove(s->data, s->data + by, s->ranges[s->range_count - 1].to);
	s->base += by;
}

void stream_take(struct stream *s, size_t len)
{
	struct bytes ready = stream_ready(s);

	if (len > 0)
		move(s, (uint32_t)(len < ready.len ? len : ready.len));
}

bool stream_skip_hole(struct stream *s, bool always)
{
	if (s->range_count == 0 || s->ranges[0].from == 0)
		return false;
	if (!always && s->acked <= s->base + s->ranges[0].from)
		return false;
	move(s, s->ranges[0].from);
	s->gap = true;
	return true;
}
