/* The ClientHello of TLS (RFC 8446 4.1.2, RFC 5246 7.4.1.2), over one or several records, and its
 * fingerprints JA3 and JA4 (the TLS client fingerprint only, whose specification is under BSD-3).
 * Total; a hello that is cut is read as far as it goes. */
#pragma once

#include "base/bytes.h"

/* All slices point into the input, or into the scratch when the hello came in several records.
 * Lists are as on the wire, without their length. */
struct tls_hello {
	uint16_t record_version, version;
	bool is_complete; /* all of it was there: only then has it fingerprints */
	bool has_sni;
	struct bytes ciphers, extensions;
	struct bytes sni;		   /* the first host name (RFC 6066 3) */
	struct bytes alpn;		   /* the list (RFC 7301) */
	struct bytes groups, formats;	   /* elliptic curves (RFC 8422 5.1) */
	struct bytes signatures, versions; /* RFC 8446 4.2.3, 4.2.1 */
};

enum { TLS_JA3_SIZE = 33, TLS_JA4_SIZE = 37 };

/* False: it is no ClientHello. */
bool tls_hello_parse(struct bytes in, struct scratch *scratch, struct tls_hello *ret);
/* The first protocol of the ALPN list; len 0: none. */
struct bytes tls_alpn_first(const struct tls_hello *h);
/* The highest version that is offered, without GREASE. */
uint16_t tls_version_offered(const struct tls_hello *h);
/* "SSL 3.0" to "TLS 1.3", or NULL. */
const char *tls_version_name(uint16_t version);
/* "771,4865-4866,0-23,29,0"; len 0: the hello was cut. */
struct bytes tls_ja3(const struct tls_hello *h, struct scratch *scratch);
/* The MD5 of it, and JA4: terminated text; false: the hello was cut. */
bool tls_ja3_hash(const struct tls_hello *h, struct scratch *scratch, char ret[TLS_JA3_SIZE]);
bool tls_ja4(const struct tls_hello *h, struct scratch *scratch, char ret[TLS_JA4_SIZE]);
