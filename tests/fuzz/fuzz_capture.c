/* Any bytes as a capture file: no reads outside, and what is given adds up. */
#include "capture/capture.h"

#include "capture/oddity.h"

#include <assert.h>
#include <sys/mman.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A small file can decompress to gigabytes. */
enum { BYTES_MAX = 4 << 20 };

static struct frame_batch batch;

static uint64_t sum_bytes(const struct frame *frame)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < frame->cap_len; i++)
		sum += frame->data[i];
	return sum;
}

static void read_all(struct capture *c)
{
	struct err e = {""};
	uint64_t frames = 0, bytes = 0, truncated = 0, sum = 0;
	int r;

	while ((r = capture_read(c, &batch, &e)) > 0) {
		assert(batch.count == (size_t)r);
		for (size_t i = 0; i < batch.count; i++) {
			sum += sum_bytes(&batch.frames[i]);
			bytes += batch.frames[i].cap_len;
			truncated += !!(batch.frames[i].odds & ODD_BIT(frame_truncated));
		}
		frames += batch.count;
	}
	assert((r < 0) == (e.text[0] != '\0'));
	assert(sum <= bytes * UINT8_MAX && truncated <= frames);
	assert(capture_stats(c)->frames == frames);
	assert(capture_stats(c)->bytes == bytes);
	assert(bytes <= BYTES_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(capture_close) struct capture *c = NULL;
	AUTO(close) int fd = memfd_create("fuzz", MFD_CLOEXEC);
	struct err e = {""};
	char path[64];

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (capture_open(path, BYTES_MAX, &c, &e) == 0)
		read_all(c);
	else
		assert(e.text[0] != '\0');
	return 0;
}
