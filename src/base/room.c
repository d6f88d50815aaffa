#include "base/room.h"

#include "base/lazy.h"

#include <errno.h>

enum { LINE = 64 };

int room_begin(struct room *r, size_t bytes)
{
	r->used = 0;
	if (bytes <= r->size)
		return 0;
	room_done(r);
	r->bytes = lazy_new(bytes);
	if (!r->bytes)
		return -ENOMEM;
	r->size = bytes;
	return 0;
}

void *room_take(struct room *r, size_t bytes)
{
	uint8_t *at = r->bytes ? r->bytes + r->used : NULL;

	r->used += (bytes + LINE - 1) / LINE * LINE;
	assert(!r->bytes || r->used <= r->size);
	return at;
}

void room_done(struct room *r)
{
	lazy_free(r->bytes, r->size);
	*r = (struct room){0};
}
