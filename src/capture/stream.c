#include "capture/stream.h"

#include "base/text.h"
#include "capture/ahead.h"
#include "capture/cores.h"
#include "capture/unpack.h"

#include <errno.h>

struct stream {
	struct source *source;
	struct ahead *ahead; /* NULL: read in place */
};

int stream_open(const char *path, struct stream **ret, struct err *e)
{
	AUTO(source_close) struct source *source = NULL;
	int r = source_open(path, &source, e);

	if (r < 0)
		return r;
	struct stream *s = calloc(1, sizeof(*s));
	if (!s)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	s->source = TAKE(source);
	/* On one core a thread for decompression would only cost. */
	if (s->source->unpacker && have_cores() && ahead_start(s->source, &s->ahead) < 0)
		s->ahead = NULL; /* works without */
	*ret = s;
	return 0;
}

ssize_t stream_read(struct stream *s, void *data, size_t size, struct err *e)
{
	return s->ahead ? ahead_read(s->ahead, data, size, e)
			: source_read(s->source, data, size, e);
}

const char *stream_compression(const struct stream *s)
{
	return s->source->unpacker ? s->source->unpacker->name : "plain";
}

uint64_t stream_bytes_in(const struct stream *s)
{
	return atomic_load_explicit(&s->source->bytes_in, memory_order_relaxed);
}

uint64_t stream_bytes_total(const struct stream *s)
{
	return s->source->bytes_total;
}

void stream_close(struct stream *s)
{
	if (!s)
		return;
	ahead_stop(s->ahead);
	source_close(s->source);
	free(s);
}
