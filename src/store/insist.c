#include <errno.h>
#include <inttypes.h>

#include "base/text.h"
#include "store/http.h"
#include "store/pause.h"

enum { WAIT_MAX_MS = 10000 };

/* Rows may wait for memory or for a server that stops; a question of that kind would only meet the
 * same limit again. */
static bool may_pass(int r)
{
	return r == -ENOTCONN || r == -EAGAIN;
}

/* How long to wait before the next try: not at all before the first (most often a kept connection
 * was closed, or the server was replaced by another) unless the server itself asked for time. */
static int64_t wait_after(int64_t wait_ms, int r)
{
	if (wait_ms < 0)
		return r == -EAGAIN ? 1000 : 0;
	if (wait_ms == 0)
		return 1000;
	return 2 * wait_ms < WAIT_MAX_MS ? 2 * wait_ms : WAIT_MAX_MS;
}

static int give_up(const struct http *h, const struct err *last, struct err *e)
{
	if (h->manner.retry_s == 0)
		return err_set(e, EIO, "%s", last->text);
	return err_set(e, EIO,
		TR("%s (tried for %" PRIu64 " s: server.retry_s)",
			"%s（%" PRIu64 " 秒間試しました。設定 server.retry_s）"),
		last->text, h->manner.retry_s);
}

int http_insist(struct http *h, const struct request *request, struct buf *answer, struct err *e)
{
	int64_t until = 0, wait_ms = -1;

	for (;;) {
		struct err failure = {0};
		int r = http_post(h, request, answer, &failure);
		int64_t now = now_ms();

		if (!may_pass(r))
			return r < 0 ? err_set(e, -r, "%s", failure.text) : r;
		if (wait_ms < 0)
			until = now + (int64_t)h->manner.retry_s * 1000;
		if (now >= until)
			return give_up(h, &failure, e);
		wait_ms = wait_after(wait_ms, r);
		pause_ms(wait_ms < until - now ? wait_ms : until - now);
	}
}
