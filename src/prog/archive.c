#include "prog/archive.h"

#include "base/text.h"
#include "capture/sink.h"
#include "capture/stream.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>

void archive_of(const struct store *s, struct archive *ret)
{
	const char *folder = store_folder(s);

	*ret = (struct archive){0};
	if (folder)
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

/* The copy is written under a name of its own first, because its digest is known only at the end. */
static int take_copy(const struct archive *a, struct stream *from, struct digest *digest,
	struct progress *progress, struct archive_copy *ret, struct err *e)
{
	char incoming[PATH_MAX];
	AUTO(sink_close) struct sink *sink = NULL;

	snprintf(incoming, sizeof(incoming), "%s/incoming-%d.zst", a->folder, (int)getpid());
	int rc = make_folder(a->folder, e);
	if (rc == 0)
		rc = sink_open(incoming, &sink, e);
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
			TR("standard input needs a store in a folder: give a file instead",
				"標準入力はフォルダーの store "
				"でだけ使えます。ファイルを指定してください"));
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

/* One file, one byte range per digest: nothing to clean up, and the kernel frees it when the
 * process ends. */
int archive_lock(const struct archive *a, const char *digest, struct err *e)
{
	char path[PATH_MAX];
	char head[16] = "";
	struct flock range = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1};

	if (!a->folder[0])
		return open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (make_folder(a->folder, e) < 0)
		return -EIO;
	snprintf(path, sizeof(path), "%s/lock", a->folder);
	memcpy(head, digest, sizeof(head) - 1);
	range.l_start = (off_t)strtoull(head, NULL, 16);
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

void archive_sweep(const struct archive *a)
{
	DIR *folder = a->folder[0] ? opendir(a->folder) : NULL;

	if (!folder)
		return;
	for (struct dirent *entry; (entry = readdir(folder));) {
		int pid;
		/* finished copies that have no name yet, and unfinished ones (capture/sink.h) */
		bool is_copy = sscanf(entry->d_name, "incoming-%d.zst", &pid) == 1 ||
			       sscanf(entry->d_name, ".incoming-%d.zst", &pid) == 1;

		if (is_copy && kill(pid, 0) < 0 && errno == ESRCH)
			unlinkat(dirfd(folder), entry->d_name, 0);
	}
	closedir(folder);
}
