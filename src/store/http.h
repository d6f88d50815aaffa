/* One ClickHouse server over HTTP (libcurl): a statement out, its answer or its error in. Every
 * value travels as a bound parameter and every bulk of bytes as the body of its own request, never
 * as part of a statement. */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "store/body.h"
#include "store/store.h"

#include <curl/curl.h>

enum compression { COMPRESS_AUTO, COMPRESS_ZSTD, COMPRESS_NONE };

/* How to deal with a server; all 0 for the engine beside us. */
struct http_manner {
	enum compression compression; /* AUTO: unless the server is on this machine */
	uint64_t retry_s;	      /* http_insist() */
	uint64_t silence_s;	      /* silence_watch() */
};

/* For one thread at a time. */
struct http {
	CURL *curl; /* keeps its connection alive between requests */
	struct curl_slist *headers;
	struct curl_slist *headers_chunked; /* the same for compressed bodies */
	char *url;			    /* "https://host:8443/" */
	char *database;			    /* NULL: none yet */
	char *user;
	struct http_manner manner;
	ZSTD_CCtx *zstd; /* made when needed */
	bool far;	 /* the last answer came from another machine */
	bool broke;	 /* the last request reached somebody, and its connection broke */
};

struct request {
	const char *sql;
	const struct param *params;
	size_t param_count;
	const char *settings;	  /* "&name=value..." or NULL; ours, so not escaped */
	const struct piece *body; /* data of an INSERT; NULL: the statement itself is the body */
	size_t body_count;
	long timeout_s; /* 0: as long as it takes */
};

/* user and password go out as headers of every request. On failure http_done() is still to be
 * called. */
int http_init(struct http *h, const char *url, const char *database, const char *user,
	const char *password, struct err *e) MUST_USE;
/* A connection of its own to the same server, in the same manner (everything that http_init() and its caller set): for
 * another thread. On failure http_done() is still to be called. */
int http_copy(struct http *h, const struct http *from, struct err *e) MUST_USE;
void http_done(struct http *h);

/* Sends one request and waits for its end. The answer is whole or an error: an exception in its
 * middle is one too. Large bodies and answers are compressed on the wire as h->manner says. Errors:
 * -ENOTCONN no connection or it broke (the statement may have run or not), -EAGAIN the server is
 * there and cannot take it now (overloaded, restarting), -EACCES wrong user or password (or a
 * server that is not ours), -ENOENT unknown database or table, -ENOSPC disk full, -ENOMEM memory
 * limit of the server, -EIO every other exception. */
int http_post(
	struct http *h, const struct request *request, struct buf *answer, struct err *e) MUST_USE;
/* http_post(), again and again while the connection breaks or the server cannot take it: first at
 * once, then after 1, 2, 4, 8 and always 10 seconds, until manner.retry_s seconds after the first
 * failure; then -EIO with what was wrong last. So the statement may run several times, even at
 * once with itself: only for what may. */
int http_insist(
	struct http *h, const struct request *request, struct buf *answer, struct err *e) MUST_USE;
