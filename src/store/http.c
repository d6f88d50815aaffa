#include "store/http.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "store/exception.h"
#include "store/silence.h"
#include "store/url.h"

enum { ANSWER_MAX = 1 << 30 };

/* Bodies below this go as they are: what TCP sends before it waits for the first acknowledgement
 * (RFC 6928: ten segments) arrives no earlier for being smaller. */
enum { COMPRESS_MIN = 16384 };

/* The statement may be large by its values; an answer is held back until its end is known
 * (wait_end_of_query), so that an exception in its middle arrives as an HTTP status and not as a
 * cut answer. */
static const char common_settings[] = "?default_format=TabSeparated&wait_end_of_query=1&max_query_"
				      "size=8388608&send_progress_in_http_headers=0";

static size_t take_answer(char *data, size_t size, size_t count, void *context)
{
	struct buf *answer = context;

	buf_add(answer, data, size * count);
	return answer->failed ? 0 : size * count;
}

static size_t give_body(char *to, size_t size, size_t count, void *context)
{
	struct body *body = context;
	size_t given = body_read(body, to, size * count);

	return body->failed ? CURL_READFUNC_ABORT : given;
}

/* For a kept connection that turns out to be closed when the body is on its way. */
static int rewind_body(void *context, curl_off_t offset, int origin)
{
	if (offset != 0 || origin != SEEK_SET)
		return CURL_SEEKFUNC_CANTSEEK;
	body_rewind(context);
	return CURL_SEEKFUNC_OK;
}

static bool compresses(const struct http *h)
{
	return h->manner.compression == COMPRESS_ZSTD ||
	       (h->manner.compression == COMPRESS_AUTO && h->far);
}

/* Without the line feed at its end, which the server would take for the first byte of the data. */
static size_t statement_length(const char *sql)
{
	size_t len = strlen(sql);

	while (len > 0 && sql[len - 1] == '\n')
		len--;
	return len;
}

static void make_url(const struct http *h, const struct request *r, struct buf *url)
{
	buf_text(url, h->url);
	buf_text(url, common_settings);
	if (h->database) {
		buf_text(url, "&database=");
		url_add(url, h->database, strlen(h->database));
	}
	if (r->settings)
		buf_text(url, r->settings);
	if (compresses(h))
		buf_text(url, "&enable_http_compression=1");
	url_add_params(url, r->sql, r->params, r->param_count);
	if (r->body) {
		buf_text(url, "&query=");
		url_add(url, r->sql, statement_length(r->sql));
	}
}

static int no_memory(struct err *e)
{
	return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
}

/* header: "Name: value"; appended to the list. */
static int add_header(struct curl_slist **list, const char *name, const char *value, struct err *e)
{
	AUTO(buf_done) struct buf line = {0};

	if (strpbrk(value, "\r\n"))
		return err_set(e, EINVAL,
			TR("line break in user or password",
				"ユーザー名またはパスワードに改行があります"));
	buf_printf(&line, "%s%s%s", name, *value ? ": " : ":", value);
	struct curl_slist *longer = line.failed ? NULL : curl_slist_append(*list, line.data);
	if (!longer)
		return no_memory(e);
	*list = longer;
	return 0;
}

static int add_headers(
	struct curl_slist **list, const char *user, const char *password, struct err *e)
{
	int r = add_header(list, "X-ClickHouse-User", user, e);

	if (r >= 0)
		r = add_header(list, "X-ClickHouse-Key", password, e);
	if (r >= 0)
		r = add_header(list, "Expect", "", e); /* no 100-continue: one round trip less */
	return r < 0 ? r : add_header(list, "Content-Type", "application/octet-stream", e);
}

int http_init(struct http *h, const char *url, const char *database, const char *user,
	const char *password, struct err *e)
{
	*h = (struct http){.curl = curl_easy_init(),
		.url = strdup(url),
		.user = strdup(user),
		.database = database ? strdup(database) : NULL};
	if (!h->curl || !h->url || !h->user || (database && !h->database))
		return no_memory(e);
	int r = add_headers(&h->headers, user, password, e);
	if (r >= 0)
		r = add_headers(&h->headers_chunked, user, password, e);
	if (r >= 0)
		r = add_header(&h->headers_chunked, "Transfer-Encoding", "chunked", e);
	return r < 0 ? r : add_header(&h->headers_chunked, "Content-Encoding", "zstd", e);
}

static int copy_headers(struct curl_slist **to, const struct curl_slist *from, struct err *e)
{
	for (; from; from = from->next) {
		struct curl_slist *list = curl_slist_append(*to, from->data);

		if (!list)
			return no_memory(e);
		*to = list;
	}
	return 0;
}

int http_copy(struct http *h, const struct http *from, struct err *e)
{
	*h = (struct http){.curl = curl_easy_init(),
		.url = strdup(from->url),
		.user = strdup(from->user),
		.database = from->database ? strdup(from->database) : NULL,
		.manner = from->manner,
		.far = from->far};
	if (!h->curl || !h->url || !h->user || (from->database && !h->database))
		return no_memory(e);
	int r = copy_headers(&h->headers, from->headers, e);
	return r < 0 ? r : copy_headers(&h->headers_chunked, from->headers_chunked, e);
}

void http_done(struct http *h)
{
	if (!h)
		return;
	curl_easy_cleanup(h->curl);
	curl_slist_free_all(h->headers);
	curl_slist_free_all(h->headers_chunked);
	ZSTD_freeCCtx(h->zstd);
	free(h->url);
	free(h->user);
	free(h->database);
	*h = (struct http){0};
}

