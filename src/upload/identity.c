#include "upload/identity.h"

#include "base/text.h"

#include <fcntl.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum { FILE_MAX = 65536 };

AUTO_RELEASE(BIO, BIO_free_all);
AUTO_RELEASE(X509, X509_free);
AUTO_RELEASE(EVP_PKEY, EVP_PKEY_free);

static int read_text(const char *path, char text[FILE_MAX], size_t *ret_len, struct err *e)
{
	AUTO(close) int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	ssize_t n = fd < 0 || fstat(fd, &st) < 0 ? -1 : read(fd, text, FILE_MAX);

	if (n < 0)
		return err_set(e, errno, TR("upload.identity %s: %m", "upload.identity %s: %m"), path);
	if (st.st_mode & (S_IRWXO | S_IWGRP))
		return err_set(e, EPERM,
			TR("upload.identity %s holds a secret key, and others may read it: chmod 640",
				"upload.identity %s には秘密鍵があり、他の利用者から読めます: chmod 640"),
			path);
	*ret_len = (size_t)n;
	return 0;
}

/* What OpenSSL wrote; NULL without memory. */
static char *take_text(BIO *bio)
{
	char *data;
	long len = BIO_get_mem_data(bio, &data);

	return len > 0 ? strndup(data, (size_t)len) : NULL;
}

static int64_t end_of(const X509 *certificate)
{
	struct tm tm;

	return ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &tm) == 1 ? (int64_t)timegm(&tm) : 0;
}

/* The first certificate, and then those of the authority. */
static X509 *read_certificates(BIO *in, struct identity *ret)
{
	AUTO(X509_free) X509 *own = PEM_read_bio_X509(in, NULL, NULL, (void *)"");
	AUTO(BIO_free_all) BIO *own_text = BIO_new(BIO_s_mem()), *authority = BIO_new(BIO_s_mem());
	X509 *next;

	if (!own || !own_text || !authority || !PEM_write_bio_X509(own_text, own))
		return NULL;
	while ((next = PEM_read_bio_X509(in, NULL, NULL, (void *)""))) {
		PEM_write_bio_X509(authority, next);
		X509_free(next);
	}
	ret->own = take_text(own_text);
	ret->authority = take_text(authority);
	X509_NAME_get_text_by_NID(X509_get_subject_name(own), NID_commonName, ret->name, sizeof(ret->name));
	ret->until_s = end_of(own);
	return TAKE(own);
}

/* An empty passphrase, so that nobody is asked for one. */
static EVP_PKEY *read_key(BIO *in, struct identity *ret)
{
	EVP_PKEY *key = PEM_read_bio_PrivateKey(in, NULL, NULL, (void *)"");
	AUTO(BIO_free_all) BIO *text = BIO_new(BIO_s_mem());

	if (key && text && PEM_write_bio_PrivateKey(text, key, NULL, NULL, 0, NULL, NULL))
		ret->key = take_text(text);
	return key;
}

static int read_parts(const char *path, const char *text, size_t len, struct identity *ret, struct err *e)
{
	AUTO(BIO_free_all) BIO *certificates = BIO_new_mem_buf(text, (int)len), *keys = BIO_new_mem_buf(text, (int)len);

	if (!certificates || !keys)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	AUTO(X509_free) X509 *own = read_certificates(certificates, ret);
	AUTO(EVP_PKEY_free) EVP_PKEY *key = read_key(keys, ret);
	if (!ret->key || !ret->own || !ret->authority)
		return err_set(e, EINVAL,
			TR("upload.identity %s: not a key, its certificate and the one of the authority: "
			   "copy what teiten sensor add wrote",
				"upload.identity %s: 秘密鍵、その証明書、認証局の証明書がそろっていません。teiten "
				"sensor add が書いたファイルをコピーしてください"),
			path);
	if (X509_check_private_key(own, key) != 1)
		return err_set(e, EINVAL,
			TR("upload.identity %s: the key is not that of the first certificate",
				"upload.identity %s: 秘密鍵が最初の証明書のものではありません"),
			path);
	return 0;
}

int identity_read(const char *path, struct identity *ret, struct err *e)
{
	char text[FILE_MAX];
	size_t len = 0;

	*ret = (struct identity){0};
	int rc = read_text(path, text, &len, e);
	if (rc == 0)
		rc = read_parts(path, text, len, ret, e);
	explicit_bzero(text, sizeof(text));
	if (rc < 0)
		identity_done(ret);
	return rc;
}

void identity_done(struct identity *i)
{
	if (i->key)
		explicit_bzero(i->key, strlen(i->key));
	free(i->key);
	free(i->own);
	free(i->authority);
	*i = (struct identity){0};
}
