#include "collect/take.h"

#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

static int failed(const char *what, struct err *e)
{
	return err_set(e, errno, "inbox/%s: %m", what);
}

/* In the inbox a segment has one name, whatever was left of it when it was sent. */
static char *inbox_name(const struct spool_name *name, char out[SPOOL_NAME_MAX])
{
	struct spool_name whole = *name;

	whole.level = SPOOL_WHOLE;
	return spool_name_print(&whole, out);
}

/* Of what a run wrote that was killed before it synced, perhaps. A file that is gone was loaded into the store. */
static int sync_again(struct desk *d, const struct spool_name *name, struct err *e)
{
	char file[SPOOL_NAME_MAX];
	AUTO(close) int fd = openat(d->inbox_fd, inbox_name(name, file), O_RDONLY | O_CLOEXEC);

	if ((fd < 0 && errno != ENOENT) || (fd >= 0 && fsync(fd) < 0) || fsync(d->inbox_fd) < 0)
		return failed(file, e);
	return taken_sync(d->known_fd, name->epoch, e);
}

struct mapped {
	void *data; /* MAP_FAILED: nothing */
	size_t len;
};

static void auto_unmap(struct mapped *m)
{
	if (m->data != MAP_FAILED)
		munmap(m->data, m->len);
}

int take_judge(int fd, const char *sensor, const struct spool_name *name, int64_t now_s, struct judged *ret, struct err *e)
{
	AUTO(unmap) struct mapped m = {.data = MAP_FAILED};
	struct stat status;
	unsigned int len;

	if (fstat(fd, &status) < 0)
		return failed(sensor, e);
	ret->size = m.len = (size_t)status.st_size;
	if (m.len == 0)
		return err_set(e, EBADMSG, TR("it is empty", "空です"));
	m.data = mmap(NULL, m.len, PROT_READ, MAP_PRIVATE, fd, 0);
	if (m.data == MAP_FAILED)
		return failed(sensor, e);
	if (EVP_Digest(m.data, m.len, ret->record.digest, &len, EVP_sha256(), NULL) != 1)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	return judge_segment(m.data, m.len, sensor, name, now_s, ret, e);
}

int take_up(struct desk *d, const struct spool_name *name, int64_t now_s, struct err *e)
{
	char file[SPOOL_NAME_MAX];
	AUTO(close) int fd = openat(d->inbox_fd, inbox_name(name, file), O_RDONLY | O_CLOEXEC);
	struct judged j;

	if (fd < 0)
		return failed(file, e);
	int rc = take_judge(fd, d->sensor, name, now_s, &j, e);
	if (rc == 0 && (fsync(fd) < 0 || fsync(d->inbox_fd) < 0))
		rc = failed(file, e);
	if (rc == 0)
		rc = taken_put(d->known_fd, name->epoch, name->sequence, &j.record, e);
	if (rc < 0)
		return err_context(e, rc, "inbox/%s/%s: ", d->sensor, file);
	desk_note(d, name, &j, now_s);
	return 0;
}

/* 1: it is there for good now; 0: a file was there before. */
static int put(struct desk *d, const struct spool_name *name, const struct judged *j, int tmp_fd, const char *from,
	struct err *e)
{
	char file[SPOOL_NAME_MAX];

	inbox_name(name, file);
	if (linkat(tmp_fd, from, d->inbox_fd, file, 0) < 0)
		return errno == EEXIST ? 0 : failed(file, e);
	if (fsync(d->inbox_fd) < 0)
		return failed(file, e);
	int rc = taken_put(d->known_fd, name->epoch, name->sequence, &j->record, e);
	return rc < 0 ? rc : 1;
}

/* A file without a record gets its own first; then the record decides. */
static int take_locked(struct desk *d, const struct spool_name *name, const struct judged *j, int tmp_fd, const char *from,
	int64_t now_s, struct err *e)
{
	struct taken before;
	int rc = taken_find(d->known_fd, name->epoch, name->sequence, &before, e);

	if (rc == 0) {
		rc = put(d, name, j, tmp_fd, from, e);
		if (rc > 0) {
			desk_note(d, name, j, now_s);
			return VERDICT_taken;
		}
		if (rc == 0)
			rc = take_up(d, name, now_s, e);
		if (rc == 0)
			rc = taken_find(d->known_fd, name->epoch, name->sequence, &before, e);
	}
	if (rc < 0)
		return rc;
	if (memcmp(before.digest, j->record.digest, SEGMENT_DIGEST) != 0)
		return VERDICT_conflict;
	rc = sync_again(d, name, e);
	return rc < 0 ? rc : VERDICT_had;
}

int take_segment(struct desk *d, const struct spool_name *name, const struct judged *j, int fd, int tmp_fd, const char *from,
	int64_t now_s, struct err *e)
{
	if (fsync(fd) < 0)
		return failed(from, e);
	pthread_mutex_lock(&d->lock);
	int rc = take_locked(d, name, j, tmp_fd, from, now_s, e);
	pthread_mutex_unlock(&d->lock);
	return rc;
}
