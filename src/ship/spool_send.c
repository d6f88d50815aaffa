/* The spool as who sends sees it: beside the sensor that writes, which may reduce or remove a segment at any time. */
#include "base/text.h"
#include "ship/spool_parts.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <string.h>
#include <sys/stat.h>

int spool_join(const char *folder, struct spool **ret, struct err *e)
{
	const struct spool_options options = {.folder = folder};
	AUTO(spool_close) struct spool *s = spool_new(&options);
	struct err why = {""};

	if (!s)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	int r = spool_open_folders(s, true, &why);
	if (r == -ENOENT)
		return err_set(e, ENOENT,
			TR("no sensor has run with the spool %s yet: start it first",
				"スプール %s を使うセンサーがまだ動いていません。先に起動してください"),
			folder);
	if (r == 0 && faccessat(s->out_fd, ".", W_OK, AT_EACCESS) < 0)
		r = err_set(&why, errno,
			TR("%s/out: this account may not remove what was sent: it must be of the group of users.capture",
				"%s/out: この利用者は送信済みのファイルを削除できません。users.capture と同じグループにしてください"),
			s->path);
	if (r < 0) {
		*e = why;
		return r;
	}
	*ret = TAKE(s);
	return 0;
}

int64_t spool_changed_ns(const struct spool *s)
{
	struct stat st;

	return fstat(s->out_fd, &st) < 0 ? 0 : (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
}

struct listing {
	const struct spool *s;
	void (*each)(void *context, const struct spool_file *file);
	void *context;
};

static int list_one(void *context, const char *name, struct err *e)
{
	const struct listing *listing = context;
	struct spool_file file;
	struct stat st;

	if (!spool_name_parse(name, &file.name) ||
		fstatat(listing->s->out_fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(st.st_mode))
		return 0;
	file.sealed_s = st.st_mtime;
	file.bytes = (uint64_t)st.st_blocks * 512;
	listing->each(listing->context, &file);
	return 0;
}

int spool_list(struct spool *s, void (*each)(void *context, const struct spool_file *file), void *context,
	struct err *e)
{
	struct listing listing = {.s = s, .each = each, .context = context};

	return spool_each(s->out_fd, list_one, &listing, e);
}

int spool_load(const struct spool *s, const struct spool_name *name, uint8_t **ret, size_t *ret_len,
	uint8_t ret_digest[SEGMENT_DIGEST], struct err *e)
{
	char text[SPOOL_NAME_MAX];
	unsigned int digest_len;
	int r = spool_get_file(s->out_fd, spool_name_print(name, text), SEGMENT_BYTES_MAX, ret, ret_len);

	if (r < 0)
		return err_set(e, -r, TR("cannot read %s/out/%s: %s", "%s/out/%s を読めません: %s"), s->path,
			text, strerror(-r));
	EVP_Digest(*ret, *ret_len, ret_digest, &digest_len, EVP_sha256(), NULL);
	return 0;
}

int spool_read_text(const struct spool *s, const char *name, size_t max, char **ret, struct err *e)
{
	uint8_t *data;
	size_t len;
	int r = spool_get_file(s->folder_fd, name, max, &data, &len);

	*ret = NULL;
	if (r < 0)
		return r == -ENOENT ? 0
				    : err_set(e, -r, TR("cannot read %s/%s: %s", "%s/%s を読めません: %s"),
					      s->path, name, strerror(-r));
	data[len] = '\0';
	*ret = (char *)data;
	return 0;
}

int spool_remove(struct spool *s, const struct spool_name *name, struct err *e)
{
	char text[SPOOL_NAME_MAX];

	if (unlinkat(s->out_fd, spool_name_print(name, text), 0) < 0 && errno != ENOENT)
		return spool_failed(s, text, e);
	return 0;
}

/* --- what is refused --- */

static void reason_name(const char *name, char out[NAME_MAX + 1])
{
	snprintf(out, NAME_MAX + 1, "%.200s.reason", name);
}

void spool_give_reason(struct spool *s, const char *name, const char *reason)
{
	char path[NAME_MAX + 1];

	reason_name(name, path);
	AUTO(close) int fd = openat(s->rejected_fd, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
	if (fd >= 0)
		dprintf(fd, "%s\n", reason);
}

int spool_reject(struct spool *s, const struct spool_name *name, const uint8_t *data, size_t len,
	const char *reason, struct err *e)
{
	const struct spool_manner manner = {.mode = 0440};
	char text[SPOOL_NAME_MAX];
	int r = spool_put_file(s, s->rejected_fd, spool_name_print(name, text), data, len, &manner);

	errno = -r;
	if (r < 0)
		return spool_failed(s, text, e);
	spool_give_reason(s, text, reason);
	return 0;
}

struct rejected {
	const struct spool *s;
	uint64_t segments, bytes;
	int64_t oldest_s;
	char oldest[SPOOL_NAME_MAX];
};

static int look_at_rejected(void *context, const char *name, struct err *e)
{
	struct rejected *rejected = context;
	struct spool_name unused;
	struct stat st;

	if (fstatat(rejected->s->rejected_fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return 0;
	rejected->bytes += (uint64_t)st.st_blocks * 512;
	if (!spool_name_parse(name, &unused))
		return 0;
	rejected->segments++;
	if (rejected->oldest[0] && rejected->oldest_s <= st.st_mtime)
		return 0;
	rejected->oldest_s = st.st_mtime;
	snprintf(rejected->oldest, sizeof(rejected->oldest), "%s", name);
	return 0;
}

int spool_bound_rejected(struct spool *s, uint64_t bytes_max, uint64_t *ret_segments, struct err *e)
{
	char reason[NAME_MAX + 1];

	for (;;) {
		struct rejected rejected = {.s = s};
		int r = spool_each(s->rejected_fd, look_at_rejected, &rejected, e);

		*ret_segments = rejected.segments;
		if (r < 0 || rejected.bytes <= bytes_max || !rejected.oldest[0])
			return r;
		reason_name(rejected.oldest, reason);
		unlinkat(s->rejected_fd, reason, 0);
		if (unlinkat(s->rejected_fd, rejected.oldest, 0) < 0)
			return spool_failed(s, rejected.oldest, e);
	}
}
