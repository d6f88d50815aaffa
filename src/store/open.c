#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "store/internal.h"
#include "store/pause.h"
#include "store/target.h"

enum { SERVER_MAJOR_MIN = 25, GREETINGS = 4, GREETING_PAUSE_MS = 200 };

static const char local_database[] = "teiten";

static int request_local(
	struct store *s, const struct request *request, struct buf *answer, struct err *e)
{
	struct err first = {0};
	int r = http_post(&s->http, request, answer, &first);

	if (r == -ENOTCONN) {
		r = local_connect(&s->local, &s->http, local_database, e);
		if (r < 0)
			return r;
		first = (struct err){0};
		r = http_post(&s->http, request, answer, &first);
	}
	if (r >= 0)
		return r;
	return err_set(e, r == -ENOTCONN || r == -EAGAIN ? EIO : -r, "%s", first.text);
}

int store_request(struct store *s, const struct request *request, struct buf *answer, struct err *e)
{
	return s->local.folder ? request_local(s, request, answer, e)
			       : http_insist(&s->http, request, answer, e);
}

/* Before anything else is asked: an old server would not even understand our parameters. */
static int check_version(struct store *s, struct err *e)
{
	struct request ask = {.sql = "SELECT version()"};
	AUTO(buf_done) struct buf answer = {0};
	int r = store_request(s, &ask, &answer, e);

	if (r < 0)
		return r;
	if (answer.len == 0)
		return err_set(e, EIO,
			TR("ClickHouse at %s gives an empty answer: is there no space left on its "
			   "disk?",
				"ClickHouse（%"
				"s）の応答が空です。ディスクに空きがあるか確かめてください"),
			s->http.url);
	long major = strtol(buf_str(&answer), NULL, 10);
	if (major < SERVER_MAJOR_MIN)
		return err_set(e, EPROTO,
			TR("ClickHouse %.40s at %s is too old: version %d or later is needed",
				"ClickHouse %.40s（%s）は古すぎます。バージョン %d 以降が必要です"),
			buf_str(&answer), s->http.url, SERVER_MAJOR_MIN);
	return 0;
}

static struct http_manner manner_of(const struct store_options *o)
{
	const char *compression = o->compression ? o->compression : "auto";

	return (struct http_manner){.compression = strcmp(compression, "zstd") == 0 ? COMPRESS_ZSTD
						   : strcmp(compression, "none") == 0
							   ? COMPRESS_NONE
							   : COMPRESS_AUTO,
		.retry_s = o->retry_s,
		.silence_s = o->silence_s};
}

/* Nobody waits a minute to learn that the address is wrong: the server has to answer once. But a
 * connection that was there and broke says nothing about the address. */
static int greet(struct store *s, struct err *e)
{
	for (int tries = 1;; tries++) {
		struct err failure = {0};
		int r = check_version(s, &failure);

		if (r >= 0)
			return r;
		if (!s->http.broke || tries == GREETINGS)
			return err_set(e, -r, "%s", failure.text);
		pause_ms(GREETING_PAUSE_MS);
	}
}

static int open_server(struct store *s, const struct store_options *o, struct err *e)
{
	AUTO(target_done) struct target t = {0};
	int r = target_parse(o->where, getenv("TEITEN_STORE_PASSWORD"), &t, e);

	if (r >= 0)
		r = http_init(&s->http, t.url, t.database, t.user, t.password, e);
	if (r >= 0)
		r = greet(s, e);
	s->http.manner = manner_of(o);
	return r;
}

static int open_local(struct store *s, const struct store_options *o, struct err *e)
{
	struct request make = {.sql = "CREATE DATABASE IF NOT EXISTS teiten ENGINE = Atomic"};
	AUTO(buf_done) struct buf answer = {0};
	int r = local_init(&s->local, o, e);

	if (r >= 0)
		r = local_connect(&s->local, &s->http, NULL, e);
	if (r >= 0 && o->create)
		r = http_post(&s->http, &make, &answer, e);
	if (r < 0)
		return r;
	s->http.database = strdup(local_database);
	return s->http.database ? check_version(s, e)
				: err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
}

int store_open(const struct store_options *options, struct store **ret, struct err *e)
{
	AUTO(store_close) struct store *s = calloc(1, sizeof(*s));

	if (!s)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	s->local.users_fd = -1;
	int r = target_is_server(options->where) ? open_server(s, options, e)
						 : open_local(s, options, e);
	if (r >= 0)
		r = schema_open(s, options, e);
	if (r < 0)
		return r;
	*ret = TAKE(s);
	return 0;
}

void store_close(struct store *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < STORE_LANES; i++)
		http_done(&s->lanes[i]);
	http_done(&s->http);
	store_insert_end(s);
	local_done(&s->local);
	free(s->zone);
	free(s);
}

const char *store_folder(const struct store *s)
{
	return s->local.folder;
}

const char *store_zone(const struct store *s)
{
	return s->zone;
}
