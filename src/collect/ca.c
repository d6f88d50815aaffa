#include "collect/ca.h"

#include "base/text.h"
#include "collect/files.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <string.h>

enum {
	DAY_S = 86400,
	SERIAL = 16,
	NAME_BYTES = 256,
	/* Certificates begin a day early: clocks at the posts may be wrong. */
	EARLY_S = DAY_S,
};

struct pair {
	gnutls_x509_crt_t certificate;
	gnutls_x509_privkey_t key;
};

static void auto_pair_done(struct pair *p)
{
	if (p->certificate)
		gnutls_x509_crt_deinit(p->certificate);
	if (p->key)
		gnutls_x509_privkey_deinit(p->key);
}

static void auto_datum_done(gnutls_datum_t *d)
{
	if (d->data)
		gnutls_memset(d->data, 0, d->size);
	gnutls_free(d->data);
}

static int failed(int code, const char *what, struct err *e)
{
	return err_set(e, code == GNUTLS_E_MEMORY_ERROR ? ENOMEM : EBADMSG, TR("identity: %s: %s", "identity: %s: %s"), what,
		gnutls_strerror(code));
}

/* --- files --- */

static int put(int identity_fd, const char *name, mode_t mode, const gnutls_datum_t *pem, struct err *e)
{
	return files_replace(identity_fd, name, mode, pem->data, pem->size, e);
}

static int save(int identity_fd, const struct pair *p, const char *certificate, const char *key, struct err *e)
{
	AUTO(datum_done) gnutls_datum_t pem = {0}, key_pem = {0};
	int rc = gnutls_x509_privkey_export2_pkcs8(p->key, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN, &key_pem);

	if (rc >= 0)
		rc = gnutls_x509_crt_export2(p->certificate, GNUTLS_X509_FMT_PEM, &pem);
	if (rc < 0)
		return failed(rc, certificate, e);
	/* the certificate last: with it the pair counts as made */
	rc = put(identity_fd, key, 0600, &key_pem, e);
	return rc < 0 ? rc : put(identity_fd, certificate, 0644, &pem, e);
}

static int read_pem(int identity_fd, const char *name, gnutls_datum_t *ret, struct err *e)
{
	char *text;
	size_t len;
	int rc = files_read(identity_fd, name, CA_FILE_MAX, &text, &len, e);

	if (rc == 0)
		*ret = (gnutls_datum_t){(unsigned char *)text, (unsigned int)len};
	return rc;
}

/* -ENOENT without a message when there is none. */
static int load_certificate(int identity_fd, const char *name, gnutls_x509_crt_t *ret, struct err *e)
{
	AUTO(datum_done) gnutls_datum_t pem = {0};
	int rc = read_pem(identity_fd, name, &pem, e);

	if (rc < 0)
		return rc;
	rc = gnutls_x509_crt_init(ret);
	if (rc >= 0)
		rc = gnutls_x509_crt_import(*ret, &pem, GNUTLS_X509_FMT_PEM);
	return rc < 0 ? failed(rc, name, e) : 0;
}

static int load(int identity_fd, struct pair *p, struct err *e)
{
	AUTO(datum_done) gnutls_datum_t pem = {0};
	int rc = load_certificate(identity_fd, CA_CERTIFICATE, &p->certificate, e);

	if (rc < 0)
		return rc;
	rc = read_pem(identity_fd, CA_KEY, &pem, e);
	if (rc == -ENOENT)
		return err_set(e, ENOENT,
			TR("identity: " CA_KEY " is missing beside " CA_CERTIFICATE ": bring it back from a copy",
				"identity: " CA_CERTIFICATE " があるのに " CA_KEY " がありません。控えから戻してください"));
	if (rc < 0)
		return rc;
	rc = gnutls_x509_privkey_init(&p->key);
	if (rc >= 0)
		rc = gnutls_x509_privkey_import(p->key, &pem, GNUTLS_X509_FMT_PEM);
	return rc < 0 ? failed(rc, CA_KEY, e) : 0;
}

/* --- certificates --- */

/* RFC 5280, section 4.1.2.2: positive, at most 20 bytes. */
static int set_serial(gnutls_x509_crt_t certificate)
{
	unsigned char serial[SERIAL];
	int rc = gnutls_rnd(GNUTLS_RND_NONCE, serial, sizeof(serial));

	serial[0] = (serial[0] & 0x7f) | 0x40;
	return rc < 0 ? rc : gnutls_x509_crt_set_serial(certificate, serial, sizeof(serial));
}

/* The first that fails ends it: a list of steps, each of which gives a code of GnuTLS. */
#define STEP(call)                                                                                 \
	do {                                                                                       \
		int step_ = (call);                                                                \
		if (step_ < 0)                                                                     \
			return step_;                                                              \
	} while (0)

