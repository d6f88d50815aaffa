/* The normal form of a URI as libhtp, Suricata's HTTP parser, makes it: what a server that is
 * generous would take it for. In the path every %XX and %uXXXX is decoded, backslashes are slashes,
 * runs of slashes are one, UTF-8 is folded to bytes, "." and ".." are resolved; of the query only %
 * is decoded; the fragment stays. Letters keep their case. */
#include "proto/http_parts.h"

static int hex_digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = ascii_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The value of `digits` hexadecimal digits at `at`; -1 when they are not all there. */
static int hex_number(struct bytes b, size_t at, size_t digits)
{
	int value = 0;

	for (size_t i = 0; i < digits; i++) {
		int digit = at + i < b.len ? hex_digit(b.data[at + i]) : -1;
		if (digit < 0)
			return -1;
		value = value * 16 + digit;
	}
	return value;
}

/* A character as one byte: Latin-1 as it is, the full-width forms of ASCII as ASCII, others "?". */
static uint8_t best_fit(unsigned code)
{
	if (code < 0x100)
		return (uint8_t)code;
	return code >= 0xff01 && code <= 0xff5e ? (uint8_t)(code - 0xfee0) : '?';
}

/* The byte at *at, decoded; *at moves behind it. A % that begins nothing valid stands for itself.
 */
static uint8_t decode_one(struct bytes b, size_t *at)
{
	size_t i = *at;
	int value = -1;

	*at = i + 1;
	if (b.data[i] != '%')
		return b.data[i];
	if (i + 1 < b.len && ascii_lower(b.data[i + 1]) == 'u') {
		value = hex_number(b, i + 2, 4);
		*at = value < 0 ? i + 1 : i + 6;
		return value < 0 ? '%' : best_fit((unsigned)value);
	}
	value = hex_number(b, i + 1, 2);
	*at = value < 0 ? i + 1 : i + 3;
	return value < 0 ? '%' : (uint8_t)value;
}

static void decode_path(struct bytes path, struct scratch *scratch)
{
	bool was_slash = false;

	for (size_t at = 0; at < path.len;) {
		uint8_t c = decode_one(path, &at);

		if (c == '\\')
			c = '/';
		if (c != '/' || !was_slash)
			scratch_byte(scratch, c);
		was_slash = c == '/';
	}
}

/* The length of the UTF-8 sequence at the start, overlong ones too (they hide slashes), and its
 * character; 1 for a byte that begins none. */
static size_t utf8_decode(const uint8_t *s, size_t left, unsigned *ret)
{
	size_t len = s[0] >= 0xf8 ? 1 : s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : s[0] >= 0xc0 ? 2 : 1;

	*ret = s[0];
	if (len == 1 || len > left)
		return 1;
	unsigned code = s[0] & (0x7fu >> len);
	for (size_t i = 1; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 1;
		code = code << 6 | (s[i] & 0x3f);
	}
	*ret = code;
	return len;
}

/* In place; gives the new length. */
static size_t fold_utf8(uint8_t *s, size_t len)
{
	size_t out = 0;

	for (size_t at = 0; at < len;) {
		unsigned code;

		at += utf8_decode(s + at, len - at, &code);
		s[out++] = best_fit(code);
	}
	return out;
}

/* RFC 3986 5.2.4 as libhtp does it: segments are put on a stack, ".." takes one off, but not the
 * empty one in front. In place: what is written is never longer than what was read. */
static size_t resolve_dots(uint8_t *s, size_t len)
{
	size_t out = 0, segments = 0, at = 0;

	for (bool more = true; more;) {
		const uint8_t *slash = len > at ? memchr(s + at, '/', len - at) : NULL;
		size_t n = (slash ? (size_t)(slash - s) : len) - at;

		if (n == 2 && s[at] == '.' && s[at + 1] == '.') {
			if (segments > 1 || out > 0) {
				while (out > 0 && s[--out] != '/')
					;
				segments--;
			}
		} else if (n != 1 || s[at] != '.') {
			if (segments++ > 0)
				s[out++] = '/';
			memmove(s + out, s + at, n);
			out += n;
		}
		at += n + 1;
		more = slash != NULL;
	}
	return out;
}

static void add_path(struct bytes path, struct scratch *scratch)
{
	size_t from = scratch->used;

	decode_path(path, scratch);
	size_t len = fold_utf8(scratch->data + from, scratch->used - from);
	scratch->used = from + resolve_dots(scratch->data + from, len);
}

/* An authority is read only behind a scheme, and a scheme only where the URI does not begin with a
 * slash. */
static size_t authority_begin(struct bytes uri)
{
	size_t colon = bytes_find(uri, 0, ':');

	if (uri.len == 0 || uri.data[0] == '/' || colon + 2 >= uri.len)
		return 0;
	return uri.data[colon + 1] == '/' && uri.data[colon + 2] == '/' ? colon + 3 : 0;
}

static size_t authority_end(struct bytes uri, size_t begin)
{
	while (begin < uri.len && uri.data[begin] != '/' && uri.data[begin] != '?' &&
		uri.data[begin] != '#')
		begin++;
	return begin;
}

static bool is_connect(const struct http_request *r)
{
	return bytes_are_nocase(r->method, "CONNECT");
}

struct bytes http_uri_authority(const struct http_request *r)
{
	size_t begin = authority_begin(r->uri);

	if (is_connect(r))
		return r->uri;
	return begin ? bytes_part(r->uri, begin, authority_end(r->uri, begin)) : (struct bytes){0};
}

struct bytes http_host_only(struct bytes a)
{
	size_t at = bytes_find(a, 0, '@');

	if (at < a.len)
		a = bytes_from(a, at + 1);
	size_t bracket = bytes_find(a, 0, ']');
	size_t colon = bytes_find(a, bracket < a.len && a.data[0] == '[' ? bracket : 0, ':');
	a = http_trim(bytes_part(a, 0, colon));
	while (a.len > 0 && a.data[a.len - 1] == '.')
		a.len--;
	return a;
}

struct bytes http_uri_normalised(const struct http_request *r, struct scratch *scratch)
{
	size_t from = scratch->used;
	size_t begin = authority_begin(r->uri);

	if (is_connect(r))
		return r->uri;
	struct bytes rest = bytes_from(r->uri, begin ? authority_end(r->uri, begin) : 0);
	size_t hash = bytes_find(rest, 0, '#');
	struct bytes before = bytes_part(rest, 0, hash);
	size_t mark = bytes_find(before, 0, '?');
	struct bytes query = bytes_from(before, mark);

	add_path(bytes_part(before, 0, mark), scratch);
	for (size_t at = 0; at < query.len;)
		scratch_byte(scratch, decode_one(query, &at));
	scratch_add(scratch, bytes_from(rest, hash));
	return scratch_since(scratch, from);
}
