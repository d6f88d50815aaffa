#include "prog/archive.h"

#include "base/text.h"
#include "capture/sink.h"
#include "capture/stream.h"
#include "prog/stop.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>

#define INCOMING "incoming-"
enum { INCOMING_BITS = 60 };

void archive_of(const struct prog *p, struct archive *ret)
{
	const char *folder = store_folder(p->store);

	*ret = (struct archive){0};
	if (p->settings.archive_folder[0])
		snprintf(ret->folder, sizeof(ret->folder), "%s", p->settings.archive_folder);
	else if (folder)
		snprintf(ret->folder, sizeof(ret->folder), "%s/archive", folder);
}

static int make_folder(const char *path, struct err *e)
{
	if (mkdir(path, 0700) == 0 || errno == EEXIST)
		return 0;
	return err_set(e, errno,
		TR("cannot make the folder %s: %m", "フォルダー %s を作れません: %m"), path);
}

/* All bytes of the stream into the digest and, where there is one, the sink. */
static int pour(struct stream *from, struct sink *to, struct digest *digest,
	struct progress *progress, struct archive_copy *ret, struct err *e)
{
	enum { CHUNK = 1 << 20 };
	AUTO(free) uint8_t *chunk = malloc(CHUNK);
	ssize_t n;
	int rc = 0;

	if (!chunk)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	while (rc == 0 && (n = stream_read(from, chunk, CHUNK, e)) > 0) {
		digest_add(digest, chunk, (size_t)n);
		ret->bytes += (uint64_t)n;
		progress_draw(progress, stream_bytes_in(from), stream_bytes_total(from), 0);
		if (to)
			rc = sink_write(to, chunk, (size_t)n, e);
		if (rc == 0)
			rc = stop_check(e);
	}
	/* what came before the damage counts, as its digest says */
	if (rc == 0 && n == -EBADMSG) {
		ret->damage = *e;
		*e = (struct err){0};
	} else if (rc == 0 && n < 0) {
		rc = (int)n;
	}
	digest_end(digest, ret->digest, ret->begins_with);
	return rc;
}

static int sync_folder(const char *path, struct err *e)
{
	AUTO(close) int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0 || fsync(fd) < 0)
		return err_set(e, errno, TR("cannot sync the folder %s: %m", "フォルダー %s を同期できません: %m"), path);
	return 0;
}

/* ab/abcdef... .zst below the folder */
static int name_copy(const struct archive *a, struct archive_copy *ret, struct err *e)
{
	char group[PATH_MAX];

	snprintf(group, sizeof(group), "%s/%.2s", a->folder, ret->digest);
	snprintf(ret->below, sizeof(ret->below), "%.2s/%s.zst", ret->digest, ret->digest);
	snprintf(ret->path, sizeof(ret->path), "%s/%s", a->folder, ret->below);
	return make_folder(group, e);
}

/* Under its own name; after a power cut it is there if the ledger says so. */
static int keep_copy(const struct archive *a, const char *incoming, struct archive_copy *ret, struct err *e)
{
	char group[PATH_MAX];
	int rc = name_copy(a, ret, e);

	if (rc == 0 && rename(incoming, ret->path) < 0)
		rc = err_set(e, errno,
			TR("cannot move the copy to %s: %m", "コピーを %s に移せません: %m"),
			ret->path);
	snprintf(group, sizeof(group), "%s/%.2s", a->folder, ret->digest);
	if (rc == 0)
		rc = sync_folder(group, e);
	return rc < 0 ? rc : sync_folder(a->folder, e);
}

/* One file, one byte of it for each thing that is locked: nothing to clean up, and the kernel gives it back when the
 * process ends. A descriptor; -EBUSY when another descriptor has it. */
static int lock_byte(const struct archive *a, uint64_t at, struct err *e)
{
	char path[PATH_MAX];
	struct flock range = {
		.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = (off_t)at, .l_len = 1};

	if (make_folder(a->folder, e) < 0)
		return -EIO;
	snprintf(path, sizeof(path), "%s/lock", a->folder);
	int fd = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_set(e, errno, TR("cannot open %s: %m", "%s を開けません: %m"), path);
	if (fcntl(fd, F_OFD_SETLK, &range) == 0)
		return fd;
	int cause = errno;
	close(fd);
	if (cause != EAGAIN && cause != EACCES)
		return err_set(e, ENOLCK, TR("cannot lock %s: %s", "%s をロックできません: %s"), path, strerror(cause));
	return err_set(e, EBUSY,
		TR("another process is importing it now", "別のプロセスが取り込み中です"));
}

