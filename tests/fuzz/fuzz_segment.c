/* Any bytes as a segment: decompressed and compressed; no reads outside, and what is told adds up. */
#include "ship/segment.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct segment_info info;

static void check_packets(const uint8_t *raw, size_t size)
{
	struct frame frame = {0};
	uint64_t packets = 0, bytes = 0;
	size_t at = 0;

	while (segment_next(raw, size, &at, &frame)) {
		packets++;
		bytes += frame.cap_len;
		assert(frame.data + frame.cap_len <= raw + size);
	}
	assert(packets == info.packets && bytes == info.bytes);
}

static void check_parse(const uint8_t *raw, size_t size)
{
	struct err e = {""};
	int r = segment_parse(raw, size, &info, &e);

	assert((r < 0) == (e.text[0] != '\0'));
	assert(info.whole <= size && info.bytes <= size);
	assert(r < 0 || (info.has_tail && info.whole < size && info.tail.packets == info.packets));
	assert(info.tail.gap_count <= SEGMENT_GAPS_MAX);
	if (r == 0)
		check_packets(raw, size);
	e = (struct err){""};
	r = segment_parse_torn(raw, size, &info, &e);
	assert((r < 0) == (e.text[0] != '\0'));
	assert(info.whole <= size);
	assert(r < 0 || strlen(info.head.sensor) <= SEGMENT_SENSOR_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(free) uint8_t *raw = NULL;
	size_t len = 0;
	struct err e = {""};

	check_parse(data, size);
	if (segment_unpack(data, size, &raw, &len, &e) == 0)
		check_parse(raw, len);
	return 0;
}
