/* Decompression and compression on threads of their own: they come and go with the stream and the
 * sink, whatever those do. */
#include "base/buf.h"
#include "capture/sink.h"
#include "capture/stream.h"

#include "capture_make.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <time.h>

static const char *const suffixes[] = {".gz", ".zst", ".xz", ".lz4"};
enum { MIB = 1 << 20 };

static size_t count_threads(void)
{
	DIR *folder = opendir("/proc/self/task");
	size_t n = 0;

	cr_assert(folder);
	for (struct dirent *entry; (entry = readdir(folder));)
		n += entry->d_name[0] != '.';
	closedir(folder);
	return n;
}

/* A thread that was joined may still be listed for a moment. */
static void check_threads(size_t wanted)
{
	for (int i = 0; i < 1000 && count_threads() != wanted; i++)
		usleep(1000);
	cr_assert_eq(count_threads(), wanted);
}

static bool have_cores(void)
{
	cpu_set_t cores;

	return sched_getaffinity(0, sizeof(cores), &cores) == 0 && CPU_COUNT(&cores) > 1;
}

static void stay_on_one_core(void)
{
	cpu_set_t cores, one;
	int core = 0;

	cr_assert_eq(sched_getaffinity(0, sizeof(cores), &cores), 0);
	while (!CPU_ISSET(core, &cores))
		core++;
	CPU_ZERO(&one);
	CPU_SET(core, &one);
	cr_assert_eq(sched_setaffinity(0, sizeof(one), &one), 0);
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* A file of that many MiB, compressed by its name's end. */
struct packed {
	char path[64];
	struct buf plain;
};

static void packed_done(struct packed *p)
{
	unlink(p->path);
	buf_done(&p->plain);
}

static struct packed make_packed(const char *suffix, size_t len)
{
	struct packed p = {.path = ""};
	AUTO(sink_close) struct sink *to = NULL;
	struct err e = {""};

	snprintf(p.path, sizeof(p.path), "/tmp/teiten-ahead-%d%s", (int)getpid(), suffix);
	for (uint32_t i = 0; p.plain.len < len; i++)
		put_content(&p.plain, i * i, 50 + i % 50);
	cr_assert_eq(sink_open(p.path, &to, &e), 0, "%s", e.text);
	cr_assert_eq(sink_write(to, p.plain.data, p.plain.len, &e), 0);
	cr_assert_eq(sink_commit(to, &e), 0);
	return p;
}

static void check_read(struct stream *s, const struct packed *p)
{
	AUTO(buf_done) struct buf out = {0};
	AUTO(free) char *piece = malloc(MIB);
	struct err e = {""};
	ssize_t n;

	while ((n = stream_read(s, piece, MIB, &e)) > 0) {
		buf_add(&out, piece, (size_t)n);
		cr_assert_leq(stream_bytes_in(s), stream_bytes_total(s));
	}
	cr_assert_eq(n, 0, "%s", e.text);
	cr_assert_eq(out.len, p->plain.len);
	cr_assert_eq(memcmp(out.data, p->plain.data, out.len), 0);
	cr_assert_eq(stream_bytes_in(s), stream_bytes_total(s));
}

Test(ahead, a_compressed_file_has_a_thread_while_it_is_open_and_gives_the_same)
{
	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
		struct packed p = make_packed(suffixes[i], 5 * MIB);
		struct stream *s = NULL;
		struct err e = {""};
		size_t before = count_threads();

		cr_assert_eq(stream_open(p.path, &s, &e), 0, "%s", e.text);
		check_threads(before + have_cores());
		check_read(s, &p);
		stream_close(s);
		check_threads(before);
		packed_done(&p);
	}
}

Test(ahead, a_plain_file_has_none)
{
	struct packed p = make_packed(".pcap", MIB);
	AUTO(stream_close) struct stream *s = NULL;
	struct err e = {""};
	size_t before = count_threads();

	cr_assert_eq(stream_open(p.path, &s, &e), 0);
	check_threads(before);
	check_read(s, &p);
	packed_done(&p);
}

Test(ahead, on_one_core_it_is_read_in_place)
{
	stay_on_one_core();
	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
		struct packed p = make_packed(suffixes[i], 2 * MIB);
		AUTO(stream_close) struct stream *s = NULL;
		struct err e = {""};
		size_t before = count_threads();

		cr_assert_eq(stream_open(p.path, &s, &e), 0);
		check_threads(before);
		check_read(s, &p);
		packed_done(&p);
	}
}

