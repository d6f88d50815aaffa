#include "prog/digest.h"

#include "base/text.h"

#include <openssl/evp.h>
#include <string.h>

struct digest {
	EVP_MD_CTX *sha, *copy; /* copy: for looking at it on the way */
	uint64_t bytes;
	const struct digest_known *known;
	size_t next;           /* of known->lengths: the first that is longer than bytes */
	const char *here;      /* digest of the known capture that ends just here, NULL when none does */
	const char *begins_with;
};

static int by_bytes(const void *a, const void *b)
{
	const struct segment_length *x = a, *y = b;

	return x->bytes < y->bytes ? -1 : x->bytes > y->bytes;
}

int digest_known_add_all(struct digest_known *known, const struct segment_length *some, size_t count,
	struct err *e)
{
	struct segment_length *lengths =
		reallocarray(known->lengths, known->count + count + 1, sizeof(*lengths));

	if (!lengths)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	known->lengths = lengths;
	if (count > 0)
		memcpy(lengths + known->count, some, count * sizeof(*some));
	known->count += count;
	qsort(lengths, known->count, sizeof(*lengths), by_bytes);
	return 0;
}

int digest_known_add(struct digest_known *known, const struct segment_length *one, struct err *e)
{
	return digest_known_add_all(known, one, 1, e);
}

void digest_known_done(struct digest_known *known)
{
	free(known->lengths);
	*known = (struct digest_known){0};
}

int digest_new(const struct digest_known *known, struct digest **ret, struct err *e)
{
	AUTO(digest_free) struct digest *d = calloc(1, sizeof(*d));

	if (d) {
		d->known = known;
		d->sha = EVP_MD_CTX_new();
		d->copy = EVP_MD_CTX_new();
	}
	if (!d || !d->sha || !d->copy || EVP_DigestInit_ex(d->sha, EVP_sha256(), NULL) != 1)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	*ret = TAKE(d);
	return 0;
}

void digest_free(struct digest *d)
{
	if (!d)
		return;
	EVP_MD_CTX_free(d->sha);
	EVP_MD_CTX_free(d->copy);
	free(d);
}

static void digest_text(EVP_MD_CTX *sha, char out[DIGEST_TEXT])
{
	unsigned char bytes[EVP_MAX_MD_SIZE];
	unsigned int len = 0;

	EVP_DigestFinal_ex(sha, bytes, &len);
	for (unsigned int i = 0; i < len && i < 32; i++)
		snprintf(out + 2 * i, 3, "%02x", bytes[i]);
}

/* One or more known captures are just as long as what was added so far. */
static void look_up(struct digest *d)
{
	const struct digest_known *known = d->known;
	char text[DIGEST_TEXT] = "";

	EVP_MD_CTX_copy_ex(d->copy, d->sha);
	digest_text(d->copy, text);
	for (; d->next < known->count && known->lengths[d->next].bytes == d->bytes; d->next++)
		if (strcmp(known->lengths[d->next].digest, text) == 0)
			d->here = known->lengths[d->next].digest;
}

void digest_add(struct digest *d, const void *data, size_t len)
{
	const uint8_t *at = data;

	while (len > 0) {
		uint64_t part = len;

		if (d->next < d->known->count && d->known->lengths[d->next].bytes - d->bytes < part)
			part = d->known->lengths[d->next].bytes - d->bytes;
		if (d->here) /* and here more of it comes */
			d->begins_with = d->here;
		d->here = NULL;
		EVP_DigestUpdate(d->sha, at, part);
		d->bytes += part;
		at += part;
		len -= part;
		if (d->next < d->known->count && d->known->lengths[d->next].bytes == d->bytes)
			look_up(d);
	}
}

void digest_end(struct digest *d, char ret[DIGEST_TEXT], char ret_begins_with[DIGEST_TEXT])
{
	ret[0] = '\0';
	digest_text(d->sha, ret);
	snprintf(ret_begins_with, DIGEST_TEXT, "%s", d->begins_with ? d->begins_with : "");
}
