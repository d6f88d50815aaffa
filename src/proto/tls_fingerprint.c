/* JA3 (Salesforce, 2017: version, ciphers, extensions, groups and point formats in decimal, MD5)
 * and JA4 (FoxIO, 2023, the TLS client part under BSD-3: counts in clear, SHA-256 of the sorted
 * lists). Both leave out GREASE (RFC 8701). */
#include "proto/tls.h"

#include "base/cur.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>

enum { LIST_MAX = 256, VERSION_13 = 0x0304, EXTENSION_SNI = 0, EXTENSION_ALPN = 16, JA4_HASH = 12 };

struct list {
	size_t count; /* of those that are no GREASE, also beyond LIST_MAX */
	uint16_t items[LIST_MAX];
};

static bool is_grease(uint16_t v)
{
	return (v & 0x0f0f) == 0x0a0a && v >> 8 == (v & 0xff);
}

static void list_add(struct list *l, uint16_t item)
{
	if (is_grease(item))
		return;
	if (l->count < LIST_MAX)
		l->items[l->count] = item;
	l->count++;
}

static size_t list_kept(const struct list *l)
{
	return l->count < LIST_MAX ? l->count : LIST_MAX;
}

/* Pairs of bytes. */
static struct list list_of(struct bytes b)
{
	struct list l = {0};

	for (size_t i = 0; i + 1 < b.len; i += 2)
		list_add(&l, (uint16_t)(b.data[i] << 8 | b.data[i + 1]));
	return l;
}

static struct list list_of_extensions(struct bytes b)
{
	struct list l = {0};
	struct cur c = cur_of(b.data, b.len);

	while (cur_ok(&c) && cur_left(&c) > 0) {
		uint16_t type = cur_u16(&c);

		cur_skip(&c, cur_u16(&c));
		if (cur_ok(&c))
			list_add(&l, type);
	}
	return l;
}

/* The items joined by `between`, each as `format` says. */
static void add_list(
	const struct list *l, const char *format, char between, struct scratch *scratch)
{
	for (size_t i = 0; i < list_kept(l); i++) {
		char text[8];

		snprintf(text, sizeof(text), format, l->items[i]);
		if (i > 0)
			scratch_byte(scratch, (uint8_t)between);
		scratch_text(scratch, text);
	}
}

static void add_decimal(const struct list *l, struct scratch *scratch)
{
	scratch_byte(scratch, ',');
	add_list(l, "%u", '-', scratch);
}

struct bytes tls_ja3(const struct tls_hello *h, struct scratch *scratch)
{
	size_t from = scratch->used;
	struct list version = {.count = 1, .items = {h->version}}, formats = {0};
	struct list ciphers = list_of(h->ciphers), groups = list_of(h->groups);
	struct list extensions = list_of_extensions(h->extensions);

	if (!h->is_complete)
		return (struct bytes){0};
	for (size_t i = 0; i < h->formats.len; i++)
		list_add(&formats, h->formats.data[i]);
	add_list(&version, "%u", '-', scratch);
	add_decimal(&ciphers, scratch);
	add_decimal(&extensions, scratch);
	add_decimal(&groups, scratch);
	add_decimal(&formats, scratch);
	return scratch_since(scratch, from);
}

/* The first `digits` hexadecimal digits of a hash, terminated. */
static bool hash_hex(struct bytes b, const EVP_MD *md, size_t digits, char *ret)
{
	uint8_t hash[EVP_MAX_MD_SIZE];

	if (EVP_Digest(b.data, b.len, hash, NULL, md, NULL) != 1)
		return false;
	for (size_t i = 0; i < digits; i++)
		ret[i] = "0123456789abcdef"[i % 2 ? hash[i / 2] & 15 : hash[i / 2] >> 4];
	ret[digits] = '\0';
	return true;
}

bool tls_ja3_hash(const struct tls_hello *h, struct scratch *scratch, char ret[TLS_JA3_SIZE])
{
	size_t from = scratch->used;
	struct bytes text = tls_ja3(h, scratch);
	uint64_t cut = scratch->cut;

	scratch->used = from;
	return text.len > 0 && cut == 0 && hash_hex(text, EVP_md5(), TLS_JA3_SIZE - 1, ret);
}

