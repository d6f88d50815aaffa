#include "collect/quarantine.h"

#include "base/text.h"
#include "collect/files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

struct file {
	char name[NAME_MAX + 1];
	struct timespec at;
	uint64_t bytes;
};

struct files {
	int folder_fd;
	struct file *files;
	size_t count, room;
	uint64_t bytes;
};

static uint64_t bytes_on_disk(const struct stat *status)
{
	return (uint64_t)status->st_blocks * 512;
}

static int measure_one(void *context, const char *name, struct err *e)
{
	struct files *f = context;
	struct stat status;

	if (fstatat(f->folder_fd, name, &status, AT_SYMLINK_NOFOLLOW) == 0)
		f->bytes += bytes_on_disk(&status);
	return 0;
}

int quarantine_measure(int folder_fd, uint64_t *ret_bytes, struct err *e)
{
	struct files f = {.folder_fd = folder_fd};
	int rc = files_each(folder_fd, measure_one, &f, e);

	*ret_bytes = f.bytes;
	return rc;
}

static int list_one(void *context, const char *name, struct err *e)
{
	struct files *f = context;
	struct stat status;

	if (fstatat(f->folder_fd, name, &status, AT_SYMLINK_NOFOLLOW) < 0)
		return 0;
	if (f->count == f->room) {
		size_t room = f->room ? 2 * f->room : 64;
		struct file *more = realloc(f->files, room * sizeof(*more));

		if (!more)
			return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
		f->files = more;
		f->room = room;
	}
	struct file *file = &f->files[f->count++];
	snprintf(file->name, sizeof(file->name), "%s", name);
	file->at = status.st_ctim;
	file->bytes = bytes_on_disk(&status);
	f->bytes += file->bytes;
	return 0;
}

static int by_age(const void *a, const void *b)
{
	const struct file *x = a, *y = b;

	if (x->at.tv_sec != y->at.tv_sec)
		return x->at.tv_sec < y->at.tv_sec ? -1 : 1;
	return (x->at.tv_nsec > y->at.tv_nsec) - (x->at.tv_nsec < y->at.tv_nsec);
}

/* Down to seven eighths, so that the folder is not listed for each file that comes. */
static int make_room(int folder_fd, uint64_t max, uint64_t *bytes, struct err *e)
{
	struct files f = {.folder_fd = folder_fd};
	int rc = files_each(folder_fd, list_one, &f, e);

	if (rc == 0 && f.count > 0)
		qsort(f.files, f.count, sizeof(*f.files), by_age);
	for (size_t i = 0; rc == 0 && i < f.count && f.bytes > max / 8 * 7; i++)
		if (unlinkat(folder_fd, f.files[i].name, 0) == 0)
			f.bytes -= f.files[i].bytes;
	free(f.files);
	*bytes = f.bytes;
	return rc;
}

static uint64_t size_of(int folder_fd, const char *name)
{
	struct stat status;

	return fstatat(folder_fd, name, &status, AT_SYMLINK_NOFOLLOW) == 0 ? bytes_on_disk(&status) : 0;
}

/* Not synced but for the reason: who sent it keeps it, too. */
int quarantine_put(int folder_fd, const char *name, int from_fd, const char *from, const char *reason, uint64_t max,
	uint64_t *bytes, struct err *e)
{
	char beside[NAME_MAX + 1], line[2048];

	if (max == 0)
		return unlinkat(from_fd, from, 0) < 0 ? err_set(e, errno, "%s: %m", from) : 0;
	if (renameat(from_fd, from, folder_fd, name) < 0)
		return err_set(e, errno, "quarantine/%s: %m", name);
	snprintf(beside, sizeof(beside), "%s.reason", name);
	int len = snprintf(line, sizeof(line), "%s\n", reason);
	int rc = files_replace(folder_fd, beside, 0640, line, (size_t)len, e);
	*bytes += size_of(folder_fd, name) + size_of(folder_fd, beside);
	return rc == 0 && *bytes > max ? make_room(folder_fd, max, bytes, e) : rc;
}