static int set_key_ids(const struct pair *p, const struct pair *by)
{
	unsigned char id[64];
	size_t len = sizeof(id);

	STEP(gnutls_x509_crt_get_key_id(p->certificate, GNUTLS_KEYID_USE_SHA1, id, &len));
	STEP(gnutls_x509_crt_set_subject_key_id(p->certificate, id, len));
	len = sizeof(id);
	STEP(gnutls_x509_crt_get_key_id(by->certificate, GNUTLS_KEYID_USE_SHA1, id, &len));
	return gnutls_x509_crt_set_authority_key_id(p->certificate, id, len);
}

/* A new key and a certificate for it that nobody has signed. */
static int make(struct pair *p, const char *name, int64_t now_s, int64_t until_s)
{
	STEP(gnutls_x509_privkey_init(&p->key));
	STEP(gnutls_x509_privkey_generate(
		p->key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0));
	STEP(gnutls_x509_crt_init(&p->certificate));
	STEP(gnutls_x509_crt_set_version(p->certificate, 3));
	STEP(set_serial(p->certificate));
	STEP(gnutls_x509_crt_set_activation_time(p->certificate, (time_t)(now_s - EARLY_S)));
	STEP(gnutls_x509_crt_set_expiration_time(p->certificate, (time_t)until_s));
	STEP(gnutls_x509_crt_set_dn_by_oid(
		p->certificate, GNUTLS_OID_X520_COMMON_NAME, 0, name, (unsigned int)strlen(name)));
	return gnutls_x509_crt_set_key(p->certificate, p->key);
}

static int make_authority(struct pair *ret, int64_t now_s)
{
	STEP(make(ret, "teiten authority", now_s, now_s + (int64_t)CA_DAYS * DAY_S));
	STEP(gnutls_x509_crt_set_basic_constraints(ret->certificate, 1, 0));
	STEP(gnutls_x509_crt_set_key_usage(ret->certificate, GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN));
	STEP(set_key_ids(ret, ret));
	return gnutls_x509_crt_sign2(ret->certificate, ret->certificate, ret->key, GNUTLS_DIG_SHA256, 0);
}

/* purpose: what TLS peers look for, so that a sensor cannot pose as the collector. */
static int make_member(struct pair *ret, const struct pair *authority, const char *name, const char *purpose,
	int64_t now_s, int64_t until_s)
{
	STEP(make(ret, name, now_s, until_s));
	STEP(gnutls_x509_crt_set_basic_constraints(ret->certificate, 0, -1));
	STEP(gnutls_x509_crt_set_key_usage(ret->certificate, GNUTLS_KEY_DIGITAL_SIGNATURE));
	STEP(gnutls_x509_crt_set_key_purpose_oid(ret->certificate, purpose, 0));
	return set_key_ids(ret, authority);
}

static int sign(const struct pair *p, const struct pair *authority)
{
	return gnutls_x509_crt_sign2(p->certificate, authority->certificate, authority->key, GNUTLS_DIG_SHA256, 0);
}

/* --- names of the server --- */

/* An address in network order, or 0 when it is a name. */
static size_t address_of(const char *name, unsigned char ret[16])
{
	return inet_pton(AF_INET, name, ret) == 1 ? 4 : inet_pton(AF_INET6, name, ret) == 1 ? 16 : 0;
}

/* Calls each() for the names of a list, until it returns less than 0. */
static int each_name(const char *names, int (*each)(gnutls_x509_crt_t, const char *name), gnutls_x509_crt_t certificate)
{
	while (*names) {
		char name[NAME_BYTES];
		size_t blank = strspn(names, ", "), len = strcspn(names + blank, ", ");

		if (len >= sizeof(name))
			return GNUTLS_E_INVALID_REQUEST;
		memcpy(name, names + blank, len);
		name[len] = '\0';
		if (len > 0)
			STEP(each(certificate, name));
		names += blank + len;
	}
	return 0;
}

static int add_name(gnutls_x509_crt_t certificate, const char *name)
{
	unsigned char address[16];
	size_t len = address_of(name, address);

	return len ? gnutls_x509_crt_set_subject_alt_name(
			     certificate, GNUTLS_SAN_IPADDRESS, address, (unsigned int)len, GNUTLS_FSAN_APPEND)
		   : gnutls_x509_crt_set_subject_alt_name(certificate, GNUTLS_SAN_DNSNAME, name,
			     (unsigned int)strlen(name), GNUTLS_FSAN_APPEND);
}

/* Takes addresses, too. */
static int has_name(gnutls_x509_crt_t certificate, const char *name)
{
	return gnutls_x509_crt_check_hostname(certificate, name) ? 0 : GNUTLS_E_CERTIFICATE_ERROR;
}

