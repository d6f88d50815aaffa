#include "proto/tls.h"

#include "base/cur.h"

enum {
	RECORD_HANDSHAKE = 22,
	RECORD_HEADER = 5,
	RECORD_MAX = 16384 + 2048,
	HELLO_CLIENT = 1,
	HELLO_HEADER = 4,

	EXTENSION_SNI = 0,
	EXTENSION_GROUPS = 10,
	EXTENSION_FORMATS = 11,
	EXTENSION_SIGNATURES = 13,
	EXTENSION_ALPN = 16,
	EXTENSION_VERSIONS = 43,
};

/* A vector with a length of `width` bytes; what is cut gives what is there and makes the cursor
 * bad. */
static struct bytes vector(struct cur *c, unsigned width)
{
	size_t len = width == 1 ? cur_u8(c) : cur_u16(c);
	size_t left = cur_left(c);
	struct bytes part = {.data = c->at, .len = len < left ? len : left};

	cur_skip(c, len);
	return part;
}

static struct bytes record(struct cur *c, uint16_t *ret_version)
{
	uint8_t type = cur_u8(c);

	*ret_version = cur_u16(c);
	if (type != RECORD_HANDSHAKE || *ret_version >> 8 != 3)
		c->bad = true;
	return cur_ok(c) ? vector(c, 2) : (struct bytes){0};
}

/* The handshake message: a slice of the first record when it is whole there. *ret_whole: all of it
 * came. */
static struct bytes gather(
	struct bytes in, struct scratch *scratch, uint16_t *ret_version, bool *ret_whole)
{
	struct cur c = cur_of(in.data, in.len);
	struct bytes first = record(&c, ret_version);
	size_t from = scratch->used;

	*ret_whole = false;
	if (first.len < HELLO_HEADER || first.data[0] != HELLO_CLIENT)
		return (struct bytes){0};
	size_t want = HELLO_HEADER +
		      ((size_t)first.data[1] << 16 | (size_t)first.data[2] << 8 | first.data[3]);
	if (first.len >= want || !cur_ok(&c)) {
		*ret_whole = first.len >= want;
		return bytes_part(first, 0, want);
	}
	scratch_add(scratch, first);
	while (scratch->used - from < want && cur_ok(&c) && cur_left(&c) > RECORD_HEADER &&
		scratch->cut == 0) {
		uint16_t version;
		scratch_add(scratch, record(&c, &version));
	}
	*ret_whole = scratch->used - from >= want;
	return bytes_part(scratch_since(scratch, from), 0, want);
}

static struct bytes server_name(struct bytes list)
{
	struct cur c = cur_of(list.data, list.len);

	if (cur_u8(&c) != 0 || !cur_ok(&c)) /* host_name is the only type there is */
		return (struct bytes){0};
	return vector(&c, 2);
}

static void read_extension(uint16_t type, struct bytes body, struct tls_hello *h)
{
	struct cur c = cur_of(body.data, body.len);

	switch (type) {
	case EXTENSION_SNI:
		h->has_sni = true;
		h->sni = server_name(vector(&c, 2));
		break;
	case EXTENSION_ALPN:
		h->alpn = vector(&c, 2);
		break;
	case EXTENSION_GROUPS:
		h->groups = vector(&c, 2);
		break;
	case EXTENSION_FORMATS:
		h->formats = vector(&c, 1);
		break;
	case EXTENSION_SIGNATURES:
		h->signatures = vector(&c, 2);
		break;
	case EXTENSION_VERSIONS:
		h->versions = vector(&c, 1);
		break;
	default:
		break;
	}
}

static void read_extensions(struct tls_hello *h)
{
	struct cur c = cur_of(h->extensions.data, h->extensions.len);

	while (cur_ok(&c) && cur_left(&c) > 0) {
		uint16_t type = cur_u16(&c);
		struct bytes body = vector(&c, 2);

		read_extension(type, body, h);
	}
	h->is_complete &= cur_ok(&c);
}

bool tls_hello_parse(struct bytes in, struct scratch *scratch, struct tls_hello *ret)
{
	struct bytes all;
	bool whole;

	*ret = (struct tls_hello){0};
	all = gather(in, scratch, &ret->record_version, &whole);
	if (all.len < HELLO_HEADER + 2)
		return false;
	struct cur c = cur_of(all.data + HELLO_HEADER, all.len - HELLO_HEADER);
	ret->version = cur_u16(&c);
	cur_skip(&c, 32);
	vector(&c, 1);
	ret->ciphers = vector(&c, 2);
	vector(&c, 1);
	ret->is_complete = whole && cur_ok(&c);
	if (cur_ok(&c) && cur_left(&c) > 0) {
		ret->extensions = vector(&c, 2);
		ret->is_complete &= cur_ok(&c);
		read_extensions(ret);
	}
	return true;
}

struct bytes tls_alpn_first(const struct tls_hello *h)
{
	struct cur c = cur_of(h->alpn.data, h->alpn.len);

	return h->alpn.len > 0 ? vector(&c, 1) : (struct bytes){0};
}

const char *tls_version_name(uint16_t version)
{
	static const char *const names[] = {"SSL 3.0", "TLS 1.0", "TLS 1.1", "TLS 1.2", "TLS 1.3"};

	return version >= 0x0300 && version <= 0x0304 ? names[version & 7] : NULL;
}
