#include "store/silence.h"

#include <string.h>

#include "base/buf.h"
#include "store/pause.h"

enum { CONNECT_S = 10, PING_S = 10 };

void connection_options(CURL *curl, const char *server_url)
{
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_NOPROXY, strstr(server_url, "//127.0.0.1:") ? "*" : NULL);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_S);
}

static size_t forget(char *data, size_t size, size_t count, void *context)
{
	return size * count;
}

/* Any answer will do: what counts is that somebody is there. */
static bool is_there(const char *server_url)
{
	AUTO(buf_done) struct buf url = {0};
	CURL *curl = curl_easy_init();

	buf_printf(&url, "%sping", server_url);
	if (!curl || url.failed) {
		curl_easy_cleanup(curl);
		return true;
	}
	connection_options(curl, server_url);
	curl_easy_setopt(curl, CURLOPT_URL, url.data);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)PING_S);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, forget);
	CURLcode code = curl_easy_perform(curl);
	curl_easy_cleanup(curl);
	return code == CURLE_OK;
}

/* libcurl calls this at least once a second. */
static int look(
	void *context, curl_off_t down_total, curl_off_t down, curl_off_t up_total, curl_off_t up)
{
	struct silence *s = context;

	if (down + up != s->moved) {
		s->moved = down + up;
		s->last_ms = now_ms();
	} else if (now_ms() - s->last_ms >= s->limit_ms) {
		s->broken = s->takes_rows || !is_there(s->url);
		s->last_ms = now_ms();
	}
	return s->broken;
}

void silence_watch(
	struct silence *s, CURL *curl, const char *url, bool takes_rows, uint64_t limit_s)
{
	*s = (struct silence){.url = url,
		.takes_rows = takes_rows,
		.limit_ms = (int64_t)limit_s * 1000,
		.last_ms = now_ms()};
	if (limit_s == 0)
		return;
	curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, look);
	curl_easy_setopt(curl, CURLOPT_XFERINFODATA, s);
}