/* 1: there, and with these names. */
static int server_fits(int identity_fd, const char *names, struct err *e)
{
	AUTO(pair_done) struct pair server = {0};
	int rc = load_certificate(identity_fd, CA_SERVER, &server.certificate, e);

	if (rc == -ENOENT)
		return 0;
	return rc < 0 ? rc : each_name(names, has_name, server.certificate) == 0;
}

static int make_server(const struct pair *authority, const char *names, int64_t now_s, struct pair *ret)
{
	int64_t until_s = gnutls_x509_crt_get_expiration_time(authority->certificate);

	STEP(make_member(ret, authority, "teiten collector", GNUTLS_KP_TLS_WWW_SERVER, now_s, until_s));
	STEP(each_name(names, add_name, ret->certificate));
	return sign(ret, authority);
}

/* --- what others call --- */

static int prepare_authority(int identity_fd, int64_t now_s, struct pair *ret, struct err *e)
{
	int rc = load(identity_fd, ret, e);

	if (rc != -ENOENT || e->text[0])
		return rc;
	rc = make_authority(ret, now_s);
	return rc < 0 ? failed(rc, CA_CERTIFICATE, e) : save(identity_fd, ret, CA_CERTIFICATE, CA_KEY, e);
}

int ca_prepare(int identity_fd, const char *names, int64_t now_s, struct err *e)
{
	AUTO(pair_done) struct pair authority = {0}, server = {0};
	int rc = prepare_authority(identity_fd, now_s, &authority, e);

	if (rc == 0)
		rc = server_fits(identity_fd, names, e);
	if (rc != 0)
		return rc < 0 ? rc : 0;
	rc = make_server(&authority, names, now_s, &server);
	return rc < 0 ? failed(rc, CA_SERVER, e) : save(identity_fd, &server, CA_SERVER, CA_SERVER_KEY, e);
}

static int digest_of(gnutls_x509_crt_t certificate, uint8_t ret[SEGMENT_DIGEST])
{
	size_t len = SEGMENT_DIGEST;

	return gnutls_x509_crt_get_fingerprint(certificate, GNUTLS_DIG_SHA256, ret, &len);
}

static int print_pair(const struct pair *p, const struct pair *authority, struct buf *out)
{
	AUTO(datum_done) gnutls_datum_t key = {0}, own = {0}, above = {0};

	STEP(gnutls_x509_privkey_export2_pkcs8(p->key, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN, &key));
	STEP(gnutls_x509_crt_export2(p->certificate, GNUTLS_X509_FMT_PEM, &own));
	STEP(gnutls_x509_crt_export2(authority->certificate, GNUTLS_X509_FMT_PEM, &above));
	buf_add(out, key.data, key.size);
	buf_add(out, own.data, own.size);
	buf_add(out, above.data, above.size);
	return out->failed ? GNUTLS_E_MEMORY_ERROR : 0;
}

int ca_issue(int identity_fd, const char *sensor, int64_t now_s, int64_t until_s, struct buf *ret_pem,
	uint8_t ret_digest[SEGMENT_DIGEST], struct err *e)
{
	AUTO(pair_done) struct pair authority = {0}, member = {0};
	int rc = load(identity_fd, &authority, e);

	if (rc < 0)
		return rc;
	rc = make_member(&member, &authority, sensor, GNUTLS_KP_TLS_WWW_CLIENT, now_s, until_s);
	if (rc >= 0)
		rc = sign(&member, &authority);
	if (rc >= 0)
		rc = digest_of(member.certificate, ret_digest);
	if (rc >= 0)
		rc = print_pair(&member, &authority, ret_pem);
	return rc < 0 ? failed(rc, sensor, e) : 0;
}

int ca_server_until(int identity_fd, int64_t *ret_s, struct err *e)
{
	AUTO(pair_done) struct pair server = {0};
	int rc = load_certificate(identity_fd, CA_SERVER, &server.certificate, e);

	if (rc == 0)
		*ret_s = gnutls_x509_crt_get_expiration_time(server.certificate);
	return rc;
}

int ca_digest(const char *pem, size_t len, uint8_t ret[SEGMENT_DIGEST], struct err *e)
{
	AUTO(pair_done) struct pair shown = {0};
	gnutls_datum_t text = {(unsigned char *)(uintptr_t)pem, (unsigned int)len};
	int rc = gnutls_x509_crt_init(&shown.certificate);

	if (rc >= 0)
		rc = gnutls_x509_crt_import(shown.certificate, &text, GNUTLS_X509_FMT_PEM);
	if (rc >= 0)
		rc = digest_of(shown.certificate, ret);
	return rc < 0 ? failed(rc, TR("the certificate", "証明書"), e) : 0;
}
