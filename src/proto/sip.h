/* SIP messages (RFC 3261 7): a request or a response line, then headers as in HTTP, some with names
 * of one letter. */
#pragma once

#include "base/bytes.h"
#include "proto/http.h"

struct sip_message {
	bool is_response;
	struct http_request
		text; /* line, method, uri, protocol, headers; method and uri of requests only */
	struct bytes code, reason; /* of responses */
};

/* The buffers of Suricata's keywords: name here, keyword, header, its short form. */
#define SIP_BUFFERS(X)                                                                             \
	X(method, "sip.method", NULL, NULL)                                                        \
	X(uri, "sip.uri", NULL, NULL)                                                              \
	X(protocol, "sip.protocol", NULL, NULL)                                                    \
	X(request_line, "sip.request_line", NULL, NULL)                                            \
	X(response_line, "sip.response_line", NULL, NULL)                                          \
	X(stat_code, "sip.stat_code", NULL, NULL)                                                  \
	X(stat_msg, "sip.stat_msg", NULL, NULL)                                                    \
	X(from, "sip.from", "From", "f")                                                           \
	X(to, "sip.to", "To", "t")                                                                 \
	X(via, "sip.via", "Via", "v")                                                              \
	X(user_agent, "sip.user_agent", "User-Agent", NULL)                                        \
	X(content_type, "sip.content_type", "Content-Type", "c")                                   \
	X(content_length, "sip.content_length", "Content-Length", "l")

enum sip_buffer {
#define X(name, keyword, header, compact) SIP_BUFFER_##name,
	SIP_BUFFERS(X)
#undef X
		SIP_BUFFER_COUNT,
};

/* False: the first line is not of SIP. */
bool sip_parse(struct bytes in, struct scratch *scratch, struct sip_message *ret);
/* The index-th instance (headers may come several times; all others have one). */
bool sip_buffer(
	const struct sip_message *m, enum sip_buffer buffer, size_t index, struct bytes *ret);
