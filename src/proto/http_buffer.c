#include "proto/http_parts.h"

struct bytes http_header_value(
	const struct http_request *r, const struct http_header *h, struct scratch *scratch)
{
	size_t from = scratch->used;

	/* Servers take the first length; so does Suricata. */
	if (h->next < 0 || bytes_are_nocase(h->name, "Content-Length"))
		return h->value;
	scratch_add(scratch, h->value);
	for (int16_t i = h->next; i >= 0; i = r->headers[i].next) {
		scratch_text(scratch, ", ");
		scratch_add(scratch, r->headers[i].value);
	}
	return scratch_since(scratch, from);
}

/* Behind all that is in the scratch: "Name: value". */
static void add_header(
	const struct http_request *r, const struct http_header *h, struct scratch *scratch)
{
	scratch_add(scratch, h->name);
	scratch_text(scratch, ": ");
	scratch_add(scratch, h->value);
	if (bytes_are_nocase(h->name, "Content-Length"))
		return;
	for (int16_t i = h->next; i >= 0; i = r->headers[i].next) {
		scratch_text(scratch, ", ");
		scratch_add(scratch, r->headers[i].value);
	}
}

static void add_headers(const struct http_request *r, bool with_cookie, struct scratch *scratch)
{
	for (size_t i = 0; i < r->header_count; i++) {
		const struct http_header *h = &r->headers[i];

		if (h->is_repeat || (!with_cookie && bytes_are_nocase(h->name, "Cookie")))
			continue;
		add_header(r, h, scratch);
		scratch_text(scratch, "\r\n");
	}
}

static void add_names(const struct http_request *r, struct scratch *scratch)
{
	scratch_text(scratch, "\r\n");
	for (size_t i = 0; i < r->header_count; i++) {
		if (r->headers[i].is_repeat)
			continue;
		scratch_add(scratch, r->headers[i].name);
		scratch_text(scratch, "\r\n");
	}
	scratch_text(scratch, "\r\n");
}

static void add_start(const struct http_request *r, struct scratch *scratch)
{
	scratch_add(scratch, r->line);
	scratch_text(scratch, "\r\n");
	add_headers(r, true, scratch);
	scratch_text(scratch, "\r\n");
}

/* The URI's host counts more than the header (RFC 9112 3.2.2). */
static struct bytes host_of(const struct http_request *r, bool raw)
{
	const struct http_header *h = http_header_find(r, "Host");
	struct bytes authority = http_uri_authority(r);

	if (authority.len > 0)
		return http_host_only(authority);
	if (!h)
		return (struct bytes){0};
	return raw ? h->value : http_host_only(h->value);
}

static void add_lower(struct bytes b, struct scratch *scratch)
{
	for (size_t i = 0; i < b.len; i++)
		scratch_byte(scratch, ascii_lower(b.data[i]));
}

static bool header_buffer(
	const struct http_request *r, const char *name, struct scratch *scratch, struct bytes *ret)
{
	const struct http_header *h = http_header_find(r, name);

	*ret = h ? http_header_value(r, h, scratch) : (struct bytes){0};
	return h != NULL;
}

/* The parts that are slices of what was sent, or made by a function of their own. */
static bool slice_buffer(const struct http_request *r, enum http_buffer buffer,
	struct scratch *scratch, struct bytes *ret)
{
	switch (buffer) {
	case HTTP_BUFFER_method:
		*ret = r->method;
		break;
	case HTTP_BUFFER_uri:
		*ret = http_uri_normalised(r, scratch);
		break;
	case HTTP_BUFFER_uri_raw:
		*ret = r->uri;
		break;
	case HTTP_BUFFER_protocol:
		*ret = r->protocol;
		break;
	case HTTP_BUFFER_request_line:
		*ret = r->line;
		break;
	case HTTP_BUFFER_header_raw:
		*ret = r->header_block;
		break;
	case HTTP_BUFFER_host_raw:
		*ret = host_of(r, true);
		break;
	case HTTP_BUFFER_body:
		*ret = http_body_plain(r, scratch);
		break;
	default:
		return false;
	}
	return ret->len > 0;
}

bool http_buffer(const struct http_request *r, enum http_buffer buffer, struct scratch *scratch,
	struct bytes *ret)
{
	static const char *const headers[] = {
#define X(name, keyword, modifier, header) [HTTP_BUFFER_##name] = (header),
		HTTP_BUFFERS(X)
#undef X
	};
	size_t from = scratch->used;

	if (headers[buffer])
		return header_buffer(r, headers[buffer], scratch, ret);
	if (buffer == HTTP_BUFFER_header)
		add_headers(r, false, scratch);
	else if (buffer == HTTP_BUFFER_header_names && r->header_count > 0)
		add_names(r, scratch);
	else if (buffer == HTTP_BUFFER_start)
		add_start(r, scratch);
	else if (buffer == HTTP_BUFFER_host)
		add_lower(host_of(r, false), scratch);
	else
		return slice_buffer(r, buffer, scratch, ret);
	*ret = scratch_since(scratch, from);
	return ret->len > 0;
}

bool http_request_header(
	const struct http_request *r, size_t index, struct scratch *scratch, struct bytes *ret)
{
	size_t from = scratch->used;

	for (size_t i = 0; i < r->header_count; i++) {
		if (r->headers[i].is_repeat || index-- > 0)
			continue;
		add_header(r, &r->headers[i], scratch);
		*ret = scratch_since(scratch, from);
		return true;
	}
	return false;
}
