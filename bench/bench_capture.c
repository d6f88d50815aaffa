/* bench_capture FILE...: CPU time of reading captures, in ns per frame, best of five runs. */
#include "capture/capture.h"

#include <inttypes.h>
#include <time.h>

enum { RUNS = 5 };

static int64_t cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

/* Reads the file once; the time it took, negative errno on failure. */
static int64_t run(
	const char *path, struct frame_batch *batch, struct capture_stats *ret_stats, struct err *e)
{
	int64_t start = cpu_ns();
	AUTO(capture_close) struct capture *c = NULL;
	int r = capture_open(path, 0, &c, e);

	if (r < 0)
		return r;
	while ((r = capture_read(c, batch, e)) > 0)
		;
	if (r < 0)
		return r;
	*ret_stats = *capture_stats(c);
	return cpu_ns() - start;
}

static int bench(const char *path)
{
	AUTO(free) struct frame_batch *batch = malloc(sizeof(*batch));
	struct capture_stats stats;
	struct err e = {""};
	int64_t best = INT64_MAX;

	if (!batch)
		return 1;
	for (int i = 0; i < RUNS; i++) {
		int64_t ns = run(path, batch, &stats, &e);

		if (ns < 0) {
			fprintf(stderr, "%s\n", e.text);
			return 1;
		}
		if (ns < best)
			best = ns;
	}
	printf("%s: %" PRIu64 " frames, %.1f ns/frame, %.0f MB/s\n", path, stats.frames,
		(double)best / (double)(stats.frames ? stats.frames : 1),
		(double)stats.bytes * 1000 / (double)best);
	return 0;
}

int main(int argc, char **argv)
{
	int failed = argc < 2;

	for (int i = 1; i < argc; i++)
		failed |= bench(argv[i]);
	return failed;
}
