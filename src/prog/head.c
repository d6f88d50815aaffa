#include "prog/head.h"

#include "base/text.h"
#include "capture/capture.h"
#include "capture/oddity.h"

#include <string.h>

/* The first frames of nearly every capture lie within; of the others more is read. */
enum { LOOK_BYTES = 64 << 10 };

/* FNV-1a: two heads that differ and have the same print only wait for one another. */
static uint64_t print_add(uint64_t print, const void *data, size_t len)
{
	const uint8_t *at = data;

	for (size_t i = 0; i < len; i++)
		print = (print ^ at[i]) * UINT64_C(0x100000001b3);
	return print;
}

static uint64_t print_of(const struct frame *frame)
{
	const uint32_t lengths[] = {frame->link_type, frame->cap_len, frame->wire_len};
	uint64_t print = print_add(UINT64_C(0xcbf29ce484222325), lengths, sizeof(lengths));

	return print_add(print, frame->data, frame->cap_len);
}

static void take_frames(struct head *head, const struct frame_batch *batch)
{
	for (size_t i = 0; i < batch->count && !head->has_time; i++) {
		const struct frame *frame = &batch->frames[i];

		if (!head->has_frame) {
			head->has_frame = true;
			head->frame_ns = frame->ts_ns;
			head->is_cut =
				frame->cap_len == 0 || (frame->odds & ODD_BIT(frame_truncated));
			head->print = print_of(frame);
		}
		if (frame->cap_len > 0) {
			head->has_time = true;
			head->time_ns = frame->ts_ns;
		}
	}
}

static int look(const char *path, uint64_t limit, struct frame_batch *batch, struct head *ret,
	bool *ret_all, struct err *e)
{
	AUTO(capture_close) struct capture *capture = NULL;
	struct err damage = {0}; /* told when the capture is read for good */
	int rc = capture_open(path, limit, &capture, e);

	if (rc < 0)
		return rc;
	const struct stream *stream = capture_stream(capture);
	*ret = (struct head){.format = capture_stats(capture)->format,
		.compression = stream_compression(stream),
		.bytes = stream_bytes_total(stream)};
	while (!ret->has_time && capture_read(capture, batch, &damage) > 0)
		take_frames(ret, batch);
	*ret_all = ret->has_time && !ret->is_cut;
	return 0;
}

int head_read(const char *path, struct head *ret, struct err *e)
{
	AUTO(free) struct frame_batch *batch = malloc(sizeof(*batch));
	bool all = false;
	struct err first = {0};

	if (!batch)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	int rc = look(path, LOOK_BYTES, batch, ret, &all, &first);
	return rc == 0 && all ? 0 : look(path, 0, batch, ret, &all, e);
}
