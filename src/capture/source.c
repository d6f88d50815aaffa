#include "capture/source.h"

#include "base/text.h"
#include "capture/unpack.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>

/* Until there is something to read, or the end. A file on disk always counts as there. */
static bool wait_for_file(struct source *s)
{
	struct pollfd fds[] = {
		{.fd = s->fd, .events = POLLIN}, {.fd = s->stop_fd, .events = POLLIN}};

	while (s->stop_fd >= 0 && poll(fds, ARRAY_SIZE(fds), -1) < 0 && errno == EINTR)
		;
	return !atomic_load(&s->stop);
}

static int read_fd(struct source *s, void *data, size_t size, size_t *ret_len, struct err *e)
{
	ssize_t n;

	if (!wait_for_file(s))
		return err_set(e, ECANCELED, TR("stopped", "中止しました"));
	do
		n = read(s->fd, data, size);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return err_set(e, errno, TR("cannot read %s: %m", "%s を読めません: %m"), s->name);
	s->ended = n == 0;
	atomic_fetch_add_explicit(&s->bytes_in, (uint64_t)n, memory_order_relaxed);
	*ret_len = (size_t)n;
	return 0;
}

/* More bytes behind those in `in`. */
static int fill(struct source *s, struct err *e)
{
	size_t n = 0;

	if (s->at == s->end)
		s->at = s->end = 0;
	int r = read_fd(s, s->in + s->end, sizeof(s->in) - s->end, &n, e);
	s->end += n;
	return r;
}

static int recognise(struct source *s, struct err *e)
{
	while (!s->ended && s->end < unpacker_wants(s->in, s->end, sizeof(s->in))) {
		int r = fill(s, e);
		if (r < 0)
			return r;
	}
	s->unpacker = unpacker_find(s->in, s->end);
	if (!s->unpacker)
		return 0;
	s->unpacking = s->unpacker->open();
	if (!s->unpacking)
		return err_set(
			e, ENOMEM, TR("%s: out of memory", "%s: メモリーが足りません"), s->name);
	return 0;
}

static int open_file(struct source *s, const char *path, struct err *e)
{
	struct stat st;

	s->is_stdin = strcmp(path, "-") == 0;
	s->fd = s->is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (s->fd < 0 || fstat(s->fd, &st) < 0)
		return err_set(e, errno, TR("cannot open %s: %m", "%s を開けません: %m"), s->name);
	if (S_ISDIR(st.st_mode))
		return err_set(e, EISDIR,
			TR("%s is a folder, no capture file",
				"%s はフォルダーで、キャプチャファイルではありません"),
			s->name);
	if (S_ISREG(st.st_mode))
		s->bytes_total = (uint64_t)st.st_size;
	(void)posix_fadvise(s->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	return 0;
}

int source_open(const char *path, struct source **ret, struct err *e)
{
	AUTO(source_close) struct source *s = calloc(1, sizeof(*s));

	if (s)
		s->fd = s->stop_fd = -1;
	if (!s || !(s->name = strdup(strcmp(path, "-") ? path : TR("standard input", "標準入力"))))
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	int r = open_file(s, path, e);
	if (r == 0)
		r = recognise(s, e);
	if (r < 0)
		return r;
	*ret = TAKE(s);
	return 0;
}

static ssize_t read_plain(struct source *s, void *data, size_t size, struct err *e)
{
	size_t n = s->end - s->at;

	if (n == 0) {
		int r = s->ended ? 0 : read_fd(s, data, size, &n, e);
		return r < 0 ? r : (ssize_t)n;
	}
	if (n > size)
		n = size;
	memcpy(data, s->in + s->at, n);
	s->at += n;
	return (ssize_t)n;
}

/* Zero bytes between members are padding: xz and tape formats have it. */
static void skip_padding(struct source *s)
{
	while (s->at < s->end && s->in[s->at] == 0)
		s->at++;
}

/* Runs the decompressor once over what `in` holds; returns the bytes that it made. */
static size_t unpack(struct source *s, uint8_t *out, size_t size)
{
	size_t in_left = s->end - s->at;
	struct unpack_io io = {s->in + s->at, in_left, out, size};
	enum unpack_result r = s->unpacker->run(s->unpacking, &io, &s->damage);
	bool moved = io.in_left < in_left || io.out_left < size;

	s->at = s->end - io.in_left;
	s->inside = r != UNPACK_END;
	s->holding = s->inside && io.out_left == 0;
	if (r == UNPACK_MORE && !moved && (s->ended || in_left > 0))
		s->damage = TR("it is cut off", "途中で切れています");
	return size - io.out_left;
}

static ssize_t read_packed(struct source *s, uint8_t *data, size_t size, struct err *e)
{
	size_t out = 0;

	while (out < size && !s->damage) {
		if (s->at == s->end && !s->ended && !s->holding) {
			if (out > 0)
				break;
			int r = fill(s, e);
			if (r < 0)
				return r;
		}
		if (!s->inside)
			skip_padding(s);
		if (s->inside || s->at < s->end)
			out += unpack(s, data + out, size - out);
		else if (s->ended)
			break;
	}
	if (out == 0 && s->damage)
		return err_set(e, EBADMSG,
			TR("%s: its %s compression cannot be read after %" PRIu64 " bytes: %s",
				"%s: %s 圧縮を %" PRIu64 " バイトより先まで読めません: %s"),
			s->name, s->unpacker->name, s->bytes_out, s->damage);
	return (ssize_t)out;
}

ssize_t source_read(struct source *s, void *data, size_t size, struct err *e)
{
	assert(size > 0);
	ssize_t n = s->unpacker ? read_packed(s, data, size, e) : read_plain(s, data, size, e);
	if (n > 0)
		s->bytes_out += (uint64_t)n;
	return n;
}

int source_make_stoppable(struct source *s)
{
	if (s->bytes_total > 0) /* on disk: no read waits for long */
		return 0;
	s->stop_fd = eventfd(0, EFD_CLOEXEC);
	return s->stop_fd < 0 ? -errno : 0;
}

void source_stop(struct source *s)
{
	atomic_store(&s->stop, true);
	if (s->stop_fd >= 0)
		(void)!eventfd_write(s->stop_fd, 1);
}

void source_close(struct source *s)
{
	if (!s)
		return;
	if (s->unpacking)
		s->unpacker->close(s->unpacking);
	if (s->fd >= 0 && !s->is_stdin)
		close(s->fd);
	if (s->stop_fd >= 0)
		close(s->stop_fd);
	free(s->name);
	free(s);
}
