#include "collect/taken.h"

#include "base/cur.h"
#include "base/text.h"
#include "capture/blocks.h"
#include "collect/files.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <string.h>
#include <sys/stat.h>

enum { CHECK = 8, AT_CHECK = TAKEN_RECORD - CHECK, ZEROS = 3, BATCH = 1024 };
_Static_assert(512 % TAKEN_RECORD == 0, "records lie within sectors");

static int failed(const uint8_t epoch[SEGMENT_EPOCH], struct err *e)
{
	char text[SEGMENT_EPOCH_TEXT];

	return err_set(e, errno, "known/%s: %m", segment_hex(epoch, SEGMENT_EPOCH, text));
}

static void check_of(const uint8_t *record, uint8_t ret[CHECK])
{
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned int len;

	memset(ret, 0, CHECK);
	if (EVP_Digest(record, AT_CHECK, digest, &len, EVP_sha256(), NULL) == 1)
		memcpy(ret, digest, CHECK);
}

static void record_write(const struct taken *t, uint8_t record[TAKEN_RECORD])
{
	struct blocks b = {.data = record, .size = TAKEN_RECORD};
	const uint8_t zeros[ZEROS] = {0};

	blocks_put(&b, t->digest, SEGMENT_DIGEST);
	blocks_u64(&b, t->packets);
	blocks_u64(&b, t->lost);
	blocks_u32(&b, t->given_up);
	blocks_put(&b, &(uint8_t){(uint8_t)t->level}, 1);
	blocks_put(&b, zeros, sizeof(zeros));
	check_of(record, record + AT_CHECK);
}

static bool record_read(const uint8_t record[TAKEN_RECORD], struct taken *ret)
{
	struct cur c = cur_of(record, AT_CHECK);
	uint8_t check[CHECK];

	check_of(record, check);
	memcpy(ret->digest, cur_take(&c, SEGMENT_DIGEST), SEGMENT_DIGEST);
	ret->packets = cur_le64(&c);
	ret->lost = cur_le64(&c);
	ret->given_up = cur_le32(&c);
	ret->level = (enum spool_level)cur_u8(&c);
	return memcmp(check, record + AT_CHECK, CHECK) == 0 && ret->level <= SPOOL_COUNTERS;
}

static int open_epoch(int known_fd, const uint8_t epoch[SEGMENT_EPOCH], int flags)
{
	char name[SEGMENT_EPOCH_TEXT];

	return openat(known_fd, segment_hex(epoch, SEGMENT_EPOCH, name), flags | O_CLOEXEC, 0640);
}

int taken_find(int known_fd, const uint8_t epoch[SEGMENT_EPOCH], uint64_t sequence, struct taken *ret, struct err *e)
{
	AUTO(close) int fd = open_epoch(known_fd, epoch, O_RDONLY);
	uint8_t record[TAKEN_RECORD];

	if (fd < 0)
		return errno == ENOENT ? 0 : failed(epoch, e);
	ssize_t n = pread(fd, record, sizeof(record), (off_t)(sequence * TAKEN_RECORD));
	if (n < 0)
		return failed(epoch, e);
	return n == TAKEN_RECORD && record_read(record, ret);
}

int taken_put(int known_fd, const uint8_t epoch[SEGMENT_EPOCH], uint64_t sequence, const struct taken *t, struct err *e)
{
	AUTO(close) int fd = open_epoch(known_fd, epoch, O_WRONLY | O_CREAT);
	uint8_t record[TAKEN_RECORD];

	record_write(t, record);
	if (fd < 0)
		return failed(epoch, e);
	ssize_t n = pwrite(fd, record, sizeof(record), (off_t)(sequence * TAKEN_RECORD));
	if (n >= 0 && n < TAKEN_RECORD)
		errno = ENOSPC;
	return n < TAKEN_RECORD || fdatasync(fd) < 0 || fsync(known_fd) < 0 ? failed(epoch, e) : 0;
}

int taken_sync(int known_fd, const uint8_t epoch[SEGMENT_EPOCH], struct err *e)
{
	AUTO(close) int fd = open_epoch(known_fd, epoch, O_RDONLY);

	return fd < 0 || fdatasync(fd) < 0 || fsync(known_fd) < 0 ? failed(epoch, e) : 0;
}

/* --- sums --- */

void taken_sum_add(struct taken_sum *s, uint64_t sequence, const struct taken *t)
{
	s->count++;
	s->packets += t->packets;
	s->lost += t->lost;
	s->given_up += t->given_up;
	if (sequence >= s->end)
		s->end = sequence + 1;
}

uint64_t taken_sum_missing(const struct taken_sum *s)
{
	uint64_t here = s->count + s->given_up;

	return s->end > here ? s->end - here : 0;
}

/* What lies from *at on; *at goes behind what was read, over holes. False at the end. */
static bool read_batch(int fd, uint8_t *batch, off_t *at, size_t *ret_records, off_t *ret_first)
{
	off_t data = lseek(fd, *at, SEEK_DATA);

	if (data < 0)
		return false;
	*ret_first = data / TAKEN_RECORD;
	ssize_t n = pread(fd, batch, BATCH * TAKEN_RECORD, *ret_first * TAKEN_RECORD);
	*ret_records = n > 0 ? (size_t)n / TAKEN_RECORD : 0;
	*at = (*ret_first + (off_t)*ret_records) * TAKEN_RECORD;
	return *ret_records > 0;
}

int taken_sum_read(int known_fd, const uint8_t epoch[SEGMENT_EPOCH], struct taken_sum *ret, struct err *e)
{
	AUTO(close) int fd = open_epoch(known_fd, epoch, O_RDONLY);
	AUTO(free) uint8_t *batch = malloc(BATCH * TAKEN_RECORD);
	size_t records;
	off_t at = 0, first;

	*ret = (struct taken_sum){0};
	if (fd < 0)
		return errno == ENOENT ? 0 : failed(epoch, e);
	if (!batch)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	while (read_batch(fd, batch, &at, &records, &first)) {
		for (size_t i = 0; i < records; i++) {
			struct taken t;

			if (record_read(batch + i * TAKEN_RECORD, &t))
				taken_sum_add(ret, (uint64_t)first + i, &t);
		}
	}
	return 0;
}

struct newest {
	int known_fd;
	struct timespec at;
	uint8_t *epoch;
	int found;
};

static bool later(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec != b->tv_sec ? a->tv_sec > b->tv_sec : a->tv_nsec > b->tv_nsec;
}

static int look_at(void *context, const char *name, struct err *e)
{
	struct newest *n = context;
	uint8_t epoch[SEGMENT_EPOCH];
	struct stat status;

	if (strlen(name) != 2 * SEGMENT_EPOCH || !segment_unhex(name, epoch, SEGMENT_EPOCH) ||
		fstatat(n->known_fd, name, &status, AT_SYMLINK_NOFOLLOW) < 0)
		return 0;
	if (n->found && !later(&status.st_mtim, &n->at))
		return 0;
	n->at = status.st_mtim;
	memcpy(n->epoch, epoch, SEGMENT_EPOCH);
	n->found = 1;
	return 0;
}

int taken_newest(int known_fd, uint8_t ret[SEGMENT_EPOCH], int64_t *ret_s, struct err *e)
{
	struct newest n = {.known_fd = known_fd, .epoch = ret};
	int rc = files_each(known_fd, look_at, &n, e);

	*ret_s = n.at.tv_sec;
	return rc < 0 ? rc : n.found;
}
