/* Whether a server is slow or gone. Keepalive finds a machine that vanished; this finds one that
 * takes connections and then says nothing any more. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <curl/curl.h>

struct silence {
	const char *url; /* of the server, ends with / */
	bool takes_rows;
	int64_t limit_ms; /* 0: any silence is good */
	int64_t last_ms;  /* when a byte went last, either way, or the server answered */
	curl_off_t moved;
	bool broken;
};

/* Watches the transfer that curl is about to make. When no byte went for limit_s seconds: one that
 * carries rows is broken (the server has had its time to write them); of a question it may be that
 * the answer takes long, so the server is asked for /ping over a connection of its own, and the
 * transfer is broken when that has no answer within ten seconds. A broken transfer ends with
 * CURLE_ABORTED_BY_CALLBACK and s->broken. s must live until the transfer ends. */
void silence_watch(
	struct silence *s, CURL *curl, const char *url, bool takes_rows, uint64_t limit_s);

/* What both kinds of connection have in common. */
void connection_options(CURL *curl, const char *server_url);
