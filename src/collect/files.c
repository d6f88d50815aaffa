#include "collect/files.h"

#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

static int failed(const char *name, struct err *e)
{
	return err_set(e, errno, "%s: %m", name);
}

/* What root makes belongs to whom the folder belongs to: `teiten sensor add` is often called by root, and the daemon has an
 * account of its own. */
static int give_to_owner(int folder_fd, int fd)
{
	struct stat status;

	if (geteuid() != 0)
		return 0;
	return fstat(folder_fd, &status) < 0 || fchown(fd, status.st_uid, status.st_gid) < 0 ? -errno : 0;
}

/* A new folder is there for good only when its parent is synced. That is done when it was there already, too: whoever made
 * it may have been killed in between. Where it cannot be done for one that was there (a folder of others), it was before. */
int files_folder(int parent_fd, const char *name, struct err *e)
{
	bool made = mkdirat(parent_fd, name, 0770) == 0;

	if (!made && errno != EEXIST)
		return failed(name, e);
	AUTO(close) int fd = openat(parent_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	AUTO(close) int above = fd < 0 ? -1 : openat(fd, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return failed(name, e);
	bool kept = above >= 0 && fsync(above) == 0;
	if (made && (!kept || give_to_owner(above, fd) < 0))
		return failed(name, e);
	int ret = fd;
	fd = -1;
	return ret;
}

int files_write_all(int fd, const void *data, size_t len)
{
	const char *at = data;

	while (len > 0) {
		ssize_t n = write(fd, at, len);

		if (n < 0 && errno != EINTR)
			return -errno;
		at += n > 0 ? n : 0;
		len -= n > 0 ? (size_t)n : 0;
	}
	return 0;
}

static int write_synced(int folder_fd, const char *name, mode_t mode, const void *data, size_t len)
{
	AUTO(close) int fd = openat(folder_fd, name, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, mode);

	if (fd < 0 || fchmod(fd, mode) < 0 || give_to_owner(folder_fd, fd) < 0)
		return -errno;
	int rc = files_write_all(fd, data, len);
	return rc < 0 ? rc : fsync(fd) < 0 ? -errno : 0;
}

int files_replace(int folder_fd, const char *name, mode_t mode, const void *data, size_t len, struct err *e)
{
	char temporary[NAME_MAX + 1];

	if (snprintf(temporary, sizeof(temporary), ".%s.%d", name, (int)gettid()) >= (int)sizeof(temporary))
		return err_set(e, ENAMETOOLONG, "%s: %s", name, strerror(ENAMETOOLONG));
	if (write_synced(folder_fd, temporary, mode, data, len) < 0 ||
		renameat(folder_fd, temporary, folder_fd, name) < 0 || fsync(folder_fd) < 0) {
		int code = failed(name, e);

		unlinkat(folder_fd, temporary, 0);
		return code;
	}
	return 0;
}

static int read_all(int fd, char *data, size_t size, size_t *ret_len)
{
	ssize_t n = 1;

	*ret_len = 0;
	while (*ret_len < size && n != 0) {
		n = read(fd, data + *ret_len, size - *ret_len);
		if (n < 0 && errno != EINTR)
			return -errno;
		*ret_len += n > 0 ? (size_t)n : 0;
	}
	return 0;
}

int files_read(int folder_fd, const char *name, size_t max, char **ret, size_t *ret_len, struct err *e)
{
	AUTO(close) int fd = openat(folder_fd, name, O_RDONLY | O_CLOEXEC);
	struct stat status;

	if (fd < 0 && errno == ENOENT)
		return -ENOENT;
	if (fd < 0 || fstat(fd, &status) < 0)
		return failed(name, e);
	if (!S_ISREG(status.st_mode) || (uint64_t)status.st_size > max)
		return err_set(e, EFBIG, TR("%s: no file, or longer than %zu bytes", "%s: ファイルでないか、%zu バイトを超えています"),
			name, max);
	AUTO(free) char *data = calloc(1, (size_t)status.st_size + 1);
	if (!data)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	if (read_all(fd, data, (size_t)status.st_size, ret_len) < 0)
		return failed(name, e);
	*ret = TAKE(data);
	return 0;
}

static void auto_closedir(DIR **d)
{
	if (*d)
		closedir(*d);
}

int files_each(int folder_fd, int (*each)(void *context, const char *name, struct err *e), void *context,
	struct err *e)
{
	int fd = openat(folder_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	AUTO(closedir) DIR *d = fd < 0 ? NULL : fdopendir(fd);
	int rc = 0;

	if (!d) {
		rc = err_set(e, errno, TR("cannot list a folder: %m", "フォルダーを読めません: %m"));
		if (fd >= 0)
			close(fd);
		return rc;
	}
	for (struct dirent *entry = readdir(d); entry && rc >= 0; entry = readdir(d))
		if (entry->d_name[0] != '.')
			rc = each(context, entry->d_name, e);
	return rc < 0 ? rc : 0;
}
