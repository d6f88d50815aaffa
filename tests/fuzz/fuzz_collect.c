/* What a collector reads beside segments: paths, levels and digests of requests, the list of who may send, the records of what was
 * taken, heartbeats. The first byte says which. */
#include "collect/allow.h"
#include "collect/files.h"
#include "collect/heartbeat.h"
#include "collect/taken.h"
#include "ship/wire.h"

#include <assert.h>
#include <fcntl.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A path that is accepted is the one that is printed. */
static void check_path(const char *text, size_t len)
{
	struct spool_name name = {.level = SPOOL_WHOLE};
	char path[WIRE_PATH_MAX];
	uint8_t digest[SEGMENT_DIGEST];
	enum spool_level level;

	if (wire_path_parse(text, &name))
		assert(strcmp(wire_path_print(&name, path), text) == 0);
	if (wire_digest_parse(text, digest))
		assert(strlen(text) == 2 * SEGMENT_DIGEST);
	if (wire_level_parse(text, &level))
		assert(strcmp(wire_level_name(level), text) == 0);
}

/* What is read is printed so that it is read again, and each entry is found. */
static void check_list(const char *text, size_t len)
{
	AUTO(allow_done) struct allow a = {0}, again = {0};
	AUTO(buf_done) struct buf first = {0}, second = {0};
	struct err e = {""};
	int rc = allow_parse("allowed", text, len, &a, &e);

	assert((rc < 0) == (e.text[0] != '\0'));
	if (rc < 0)
		return;
	allow_print(&a, &first);
	assert(allow_parse("allowed", first.data, first.len, &again, &e) == 0);
	allow_print(&again, &second);
	assert(strcmp(buf_str(&first), buf_str(&second)) == 0);
	for (size_t i = 0; i < a.count; i++) {
		assert(allow_is_name(a.entries[i].sensor));
		assert(allow_find(&again, a.entries[i].digest));
	}
}

/* What is kept can be read. */
static void check_heartbeat(const char *text, size_t len)
{
	AUTO(buf_done) struct buf first = {0}, second = {0};
	struct err e = {""};
	int rc = heartbeat_clean(text, len, &first, &e);

	assert((rc < 0) == (e.text[0] != '\0'));
	if (rc == 0)
		assert(heartbeat_clean(first.data, first.len, &second, &e) == 0);
}

/* --- records --- */

static const uint8_t epoch[SEGMENT_EPOCH] = {1};
static char folder[] = "/tmp/fuzz_collect.XXXXXX";

static void remove_folder(void)
{
	char path[sizeof(folder) + SEGMENT_EPOCH_TEXT], name[SEGMENT_EPOCH_TEXT];

	snprintf(path, sizeof(path), "%s/%s", folder, segment_hex(epoch, SEGMENT_EPOCH, name));
	unlink(path);
	rmdir(folder);
}

static int folder_fd(void)
{
	static int fd = -1;

	if (fd < 0) {
		assert(mkdtemp(folder));
		atexit(remove_folder);
		fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	}
	return fd;
}

/* The sum is that of the records that are found; a record that was written over anything is found. */
static void check_records(const char *text, size_t len)
{
	char name[SEGMENT_EPOCH_TEXT];
	struct taken t, written = {.digest = {7}, .packets = 3};
	struct taken_sum sum, found = {0};
	struct err e = {""};
	AUTO(close) int fd = openat(folder_fd(), segment_hex(epoch, SEGMENT_EPOCH, name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert(fd >= 0 && files_write_all(fd, text, len) == 0);
	for (uint64_t i = 0; i <= len / TAKEN_RECORD; i++)
		if (taken_find(folder_fd(), epoch, i, &t, &e) == 1)
			taken_sum_add(&found, i, &t);
	assert(taken_sum_read(folder_fd(), epoch, &sum, &e) == 0);
	assert(sum.count == found.count && sum.packets == found.packets && sum.end == found.end);
	assert(taken_sum_missing(&sum) <= sum.end);
	assert(taken_put(folder_fd(), epoch, len % 7, &written, &e) == 0);
	assert(taken_find(folder_fd(), epoch, len % 7, &t, &e) == 1 && t.packets == 3 && t.digest[0] == 7);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const checks[])(const char *text, size_t len) = {check_path, check_list, check_heartbeat, check_records};
	AUTO(free) char *text = size > 0 ? malloc(size) : NULL;

	if (!text)
		return 0;
	memcpy(text, data + 1, size - 1);
	text[size - 1] = '\0';
	checks[data[0] % ARRAY_SIZE(checks)](text, size - 1);
	return 0;
}
