#include "proto/http_parts.h"

enum { METHOD_MAX = 32 };

/* RFC 9110 5.6.2 */
static bool is_token(uint8_t c)
{
	return (c >= '0' && c <= '9') || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z') ||
	       (c != 0 && strchr("!#$%&'*+-.^_`|~", c));
}

static bool is_separator(uint8_t c)
{
	return c == ' ' || c == '\t';
}

static size_t skip_line_ends(struct bytes in)
{
	size_t at = 0;

	while (at < in.len && (in.data[at] == '\r' || in.data[at] == '\n'))
		at++;
	return at;
}

static size_t method_length(struct bytes in)
{
	size_t n = 0;

	while (n < in.len && n <= METHOD_MAX && is_token(in.data[n]))
		n++;
	return n > 0 && n <= METHOD_MAX && n < in.len && is_separator(in.data[n]) ? n : 0;
}

bool http_is_request(struct bytes in)
{
	/* RFC 9110 9.3, 5789, 4918, 3253, 5323; DEBUG is Microsoft's */
	static const char *const methods[] = {"GET", "POST", "HEAD", "PUT", "OPTIONS", "CONNECT",
		"DELETE", "TRACE", "PATCH", "PROPFIND", "PROPPATCH", "MKCOL", "COPY", "MOVE",
		"LOCK", "UNLOCK", "CHECKOUT", "CHECKIN", "UNCHECKOUT", "VERSION-CONTROL", "UPDATE",
		"LABEL", "REPORT", "MKWORKSPACE", "MKACTIVITY", "MERGE", "BASELINE-CONTROL",
		"SEARCH", "DEBUG"};

	in = bytes_from(in, skip_line_ends(in));
	size_t len = method_length(in);
	for (size_t i = 0; len > 0 && i < sizeof(methods) / sizeof(methods[0]); i++)
		if (strlen(methods[i]) == len && bytes_start(in, methods[i]))
			return true;
	return false;
}

static bool is_space(uint8_t c)
{
	return c == ' ';
}

/* Where the last byte that `is` stands in b; b.len: nowhere. */
static size_t find_last(struct bytes b, bool (*is)(uint8_t c))
{
	for (size_t i = b.len; i > 0; i--)
		if (is(b.data[i - 1]))
			return i - 1;
	return b.len;
}

/* The version is what stands behind the last space, so that a URI may hold spaces; behind the last
 * other blank only when there is no space. */
static void split_line(struct http_request *r, size_t method_len)
{
	struct bytes rest = http_trim(bytes_from(r->line, method_len));
	size_t space = find_last(rest, is_space);

	r->method = bytes_part(r->line, 0, method_len);
	if (space == rest.len)
		space = find_last(rest, http_is_blank);
	r->uri = http_trim(bytes_part(rest, 0, space));
	r->protocol = http_trim(bytes_from(rest, space));
}

static void join_repeat(struct http_request *r, int16_t index)
{
	struct http_header *added = &r->headers[index];

	for (int16_t i = 0; i < index; i++) {
		struct http_header *h = &r->headers[i];
		bool same = !h->is_repeat && h->name.len == added->name.len;

		for (size_t k = 0; same && k < h->name.len; k++)
			same = ascii_lower(h->name.data[k]) == ascii_lower(added->name.data[k]);
		if (!same)
			continue;
		added->is_repeat = true;
		while (h->next >= 0)
			h = &r->headers[h->next];
		h->next = index;
		return;
	}
}

static void add_header(struct http_request *r, struct bytes line)
{
	size_t colon = bytes_find(line, 0, ':');

	if (r->header_count == HTTP_HEADERS_MAX)
		return;
	struct http_header *h = &r->headers[r->header_count];
	*h = (struct http_header){.next = -1};
	if (colon < line.len)
		h->name = http_trim(bytes_part(line, 0, colon));
	h->value = http_trim(colon < line.len ? bytes_from(line, colon + 1) : line);
	join_repeat(r, (int16_t)r->header_count);
	r->header_count++;
}

/* RFC 9112 5.2: a line that begins with a blank continues the one before it. */
static void fold(struct http_request *r, struct bytes line, struct scratch *scratch)
{
	struct http_header *h = &r->headers[r->header_count - 1];
	size_t from = scratch->used;

	/* Grows in place when the value is the newest of the scratch: many folds stay linear. */
	if (h->value.len > 0 && h->value.data + h->value.len == scratch->data + scratch->used)
		from = scratch->used - h->value.len;
	else
		scratch_add(scratch, h->value);
	scratch_byte(scratch, ' ');
	scratch_add(scratch, http_trim(line));
	h->value = scratch_since(scratch, from);
}

/* Returns where the headers end. */
static size_t read_headers(
	struct bytes in, size_t at, struct http_request *r, struct scratch *scratch)
{
	while (at < in.len) {
		bool ended;
		struct bytes line = http_line(in, &at, &ended);

		if (line.len == 0 && ended) {
			r->has_header_end = true;
			break;
		}
		if (line.len > 0 && is_separator(line.data[0]) && r->header_count > 0) {
			if (r->header_count < HTTP_HEADERS_MAX)
				fold(r, line, scratch);
		} else if (line.len > 0) {
			add_header(r, line);
		}
	}
	return at;
}

size_t http_message_parse(struct bytes in, struct scratch *scratch, struct http_request *ret)
{
	size_t at = 0;
	bool ended;

	/* not = {0}: the table of headers is written as far as it is used */
	ret->header_count = 0;
	ret->has_header_end = false;
	ret->method = ret->uri = ret->protocol = ret->body = (struct bytes){0};
	ret->line = http_line(in, &at, &ended);
	size_t begin = at;
	at = read_headers(in, at, ret, scratch);
	ret->header_block = bytes_part(in, begin, at);
	return at;
}

bool http_request_parse(struct bytes in, struct scratch *scratch, struct http_request *ret)
{
	size_t skipped = skip_line_ends(in);
	struct bytes message = bytes_from(in, skipped);
	size_t method_len = method_length(message);

	if (method_len == 0)
		return false;
	size_t at = http_message_parse(message, scratch, ret);
	split_line(ret, method_len);
	struct bytes behind = bytes_from(message, at);
	if (ret->has_header_end)
		ret->body = bytes_part(behind, 0, http_body_length(ret, behind));
	ret->consumed = skipped + at + ret->body.len;
	return true;
}

const struct http_header *http_header_find(const struct http_request *r, const char *name)
{
	for (size_t i = 0; i < r->header_count; i++)
		if (!r->headers[i].is_repeat && bytes_are_nocase(r->headers[i].name, name))
			return &r->headers[i];
	return NULL;
}
