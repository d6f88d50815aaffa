#include "prog/posted.h"

#include "capture/stream.h"

#include <string.h>

/* The head of a segment has about 500 bytes. */
enum { HEAD_BYTES = 4096 };

static size_t read_front(struct stream *stream, uint8_t *front)
{
	struct err unused = {""};
	size_t len = 0;

	for (ssize_t n = 1; n > 0 && len < HEAD_BYTES; len += n > 0 ? (size_t)n : 0)
		n = stream_read(stream, front + len, HEAD_BYTES - len, &unused);
	return len;
}

bool posted_by(const char *path, char ret[SEGMENT_SENSOR_MAX + 1])
{
	AUTO(stream_close) struct stream *stream = NULL;
	AUTO(free) struct segment_info *info = malloc(sizeof(*info));
	uint8_t front[HEAD_BYTES];
	struct err unused = {""};

	if (!info || stream_open(path, &stream, &unused) < 0 ||
		segment_parse_torn(front, read_front(stream, front), info, &unused) < 0)
		return false;
	memcpy(ret, info->head.sensor, sizeof(info->head.sensor));
	return true;
}
