#include "geo/cache.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>

/* Goes up when the layout changes, or what is made from the same files (geo/special.c, the reading
 * of MMDB and CSV). */
enum { FORMAT = 1 };

enum { ALIGNMENT = 64, FOLDER_MODE = 0700, FILE_MODE = 0600 };

#define X(type, name) PART_##name,
enum { TABLE_PARTS(X) PART_COUNT };
#undef X

struct head {
	char magic[8];
	uint64_t format;
	uint64_t sizes[PART_COUNT];  /* bytes of an item */
	uint64_t counts[PART_COUNT]; /* items */
	uint64_t sum_parts;	     /* of all that follows the head */
	uint64_t sum_head;	     /* of all before this */
};

static const char magic[8] = "teitenG";

static const uint64_t item_sizes[PART_COUNT] = {
#define X(type, name) sizeof(type),
	TABLE_PARTS(X)
#undef X
};

/* --- checksum and layout ----------------------------------------------------------------- */

/* Four lanes, so that one multiplication need not wait for the one before. Each step can be undone,
 * so that no change within one word goes unseen. */
uint64_t cache_checksum(const void *data, size_t bytes)
{
	uint64_t lanes[4] = {1, 2, 3, 4}, sum = bytes;
	const uint8_t *at = data;

	for (size_t i = 0; i < bytes / sizeof(uint64_t); i++, at += sizeof(uint64_t)) {
		uint64_t word;

		memcpy(&word, at, sizeof(word));
		lanes[i % 4] = (lanes[i % 4] ^ word) * UINT64_C(0x9e3779b97f4a7c15);
		lanes[i % 4] ^= lanes[i % 4] >> 32;
	}
	for (size_t i = 0; i < 4; i++)
		sum = (sum ^ lanes[i]) * UINT64_C(0xbf58476d1ce4e5b9) + i;
	return sum;
}

static size_t aligned(size_t bytes)
{
	return (bytes + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
}

/* Of the whole file; 0 when the counts are absurd. */
static size_t file_bytes(const struct head *h)
{
	size_t bytes = aligned(sizeof(*h));

	for (size_t i = 0; i < PART_COUNT; i++) {
		size_t part;

		if (h->counts[i] > UINT32_MAX ||
			__builtin_mul_overflow(h->counts[i], item_sizes[i], &part) ||
			__builtin_add_overflow(bytes, aligned(part), &bytes))
			return 0;
	}
	return bytes;
}

/* --- names ------------------------------------------------------------------------------- */

struct names {
	char path[PATH_MAX], temporary[PATH_MAX];
};

/* False when there is to be no cache. */
static bool name_files(const struct cache_place *place, struct names *ret)
{
	int len = snprintf(ret->path, PATH_MAX, "%s/places-%016llx.table", place->folder,
		(unsigned long long)place->number);

	snprintf(ret->temporary, PATH_MAX, "%s/places-%016llx.new", place->folder,
		(unsigned long long)place->number);
	return place->folder[0] && len > 0 && len < PATH_MAX;
}

/* A plain file that only we and root can have written. */
static bool is_trusted(const struct stat *st)
{
	return S_ISREG(st->st_mode) && (st->st_uid == geteuid() || st->st_uid == 0) &&
	       (st->st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

/* --- reading ----------------------------------------------------------------------------- */

static void *map_file(const char *path, size_t *ret_bytes)
{
	/* O_NONBLOCK: a named pipe must not keep us waiting */
	AUTO(close) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0 || !is_trusted(&st) ||
		st.st_size < (off_t)sizeof(struct head))
		return NULL;
	void *map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED | MAP_POPULATE, fd, 0);
	*ret_bytes = (size_t)st.st_size;
	return map == MAP_FAILED ? NULL : map;
}

static bool is_ours(const struct head *h)
{
	return memcmp(h->magic, magic, sizeof(magic)) == 0 && h->format == FORMAT &&
	       memcmp(h->sizes, item_sizes, sizeof(item_sizes)) == 0 &&
	       h->sum_head == cache_checksum(h, offsetof(struct head, sum_head));
}

static void find_parts(struct tables *t, const struct head *h)
{
	uint8_t *at = (uint8_t *)t->mapped + aligned(sizeof(*h));

#define X(type, name)                                                                              \
	t->name = (type *)at;                                                                      \
	t->name##_count = h->counts[PART_##name];                                                  \
	at += aligned(t->name##_count * sizeof(type));
	TABLE_PARTS(X)
#undef X
}

/* The key comes before the checksum: the usual reason not to use a file is found in microseconds.
 */
static bool is_good(struct tables *t, const char *key)
{
	struct head h;
	size_t start = aligned(sizeof(h));

	memcpy(&h, t->mapped, sizeof(h));
	if (!is_ours(&h) || file_bytes(&h) != t->mapped_bytes)
		return false;
	find_parts(t, &h);
	if (t->key_count != strlen(key) || memcmp(t->key, key, t->key_count) != 0)
		return false;
	return cache_checksum((uint8_t *)t->mapped + start, t->mapped_bytes - start) == h.sum_parts &&
	       tables_are_sound(t);
}

bool cache_read(const struct cache_place *place, struct tables *ret)
{
	struct names names;

	*ret = (struct tables){0};
	if (!name_files(place, &names))
		return false;
	ret->mapped = map_file(names.path, &ret->mapped_bytes);
	if (!ret->mapped)
		return false;
	if (is_good(ret, place->key))
		return true;
	tables_done(ret);
	return false;
}

/* --- writing ----------------------------------------------------------------------------- */

/* The folder and the one above it: $HOME/.cache need not be there yet, $HOME must. */
static void make_folder(const char *path)
{
	char above[PATH_MAX];

	snprintf(above, sizeof(above), "%s", path);
	char *slash = strrchr(above, '/');
	if (slash && slash > above) {
		*slash = '\0';
		mkdir(above, FOLDER_MODE);
	}
	mkdir(path, FOLDER_MODE);
}

/* The temporary file, locked and ours alone, or -1. Whoever has the lock may give the file its
 * name, so it may have changed its name while we waited for nothing: then it is not ours to change.
 * What a crash left behind is used again. */
static int open_temporary(const char *path)
{
	AUTO(close)
	int fd = open(path, O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, FILE_MODE);
	struct stat st, named;

	if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) < 0 || fstat(fd, &st) < 0 ||
		lstat(path, &named) < 0)
		return -1;
	if (!is_trusted(&st) || st.st_uid != geteuid() || st.st_nlink != 1 ||
		st.st_dev != named.st_dev || st.st_ino != named.st_ino)
		return -1;
	if (fchmod(fd, FILE_MODE) < 0 || ftruncate(fd, 0) < 0)
		return -1;

	int kept = fd;
	fd = -1;
	return kept;
}