Test(ahead, without_what_a_thread_needs_it_is_read_in_place)
{
	struct packed p = make_packed(".gz", 100000);
	AUTO(stream_close) struct stream *s = NULL;
	AUTO(buf_done) struct buf packed = {0}, out = {0};
	struct err e = {""};
	char piece[1000];
	ssize_t n;

	int fd = open(p.path, O_RDONLY | O_CLOEXEC);
	while ((n = read(fd, piece, sizeof(piece))) > 0)
		buf_add(&packed, piece, (size_t)n);
	close(fd);
	pid_t child = feed_stdin(packed.data, packed.len, 4096);
	size_t before = count_threads();
	/* No descriptor more. */
	struct rlimit old, none;
	cr_assert_eq(getrlimit(RLIMIT_NOFILE, &old), 0);
	none = (struct rlimit){.rlim_cur = 0, .rlim_max = old.rlim_max};
	cr_assert_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
	cr_assert_eq(stream_open("-", &s, &e), 0, "%s", e.text);
	cr_assert_eq(setrlimit(RLIMIT_NOFILE, &old), 0);
	check_threads(before);
	while ((n = stream_read(s, piece, sizeof(piece), &e)) > 0)
		buf_add(&out, piece, (size_t)n);
	cr_assert_eq(n, 0, "%s", e.text);
	cr_assert_eq(out.len, p.plain.len);
	cr_assert_eq(memcmp(out.data, p.plain.data, out.len), 0);
	waitpid(child, NULL, 0);
	packed_done(&p);
}

Test(ahead, a_stream_can_be_closed_after_any_number_of_bytes)
{
	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
		struct packed p = make_packed(suffixes[i], 3 * MIB);
		AUTO(free) char *piece = malloc(4 * MIB);
		size_t before = count_threads();

		for (size_t len = 0; len < 3 * MIB; len = len * 3 + 1) {
			struct stream *s = NULL;
			struct err e = {""};
			ssize_t n = 1;

			cr_assert_eq(stream_open(p.path, &s, &e), 0);
			for (size_t left = len; left > 0 && n > 0; left -= (size_t)n)
				n = stream_read(s, piece, left, &e);
			stream_close(s);
			check_threads(before);
		}
		packed_done(&p);
	}
}

/* The thread waits for bytes that never come. */
Test(ahead, closing_does_not_wait_for_a_pipe, .timeout = 20)
{
	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
		struct packed p = make_packed(suffixes[i], 2000);
		struct stream *s = NULL;
		struct err e = {""};
		char bytes[4096];
		int ends[2];
		int fd = open(p.path, O_RDONLY | O_CLOEXEC);
		ssize_t len = read(fd, bytes, sizeof(bytes));

		close(fd);
		cr_assert_eq(pipe(ends), 0);
		cr_assert_eq(write(ends[1], bytes, (size_t)len - 5), len - 5);
		dup2(ends[0], STDIN_FILENO);
		cr_assert_eq(stream_open("-", &s, &e), 0);
		usleep(20000);
		double start = seconds();
		stream_close(s);
		cr_assert_lt(seconds() - start, 2);
		close(ends[0]);
		close(ends[1]);
		packed_done(&p);
	}
}

/* Padding without end: gigabytes that give nothing. */
Test(ahead, closing_does_not_wait_for_a_file_without_contents, .timeout = 20)
{
	struct packed p = make_packed(".zst", 100);
	struct stream *s = NULL;
	struct err e = {""};

	cr_assert_eq(truncate(p.path, INT64_C(64) << 30), 0);
	cr_assert_eq(stream_open(p.path, &s, &e), 0);
	usleep(20000);
	double start = seconds();
	stream_close(s);
	cr_assert_lt(seconds() - start, 2);
	packed_done(&p);
}

/* Writes so many bytes and closes the sink, committed or not. */
static void write_beside(const struct buf *data, bool commit, size_t threads)
{
	struct sink *to = NULL;
	struct err e = {""};
	char path[64];
	size_t before = count_threads();

	snprintf(path, sizeof(path), "/tmp/teiten-beside-%d.zst", (int)getpid());
	cr_assert_eq(sink_open(path, &to, &e), 0, "%s", e.text);
	cr_assert_eq(sink_write(to, data->data, data->len, &e), 0, "%s", e.text);
	check_threads(before + threads);
	if (commit)
		cr_assert_eq(sink_commit(to, &e), 0, "%s", e.text);
	sink_close(to);
	check_threads(before);
	cr_assert_eq(unlink(path), commit ? 0 : -1);
}

