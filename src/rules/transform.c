/* Transforms: a buffer made from a buffer. */
#include "rules/eval.h"
#include "rules/regex.h"

#include <ctype.h>
#include <openssl/evp.h>

static void lower(struct bytes in, struct scratch *to)
{
	for (size_t i = 0; i < in.len; i++)
		scratch_byte(to, ascii_lower(in.data[i]));
}

static void upper(struct bytes in, struct scratch *to)
{
	for (size_t i = 0; i < in.len; i++)
		scratch_byte(to, (uint8_t)toupper(in.data[i]));
}

static int hex_of(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = ascii_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* %41 and +; what is no pair of digits stays. */
static void url_decode(struct bytes in, struct scratch *to)
{
	for (size_t i = 0; i < in.len; i++) {
		uint8_t c = in.data[i];
		int high = c == '%' && i + 2 < in.len ? hex_of(in.data[i + 1]) : -1;
		int low = high >= 0 ? hex_of(in.data[i + 2]) : -1;
		if (low >= 0) {
			scratch_byte(to, (uint8_t)(high << 4 | low));
			i += 2;
		} else {
			scratch_byte(to, c == '+' ? ' ' : c);
		}
	}
}

static void strip_whitespace(struct bytes in, struct scratch *to)
{
	for (size_t i = 0; i < in.len; i++)
		if (!isspace(in.data[i]))
			scratch_byte(to, in.data[i]);
}

/* Of several blanks, the first. */
static void compress_whitespace(struct bytes in, struct scratch *to)
{
	for (size_t i = 0; i < in.len; i++)
		if (!isspace(in.data[i]) || i == 0 || !isspace(in.data[i - 1]))
			scratch_byte(to, in.data[i]);
}

/* Lines that begin with : (the pseudo headers of HTTP/2) go. */
static void strip_pseudo(struct bytes in, struct scratch *to)
{
	for (size_t at = 0; at < in.len;) {
		size_t end = bytes_find(in, at, '\n');
		end += end < in.len;
		if (in.data[at] != ':')
			scratch_add(to, bytes_part(in, at, end));
		at = end;
	}
}

/* Names of headers in lower case, values as they are. */
static void header_lower(struct bytes in, struct scratch *to)
{
	bool name = true;

	for (size_t i = 0; i < in.len; i++) {
		if (in.data[i] == ':')
			name = false;
		else if (in.data[i] == '\n')
			name = true;
		scratch_byte(to, name ? ascii_lower(in.data[i]) : in.data[i]);
	}
}

static bool hash(struct bytes in, const EVP_MD *kind, struct scratch *to)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned len;

	if (EVP_Digest(in.data ? in.data : (const uint8_t *)"", in.len, digest, &len, kind, NULL) != 1)
		return false;
	scratch_add(to, (struct bytes){digest, len});
	return true;
}

static void xor_with(struct bytes in, struct bytes key, struct scratch *to)
{
	for (size_t i = 0; i < in.len; i++)
		scratch_byte(to, in.data[i] ^ key.data[i % key.len]);
}

/* The key lies in the buffer; what is behind the offset is made plain with it. */
static bool xor_extract(const struct transform *t, struct bytes in, struct scratch *to)
{
	struct bytes key = bytes_part(in, t->from, (size_t)t->from + t->length);

	if (key.len < t->length || t->offset > in.len)
		return false;
	xor_with(bytes_from(in, t->offset), key, to);
	return true;
}

static bool from_base64(const struct transform *t, struct bytes in, struct scratch *to)
{
	if (t->offset > in.len)
		return false;
	in = bytes_from(in, t->offset);
	if (t->length)
		in = bytes_part(in, 0, t->length);
	return base64_decode(in, (enum base64_mode)t->mode, to) > 0;
}

/* The first group of the pattern; a buffer that does not match it stays. */
static void group(const struct transform *t, struct bytes in, struct look *look, struct scratch *to)
{
	size_t start, end;
	struct bytes part = in;
	int found = regex_search(t->regex, look->s->regex, in, 0, &start, &end);

	look->s->limits.pcre += found < 0;
	if (found > 0 && !regex_group(look->s->regex, in, &part))
		part = in;
	scratch_add(to, part);
}

static bool apply(const struct transform *t, struct bytes in, struct look *look, struct scratch *to)
{
	switch ((enum transform_kind)t->kind) {
	case TRANSFORM_lower:
		lower(in, to);
		return true;
	case TRANSFORM_upper:
		upper(in, to);
		return true;
	case TRANSFORM_url_decode:
		url_decode(in, to);
		return true;
	case TRANSFORM_strip_whitespace:
		strip_whitespace(in, to);
		return true;
	case TRANSFORM_compress_whitespace:
		compress_whitespace(in, to);
		return true;
	case TRANSFORM_dotprefix:
		scratch_byte(to, '.');
		scratch_add(to, in);
		return true;
	case TRANSFORM_strip_pseudo:
		strip_pseudo(in, to);
		return true;
	case TRANSFORM_header_lower:
		header_lower(in, to);
		return true;
	case TRANSFORM_md5:
		return hash(in, EVP_md5(), to);
	case TRANSFORM_sha1:
		return hash(in, EVP_sha1(), to);
	case TRANSFORM_sha256:
		return hash(in, EVP_sha256(), to);
	case TRANSFORM_xor:
		xor_with(in, (struct bytes){t->key, t->length}, to);
		return true;
	case TRANSFORM_xor_extract:
		return xor_extract(t, in, to);
	case TRANSFORM_from_base64:
		return from_base64(t, in, to);
	case TRANSFORM_regex:
		group(t, in, look, to);
		return true;
	}
	return false;
}

/* Each result lies behind the one it was made from, which the next may still need. */
bool transforms_apply(const struct list *list, struct look *look, struct bytes in, struct bytes *ret)
{
	struct scratch *to = &look->s->transformed;
	uint64_t cut = to->cut;

	for (size_t i = 0; i < list->transform_count; i++) {
		size_t start = to->used;
		if (!apply(&list->transforms[i], in, look, to))
			return false;
		in = scratch_since(to, start);
	}
	look->s->limits.buffers += to->cut > cut;
	*ret = in;
	return true;
}
