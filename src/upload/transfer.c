#include "upload/transfer.h"

#include "base/text.h"

#include <string.h>

/* The collector waits for its disk before it answers: it may be silent for a while. */
enum {
	CONNECT_S = 20,
	SILENCE_S = 60,
	SILENCE_BYTES_S = 16,
	LONGEST_S = 3600,
	KEEPALIVE_S = 60,
	ANSWER_MAX = 32768,
};

static size_t take_answer(char *data, size_t size, size_t count, void *context)
{
	struct buf *answer = context;

	buf_add(answer, data, size * count);
	return answer->failed ? 0 : size * count;
}

static size_t give_body(char *to, size_t size, size_t count, void *context)
{
	struct transfer *t = context;
	size_t left = t->len - t->given, n = size * count < left ? size * count : left;

	memcpy(to, t->body + t->given, n);
	t->given += n;
	return n;
}

/* For a kept connection that turns out to be closed. */
static int rewind_body(void *context, curl_off_t offset, int origin)
{
	struct transfer *t = context;

	if (offset != 0 || origin != SEEK_SET)
		return CURL_SEEKFUNC_CANTSEEK;
	t->given = 0;
	return CURL_SEEKFUNC_OK;
}

/* Debian's libcurl trusts /etc/ssl/certs beside what it is given, unless it is told not to. */
static bool set_trust(CURL *curl, const struct identity *identity)
{
	struct curl_blob key = {.data = identity->key, .len = strlen(identity->key), .flags = CURL_BLOB_COPY};
	struct curl_blob own = {.data = identity->own, .len = strlen(identity->own), .flags = CURL_BLOB_COPY};
	struct curl_blob authority = {.data = identity->authority,
		.len = strlen(identity->authority),
		.flags = CURL_BLOB_COPY};

	return curl_easy_setopt(curl, CURLOPT_SSLKEY_BLOB, &key) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_SSLCERT_BLOB, &own) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_CAINFO_BLOB, &authority) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_CAPATH, NULL) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_SSLVERSION,
		       (long)CURL_SSLVERSION_TLSv1_3 | (long)CURL_SSLVERSION_MAX_TLSv1_3) == CURLE_OK;
}

/* No redirects (the default), no proxy from the environment, no other protocol. */
static bool set_manner(CURL *curl, const char *proxy)
{
	static const struct {
		CURLoption option;
		long value;
	} numbers[] = {
		{CURLOPT_UPLOAD, 1},
		{CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1},
		{CURLOPT_NOSIGNAL, 1},
		{CURLOPT_QUICK_EXIT, 1},
		{CURLOPT_CONNECTTIMEOUT, CONNECT_S},
		{CURLOPT_LOW_SPEED_TIME, SILENCE_S},
		{CURLOPT_LOW_SPEED_LIMIT, SILENCE_BYTES_S},
		{CURLOPT_TIMEOUT, LONGEST_S},
		{CURLOPT_TCP_KEEPALIVE, 1},
		{CURLOPT_TCP_KEEPIDLE, KEEPALIVE_S},
		{CURLOPT_TCP_KEEPINTVL, KEEPALIVE_S},
	};

	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		if (curl_easy_setopt(curl, numbers[i].option, numbers[i].value) != CURLE_OK)
			return false;
	return curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https") == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_PROXY, proxy) == CURLE_OK;
}

static bool set_callbacks(struct transfer *t)
{
	return curl_easy_setopt(t->curl, CURLOPT_READFUNCTION, give_body) == CURLE_OK &&
	       curl_easy_setopt(t->curl, CURLOPT_READDATA, t) == CURLE_OK &&
	       curl_easy_setopt(t->curl, CURLOPT_SEEKFUNCTION, rewind_body) == CURLE_OK &&
	       curl_easy_setopt(t->curl, CURLOPT_SEEKDATA, t) == CURLE_OK &&
	       curl_easy_setopt(t->curl, CURLOPT_WRITEFUNCTION, take_answer) == CURLE_OK &&
	       curl_easy_setopt(t->curl, CURLOPT_WRITEDATA, &t->answer) == CURLE_OK &&
	       curl_easy_setopt(t->curl, CURLOPT_ERRORBUFFER, t->error) == CURLE_OK;
}

