/* Captures written: what is read back, and files that appear whole or not at all. */
#include "capture/capture.h"
#include "capture/sink.h"
#include "capture/writer.h"

#include "capture_make.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

static char folder[] = "/tmp/teiten-writer-XXXXXX";
static char path[128];

static void use_folder(void)
{
	cr_assert(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/x.pcap", folder);
}

static size_t count_files(void)
{
	DIR *d = opendir(folder);
	size_t count = 0;

	for (struct dirent *entry; (entry = readdir(d));)
		count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
	closedir(d);
	return count;
}

static void remove_folder(void)
{
	unlink(path);
	rmdir(folder);
}

TestSuite(writer, .init = use_folder, .fini = remove_folder);
TestSuite(sink, .init = use_folder, .fini = remove_folder);

static const char *const suffixes[] = {"", ".gz", ".zst", ".xz", ".lz4"};
static const enum writer_format formats[] = {WRITER_PCAP, WRITER_PCAP_NS, WRITER_PCAPNG};
enum { FRAMES = 2000 };

static struct frame make_frame(uint32_t i, bool microseconds, uint8_t *data)
{
	uint32_t len = i * 31 % 1600;

	for (uint32_t k = 0; k < len; k++)
		data[k] = content(i, k);
	return (struct frame){
		.ts_ns = i * INT64_C(2147483647123456) % INT64_C(4294967295999999999) /
			 (microseconds ? 1000 : 1) * (microseconds ? 1000 : 1),
		.data = data,
		.cap_len = len,
		.wire_len = len + i % 3,
		.link_type = LINK_ETHERNET,
	};
}

static void write_frames(enum writer_format format)
{
	AUTO(writer_close) struct capture_writer *w = NULL;
	uint8_t data[1600];
	struct err e = {""};

	cr_assert_eq(writer_open(path, format, LINK_ETHERNET, &w, &e), 0, "%s", e.text);
	for (uint32_t i = 0; i < FRAMES; i++) {
		struct frame frame = make_frame(i, format == WRITER_PCAP, data);
		cr_assert_eq(writer_add(w, &frame, &e), 0, "%s", e.text);
	}
	cr_assert_eq(writer_commit(w, &e), 0, "%s", e.text);
}

static void check_frames(enum writer_format format)
{
	AUTO(seen_free) struct seen *s = read_capture(path, 0);
	uint8_t data[1600];

	cr_assert_eq(s->r, 0, "%s", s->e.text);
	cr_assert_eq(s->count, FRAMES);
	cr_assert_str_eq(s->stats.format, format == WRITER_PCAPNG ? "pcapng" : "pcap");
	for (uint32_t i = 0; i < FRAMES; i++) {
		struct frame want = make_frame(i, format == WRITER_PCAP, data);

		cr_assert_eq(s->frames[i].ts_ns, want.ts_ns, "%u", i);
		cr_assert_eq(s->frames[i].cap_len, want.cap_len);
		cr_assert_eq(s->frames[i].wire_len, want.wire_len);
		cr_assert_eq(s->frames[i].link_type, want.link_type);
		cr_assert_eq(memcmp(s->frames[i].data, data, want.cap_len), 0);
	}
}

Test(writer, what_is_written_in_every_format_and_compression_is_read_back)
{
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++)
		for (size_t k = 0; k < ARRAY_SIZE(suffixes); k++) {
			snprintf(path, sizeof(path), "%s/x.cap%s", folder, suffixes[k]);
			write_frames(formats[i]);
			check_frames(formats[i]);
			unlink(path);
		}
}

Test(writer, a_capture_without_frames_is_one)
{
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		AUTO(writer_close) struct capture_writer *w = NULL;
		struct err e = {""};

		cr_assert_eq(writer_open(path, formats[i], LINK_RAW, &w, &e), 0);
		cr_assert_eq(writer_commit(w, &e), 0, "%s", e.text);
		AUTO(seen_free) struct seen *s = read_capture(path, 0);
		cr_assert_eq(s->r, 0, "%s", s->e.text);
		cr_assert_eq(s->count, 0u);
		cr_assert_eq(s->stats.interfaces, 1u);
	}
}

static int add(struct capture_writer *w, uint16_t link_type, int64_t ts_ns, uint32_t wire_len,
	struct err *e)
{
	struct frame frame = {.ts_ns = ts_ns,
		.data = (const uint8_t *)"1234567",
		.cap_len = 7,
		.wire_len = wire_len,
		.link_type = link_type};

	return writer_add(w, &frame, e);
}

