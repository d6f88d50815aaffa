#include "capture/capture.h"

#include "base/text.h"
#include "capture/format.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

static const struct capture_format *const formats[] = {&format_pcap, &format_pcapng};

enum {
	MAGIC_BYTES = 4,
	/* What other files are shows within these (the magic of tar is the farthest). */
	LOOK_BYTES = 512,
};

/* Damaged compression ends the file where it lies: what was good is kept. */
static int fill(struct capture *c, size_t want, struct err *e)
{
	int r = window_fill(&c->window, want, &c->damage);

	if (r == -EBADMSG) {
		c->stats.cut_off = true;
		c->stats.damage = c->damage.text;
		return 0;
	}
	return r < 0 ? err_set(e, -r, "%s", c->damage.text) : 0;
}

int format_damaged(const struct capture *c, const char *how, struct err *e)
{
	return err_set(e, EBADMSG,
		TR("%s is damaged at byte %" PRIu64 ": %s",
			"%s はバイト %" PRIu64 " の位置で壊れています: %s"),
		c->name, window_position(&c->window), how);
}

static const struct capture_format *find_format(const uint8_t *head, size_t len)
{
	for (size_t i = 0; len >= MAGIC_BYTES && i < ARRAY_SIZE(formats); i++)
		if (formats[i]->is(head))
			return formats[i];
	return NULL;
}

static int recognise(struct capture *c, struct err *e)
{
	struct window *w = &c->window;

	while (!w->ended && window_left(w) < LOOK_BYTES) {
		int r = fill(c, LOOK_BYTES, e);
		if (r < 0)
			return r;
	}
	size_t len = window_left(w);
	c->format = find_format(w->data + w->at, len);
	if (c->stats.damage && len < (c->format ? c->format->head_len : LOOK_BYTES))
		return err_set(e, EBADMSG, "%s", c->stats.damage);
	if (!c->format)
		return foreign_refuse(c->name, w->data + w->at, len, e);
	c->stats.format = c->format->name;
	if (len < c->format->head_len)
		return err_set(e, EINVAL,
			TR("%s: the %s header is cut off after %zu bytes",
				"%s: %s ヘッダーが %zu バイトで切れています"),
			c->name, c->format->name, len);
	return c->format->open(c, e);
}

int capture_open(const char *path, uint64_t limit_bytes, struct capture **ret, struct err *e)
{
	AUTO(stream_close) struct stream *stream = NULL;
	AUTO(capture_close) struct capture *c = calloc(1, sizeof(*c));

	if (!c || !(c->name = strdup(strcmp(path, "-") ? path : TR("standard input", "標準入力"))))
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	int r = stream_open(path, &stream, e);
	if (r == 0)
		r = window_init(&c->window, TAKE(stream), limit_bytes, e);
	if (r == 0)
		r = recognise(c, e);
	if (r < 0)
		return r;
	*ret = TAKE(c);
	return 0;
}

static uint32_t time_odds(int64_t ts_ns, int64_t before_ns)
{
	bool in_range = ts_ns >= 0 && ts_ns <= UINT32_MAX * INT64_C(1000000000) + 999999999;

	return (in_range ? 0 : ODD_BIT(time_range)) |
	       (ts_ns < before_ns ? ODD_BIT(time_backwards) : 0);
}

static uint32_t length_odds(const struct frame *frame)
{
	if (frame->odds & ODD_BIT(frame_truncated))
		return 0;
	return (frame->cap_len == 0 ? ODD_BIT(frame_empty) : 0) |
	       (frame->wire_len > frame->cap_len ? ODD_BIT(frame_snapped) : 0);
}

/* What holds for the frames of every format. */
static void account(struct capture *c, struct frame_batch *batch)
{
	int64_t before_ns = c->stats.frames > 0 ? c->last_ns : INT64_MIN;
	uint64_t bytes = 0;

	for (size_t i = 0; i < batch->count; i++) {
		struct frame *frame = &batch->frames[i];

		frame->odds |= time_odds(frame->ts_ns, before_ns) | length_odds(frame);
		before_ns = frame->ts_ns;
		bytes += frame->cap_len;
	}
	c->last_ns = before_ns;
	c->stats.frames += batch->count;
	c->stats.bytes += bytes;
}

int capture_read(struct capture *c, struct frame_batch *batch, struct err *e)
{
	struct err trouble;

	batch->count = 0;
	trouble.text[0] = '\0';
	for (;;) {
		int r = c->format->parse(c, batch, &trouble);
		if (batch->count > 0)
			break; /* trouble shows again in the next call */
		if (r < 0)
			return err_set(e, -r, "%s", trouble.text);
		if (c->window.ended)
			return 0;
		r = fill(c, c->want, e);
		if (r < 0)
			return r;
	}
	account(c, batch);
	return (int)batch->count;
}

const struct capture_stats *capture_stats(const struct capture *c)
{
	return &c->stats;
}

const struct stream *capture_stream(const struct capture *c)
{
	return c->window.stream;
}

void capture_close(struct capture *c)
{
	if (!c)
		return;
	if (c->format && c->format->close)
		c->format->close(c);
	window_done(&c->window);
	free(c->name);
	free(c);
}
