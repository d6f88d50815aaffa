#include "capture/sink.h"

#include "base/text.h"
#include "capture/pack.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>

struct sink {
	char *path;	 /* for messages too */
	char *temporary; /* beside path; NULL when written directly (standard output, devices) or
			    renamed */
	int fd;
	bool is_stdout;
	const struct packer *packer; /* NULL: plain */
	void *packing;
	size_t held; /* bytes of in */
	uint8_t in[PACK_IN_MAX];
	uint8_t out[PACK_OUT_MIN];
};

static int failed(const struct sink *s, int code, struct err *e)
{
	return err_set(e, code, TR("cannot write %s: %s", "%s に書き込めません: %s"), s->path,
		strerror(code));
}

static int out_of_memory(struct err *e)
{
	return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
}

/* A hidden file in the same folder, so that a rename gives it its name. */
static int open_temporary(struct sink *s, struct err *e)
{
	const char *slash = strrchr(s->path, '/');
	int folder_len = slash ? (int)(slash + 1 - s->path) : 0;
	uint64_t number = 0;

	if (getrandom(&number, sizeof(number), 0) != (ssize_t)sizeof(number))
		return failed(s, errno, e);
	if (asprintf(&s->temporary, "%.*s.%s.%016" PRIx64, folder_len, s->path,
		    s->path + folder_len, number) < 0) {
		s->temporary = NULL;
		return out_of_memory(e);
	}
	s->fd = open(s->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (s->fd >= 0)
		return 0;
	int code = errno;
	free(TAKE(s->temporary));
	return failed(s, code, e);
}

/* A device or a pipe is written to, never replaced. */
static int open_target(struct sink *s, struct err *e)
{
	struct stat st;

	if (s->is_stdout) {
		s->fd = STDOUT_FILENO;
		return 0;
	}
	if (stat(s->path, &st) < 0 || S_ISREG(st.st_mode))
		return open_temporary(s, e);
	if (S_ISDIR(st.st_mode))
		return failed(s, EISDIR, e);
	s->fd = open(s->path, O_WRONLY | O_CLOEXEC);
	return s->fd < 0 ? failed(s, errno, e) : 0;
}

int sink_open(const char *path, struct sink **ret, struct err *e)
{
	AUTO(sink_close) struct sink *s = calloc(1, sizeof(*s));

	if (!s)
		return out_of_memory(e);
	s->fd = -1;
	s->is_stdout = strcmp(path, "-") == 0;
	s->path = strdup(s->is_stdout ? TR("standard output", "標準出力") : path);
	if (!s->path)
		return out_of_memory(e);
	s->packer = packer_find(path);
	if (s->packer && !(s->packing = s->packer->open()))
		return out_of_memory(e);
	int r = open_target(s, e);
	if (r < 0)
		return r;
	*ret = TAKE(s);
	return 0;
}

static int write_all(struct sink *s, const uint8_t *data, size_t len, struct err *e)
{
	while (len > 0) {
		ssize_t n = write(s->fd, data, len);

		if (n < 0 && errno != EINTR)
			return failed(s, errno, e);
		if (n > 0) {
			data += n;
			len -= (size_t)n;
		}
	}
	return 0;
}

/* Compresses what is held and writes it. */
static int drain(struct sink *s, bool finish, struct err *e)
{
	struct pack_io io = {.in = s->in, .in_left = s->held};
	int done;

	s->held = 0;
	if (!s->packer)
		return write_all(s, s->in, io.in_left, e);
	do {
		io.out = s->out;
		io.out_left = sizeof(s->out);
		done = s->packer->run(s->packing, &io, finish);
		if (done < 0)
			return err_set(
				e, EIO, TR("cannot compress %s", "%s を圧縮できません"), s->path);
		int r = write_all(s, s->out, sizeof(s->out) - io.out_left, e);
		if (r < 0)
			return r;
	} while (io.in_left > 0 || (finish && done == 0));
	return 0;
}

int sink_write(struct sink *s, const void *data, size_t len, struct err *e)
{
	const uint8_t *from = data;

	while (len > 0) {
		size_t n = sizeof(s->in) - s->held;

		if (n > len)
			n = len;
		memcpy(s->in + s->held, from, n);
		s->held += n;
		from += n;
		len -= n;
		if (s->held == sizeof(s->in)) {
			int r = drain(s, false, e);
			if (r < 0)
				return r;
		}
	}
	return 0;
}

/* The name is on disk only when its folder is. */
static int sync_folder(struct sink *s, struct err *e)
{
	const char *slash = strrchr(s->path, '/');
	size_t len = slash ? (size_t)(slash + 1 - s->path) : 0;
	AUTO(free) char *folder = len ? strndup(s->path, len) : strdup(".");

	if (!folder)
		return out_of_memory(e);
	AUTO(close) int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fsync(fd) < 0)
		return failed(s, errno, e);
	return 0;
}

int sink_commit(struct sink *s, struct err *e)
{
	int r = drain(s, true, e);

	if (r < 0 || !s->temporary)
		return r;
	if (fsync(s->fd) < 0 || rename(s->temporary, s->path) < 0)
		return failed(s, errno, e);
	free(TAKE(s->temporary));
	return sync_folder(s, e);
}

void sink_close(struct sink *s)
{
	if (!s)
		return;
	if (s->temporary)
		unlink(s->temporary);
	if (s->packing)
		s->packer->close(s->packing);
	if (s->fd >= 0 && !s->is_stdout)
		close(s->fd);
	free(s->temporary);
	free(s->path);
	free(s);
}
