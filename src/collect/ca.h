/* The identities of a collector and its sensors: a certificate authority of its own in the folder identity/, made when it
 * is needed first. ECDSA P-256 with SHA-256 throughout; keys are 0600.
 *   ca.key ca.pem           the authority, 20 years
 *   server.key server.pem   what the collector (or nginx before it) shows, as long as the authority
 *   allowed                 who may send: collect/allow.h */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "ship/segment.h"

#define CA_CERTIFICATE	   "ca.pem"
#define CA_KEY		   "ca.key"
#define CA_SERVER	   "server.pem"
#define CA_SERVER_KEY	   "server.key"

enum { CA_DAYS = 20 * 365, CA_FILE_MAX = 64 << 10 };

/* Makes what is missing. names: of the collector, as sensors call it, separated by commas: host names and addresses; a
 * server's certificate that does not have all of them is made anew. */
int ca_prepare(int identity_fd, const char *names, int64_t now_s, struct err *e) MUST_USE;
/* A key and a certificate (CN = sensor, for clients) from now_s to until_s, and the authority's: one PEM, to be kept secret,
 * added to ret_pem. digest: of the certificate, for the list of who may send. */
int ca_issue(int identity_fd, const char *sensor, int64_t now_s, int64_t until_s, struct buf *ret_pem,
	uint8_t ret_digest[SEGMENT_DIGEST], struct err *e) MUST_USE;
/* When the server's certificate ends. */
int ca_server_until(int identity_fd, int64_t *ret_s, struct err *e) MUST_USE;
/* SHA-256 of a certificate in PEM. -EBADMSG when it is none. */
int ca_digest(const char *pem, size_t len, uint8_t ret[SEGMENT_DIGEST], struct err *e) MUST_USE;
