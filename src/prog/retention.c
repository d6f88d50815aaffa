#include "prog/retention.h"

#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum { DAY_S = 86400, DAY_SIZE = 16, DAYS_KEPT = 2, BLOCK_BYTES = 512 };

/* A day of a sensor. */
struct folder {
	char sensor[SEGMENT_SENSOR_MAX + 1], day[DAY_SIZE];
	uint64_t bytes; /* when sizes matter */
};

struct folders {
	struct folder *list; /* oldest day first */
	size_t count;
	uint64_t bytes;
};

static int no_memory(struct err *e)
{
	return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
}

static DIR *open_below(int folder_fd, const char *name)
{
	int fd = openat(folder_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);

	if (fd >= 0 && !d)
		close(fd);
	return d;
}

static uint64_t count_bytes(int sensor_fd, const char *day)
{
	DIR *d = open_below(sensor_fd, day);
	uint64_t bytes = 0;
	struct stat st;

	for (struct dirent *entry; d && (entry = readdir(d));)
		if (entry->d_name[0] != '.' && fstatat(dirfd(d), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0)
			bytes += (uint64_t)st.st_blocks * BLOCK_BYTES;
	if (d)
		closedir(d);
	return bytes;
}

static bool is_day(const char *name)
{
	return strlen(name) == strlen("2026-01-31") && strspn(name, "0123456789-") == strlen(name);
}

static int add_sensor(struct folders *f, int archive_fd, const char *sensor, bool sizes, struct err *e)
{
	DIR *d = sensor[0] == '.' ? NULL : open_below(archive_fd, sensor);
	int rc = 0;

	for (struct dirent *entry; d && rc == 0 && (entry = readdir(d));) {
		if (!is_day(entry->d_name))
			continue;
		struct folder *more = reallocarray(f->list, f->count + 1, sizeof(*more));
		if (!more) {
			rc = no_memory(e);
			break;
		}
		f->list = more;
		struct folder *one = &more[f->count++];
		*one = (struct folder){.bytes = sizes ? count_bytes(dirfd(d), entry->d_name) : 0};
		snprintf(one->sensor, sizeof(one->sensor), "%.*s", SEGMENT_SENSOR_MAX, sensor);
		snprintf(one->day, sizeof(one->day), "%.*s", DAY_SIZE - 1, entry->d_name);
		f->bytes += one->bytes;
	}
	if (d)
		closedir(d);
	return rc;
}

static int by_day(const void *a, const void *b)
{
	const struct folder *x = a, *y = b;
	int order = strcmp(x->day, y->day);

	return order ? order : strcmp(x->sensor, y->sensor);
}

static int list_folders(DIR *archive, bool sizes, struct folders *ret, struct err *e)
{
	int rc = 0;

	*ret = (struct folders){0};
	for (struct dirent *entry; rc == 0 && (entry = readdir(archive));)
		rc = add_sensor(ret, dirfd(archive), entry->d_name, sizes, e);
	if (ret->count)
		qsort(ret->list, ret->count, sizeof(*ret->list), by_day);
	return rc;
}

/* At most so many files; the folder goes with the last. */
static int remove_day(int archive_fd, const struct folder *folder, int most)
{
	char path[SEGMENT_SENSOR_MAX + DAY_SIZE + 2];
	int removed = 0;

	snprintf(path, sizeof(path), "%s/%s", folder->sensor, folder->day);
	DIR *d = open_below(archive_fd, path);
	for (struct dirent *entry; d && removed < most && (entry = readdir(d));)
		removed += entry->d_name[0] != '.' && unlinkat(dirfd(d), entry->d_name, 0) == 0;
	if (d)
		closedir(d);
	if (removed < most)
		unlinkat(archive_fd, path, AT_REMOVEDIR);
	return removed;
}

/* The first day that is kept whatever the limits say; and the first that is young enough. */
static void print_day(int64_t t_s, char ret[DAY_SIZE])
{
	time_t t = t_s > 0 ? t_s : 0;
	struct tm day;

	gmtime_r(&t, &day);
	strftime(ret, DAY_SIZE, "%Y-%m-%d", &day);
}

static int remove_folders(int archive_fd, struct folders *f, const struct retention *limits, int64_t now_s)
{
	char kept[DAY_SIZE], young[DAY_SIZE] = "";
	int removed = 0;

	print_day(now_s - (DAYS_KEPT - 1) * DAY_S, kept);
	if (limits->days)
		print_day(now_s - (int64_t)limits->days * DAY_S, young);
	for (size_t i = 0; i < f->count && removed < RETENTION_AT_ONCE; i++) {
		const struct folder *folder = &f->list[i];
		bool too_old = strcmp(folder->day, young) < 0, too_much = limits->bytes && f->bytes > limits->bytes;

		if (strcmp(folder->day, kept) >= 0 || (!too_old && !too_much))
			break;
		removed += remove_day(archive_fd, folder, RETENTION_AT_ONCE - removed);
		f->bytes -= folder->bytes;
	}
	return removed;
}

int retention_keep(const struct inbox *in, const struct retention *limits, int64_t now_s, struct err *e)
{
	char path[PATH_MAX];
	struct folders folders = {0};

	if (limits->days == 0 && limits->bytes == 0)
		return 0;
	snprintf(path, sizeof(path), "%s/archive", in->folder);
	DIR *archive = open_below(AT_FDCWD, path);
	if (!archive)
		return err_set(e, errno, TR("cannot read %s: %m", "%s を読めません: %m"), path);
	int rc = list_folders(archive, limits->bytes > 0, &folders, e);
	if (rc == 0)
		rc = remove_folders(dirfd(archive), &folders, limits, now_s);
	closedir(archive);
	free(folders.list);
	return rc;
}
