#include "ship/spool.h"

#include "base/text.h"
#include "ship/spool_parts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <openssl/evp.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

enum { BLOCK_BYTES = 4096, AGE_CHECK_S = 60 };

int spool_failed(const struct spool *s, const char *name, struct err *e)
{
	int code = errno ? errno : EIO;

	return err_set(e, code, TR("cannot write %s/%s: %s", "%s/%s に書き込めません: %s"), s->path,
		name, strerror(code));
}

/* --- folders --- */

static int open_folder(struct spool *s, const char *name, bool make, int *ret, struct err *e)
{
	if (make && mkdirat(s->folder_fd, name, 0770) < 0 && errno != EEXIST)
		return spool_failed(s, name, e);
	*ret = openat(s->folder_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	return *ret < 0 ? spool_failed(s, name, e) : 0;
}

static int open_lock(struct spool *s, struct err *e)
{
	s->lock_fd = openat(s->folder_fd, "lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0660);
	if (s->lock_fd < 0)
		return spool_failed(s, "lock", e);
	if (flock(s->lock_fd, LOCK_EX | LOCK_NB) < 0)
		return err_set(e, EBUSY,
			TR("%s is the spool of a sensor that runs: give this one another spool.folder",
				"%s は動作中の別のセンサーが使っています。別の spool.folder "
				"を指定してください"),
			s->path);
	return 0;
}

int spool_open_folders(struct spool *s, bool joins, struct err *e)
{
	const struct {
		const char *name;
		int *fd;
	} folders[] = {{"out", &s->out_fd}, {"tmp", &s->tmp_fd}, {"rejected", &s->rejected_fd}};
	int r = 0;

	if (!joins && mkdir(s->path, 0770) < 0 && errno != EEXIST)
		return spool_failed(s, "", e);
	s->folder_fd = open(s->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->folder_fd < 0)
		return spool_failed(s, "", e);
	if (!joins)
		r = open_lock(s, e);
	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(folders); i++)
		r = open_folder(s, folders[i].name, !joins, folders[i].fd, e);
	return r;
}

struct spool *spool_new(const struct spool_options *options)
{
	AUTO(spool_close) struct spool *s = calloc(1, sizeof(*s));

	if (!s || !(s->path = strdup(options->folder)))
		return NULL;
	s->options = *options;
	s->folder_fd = s->out_fd = s->tmp_fd = s->rejected_fd = s->lock_fd = s->journal_fd = -1;
	return TAKE(s);
}

int spool_open(const struct spool_options *options, struct spool **ret, struct spool_found *ret_found,
	struct err *e)
{
	AUTO(spool_close) struct spool *s = spool_new(options);
	struct spool_use use;

	if (!s)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	int r = spool_open_folders(s, false, e);
	if (r == 0)
		r = spool_repair(s, ret_found, e);
	if (r == 0)
		r = spool_count(s, &use, e);
	if (r < 0)
		return r;
	*ret = TAKE(s);
	return 0;
}

void spool_close(struct spool *s)
{
	if (!s)
		return;
	const int fds[] = {s->journal_fd, s->rejected_fd, s->tmp_fd, s->out_fd, s->lock_fd, s->folder_fd};
	for (size_t i = 0; i < ARRAY_SIZE(fds); i++)
		if (fds[i] > 0)
			close(fds[i]);
	free(s->path);
	free(s);
}

int spool_folder(const struct spool *s)
{
	return s->folder_fd;
}

int spool_each(int folder_fd, int (*each)(void *context, const char *name, struct err *e),
	void *context, struct err *e)
{
	int fd = openat(folder_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *folder = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	int r = 0;

	if (!folder)
		return err_set(e, errno, TR("cannot list the spool: %m", "スプールを一覧できません: %m"));
	while (r >= 0 && (entry = readdir(folder)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			r = each(context, entry->d_name, e);
	closedir(folder);
	return r < 0 ? r : 0;
}

/* --- files --- */

/* Bytes from `at` on to their place in the file. */
static int write_from(int fd, const uint8_t *data, size_t at, size_t len)
{
	while (at < len) {
		ssize_t n = pwrite(fd, data + at, len - at, (off_t)at);

		if (n < 0 && errno != EINTR)
			return -errno;
		at += n > 0 ? (size_t)n : 0;
	}
	return 0;
}

static int finish_file(struct spool *s, int fd, const char *temporary, int folder_fd, const char *name,
	const struct spool_manner *manner)
{
	const struct timespec times[2] = {{.tv_nsec = UTIME_NOW}, {.tv_sec = manner->mtime_s}};

	if ((manner->mtime_s && futimens(fd, times) < 0) || fchmod(fd, manner->mode) < 0 ||
		(!manner->unsynced && fdatasync(fd) < 0) || renameat(s->tmp_fd, temporary, folder_fd, name) < 0 ||
		(!manner->unsynced && fsync(folder_fd) < 0))
		return -errno;
	return 0;
}

int spool_put_file(struct spool *s, int folder_fd, const char *name, const uint8_t *data, size_t len,
	const struct spool_manner *manner)
{
	char temporary[SPOOL_NAME_MAX + 8];

	snprintf(temporary, sizeof(temporary), "new-%s", name);
	unlinkat(s->tmp_fd, temporary, 0);
	AUTO(close) int fd = openat(s->tmp_fd, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	int r = fd < 0 ? -errno : write_from(fd, data, 0, len);
	if (r == 0)
		r = finish_file(s, fd, temporary, folder_fd, name, manner);
	if (r < 0)
		unlinkat(s->tmp_fd, temporary, 0);
	return r;
}

static uint64_t on_disk(uint64_t bytes)
{
	return (bytes + BLOCK_BYTES - 1) / BLOCK_BYTES * BLOCK_BYTES;
}

int spool_put(struct spool *s, const char *name, const struct blocks *raw, int64_t mtime_s,
	uint8_t ret_digest[SEGMENT_DIGEST], struct err *e)
{
	const struct spool_manner manner = {.mode = 0440, .mtime_s = mtime_s};
	AUTO(free) uint8_t *packed = NULL;
	size_t len;
	int r = segment_pack(raw, &packed, &len, ret_digest, e);

	if (r < 0)
		return r;
	r = spool_put_file(s, s->out_fd, name, packed, len, &manner);
	errno = -r;
	if (r < 0)
		return spool_failed(s, name, e);
	s->out_bytes += on_disk(len);
	return 0;
}

int spool_get_file(int folder_fd, const char *name, size_t max, uint8_t **ret, size_t *ret_len)
{
	AUTO(close) int fd = openat(folder_fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode) || (uint64_t)st.st_size > max)
		return -EBADMSG;
	AUTO(free) uint8_t *data = malloc((size_t)st.st_size + 1);
	if (!data)
		return -ENOMEM;
	ssize_t n = read(fd, data, (size_t)st.st_size);
	if (n != st.st_size)
		return n < 0 ? -errno : -EBADMSG;
	*ret = TAKE(data);
	*ret_len = (size_t)n;
	return 0;
}

int spool_get(const struct spool *s, const char *name, struct segment_info *ret, uint8_t **ret_raw,
	size_t *ret_len, uint8_t ret_digest[SEGMENT_DIGEST], struct err *e)
{
	AUTO(free) uint8_t *packed = NULL;
	AUTO(free) uint8_t *raw = NULL;
	unsigned int digest_len;
	size_t len = 0;
	int r = spool_get_file(s->out_fd, name, SEGMENT_BYTES_MAX, &packed, &len);

	errno = -r;
	if (r < 0)
		return spool_failed(s, name, e);
	EVP_Digest(packed, len, ret_digest, &digest_len, EVP_sha256(), NULL);
	r = segment_unpack(packed, len, &raw, ret_len, e);
	if (r == 0)
		r = segment_parse(raw, *ret_len, ret, e);
	if (r < 0)
		return err_context(e, r, "%s: ", name);
	*ret_raw = TAKE(raw);
	return 0;
}

int spool_write_text(struct spool *s, const char *name, const char *text, size_t len, struct err *e)
{
	const struct spool_manner manner = {.mode = 0644, .unsynced = true};
	int r = spool_put_file(s, s->folder_fd, name, (const uint8_t *)text, len, &manner);

	errno = -r;
	return r < 0 ? spool_failed(s, name, e) : 0;
}

/* --- journal --- */

static void journal_name(const struct spool_name *name, char out[SPOOL_NAME_MAX])
{
	spool_name_print(name, out);
	out[strlen(out) - strlen(SPOOL_SUFFIX) + strlen(JOURNAL_SUFFIX)] = '\0';
}

static bool same_segment(const struct spool_name *a, const struct spool_name *b)
{
	return a->sequence == b->sequence && memcmp(a->epoch, b->epoch, SEGMENT_EPOCH) == 0;
}

static int begin_journal(struct spool *s, const struct spool_name *name, const char *text, struct err *e)
{
	if (s->journal_fd >= 0 && same_segment(&s->journal, name))
		return 0;
	if (s->journal_fd >= 0)
		close(s->journal_fd);
	s->journal = *name;
	s->journal_fd = openat(s->tmp_fd, text, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	return s->journal_fd < 0 ? spool_failed(s, text, e) : 0;
}

int spool_journal(struct spool *s, const struct spool_name *name, const uint8_t *data, size_t done,
	size_t len, bool sync, struct err *e)
{
	char text[SPOOL_NAME_MAX];

	journal_name(name, text);
	int r = begin_journal(s, name, text, e);
	if (r < 0)
		return r;
	if (write_from(s->journal_fd, data, done, len) < 0 ||
		(sync && (fdatasync(s->journal_fd) < 0 || fsync(s->tmp_fd) < 0)))
		return spool_failed(s, text, e);
	return 0;
}

static void end_journal(struct spool *s, const struct spool_name *name)
{
	char text[SPOOL_NAME_MAX];

	if (s->journal_fd < 0 || !same_segment(&s->journal, name))
		return;
	close(s->journal_fd);
	s->journal_fd = -1;
	journal_name(name, text);
	unlinkat(s->tmp_fd, text, 0);
}

/* --- sealing --- */

int spool_seal(struct spool *s, const struct spool_name *name, const struct blocks *raw,
	uint8_t ret_digest[SEGMENT_DIGEST], struct err *e)
{
	char text[SPOOL_NAME_MAX];
	struct err first = {""};

	spool_name_print(name, text);
	int r = spool_put(s, text, raw, 0, ret_digest, &first);
	if (r == -ENOSPC || r == -EDQUOT) {
		/* the journal holds the same bytes: without it there may be room */
		end_journal(s, name);
		uint64_t smaller = s->out_bytes > raw->len ? s->out_bytes - raw->len : 0;
		if (spool_give_up(s, smaller, INT64_MIN, GAP_SPOOL_FULL, &first) >= 0) {
			first = (struct err){""};
			r = spool_put(s, text, raw, 0, ret_digest, &first);
		}
	}
	end_journal(s, name);
	if (r < 0)
		*e = first;
	return r;
}

/* --- bounds --- */

/* How far out/ must shrink so that the disk keeps its free space; UINT64_MAX when it has it. */
static uint64_t bytes_that_leave_free(const struct spool *s)
{
	struct statvfs vfs;

	if (s->options.free_bytes_min == 0 || fstatvfs(s->folder_fd, &vfs) < 0)
		return UINT64_MAX;
	uint64_t free_bytes = (uint64_t)vfs.f_bavail * vfs.f_frsize;
	if (free_bytes >= s->options.free_bytes_min)
		return UINT64_MAX;
	uint64_t missing = s->options.free_bytes_min - free_bytes;
	return s->out_bytes > missing ? s->out_bytes - missing : 0;
}

int spool_make_room(struct spool *s, int64_t now_s, struct err *e)
{
	uint64_t max = s->options.bytes_max, leaves_free = bytes_that_leave_free(s);
	int r = 0;

	max = leaves_free < max ? leaves_free : max;
	if (s->out_bytes > max)
		r = spool_give_up(s, max - max / 20, INT64_MIN, GAP_SPOOL_FULL, e);
	if (r < 0 || s->options.age_max_s == 0 || now_s < s->age_checked_s + AGE_CHECK_S)
		return r < 0 ? r : 0;
	s->age_checked_s = now_s;
	r = spool_give_up(s, UINT64_MAX, now_s - (int64_t)s->options.age_max_s, GAP_SPOOL_OLD, e);
	return r < 0 ? r : 0;
}

struct count {
	const struct spool *s;
	struct spool_use *use;
};

static int count_one(void *context, const char *name, struct err *e)
{
	struct count *count = context;
	struct stat st;

	if (fstatat(count->s->out_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode)) {
		count->use->segments++;
		count->use->bytes += on_disk((uint64_t)st.st_size);
	}
	return 0;
}

int spool_count(struct spool *s, struct spool_use *ret, struct err *e)
{
	struct count count = {.s = s, .use = ret};

	*ret = (struct spool_use){
		.given_up_packets = s->given_up_packets, .given_up_bodies = s->given_up_bodies};
	int r = spool_each(s->out_fd, count_one, &count, e);
	if (r == 0)
		s->out_bytes = ret->bytes;
	return r;
}
