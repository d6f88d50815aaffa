/* The list of who may send, as it is at this moment. */
#include "base/text.h"
#include "collect/allow.h"

#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/stat.h>

/* What tells one state of the file from another. It is replaced, never changed in place, so its inode is another. */
struct stamp {
	ino_t inode;
	off_t size;
	struct timespec changed;
};

struct allow_live {
	pthread_mutex_t lock; /* of all below */
	int identity_fd;      /* not owned */
	bool read;	      /* list is the file of that stamp */
	struct stamp stamp;
	struct allow list;
};

int allow_live_open(int identity_fd, struct allow_live **ret, struct err *e)
{
	*ret = calloc(1, sizeof(**ret));
	if (!*ret)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	pthread_mutex_init(&(*ret)->lock, NULL);
	(*ret)->identity_fd = identity_fd;
	return 0;
}

void allow_live_close(struct allow_live *l)
{
	if (!l)
		return;
	allow_done(&l->list);
	pthread_mutex_destroy(&l->lock);
	free(l);
}

static bool same(const struct stamp *a, const struct stamp *b)
{
	return a->inode == b->inode && a->size == b->size && a->changed.tv_sec == b->changed.tv_sec &&
	       a->changed.tv_nsec == b->changed.tv_nsec;
}

/* The stamp is taken before the file is read: if it is replaced in between, the next request reads once more. */
static int refresh(struct allow_live *l, struct err *e)
{
	struct stat status = {0};
	struct allow list;

	if (fstatat(l->identity_fd, ALLOW_FILE, &status, 0) < 0 && errno != ENOENT)
		return err_set(e, errno, ALLOW_FILE ": %m");
	struct stamp stamp = {status.st_ino, status.st_size, status.st_ctim};
	if (l->read && same(&stamp, &l->stamp))
		return 0;
	l->read = false;
	int rc = allow_read(l->identity_fd, &list, e);
	if (rc < 0)
		return rc;
	allow_done(&l->list);
	l->list = list;
	l->stamp = stamp;
	l->read = true;
	return 0;
}

int allow_live_ask(struct allow_live *l, const uint8_t digest[SEGMENT_DIGEST], int64_t now_s,
	enum allow_verdict *ret_verdict, struct allow_entry *ret, struct err *e)
{
	*ret_verdict = ALLOW_UNKNOWN;
	pthread_mutex_lock(&l->lock);
	int rc = refresh(l, e);
	if (rc == 0) {
		const struct allow_entry *entry = allow_find(&l->list, digest);

		*ret_verdict = allow_judge(entry, now_s);
		*ret = entry ? *entry : (struct allow_entry){0};
	}
	pthread_mutex_unlock(&l->lock);
	return rc;
}
