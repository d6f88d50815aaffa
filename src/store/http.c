#include "store/http.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "store/exception.h"
#include "store/url.h"

enum { ANSWER_MAX = 1 << 30 };

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

struct feed {
	const struct piece *at, *end;
	size_t done; /* bytes of *at */
};

static size_t give_body(char *to, size_t size, size_t count, void *context)
{
	struct feed *feed = context;
	size_t room = size * count, given = 0;

	while (given < room && feed->at < feed->end) {
		size_t left = feed->at->len - feed->done;
		size_t n = left < room - given ? left : room - given;

		if (n > 0)
			memcpy(to + given, (const char *)feed->at->data + feed->done, n);
		given += n;
		feed->done += n;
		if (feed->done == feed->at->len) {
			feed->at++;
			feed->done = 0;
		}
	}
	return given;
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
	url_add_params(url, r->sql, r->params, r->param_count);
	if (r->body) {
		buf_text(url, "&query=");
		url_add(url, r->sql, statement_length(r->sql));
	}
}

/* header: "Name: value"; appended to the list. */
static int add_header(struct http *h, const char *name, const char *value, struct err *e)
{
	AUTO(buf_done) struct buf line = {0};

	if (strpbrk(value, "\r\n"))
		return err_set(e, EINVAL,
			TR("line break in user or password",
				"ユーザー名またはパスワードに改行があります"));
	buf_printf(&line, "%s%s%s", name, *value ? ": " : ":", value);
	struct curl_slist *list = line.failed ? NULL : curl_slist_append(h->headers, line.data);
	if (!list)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	h->headers = list;
	return 0;
}

int http_init(struct http *h, const char *url, const char *database, const char *user,
	const char *password, struct err *e)
{
	*h = (struct http){.curl = curl_easy_init(),
		.url = strdup(url),
		.user = strdup(user),
		.database = database ? strdup(database) : NULL};
	if (!h->curl || !h->url || !h->user || (database && !h->database))
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	int r = add_header(h, "X-ClickHouse-User", user, e);
	if (r >= 0)
		r = add_header(h, "X-ClickHouse-Key", password, e);
	if (r >= 0)
		r = add_header(h, "Expect", "", e); /* no 100-continue: one round trip less */
	if (r >= 0)
		r = add_header(h, "Content-Type", "application/octet-stream", e);
	return r;
}

static int copy_headers(struct curl_slist **to, const struct curl_slist *from, struct err *e)
{
	for (; from; from = from->next) {
		struct curl_slist *list = curl_slist_append(*to, from->data);

		if (!list)
			return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
		*to = list;
	}
	return 0;
}

int http_copy(struct http *h, const struct http *from, struct err *e)
{
	*h = (struct http){.curl = curl_easy_init(),
		.url = strdup(from->url),
		.user = strdup(from->user),
		.database = from->database ? strdup(from->database) : NULL};
	if (!h->curl || !h->url || !h->user || (from->database && !h->database))
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	return copy_headers(&h->headers, from->headers, e);
}

void http_done(struct http *h)
{
	if (!h)
		return;
	curl_easy_cleanup(h->curl);
	curl_slist_free_all(h->headers);
	free(h->url);
	free(h->user);
	free(h->database);
	*h = (struct http){0};
}

static void set_options(struct http *h, const struct request *r, const char *url, char *problem)
{
	curl_easy_reset(h->curl);
	curl_easy_setopt(h->curl, CURLOPT_URL, url);
	curl_easy_setopt(h->curl, CURLOPT_POST, 1L);
	curl_easy_setopt(h->curl, CURLOPT_HTTPHEADER, h->headers);
	curl_easy_setopt(h->curl, CURLOPT_ERRORBUFFER, problem);
	curl_easy_setopt(h->curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(h->curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(h->curl, CURLOPT_NOPROXY, strstr(h->url, "//127.0.0.1:") ? "*" : NULL);
	curl_easy_setopt(h->curl, CURLOPT_CONNECTTIMEOUT, 10L);
	curl_easy_setopt(h->curl, CURLOPT_TIMEOUT, r->timeout_s);
	/* A server that vanished without a word is noticed after about two minutes, however long a
	 * question takes. */
	curl_easy_setopt(h->curl, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(h->curl, CURLOPT_TCP_KEEPIDLE, 60L);
	curl_easy_setopt(h->curl, CURLOPT_TCP_KEEPINTVL, 10L);
	curl_easy_setopt(h->curl, CURLOPT_UPLOAD_BUFFERSIZE, 1L << 20);
	curl_easy_setopt(h->curl, CURLOPT_BUFFERSIZE, 256L << 10);
}

static void set_body(struct http *h, const struct piece *pieces, size_t count, struct feed *feed)
{
	curl_off_t total = 0;

	*feed = (struct feed){.at = pieces, .end = pieces + count};
	for (size_t i = 0; i < count; i++)
		total += (curl_off_t)pieces[i].len;
	curl_easy_setopt(h->curl, CURLOPT_READFUNCTION, give_body);
	curl_easy_setopt(h->curl, CURLOPT_READDATA, feed);
	curl_easy_setopt(h->curl, CURLOPT_POSTFIELDSIZE_LARGE, total);
}

static int explain_transport(
	const struct http *h, CURLcode code, const char *problem, struct err *e)
{
	return err_set(e, ENOTCONN,
		TR("cannot reach the database at %s: %s", "データベース %s に接続できません: %s"),
		h->url, *problem ? problem : curl_easy_strerror(code));
}

int http_post(struct http *h, const struct request *r, struct buf *answer, struct err *e)
{
	char problem[CURL_ERROR_SIZE] = "";
	struct piece statement = {r->sql, strlen(r->sql)};
	struct feed feed;
	long status = 0;
	AUTO(buf_done) struct buf url = {0};

	make_url(h, r, &url);
	if (url.failed)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	buf_clear(answer);
	answer->max = ANSWER_MAX;
	set_options(h, r, url.data, problem);
	curl_easy_setopt(h->curl, CURLOPT_WRITEFUNCTION, take_answer);
	curl_easy_setopt(h->curl, CURLOPT_WRITEDATA, answer);
	if (r->body)
		set_body(h, r->body, r->body_count, &feed);
	else
		set_body(h, &statement, 1, &feed);
	CURLcode code = curl_easy_perform(h->curl);
	if (answer->failed)
		return err_set(e, ENOMEM, TR("the answer is too large", "答えが大きすぎます"));
	if (code != CURLE_OK)
		return explain_transport(h, code, problem, e);
	curl_easy_getinfo(h->curl, CURLINFO_RESPONSE_CODE, &status);
	return status == 200 ? 0 : exception_explain(buf_str(answer), status, e);
}