/* What libcurl here can read, best first. */
static const char *encoding(void)
{
	return curl_version_info(CURLVERSION_NOW)->features & CURL_VERSION_ZSTD ? "zstd" : "gzip";
}

static void set_options(struct http *h, const struct request *r, const char *url, char *problem)
{
	curl_easy_reset(h->curl);
	connection_options(h->curl, h->url);
	curl_easy_setopt(h->curl, CURLOPT_URL, url);
	curl_easy_setopt(h->curl, CURLOPT_POST, 1L);
	curl_easy_setopt(h->curl, CURLOPT_ERRORBUFFER, problem);
	curl_easy_setopt(h->curl, CURLOPT_TIMEOUT, r->timeout_s);
	/* A server that vanished without a word is noticed after about two minutes, however long a
	 * question takes. */
	curl_easy_setopt(h->curl, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(h->curl, CURLOPT_TCP_KEEPIDLE, 60L);
	curl_easy_setopt(h->curl, CURLOPT_TCP_KEEPINTVL, 10L);
	curl_easy_setopt(h->curl, CURLOPT_UPLOAD_BUFFERSIZE, 1L << 20);
	curl_easy_setopt(h->curl, CURLOPT_BUFFERSIZE, 256L << 10);
	if (compresses(h))
		curl_easy_setopt(h->curl, CURLOPT_ACCEPT_ENCODING, encoding());
}

static int set_body(
	struct http *h, const struct piece *pieces, size_t count, struct body *body, struct err *e)
{
	size_t total = body_bytes(pieces, count);
	bool zstd = compresses(h) && total >= COMPRESS_MIN;

	if (zstd && !h->zstd && !(h->zstd = ZSTD_createCCtx()))
		return no_memory(e);
	body_init(body, pieces, count, zstd ? h->zstd : NULL);
	curl_easy_setopt(h->curl, CURLOPT_READFUNCTION, give_body);
	curl_easy_setopt(h->curl, CURLOPT_READDATA, body);
	curl_easy_setopt(h->curl, CURLOPT_SEEKFUNCTION, rewind_body);
	curl_easy_setopt(h->curl, CURLOPT_SEEKDATA, body);
	curl_easy_setopt(h->curl, CURLOPT_HTTPHEADER, zstd ? h->headers_chunked : h->headers);
	if (!zstd)
		curl_easy_setopt(h->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)total);
	return 0;
}

/* Another machine: not a loopback address, and not one of our own either. */
static void note_distance(struct http *h)
{
	char *here = NULL, *there = NULL;

	curl_easy_getinfo(h->curl, CURLINFO_LOCAL_IP, &here);
	curl_easy_getinfo(h->curl, CURLINFO_PRIMARY_IP, &there);
	h->far = here && there && *there && strcmp(here, there) != 0 &&
		 strncmp(there, "127.", 4) != 0 && strcmp(there, "::1") != 0;
}

/* problem: curl's own words, "" for its name of the code. The system's reason (refused, no route ...)
 * stands beside them. */
static int explain_transport(
	const struct http *h, CURLcode code, const char *problem, struct err *e)
{
	long number = 0;

	curl_easy_getinfo(h->curl, CURLINFO_OS_ERRNO, &number);
	return err_set(e, ENOTCONN,
		TR("cannot reach the database at %s: %s%s%s",
			"データベース %s に接続できません: %s%s%s"),
		h->url, *problem ? problem : curl_easy_strerror(code), number ? ": " : "",
		number ? strerror((int)number) : "");
}

static bool is_break(CURLcode code)
{
	return code == CURLE_SEND_ERROR || code == CURLE_RECV_ERROR || code == CURLE_GOT_NOTHING ||
	       code == CURLE_PARTIAL_FILE;
}

/* What curl has to say when it is not the server's answer. */
static int judge(const struct http *h, CURLcode code, const char *problem, const struct body *body,
	const struct silence *silence, const struct buf *answer, struct err *e)
{
	char words[64];

	if (answer->failed)
		return err_set(e, ENOMEM, TR("the answer is too large", "答えが大きすぎます"));
	if (body->failed)
		return no_memory(e);
	if (code == CURLE_OK)
		return 0;
	snprintf(words, sizeof(words), TR("silent for %" PRId64 " s", "%" PRId64 " 秒間応答なし"),
		silence->limit_ms / 1000);
	return explain_transport(h, code, silence->broken ? words : problem, e);
}

int http_post(struct http *h, const struct request *r, struct buf *answer, struct err *e)
{
	char problem[CURL_ERROR_SIZE] = "";
	const struct piece statement = {r->sql, strlen(r->sql)};
	struct body body;
	struct silence silence;
	long status = 0;
	AUTO(buf_done) struct buf url = {0};

	make_url(h, r, &url);
	if (url.failed)
		return no_memory(e);
	buf_clear(answer);
	answer->max = ANSWER_MAX;
	set_options(h, r, url.data, problem);
	curl_easy_setopt(h->curl, CURLOPT_WRITEFUNCTION, take_answer);
	curl_easy_setopt(h->curl, CURLOPT_WRITEDATA, answer);
	int rc = set_body(h, r->body ? r->body : &statement, r->body ? r->body_count : 1, &body, e);
	if (rc < 0)
		return rc;
	silence_watch(&silence, h->curl, h->url, r->body, h->manner.silence_s);
	CURLcode code = curl_easy_perform(h->curl);
	h->broke = is_break(code);
	rc = judge(h, code, problem, &body, &silence, answer, e);
	if (rc < 0)
		return rc;
	note_distance(h);
	curl_easy_getinfo(h->curl, CURLINFO_RESPONSE_CODE, &status);
	return status == 200 ? 0 : exception_explain(buf_str(answer), status, e);
}
