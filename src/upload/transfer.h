/* One request at a time to a collector, by libcurl: TLS 1.3, with our certificate, trusting our authority alone. */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "upload/identity.h"

#include <curl/curl.h>

struct transfer {
	CURL *curl;
	struct curl_slist *headers;
	uint8_t *body; /* while it is busy */
	size_t len, given;
	struct buf answer;
	char error[CURL_ERROR_SIZE];
	bool busy;
};

/* How it ended. */
struct transfer_end {
	long status;	   /* of HTTP; 0: there was no whole answer */
	int64_t asked_s;   /* Retry-After; 0: none */
	const char *error; /* for a person; "" after 2xx. Until the next start. */
	bool had_begun;	   /* the connection stood: what broke may be about the request */
};

/* proxy: "" for none. */
int transfer_init(struct transfer *t, const struct identity *identity, const char *proxy, struct err *e) MUST_USE;
void transfer_done(struct transfer *t);
/* PUT. Takes the body. headers: "Name: value", NULL-terminated. bytes_s: at most so many a second; 0: no limit. */
int transfer_start(struct transfer *t, CURLM *multi, const char *url, const char *const headers[],
	uint8_t *body, size_t len, uint64_t bytes_s, struct err *e) MUST_USE;
/* It is done, or given up (code < 0). */
struct transfer_end transfer_end(struct transfer *t, CURLM *multi, CURLcode code);
