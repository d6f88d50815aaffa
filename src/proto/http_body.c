/* Where the body of a request ends (RFC 9112 6.3), and what it is without its chunks (7.1) and its
 * compression. */
#include "proto/http_parts.h"

#include <zlib.h>

/* Digits at the start of a value; false when there are none. A number that does not fit is
 * SIZE_MAX. */
static bool leading_number(struct bytes b, int base, size_t *ret)
{
	size_t value = 0, i = 0;

	for (; i < b.len; i++) {
		uint8_t c = ascii_lower(b.data[i]);
		size_t digit = c >= '0' && c <= '9'		    ? (size_t)(c - '0')
			       : base == 16 && c >= 'a' && c <= 'f' ? (size_t)(c - 'a' + 10)
								    : SIZE_MAX;
		if (digit == SIZE_MAX)
			break;
		if (__builtin_mul_overflow(value, (size_t)base, &value) ||
			__builtin_add_overflow(value, digit, &value))
			value = SIZE_MAX / 16; /* longer than any input, and no overflow next */
	}
	*ret = value;
	return i > 0;
}

/* One chunk at *at, which moves behind it. False: the last one, or no chunk at all (then *ret_odd).
 */
static bool next_chunk(struct bytes in, size_t *at, struct bytes *ret, bool *ret_odd)
{
	bool ended;
	size_t size, begin = *at;
	struct bytes line = http_line(in, at, &ended);

	*ret_odd = !leading_number(http_trim(line), 16, &size);
	if (*ret_odd || !ended || size == 0) {
		if (*ret_odd)
			*at = begin;
		return false;
	}
	*ret = bytes_part(in, *at, size < in.len - *at ? *at + size : in.len);
	*at += ret->len;
	if (*at < in.len && in.data[*at] == '\r')
		++*at;
	if (*at < in.len && in.data[*at] == '\n')
		++*at;
	return true;
}

/* Behind the last chunk: trailer lines and the empty line. */
static size_t skip_trailer(struct bytes in, size_t at)
{
	bool ended = true;

	while (at < in.len && ended)
		if (http_line(in, &at, &ended).len == 0)
			break;
	return at;
}

static size_t chunks_length(struct bytes in)
{
	size_t at = 0;
	struct bytes chunk;
	bool odd;

	while (next_chunk(in, &at, &chunk, &odd))
		;
	return odd ? in.len
		   : skip_trailer(in, at); /* no chunk: the rest is the body, as servers take it */
}

static bool value_has(struct bytes value, const char *word)
{
	for (size_t i = 0; i < value.len; i++)
		if (bytes_start_nocase(bytes_from(value, i), word))
			return true;
	return false;
}

static bool is_chunked(const struct http_request *r)
{
	const struct http_header *h = http_header_find(r, "Transfer-Encoding");

	return h && value_has(h->value, "chunked");
}

size_t http_body_length(const struct http_request *r, struct bytes in)
{
	const struct http_header *h = http_header_find(r, "Content-Length");
	size_t len;

	if (is_chunked(r))
		return chunks_length(in);
	if (!h || !leading_number(h->value, 10, &len))
		return 0;
	return len < in.len ? len : in.len;
}

static struct bytes dechunk(struct bytes in, struct scratch *scratch)
{
	size_t from = scratch->used, at = 0;
	struct bytes chunk;
	bool odd;

	while (next_chunk(in, &at, &chunk, &odd))
		scratch_add(scratch, chunk);
	if (odd)
		scratch_add(scratch, bytes_from(in, at));
	return scratch_since(scratch, from);
}

/* zlib's state (about 7 KiB) is made in the scratch: nothing is allocated per packet. Its window,
 * which it wants only to go on in another call, it does not get. */
struct room {
	struct scratch *scratch;
	bool is_closed;
};

static void *take(void *opaque, unsigned items, unsigned size)
{
	struct room *room = opaque;
	struct scratch *s = room->scratch;
	size_t need = (size_t)items * size;
	size_t pad = -(uintptr_t)(s->data + s->used) % _Alignof(max_align_t);

	if (room->is_closed || s->size - s->used < pad || s->size - s->used - pad < need)
		return NULL;
	void *memory = s->data + s->used + pad;
	s->used += pad + need;
	return memory;
}

static void give_back(void *opaque, void *address)
{
}

static unsigned up_to_32_bits(size_t n)
{
	return n < UINT32_MAX ? (unsigned)n : UINT32_MAX;
}

/* False: it is no such stream, or there is no room. Damage later gives what was good. */
static bool inflate_into(
	struct bytes in, int window_bits, struct scratch *scratch, struct bytes *ret)
{
	struct room room = {.scratch = scratch};
	z_stream z = {.zalloc = take, .zfree = give_back, .opaque = &room};
	size_t before = scratch->used;

	if (inflateInit2(&z, window_bits) != Z_OK) {
		scratch->used = before;
		return false;
	}
	room.is_closed = true;
	uint8_t *out = scratch->data + scratch->used;
	z.next_in = (uint8_t *)(uintptr_t)in.data;
	z.avail_in = up_to_32_bits(in.len);
	z.next_out = out;
	z.avail_out = up_to_32_bits(scratch->size - scratch->used);
	inflate(&z, Z_SYNC_FLUSH); /* whatever it says: what was made counts */
	size_t made = (size_t)(z.next_out - out);
	inflateEnd(&z);
	memmove(scratch->data + before, out, made);
	scratch->used = before + made;
	*ret = scratch_since(scratch, before);
	return made > 0;
}

/* A body that is not compressed as it says is taken as it is. */
static struct bytes decompress(struct bytes body, struct bytes coding, struct scratch *scratch)
{
	struct bytes plain;

	if (value_has(coding, "gzip") && inflate_into(body, 15 + 16, scratch, &plain))
		return plain;
	if (!value_has(coding, "deflate"))
		return body;
	/* RFC 9110 8.4.1.2: zlib's form; many send it without the header */
	if (inflate_into(body, 15, scratch, &plain) || inflate_into(body, -15, scratch, &plain))
		return plain;
	return body;
}

struct bytes http_body_plain(const struct http_request *r, struct scratch *scratch)
{
	const struct http_header *coding = http_header_find(r, "Content-Encoding");
	struct bytes body = r->body;

	if (is_chunked(r))
		body = dechunk(body, scratch);
	return coding && body.len > 0 ? decompress(body, coding->value, scratch) : body;
}