uint16_t tls_version_offered(const struct tls_hello *h)
{
	struct list l = list_of(h->versions);
	uint16_t highest = 0;

	for (size_t i = 0; i < list_kept(&l); i++)
		if (l.items[i] > highest)
			highest = l.items[i];
	return highest ? highest : h->version;
}

static const char *ja4_version(uint16_t version)
{
	switch (version) {
	case VERSION_13:
		return "13";
	case 0x0303:
		return "12";
	case 0x0302:
		return "11";
	case 0x0301:
		return "10";
	case 0x0300:
		return "s3";
	case 0x0002:
		return "s2";
	default:
		return "00";
	}
}

static bool is_alphanumeric(uint8_t c)
{
	return (c >= '0' && c <= '9') || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z');
}

/* First and last character of the first protocol; of its hexadecimal form when they are no letters
 * or digits. */
static void ja4_alpn(const struct tls_hello *h, char ret[3])
{
	struct bytes alpn = tls_alpn_first(h);

	memcpy(ret, "00", 3);
	if (alpn.len == 0)
		return;
	uint8_t first = alpn.data[0], last = alpn.data[alpn.len - 1];
	if (is_alphanumeric(first) && is_alphanumeric(last)) {
		ret[0] = (char)first;
		ret[1] = (char)last;
		return;
	}
	ret[0] = "0123456789abcdef"[first >> 4];
	ret[1] = "0123456789abcdef"[last & 15];
}

static int compare(const void *a, const void *b)
{
	return (int)*(const uint16_t *)a - (int)*(const uint16_t *)b;
}

/* Sorts l; `after` follows in its own order behind "_". No items at all give zeros. */
static bool ja4_hash(
	struct list *l, const struct list *after, struct scratch *scratch, char ret[JA4_HASH + 1])
{
	size_t from = scratch->used;

	snprintf(ret, JA4_HASH + 1, "%0*d", JA4_HASH, 0);
	if (l->count == 0)
		return true;
	qsort(l->items, list_kept(l), sizeof(l->items[0]), compare);
	add_list(l, "%04x", ',', scratch);
	if (after && after->count > 0) {
		scratch_byte(scratch, '_');
		add_list(after, "%04x", ',', scratch);
	}
	struct bytes text = scratch_since(scratch, from);
	scratch->used = from;
	return scratch->cut == 0 && hash_hex(text, EVP_sha256(), JA4_HASH, ret);
}

static struct list without_sni_and_alpn(const struct list *l)
{
	struct list kept = {0};

	for (size_t i = 0; i < list_kept(l); i++)
		if (l->items[i] != EXTENSION_SNI && l->items[i] != EXTENSION_ALPN)
			list_add(&kept, l->items[i]);
	return kept;
}

static unsigned up_to_99(size_t count)
{
	return count < 99 ? (unsigned)count : 99;
}

bool tls_ja4(const struct tls_hello *h, struct scratch *scratch, char ret[TLS_JA4_SIZE])
{
	struct list ciphers = list_of(h->ciphers), signatures = list_of(h->signatures);
	struct list extensions = list_of_extensions(h->extensions);
	struct list kept = without_sni_and_alpn(&extensions);
	char alpn[3], cipher_hash[JA4_HASH + 1], extension_hash[JA4_HASH + 1];

	ja4_alpn(h, alpn);
	if (!h->is_complete || !ja4_hash(&ciphers, NULL, scratch, cipher_hash) ||
		!ja4_hash(&kept, &signatures, scratch, extension_hash))
		return false;
	snprintf(ret, TLS_JA4_SIZE, "t%s%c%02u%02u%s_%s_%s", ja4_version(tls_version_offered(h)),
		h->has_sni ? 'd' : 'i', up_to_99(ciphers.count), up_to_99(extensions.count), alpn,
		cipher_hash, extension_hash);
	return true;
}
