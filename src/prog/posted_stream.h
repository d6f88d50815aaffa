/* The packets that one run of segments was made of, in their order (prog/collected_plan.h). */
#pragma once

#include "capture/frame.h"
#include "prog/inbox.h"

struct posted_stream {
	const struct inbox *box;
	const struct posted *row; /* any of the run: what it says of the run is in each */
	uint64_t frame;		  /* number of the next in the stream */
	uint64_t from, to;	  /* those from this number on and before that one are the run's own */
};

typedef int posted_take(void *context, const struct frame *frame, uint64_t number, struct err *e);

struct posted_stream posted_stream_of(const struct inbox *box, const struct posted *row);
/* Calls take() for each packet until it fails. -ENOENT when a segment is neither in the inbox nor in the archive. */
int posted_stream_read(struct posted_stream *s, posted_take *take, void *context, struct err *e) MUST_USE;
/* Of a packet that came by now: it is the run's own, and counts in it. */
static inline bool posted_stream_has(const struct posted_stream *s, uint64_t number)
{
	return number >= s->from && number < s->to;
}
/* The segment of that number of the same epoch, observed within a day of that row. 1, and *ret_raw is owned by the caller; 0: there
 * is none of that number, since a later one speaks for it or it is gone. */
int posted_segment_read(const struct inbox *box, const struct posted *row, uint64_t sequence, struct segment_info *ret,
	uint8_t **ret_raw, size_t *ret_len, struct err *e) MUST_USE;