Test(writer, pcapng_takes_frames_of_several_link_types_and_pcap_only_of_its_own)
{
	AUTO(writer_close) struct capture_writer *ng = NULL, *w = NULL;
	struct err e = {""};

	cr_assert_eq(writer_open(path, WRITER_PCAPNG, LINK_RAW, &ng, &e), 0);
	cr_assert_eq(add(ng, LINK_ETHERNET, 1, 7, &e), 0);
	cr_assert_eq(add(ng, LINK_RAW, 2, 7, &e), 0);
	cr_assert_eq(add(ng, 65535, 3, 7, &e), 0);
	cr_assert_eq(add(ng, LINK_ETHERNET, 4, 7, &e), 0);
	cr_assert_eq(writer_commit(ng, &e), 0);
	AUTO(seen_free) struct seen *s = read_capture(path, 0);
	cr_assert_eq(s->stats.interfaces, 3u);
	cr_assert_eq(s->frames[0].link_type, LINK_ETHERNET);
	cr_assert_eq(s->frames[1].link_type, LINK_RAW);
	cr_assert_eq(s->frames[2].link_type, 65535);
	cr_assert_eq(s->frames[3].link_type, LINK_ETHERNET);

	cr_assert_eq(writer_open(path, WRITER_PCAP, LINK_RAW, &w, &e), 0);
	cr_assert_eq(add(w, LINK_RAW, 1, 7, &e), 0);
	cr_assert_eq(add(w, LINK_ETHERNET, 1, 7, &e), -EINVAL);
	cr_assert(strstr(e.text, "one link type: 101, not 1"), "%s", e.text);
}

Test(writer, times_that_a_format_cannot_hold_are_refused)
{
	static const int64_t last_ns = INT64_C(4294967295999999999);

	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		AUTO(writer_close) struct capture_writer *w = NULL;
		struct err e = {""}, e2 = {""};

		cr_assert_eq(writer_open(path, formats[i], LINK_RAW, &w, &e), 0);
		cr_assert_eq(add(w, LINK_RAW, 0, 7, &e), 0);
		cr_assert_eq(add(w, LINK_RAW, last_ns, 7, &e), 0);
		cr_assert_eq(add(w, LINK_RAW, -1, 7, &e), -ERANGE);
		cr_assert_eq(add(w, LINK_RAW, last_ns + 1, 7, &e2),
			formats[i] == WRITER_PCAPNG ? 0 : -ERANGE);
	}
}

Test(writer, an_unknown_length_on_the_wire_is_written_as_the_captured_one)
{
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		AUTO(writer_close) struct capture_writer *w = NULL;
		struct err e = {""};

		cr_assert_eq(writer_open(path, formats[i], LINK_RAW, &w, &e), 0);
		cr_assert_eq(add(w, LINK_RAW, 0, 0, &e), 0);
		cr_assert_eq(writer_commit(w, &e), 0);
		AUTO(seen_free) struct seen *s = read_capture(path, 0);
		cr_assert_eq(s->frames[0].wire_len, 7u);
		cr_assert_eq(s->frames[0].odds, 0u);
	}
}

Test(writer, dash_is_standard_output)
{
	AUTO(writer_close) struct capture_writer *w = NULL;
	struct err e = {""};
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	int saved = dup(STDOUT_FILENO);

	dup2(fd, STDOUT_FILENO);
	int r = writer_open("-", WRITER_PCAP, LINK_RAW, &w, &e);
	if (r == 0)
		r = add(w, LINK_RAW, 1000, 7, &e);
	if (r == 0)
		r = writer_commit(w, &e);
	writer_close(TAKE(w));
	bool open_still = fcntl(STDOUT_FILENO, F_GETFD) >= 0;
	dup2(saved, STDOUT_FILENO);
	cr_assert_eq(r, 0, "%s", e.text);
	cr_assert(open_still);
	AUTO(seen_free) struct seen *s = read_capture(path, 0);
	cr_assert_eq(s->count, 1u);
	close(fd);
	close(saved);
}

Test(sink, nothing_has_the_name_before_the_commit_and_nothing_else_is_left_behind_it)
{
	AUTO(sink_close) struct sink *s = NULL;
	struct err e = {""};
	struct stat st;

	cr_assert_eq(sink_open(path, &s, &e), 0);
	cr_assert_eq(sink_write(s, "whole", 5, &e), 0);
	cr_assert_neq(access(path, F_OK), 0);
	cr_assert_eq(count_files(), 1u);
	cr_assert_eq(sink_commit(s, &e), 0, "%s", e.text);
	cr_assert_eq(stat(path, &st), 0);
	cr_assert_eq(st.st_size, 5);
	mode_t mask = umask(0);
	cr_assert_eq(st.st_mode & 0777, 0666 & ~mask);
	cr_assert_eq(count_files(), 1u);
	sink_close(TAKE(s));
	cr_assert_eq(access(path, F_OK), 0);
}