static bool write_all(int fd, const uint8_t *data, size_t bytes)
{
	while (bytes) {
		ssize_t n = write(fd, data, bytes);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		data += n;
		bytes -= (size_t)n;
	}
	return true;
}

static uint8_t *put_part(uint8_t *at, const void *data, size_t bytes)
{
	if (bytes)
		memcpy(at, data, bytes);
	return at + aligned(bytes);
}

/* The bytes of the file, owned by the caller; NULL without memory. */
static uint8_t *make_image(const struct tables *t, size_t *ret_bytes)
{
	struct head h = {.format = FORMAT};
	size_t start = aligned(sizeof(h));

	memcpy(h.magic, magic, sizeof(magic));
	memcpy(h.sizes, item_sizes, sizeof(item_sizes));
#define X(type, name) h.counts[PART_##name] = t->name##_count;
	TABLE_PARTS(X)
#undef X
	*ret_bytes = file_bytes(&h);
	uint8_t *image = *ret_bytes ? calloc(1, *ret_bytes) : NULL;
	if (!image)
		return NULL;

	uint8_t *at = image + start;
#define X(type, name) at = put_part(at, t->name, t->name##_count * sizeof(type));
	TABLE_PARTS(X)
#undef X
	h.sum_parts = cache_checksum(image + start, *ret_bytes - start);
	h.sum_head = cache_checksum(&h, offsetof(struct head, sum_head));
	memcpy(image, &h, sizeof(h));
	return image;
}

bool cache_write(const struct cache_place *place, const struct tables *t)
{
	struct names names;
	size_t bytes;

	if (!name_files(place, &names))
		return false;
	make_folder(place->folder);
	AUTO(close) int fd = open_temporary(names.temporary);
	if (fd < 0)
		return false;
	AUTO(free) uint8_t *image = make_image(t, &bytes);
	if (image && write_all(fd, image, bytes) && fsync(fd) == 0 &&
		rename(names.temporary, names.path) == 0)
		return true;
	unlink(names.temporary);
	return false;
}