Test(beside, zstd_is_compressed_by_a_thread_when_there_is_more_than_one_piece)
{
	AUTO(buf_done) struct buf data = {0};

	put_content(&data, 1, 1000);
	write_beside(&data, true, 0);
	put_content(&data, 2, 7 * MIB);
	write_beside(&data, true, have_cores());
	write_beside(&data, false, have_cores());
	stay_on_one_core();
	write_beside(&data, true, 0);
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
Test(beside, without_memory_for_a_thread_zstd_is_compressed_in_place)
{
	AUTO(buf_done) struct buf data = {0};
	AUTO(fclose) FILE *f = fopen("/proc/self/statm", "re");
	unsigned long pages = 0;
	struct rlimit limit;

	put_content(&data, 2, 3 * MIB);
	cr_assert_eq(fscanf(f, "%lu", &pages), 1);
	cr_assert_eq(getrlimit(RLIMIT_AS, &limit), 0);
	/* A thread's stack alone has 8 MiB. */
	limit.rlim_cur = pages * (rlim_t)sysconf(_SC_PAGESIZE) + 7 * MIB;
	cr_assert_eq(setrlimit(RLIMIT_AS, &limit), 0);
	write_beside(&data, true, 0);
}
#endif

static volatile sig_atomic_t taken_by;

static void take_signal(int number)
{
	taken_by = gettid();
}

Test(beside, the_threads_take_no_signals)
{
	struct packed p = make_packed(".zst", MIB);
	AUTO(stream_close) struct stream *from = NULL;
	AUTO(sink_close) struct sink *to = NULL;
	struct err e = {""};
	size_t before = count_threads();
	sigset_t usr1;

	signal(SIGUSR1, take_signal);
	cr_assert_eq(stream_open(p.path, &from, &e), 0);
	cr_assert_eq(sink_open(p.path, &to, &e), 0);
	cr_assert_eq(sink_write(to, p.plain.data, p.plain.len, &e), 0);
	check_threads(before + (have_cores() ? 2 : 0));
	sigemptyset(&usr1);
	sigaddset(&usr1, SIGUSR1);
	pthread_sigmask(SIG_BLOCK, &usr1, NULL);
	cr_assert_eq(kill(getpid(), SIGUSR1), 0);
	usleep(20000);
	cr_assert_eq(taken_by, 0);
	pthread_sigmask(SIG_UNBLOCK, &usr1, NULL);
	cr_assert_eq(taken_by, getpid());
	packed_done(&p);
}

/* What a decompressor holds back because there was no room comes out without more of the file. */
static void check_held(const char *suffix)
{
	struct packed p = make_packed(suffix, 100000);
	AUTO(stream_close) struct stream *s = NULL;
	struct err e = {""};
	AUTO(free) char *bytes = malloc(200000);
	char byte;
	int ends[2];
	int fd = open(p.path, O_RDONLY | O_CLOEXEC);
	ssize_t len = read(fd, bytes, 200000);

	close(fd);
	cr_assert_eq(pipe(ends), 0);
	fcntl(ends[1], F_SETPIPE_SZ, MIB);
	cr_assert_eq(write(ends[1], bytes, (size_t)len), len);
	dup2(ends[0], STDIN_FILENO);
	cr_assert_eq(stream_open("-", &s, &e), 0);
	for (size_t i = 0; i < p.plain.len; i++) {
		cr_assert_eq(stream_read(s, &byte, 1, &e), 1, "%s: %zu", suffix, i);
		cr_assert_eq((uint8_t)byte, (uint8_t)p.plain.data[i]);
	}
	close(ends[0]);
	close(ends[1]);
	packed_done(&p);
}

Test(ahead, what_is_held_back_comes_without_waiting_for_more, .timeout = 20)
{
	stay_on_one_core(); /* in place, so that the pieces are those asked for */
	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++)
		check_held(suffixes[i]);
}

Test(ahead, an_error_comes_after_all_that_was_good_and_stays)
{
	struct packed p = make_packed(".xz", 3 * MIB);
	AUTO(stream_close) struct stream *s = NULL;
	AUTO(free) char *piece = malloc(MIB);
	struct err e = {""}, again = {""};
	size_t len = 0;
	ssize_t n;
	int fd = open(p.path, O_RDWR | O_CLOEXEC);

	/* the footer: all contents are there */
	cr_assert_eq(ftruncate(fd, lseek(fd, 0, SEEK_END) - 3), 0);
	close(fd);
	cr_assert_eq(stream_open(p.path, &s, &e), 0);
	while ((n = stream_read(s, piece, MIB, &e)) > 0)
		len += (size_t)n;
	cr_assert_eq(n, -EBADMSG);
	cr_assert_eq(len, p.plain.len);
	cr_assert(strstr(e.text, "cut off"), "%s", e.text);
	cr_assert_eq(stream_read(s, piece, MIB, &again), -EBADMSG);
	cr_assert_str_eq(again.text, e.text);
	packed_done(&p);
}
