#include "capture/window.h"

#include "base/text.h"

#include <errno.h>
#include <sanitizer/asan_interface.h>

/* 1 MiB stays in the second-level cache: as fast as mmap; 4 MiB measured slower. */
enum { WINDOW_SIZE = 1 << 20 };

int window_init(struct window *w, struct stream *stream, uint64_t limit, struct err *e)
{
	*w = (struct window){.stream = stream, .left = limit > 0 ? limit : UINT64_MAX};
	w->data = malloc(WINDOW_SIZE);
	if (!w->data)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	w->size = WINDOW_SIZE;
	return 0;
}

void window_done(struct window *w)
{
	free(w->data);
	stream_close(w->stream);
	*w = (struct window){0};
}

static int make_room(struct window *w, size_t want, struct err *e)
{
	size_t left = window_left(w);
	uint8_t *data = w->data;

	ASAN_UNPOISON_MEMORY_REGION(w->data, w->size);
	if (want > w->size) {
		data = malloc(want);
		if (!data)
			return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	}
	memmove(data, w->data + w->at, left);
	if (data != w->data) {
		free(w->data);
		w->data = data;
		w->size = want;
	}
	w->before += w->at;
	w->at = 0;
	w->end = left;
	return 0;
}

int window_fill(struct window *w, size_t want, struct err *e)
{
	int r = make_room(w, want, e);
	if (r < 0)
		return r;
	size_t room = w->size - w->end;
	if (room > w->left)
		room = (size_t)w->left;
	ssize_t n = room > 0 ? stream_read(w->stream, w->data + w->end, room, e) : 0;
	if (n > 0) {
		w->end += (size_t)n;
		w->left -= (uint64_t)n;
	}
	w->ended = n <= 0;
	/* A sanitizer sees reads of what no byte of the stream has filled. */
	ASAN_POISON_MEMORY_REGION(w->data + w->end, w->size - w->end);
	return n < 0 ? (int)n : 0;
}