Test(sink, closing_without_commit_leaves_nothing_and_an_older_file_as_it_was)
{
	struct err e = {""};

	for (int round = 0; round < 2; round++) {
		AUTO(sink_close) struct sink *s = NULL;

		cr_assert_eq(sink_open(path, &s, &e), 0);
		cr_assert_eq(sink_write(s, "new", 3, &e), 0);
		sink_close(TAKE(s));
		cr_assert_eq(count_files(), (size_t)round);
		FILE *f = fopen(path, round == 0 ? "w" : "r");
		char text[8] = "";
		if (round == 0)
			cr_assert_geq(fputs("old", f), 0);
		else
			cr_assert_str_eq(fgets(text, sizeof(text), f), "old");
		fclose(f);
	}
}

Test(sink, a_commit_replaces_an_older_file)
{
	for (int round = 0; round < 2; round++) {
		AUTO(sink_close) struct sink *s = NULL;
		struct err e = {""};
		struct stat st;

		cr_assert_eq(sink_open(path, &s, &e), 0);
		cr_assert_eq(sink_write(s, "1234567", round ? 3 : 7, &e), 0);
		cr_assert_eq(sink_commit(s, &e), 0);
		cr_assert_eq(stat(path, &st), 0);
		cr_assert_eq(st.st_size, round ? 3 : 7);
	}
	cr_assert_eq(count_files(), 1u);
}

Test(sink, a_name_without_folder_is_in_the_current_one)
{
	AUTO(sink_close) struct sink *s = NULL;
	struct err e = {""};

	cr_assert_eq(chdir(folder), 0);
	cr_assert_eq(sink_open("x.pcap", &s, &e), 0);
	cr_assert_eq(sink_commit(s, &e), 0, "%s", e.text);
	cr_assert_eq(access(path, F_OK), 0);
	cr_assert_eq(count_files(), 1u);
}

Test(sink, a_folder_that_is_not_there_or_a_folder_itself_is_refused_in_one_line)
{
	struct sink *s = NULL;
	struct err e = {""}, e2 = {""};

	cr_assert_eq(sink_open("/nonexistent/x.pcap", &s, &e), -ENOENT);
	cr_assert(strstr(e.text, "cannot write /nonexistent/x.pcap: "), "%s", e.text);
	cr_assert_eq(sink_open(folder, &s, &e2), -EISDIR);
	cr_assert_null(s);
}

/* Devices are reached through links in our own folder: a sink that replaced its target would
 * replace the link and never the machine's device. */
static void link_device(const char *device)
{
	unlink(path);
	cr_assert_eq(symlink(device, path), 0);
}

Test(sink, a_device_is_written_and_not_replaced)
{
	AUTO(sink_close) struct sink *s = NULL;
	struct err e = {""};
	struct stat st;

	link_device("/dev/null");
	cr_assert_eq(sink_open(path, &s, &e), 0);
	cr_assert_eq(sink_write(s, "1", 1, &e), 0);
	cr_assert_eq(sink_commit(s, &e), 0);
	cr_assert_eq(lstat(path, &st), 0);
	cr_assert(S_ISLNK(st.st_mode));
	cr_assert_eq(count_files(), 1u);
}

Test(sink, a_full_device_is_said_to_be_full)
{
	AUTO(sink_close) struct sink *s = NULL;
	struct err e = {""};

	link_device("/dev/full");
	cr_assert_eq(sink_open(path, &s, &e), 0);
	cr_assert_eq(sink_write(s, "1", 1, &e), 0);
	cr_assert_eq(sink_commit(s, &e), -ENOSPC);
	cr_assert(strstr(e.text, "cannot write ") && strstr(e.text, "No space left on device"),
		"%s", e.text);
}

Test(sink, a_disk_that_takes_no_more_gives_an_error_and_leaves_nothing)
{
	for (size_t k = 0; k < ARRAY_SIZE(suffixes); k++) {
		AUTO(sink_close) struct sink *s = NULL;
		struct rlimit limit = {10000, RLIM_INFINITY};
		struct err e = {""};
		AUTO(free) uint8_t *data = malloc(1 << 20);
		uint32_t x = 1;
		int r = 0;

		for (size_t i = 0; i < 1 << 20; i++) {
			x = x * 1664525 + 1013904223;
			data[i] = (uint8_t)(x >> 24);
		}
		signal(SIGXFSZ, SIG_IGN);
		cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
		snprintf(path, sizeof(path), "%s/x%s", folder, suffixes[k]);
		cr_assert_eq(sink_open(path, &s, &e), 0);
		r = sink_write(s, data, 1 << 20, &e);
		if (r == 0)
			r = sink_commit(s, &e);
		limit.rlim_cur = RLIM_INFINITY;
		cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
		cr_assert_eq(r, -EFBIG);
		cr_assert(strstr(e.text, "cannot write "), "%s", e.text);
		sink_close(TAKE(s));
		cr_assert_eq(count_files(), 0u);
	}
}