int archive_lock(const struct archive *a, const char *digest, struct err *e)
{
	char head[16] = "";

	if (!a->folder[0])
		return open("/dev/null", O_RDONLY | O_CLOEXEC);
	memcpy(head, digest, sizeof(head) - 1);
	return lock_byte(a, strtoull(head, NULL, 16), e);
}

/* Locks of unfinished copies, by their numbers, lie behind those of digests (15 hex digits, 60 bits). */
static int lock_incoming(const struct archive *a, uint64_t number, struct err *e)
{
	return lock_byte(a, UINT64_C(1) << 62 | number, e);
}

/* The copy is written under a name of its own first, because its digest is known only at the end. Its lock says that it is
 * being written. */
static int take_copy(const struct archive *a, struct stream *from, struct digest *digest,
	struct progress *progress, struct archive_copy *ret, struct err *e)
{
	char incoming[PATH_MAX];
	AUTO(sink_close) struct sink *sink = NULL;
	uint64_t number = 0;

	if (getrandom(&number, sizeof(number), 0) != (ssize_t)sizeof(number))
		return err_set(e, errno, TR("no random numbers: %m", "乱数が得られません: %m"));
	number >>= 64 - INCOMING_BITS;
	snprintf(incoming, sizeof(incoming), "%s/" INCOMING "%015" PRIx64 ".zst", a->folder, number);
	AUTO(close) int lock = lock_incoming(a, number, e);
	if (lock < 0)
		return lock;
	int rc = sink_open(incoming, &sink, e);
	if (rc == 0)
		rc = pour(from, sink, digest, progress, ret, e);
	if (rc == 0)
		rc = sink_commit(sink, e);
	if (rc == 0)
		rc = keep_copy(a, incoming, ret, e);
	if (rc < 0)
		unlink(incoming);
	return rc;
}

int archive_take(const struct archive *a, const char *path, bool keep, const struct digest_known *known,
	struct progress *progress, struct archive_copy *ret, struct err *e)
{
	AUTO(stream_close) struct stream *from = NULL;
	AUTO(digest_free) struct digest *digest = NULL;
	bool pipe = strcmp(path, "-") == 0;

	*ret = (struct archive_copy){0};
	if (pipe && !a->folder[0])
		return err_set(e, EINVAL,
			TR("standard input is kept in the archive, and a server's store has none: "
			   "set archive.folder, or give a file",
				"標準入力はアーカイブに保存しますが、サーバーの store "
				"にはアーカイブがありません。archive.folder "
				"を設定するか、ファイルを指定してください"));
	int rc = stream_open(path, &from, e);
	if (rc == 0)
		rc = digest_new(known, &digest, e);
	if (rc < 0)
		return rc;
	return (keep || pipe) && a->folder[0] ? take_copy(a, from, digest, progress, ret, e)
					      : pour(from, NULL, digest, progress, ret, e);
}

void archive_path(const struct archive *a, const struct segment *segment, char ret[PATH_MAX])
{
	ret[0] = '\0';
	if (a->folder[0] && segment->archive[0])
		snprintf(ret, PATH_MAX, "%s/%s", a->folder, segment->archive);
}

/* The number of an unfinished copy: one without its final name yet, or one that is still being written, whose name begins
 * with a dot (capture/sink.h). */
static bool incoming_number(const char *name, uint64_t *ret)
{
	int end = 0;

	name += name[0] == '.';
	return sscanf(name, INCOMING "%15" SCNx64 "%n.zst", ret, &end) == 1 &&
	       end == sizeof(INCOMING) - 1 + INCOMING_BITS / 4;
}

bool archive_is_incoming(const char *name)
{
	uint64_t number;

	return incoming_number(name, &number);
}

void archive_sweep(const struct archive *a)
{
	DIR *folder = a->folder[0] ? opendir(a->folder) : NULL;

	if (!folder)
		return;
	for (struct dirent *entry; (entry = readdir(folder));) {
		uint64_t number;
		struct err unused = {0};

		if (!incoming_number(entry->d_name, &number))
			continue;
		AUTO(close) int lock = lock_incoming(a, number, &unused);
		if (lock >= 0)
			unlinkat(dirfd(folder), entry->d_name, 0);
	}
	closedir(folder);
}
