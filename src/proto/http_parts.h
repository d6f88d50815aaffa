/* What the files of the HTTP parser share. */
#pragma once

#include "proto/http.h"

/* A first line, which is not split, and headers: returns where they end. Also SIP's messages. */
size_t http_message_parse(struct bytes in, struct scratch *scratch, struct http_request *ret);
/* Path, "?" and query, "#" and fragment: what http.uri shows of r->uri. */
struct bytes http_uri_normalised(const struct http_request *r, struct scratch *scratch);
/* The host with its port of an absolute URI or of CONNECT; len 0: the URI names none. */
struct bytes http_uri_authority(const struct http_request *r);
/* Without user, port and dots at the end. */
struct bytes http_host_only(struct bytes authority);
/* All values of a header, joined by ", ". */
struct bytes http_header_value(
	const struct http_request *r, const struct http_header *h, struct scratch *scratch);
/* The body of in, dechunked: how long it is as sent. */
size_t http_body_length(const struct http_request *r, struct bytes in);
/* The body without chunks and compression. */
struct bytes http_body_plain(const struct http_request *r, struct scratch *scratch);

static inline bool http_is_blank(uint8_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static inline struct bytes http_trim(struct bytes b)
{
	while (b.len > 0 && http_is_blank(b.data[b.len - 1]))
		b.len--;
	while (b.len > 0 && http_is_blank(b.data[0]))
		b = bytes_from(b, 1);
	return b;
}

/* The line at *at without its end (LF or CRLF); *at moves behind it. *ret_ended: it had an end. */
static inline struct bytes http_line(struct bytes in, size_t *at, bool *ret_ended)
{
	size_t end = bytes_find(in, *at, '\n');
	struct bytes line = bytes_part(in, *at, end);

	*ret_ended = end < in.len;
	*at = *ret_ended ? end + 1 : end;
	if (line.len > 0 && line.data[line.len - 1] == '\r')
		line.len--;
	return line;
}
