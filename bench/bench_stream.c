/* bench_stream PACKETS FILE...: reads files decompressed, best of five runs by the process's CPU
 * time. Of two cores the reader pays only its own share: what is left for decoding. */
#include "capture/stream.h"

#include <time.h>

enum { RUNS = 5, PIECE = 1 << 20 };

struct cost {
	int64_t reader_ns, process_ns, wall_ns;
	uint64_t bytes;
};

static int64_t now_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static int read_all(const char *path, uint8_t *piece, struct cost *ret, struct err *e)
{
	AUTO(stream_close) struct stream *s = NULL;
	ssize_t n = stream_open(path, &s, e);

	if (n < 0)
		return (int)n;
	while ((n = stream_read(s, piece, PIECE, e)) > 0)
		ret->bytes += (uint64_t)n;
	return (int)n;
}

static int run(const char *path, uint8_t *piece, struct cost *ret, struct err *e)
{
	int64_t reader = now_ns(CLOCK_THREAD_CPUTIME_ID);
	int64_t process = now_ns(CLOCK_PROCESS_CPUTIME_ID);
	int64_t wall = now_ns(CLOCK_MONOTONIC);

	*ret = (struct cost){0};
	int r = read_all(path, piece, ret, e);
	ret->reader_ns = now_ns(CLOCK_THREAD_CPUTIME_ID) - reader;
	ret->process_ns = now_ns(CLOCK_PROCESS_CPUTIME_ID) - process;
	ret->wall_ns = now_ns(CLOCK_MONOTONIC) - wall;
	return r;
}

static int bench(const char *path, double packets, uint8_t *piece)
{
	struct cost best = {.process_ns = INT64_MAX};
	struct err e = {""};

	for (int i = 0; i < RUNS; i++) {
		struct cost cost;

		if (run(path, piece, &cost, &e) < 0) {
			fprintf(stderr, "%s\n", e.text);
			return 1;
		}
		if (cost.process_ns < best.process_ns)
			best = cost;
	}
	printf("%s: process %.1f, reader %.1f, wall %.1f ns/packet; %.0f MB/s of CPU\n", path,
		(double)best.process_ns / packets, (double)best.reader_ns / packets,
		(double)best.wall_ns / packets,
		(double)best.bytes * 1000 / (double)best.process_ns);
	return 0;
}

int main(int argc, char **argv)
{
	AUTO(free) uint8_t *piece = malloc(PIECE);
	double packets = argc > 2 ? strtod(argv[1], NULL) : 0;
	int failed = argc < 3 || packets < 1 || !piece;

	if (failed)
		fprintf(stderr, "usage: bench_stream PACKETS FILE...\n");
	for (int i = 2; i < argc && piece && packets >= 1; i++)
		failed |= bench(argv[i], packets, piece);
	return failed;
}
