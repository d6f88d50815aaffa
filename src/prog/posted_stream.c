#include "prog/posted_stream.h"

#include "base/text.h"

#include <errno.h>
#include <inttypes.h>

struct posted_stream posted_stream_of(const struct inbox *box, const struct posted *row)
{
	return (struct posted_stream){.box = box, .row = row, .from = UINT64_MAX, .to = UINT64_MAX};
}

/* Where the positions of the run lie in the stream is known when they are reached. */
static void note_position(struct posted_stream *s, uint64_t sequence, uint64_t packet)
{
	const struct posted *row = s->row;

	if (s->from == UINT64_MAX &&
		(sequence > row->from_sequence || (sequence == row->from_sequence && packet >= row->from_packet)))
		s->from = s->frame;
	if (s->to == UINT64_MAX && (sequence > row->to_sequence || (sequence == row->to_sequence && packet >= row->to_packet)))
		s->to = s->frame;
}

int posted_segment_read(const struct inbox *box, const struct posted *row, uint64_t sequence, struct segment_info *ret,
	uint8_t **ret_raw, size_t *ret_len, struct err *e)
{
	char path[PATH_MAX];

	*ret_raw = NULL;
	if (!inbox_find(box, row->sensor, row->epoch, sequence, row->observed_from_s, path))
		return 0;
	int rc = segment_read_file(path, ret, NULL, ret_raw, ret_len, e);
	return rc < 0 ? rc : 1;
}

struct reading {
	struct posted_stream *stream;
	posted_take *take;
	void *context;
	struct segment_info *info;
};

static int read_segment(struct reading *r, const uint8_t *raw, size_t len, struct err *e)
{
	struct frame frame = {.link_type = r->info->link_type};
	struct posted_stream *s = r->stream;
	size_t at = 0;
	int rc = 0;

	for (uint64_t packet = 0; rc == 0 && segment_next(raw, len, &at, &frame); packet++) {
		note_position(s, r->info->head.sequence, packet);
		rc = r->take(r->context, &frame, s->frame, e);
		s->frame++;
	}
	return rc;
}

static uint64_t covers_from(const struct segment_info *info)
{
	uint64_t from = info->head.sequence;

	for (size_t i = info->tail.gap_count; i > 0; i--)
		if (info->tail.gaps[i - 1].last + 1 >= from && info->tail.gaps[i - 1].first < from)
			from = info->tail.gaps[i - 1].first;
	return from;
}

static int is_missing(const struct posted *row, uint64_t sequence, struct err *e)
{
	return err_set(e, ENOENT,
		TR("segment %s-%" PRIu64 " of %s is neither in inbox nor in archive",
			"セグメント %1$s-%2$" PRIu64 "（%3$s）が inbox にも archive にもありません"),
		row->epoch, sequence, row->sensor);
}

/* Numbers without a file are those that a later segment speaks for. */
static int read_all(struct reading *r, struct err *e)
{
	const struct posted_stream *s = r->stream;
	uint64_t next = s->row->read_from;

	for (uint64_t sequence = next; sequence <= s->row->read_to; sequence++) {
		AUTO(free) uint8_t *raw = NULL;
		size_t len;
		int rc = posted_segment_read(s->box, s->row, sequence, r->info, &raw, &len, e);

		if (rc < 0)
			return rc;
		if (rc == 0)
			continue;
		if (sequence > next && covers_from(r->info) > next)
			return is_missing(s->row, next, e);
		rc = read_segment(r, raw, len, e);
		if (rc < 0)
			return rc;
		next = sequence + 1;
	}
	return next > s->row->read_to ? 0 : is_missing(s->row, next, e);
}

int posted_stream_read(struct posted_stream *s, posted_take *take, void *context, struct err *e)
{
	AUTO(free) struct segment_info *info = malloc(sizeof(*info));
	struct reading r = {.stream = s, .take = take, .context = context, .info = info};

	if (!info)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	return read_all(&r, e);
}
