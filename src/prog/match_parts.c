#include "prog/match_parts.h"

#include "base/number.h"
#include "proto/dns.h"
#include "proto/http.h"
#include "proto/tls.h"

enum { HTTP_SCRATCH = 1 << 16, TLS_SCRATCH = 1 << 16 };

/* A body that ends where Content-Length or the last chunk says. */
static bool body_is_whole(const struct http_request *r)
{
	const struct http_header *length = http_header_find(r, "Content-Length");
	const struct http_header *encoding = http_header_find(r, "Transfer-Encoding");
	char text[24];
	uint64_t want;

	if (encoding && bytes_are_nocase(encoding->value, "chunked"))
		return r->body.len >= 5 && bytes_equal(bytes_from(r->body, r->body.len - 5), bytes_of("0\r\n\r\n"));
	if (!length || length->value.len >= sizeof(text))
		return true;
	memcpy(text, length->value.data, length->value.len);
	text[length->value.len] = '\0';
	return !number_u64(text, 0, UINT64_MAX, &want) || r->body.len >= want;
}

static size_t http_length(struct bytes in, bool ended)
{
	uint8_t memory[HTTP_SCRATCH];
	struct scratch scratch = {.data = memory, .size = sizeof(memory)};
	struct http_request r;

	if (!http_request_parse(in, &scratch, &r))
		return ended ? in.len : 0;
	if (ended || r.consumed < in.len)
		return r.consumed;
	return r.has_header_end && body_is_whole(&r) ? r.consumed : 0;
}

static size_t dns_length(struct bytes in, bool ended)
{
	size_t len = in.len < 2 ? SIZE_MAX : 2u + ((size_t)in.data[0] << 8 | in.data[1]);

	return len <= in.len ? len : ended ? in.len : 0;
}

static size_t tls_length(struct bytes in, bool ended)
{
	uint8_t memory[TLS_SCRATCH];
	struct scratch scratch = {.data = memory, .size = sizeof(memory)};
	struct tls_hello hello;

	return ended || tls_hello_parse(in, &scratch, &hello) ? in.len : 0;
}

static size_t line_length(struct bytes in, bool ended)
{
	size_t end = bytes_find(in, 0, '\n');

	return end < in.len ? end + 1 : ended ? in.len : 0;
}

bool has_transactions(enum proto proto, bool to_server)
{
	switch (proto) {
	case PROTO_http:
	case PROTO_tls:
		return to_server;
	case PROTO_ssh:
	case PROTO_dns:
	case PROTO_sip:
	case PROTO_snmp:
		return true;
	default:
		return false;
	}
}

size_t transaction_length(enum proto proto, bool to_server, struct bytes in, bool ended, bool *ret_only)
{
	*ret_only = proto == PROTO_tls || proto == PROTO_ssh;
	if (in.len == 0 || !has_transactions(proto, to_server))
		return 0;
	switch (proto) {
	case PROTO_http:
		return http_length(in, ended);
	case PROTO_dns:
		return dns_length(in, ended);
	case PROTO_tls:
		return tls_length(in, ended);
	case PROTO_ssh:
		return line_length(in, ended);
	default:
		return in.len;
	}
}

enum { TLS_HANDSHAKE = 22, TLS_SERVER_HELLO = 2 };

bool is_answer(enum proto proto, bool tcp, struct bytes in)
{
	struct dns_message dns;

	switch (proto) {
	case PROTO_http:
		return bytes_start(in, "HTTP/");
	case PROTO_dns:
		return dns_parse(tcp ? dns_of_tcp(in) : in, &dns) && dns_is_response(&dns);
	case PROTO_tls:
		return in.len > 5 && in.data[0] == TLS_HANDSHAKE && in.data[5] == TLS_SERVER_HELLO;
	default:
		return false;
	}
}
