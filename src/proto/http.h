/* HTTP/1 requests (RFC 9112) as Suricata's rules see them: what was sent, and one buffer per
 * keyword, normalised as its parser does. Total: any bytes either give a request or are none. What
 * is strange is read as servers read it: lines without CR, CRLF before the request, no version,
 * spaces in the URI, absolute URIs, folded and repeated headers, bodies that are cut. */
#pragma once

#include "base/bytes.h"

enum { HTTP_HEADERS_MAX = 128 };

struct http_header {
	struct bytes name; /* empty for a line without a colon, whose value is the line */
	struct bytes value;
	int16_t next;	/* the next header of this name; -1: none */
	bool is_repeat; /* an earlier one has this name */
};

/* All slices point into the input, but the value of a folded header, which points into the scratch.
 */
struct http_request {
	struct bytes line; /* without its end */
	struct bytes method, uri, protocol;
	struct bytes header_block; /* behind the line, with the empty line at its end */
	struct bytes body;	   /* as sent: still in chunks and compressed */
	bool has_header_end;	   /* the empty line was there */
	size_t header_count;	   /* those beyond HTTP_HEADERS_MAX are in header_block only */
	struct http_header headers[HTTP_HEADERS_MAX];
	size_t consumed; /* bytes of the input up to the next request */
};

/* Reads the request at the start of in. False: a method and a blank are not there. */
bool http_request_parse(struct bytes in, struct scratch *scratch, struct http_request *ret);
/* A method that servers know and a blank; CR and LF may be in front. What Suricata takes for HTTP
 * on any port. */
bool http_is_request(struct bytes in);
/* The first header of the name (any case), or NULL. */
const struct http_header *http_header_find(const struct http_request *r, const char *name);

/* Suricata's request buffers: name here, keyword, keyword of a content before it, header that it is
 * the value of. */
#define HTTP_BUFFERS(X)                                                                            \
	X(method, "http.method", "http_method", NULL)                                              \
	X(uri, "http.uri", "http_uri", NULL)                                                       \
	X(uri_raw, "http.uri.raw", "http_raw_uri", NULL)                                           \
	X(protocol, "http.protocol", "http_protocol", NULL)                                        \
	X(request_line, "http.request_line", "http_request_line", NULL)                            \
	X(header, "http.header", "http_header", NULL)                                              \
	X(header_raw, "http.header.raw", "http_raw_header", NULL)                                  \
	X(header_names, "http.header_names", "http_header_names", NULL)                            \
	X(start, "http.start", "http_start", NULL)                                                 \
	X(host, "http.host", "http_host", NULL)                                                    \
	X(host_raw, "http.host.raw", "http_raw_host", NULL)                                        \
	X(body, "http.request_body", "http_client_body", NULL)                                     \
	X(user_agent, "http.user_agent", "http_user_agent", "User-Agent")                          \
	X(cookie, "http.cookie", "http_cookie", "Cookie")                                          \
	X(referer, "http.referer", "http_referer", "Referer")                                      \
	X(accept, "http.accept", "http_accept", "Accept")                                          \
	X(accept_lang, "http.accept_lang", "http_accept_lang", "Accept-Language")                  \
	X(accept_enc, "http.accept_enc", "http_accept_enc", "Accept-Encoding")                     \
	X(connection, "http.connection", "http_connection", "Connection")                          \
	X(content_type, "http.content_type", "http_content_type", "Content-Type")                  \
	X(content_len, "http.content_len", "http_content_len", "Content-Length")

enum http_buffer {
#define X(name, keyword, modifier, header) HTTP_BUFFER_##name,
	HTTP_BUFFERS(X)
#undef X
		HTTP_BUFFER_COUNT,
};

/* False: the request has no such buffer (which an empty one is not). The result points into the
 * input, the scratch, or a constant. */
bool http_buffer(const struct http_request *r, enum http_buffer buffer, struct scratch *scratch,
	struct bytes *ret);
/* http.request_header: "Name: value" of the index-th distinct header; false behind the last one. */
bool http_request_header(
	const struct http_request *r, size_t index, struct scratch *scratch, struct bytes *ret);