int transfer_init(struct transfer *t, const struct identity *identity, const char *proxy, struct err *e)
{
	*t = (struct transfer){.curl = curl_easy_init(), .answer = {.max = ANSWER_MAX}};
	if (!t->curl || !set_trust(t->curl, identity) || !set_manner(t->curl, proxy) || !set_callbacks(t))
		return err_set(e, ENOTSUP, TR("libcurl cannot do what is needed", "libcurl に必要な機能がありません"));
	return 0;
}

static void release(struct transfer *t)
{
	free(TAKE(t->body));
	curl_slist_free_all(TAKE(t->headers));
	t->busy = false;
}

void transfer_done(struct transfer *t)
{
	if (t->curl)
		curl_easy_cleanup(t->curl);
	release(t);
	buf_done(&t->answer);
	*t = (struct transfer){0};
}

static bool add_headers(struct transfer *t, const char *const headers[])
{
	for (size_t i = 0; headers[i]; i++) {
		struct curl_slist *longer = curl_slist_append(t->headers, headers[i]);

		if (!longer)
			return false;
		t->headers = longer;
	}
	return true;
}

int transfer_start(struct transfer *t, CURLM *multi, const char *url, const char *const headers[],
	uint8_t *body, size_t len, uint64_t bytes_s, struct err *e)
{
	t->body = body;
	t->len = len;
	t->given = 0;
	t->error[0] = '\0';
	buf_clear(&t->answer);
	t->busy = add_headers(t, headers) &&
		  curl_easy_setopt(t->curl, CURLOPT_URL, url) == CURLE_OK &&
		  curl_easy_setopt(t->curl, CURLOPT_HTTPHEADER, t->headers) == CURLE_OK &&
		  curl_easy_setopt(t->curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)len) == CURLE_OK &&
		  curl_easy_setopt(t->curl, CURLOPT_MAX_SEND_SPEED_LARGE, (curl_off_t)bytes_s) == CURLE_OK &&
		  curl_multi_add_handle(multi, t->curl) == CURLM_OK;
	if (t->busy)
		return 0;
	release(t);
	return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
}

/* The line that a collector says why, or else the number. */
static void explain_status(struct transfer *t, long status)
{
	AUTO(buf_done) struct buf line = {0};
	char text[sizeof(t->error) - 16];

	snprintf(text, sizeof(text), "%s", buf_str(&t->answer));
	text[strcspn(text, "\r\n")] = '\0';
	buf_terminal(&line, text);
	snprintf(t->error, sizeof(t->error), "%ld %s", status, buf_str(&line));
}

struct transfer_end transfer_end(struct transfer *t, CURLM *multi, CURLcode code)
{
	struct transfer_end end = {.error = t->error};
	curl_off_t asked_s = 0, encrypted_us = 0;

	curl_easy_getinfo(t->curl, CURLINFO_APPCONNECT_TIME_T, &encrypted_us);
	end.had_begun = encrypted_us > 0 || t->given > 0;
	if (code == CURLE_OK) {
		curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &end.status);
		curl_easy_getinfo(t->curl, CURLINFO_RETRY_AFTER, &asked_s);
		end.asked_s = asked_s;
		if (end.status < 200 || end.status > 299)
			explain_status(t, end.status);
	} else if (!t->error[0]) {
		snprintf(t->error, sizeof(t->error), "%s", curl_easy_strerror(code));
	}
	curl_multi_remove_handle(multi, t->curl);
	curl_easy_setopt(t->curl, CURLOPT_HTTPHEADER, NULL);
	release(t);
	return end;
}
