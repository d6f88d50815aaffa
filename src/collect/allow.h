/* Who may send: the list of certificates that were made for sensors, a text file identity/allowed of lines
 *   DIGEST NAME SINCE UNTIL REVOKED      SHA-256 of the certificate (DER); times as RFC 3339; "-": not revoked
 * Lines that begin with # are comments. The certificate's digest decides, not the name in it: so a revocation holds for
 * the next request, also over a connection that was opened before, and needs no list that expires. */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "ship/segment.h"

#include <stdbool.h>

enum {
	ALLOW_MAX = 65536,
	ALLOW_BYTES_MAX = ALLOW_MAX * 256,
};

#define ALLOW_FILE "allowed"

struct allow_entry {
	uint8_t digest[SEGMENT_DIGEST];
	char sensor[SEGMENT_SENSOR_MAX + 1];
	int64_t since_s, until_s;
	int64_t revoked_s; /* 0: not */
};

struct allow {
	struct allow_entry *entries; /* by digest */
	size_t count;
};

enum allow_verdict { ALLOW_YES, ALLOW_UNKNOWN, ALLOW_REVOKED, ALLOW_EXPIRED };

/* 1 to 64 letters, digits, - _ . and no dot at its beginning: it becomes the name of folders. */
bool allow_is_name(const char *name);

/* -EBADMSG with file and line for any line that is not as above, or a digest that is there twice. */
int allow_parse(const char *file, const char *text, size_t len, struct allow *ret, struct err *e) MUST_USE;
void allow_print(const struct allow *a, struct buf *out);
void allow_done(struct allow *a);
static inline void auto_allow_done(struct allow *a)
{
	allow_done(a);
}
/* NULL when it is not there. */
struct allow_entry *allow_find(const struct allow *a, const uint8_t digest[SEGMENT_DIGEST]);
/* May be NULL: unknown. */
enum allow_verdict allow_judge(const struct allow_entry *entry, int64_t now_s);
/* Keeps the order. -EEXIST when the digest is there, -ENOSPC when the list is full. */
int allow_add(struct allow *a, const struct allow_entry *entry, struct err *e) MUST_USE;

/* The file below the folder identity/; none is an empty list. */
int allow_read(int identity_fd, struct allow *ret, struct err *e) MUST_USE;
int allow_write(int identity_fd, const struct allow *a, struct err *e) MUST_USE;

/* --- as a daemon asks: read again whenever the file is another --- */

struct allow_live;
int allow_live_open(int identity_fd, struct allow_live **ret, struct err *e) MUST_USE;
void allow_live_close(struct allow_live *l);
/* Any thread. Fails (nobody may send) while the file cannot be read; then *ret_verdict is ALLOW_UNKNOWN. */
int allow_live_ask(struct allow_live *l, const uint8_t digest[SEGMENT_DIGEST], int64_t now_s,
	enum allow_verdict *ret_verdict, struct allow_entry *ret, struct err *e) MUST_USE;
