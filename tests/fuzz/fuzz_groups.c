/* Lists of source groups: MISP warninglists, ipset save, CSV and TSV, a prefix a line. What was taken in has names and answers look-ups;
 * a mistake is told in one line that names the file. */
#include "base/zone.h"
#include "observe/groups.h"

#include <assert.h>
#include <string.h>
#include <sys/mman.h>

enum { LINES_MAX = 1 << 16 }; /* larger lists take time and show nothing new */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A file without a place on disk; its path. */
static int make_file(const uint8_t *data, size_t size, char path[32])
{
	int fd = memfd_create("list", MFD_CLOEXEC);

	assert(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	snprintf(path, 32, "/proc/self/fd/%d", fd);
	return fd;
}

static void check_groups(struct groups *g)
{
	static const int64_t times_ns[] = {INT64_MIN, 0, INT64_C(1700000000000000000), INT64_MAX};
	static const char *const addresses[] = {"0.0.0.0", "203.0.113.7", "255.255.255.255", "::1", "2001:db8::1"};
	const struct intern *names = groups_names(g);
	struct err e = {0};
	struct prefix p;

	for (uint32_t i = 1; i < intern_count(names); i++)
		assert(group_is_name(intern_text(names, (uint16_t)i)));
	if (groups_index(g, &e) < 0)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(addresses); i++)
		for (size_t t = 0; t < ARRAY_SIZE(times_ns); t++) {
			assert(prefix_parse(addresses[i], false, &p));
			assert(groups_find(g, &p.addr, 64496, times_ns[t]) < intern_count(names));
		}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(groups_free) struct groups *g = groups_new();
	struct err e = {0};
	char path[32];

	if (!g || size > LINES_MAX || (strcmp(zone_name(), "Asia/Tokyo") != 0 && zone_use("Asia/Tokyo", &e) < 0))
		return 0;
	int fd = make_file(data, size, path);
	int rc = groups_import(g, path, NULL, &e);
	close(fd);
	assert((rc == 0) == (e.text[0] == '\0'));
	assert(!strchr(e.text, '\n') && (rc == 0 || strstr(e.text, path)));
	if (rc == 0)
		check_groups(g);
	return 0;
}
