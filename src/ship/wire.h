/* How a sensor and a collector speak: HTTP over TLS 1.3 with a client certificate. Who sends is whom the certificate is
 * of, never what the request says.
 *   PUT /v1/segments/EPOCH/SEQUENCE   a file of the spool as it lies there; digest and level as headers
 *   PUT /v1/heartbeat                 JSON of what the sensor knows of itself; answer: JSON of what the
 *                                     collector knows of it: WIRE_HEARD_KEYS
 *   GET /v1/health                    200 while the collector can take segments
 * What is not 2xx has one line of text as its body, for a person. */
#pragma once

#include "ship/spool.h"

#define WIRE_SEGMENTS  "/v1/segments/"
#define WIRE_HEARTBEAT "/v1/heartbeat"
#define WIRE_HEALTH    "/v1/health"

#define WIRE_DIGEST "X-Teiten-Digest" /* SHA-256 of the body, 64 hexadecimal digits, lower case */
#define WIRE_LEVEL  "X-Teiten-Level"  /* wire_level_name(); whole when it is missing */
/* From nginx only, over the socket that is meant for it: the certificate as PEM, percent-encoded. */
#define WIRE_CLIENT_CERT "X-Client-Cert"

/* The answer to a heartbeat: numbers of this sensor. X(key, what) */
#define WIRE_HEARD_KEYS(X)                                                                         \
	X(heard_s, "seconds since the newest segment was taken; null: none yet")                   \
	X(taken, "segments taken of the newest one's epoch")                                       \
	X(missing, "segments below the newest that did not come, and that no gap names")           \
	X(given_up, "segments that gaps name")                                                     \
	X(packets, "packets in those taken")                                                       \
	X(lost, "packets that they say were lost before they were written, and in gaps")           \
	X(clock_ms, "the collector's clock: milliseconds since 1970")

enum {
	WIRE_PATH_MAX = 80,		     /* of a segment, with its zero */
	WIRE_BODY_MAX = SEGMENT_BYTES_MAX,   /* of a segment */
	WIRE_HEARTBEAT_MAX = 16 << 10,	     /* of a heartbeat and its answer */
	WIRE_LINE_MAX = 1024,		     /* of the text of a refusal */
	WIRE_PORT = 8443,
};

enum wire_status {
	WIRE_OK = 200,		/* heartbeat, health */
	WIRE_TAKEN = 201,	/* file and folders are on the disk: may be forgotten at the post */
	WIRE_HAD = 208,		/* the same is here already: likewise */
	WIRE_FORBIDDEN = 403,	/* no certificate, foreign, or revoked: keep, try again after a while */
	WIRE_CONFLICT = 409,	/* another digest is here. Whole: to rejected/. Reduced: the collector has more; forget it */
	WIRE_TOO_LARGE = 413,	/* over WIRE_BODY_MAX: to rejected/ */
	WIRE_UNUSABLE = 422,	/* set aside with the reason, or no such request: to rejected/ */
	WIRE_TOO_MANY = 429,	/* Retry-After: seconds */
	WIRE_UNAVAILABLE = 503, /* likewise */
	WIRE_FULL = 507,	/* no room on the disk: likewise */
};

/* "/v1/segments/EPOCH/SEQUENCE" without anything behind it; the level is not in it and stays as it was. */
bool wire_path_parse(const char *path, struct spool_name *ret);
char *wire_path_print(const struct spool_name *name, char out[WIRE_PATH_MAX]);
/* "whole", "headers", "counters" */
const char *wire_level_name(enum spool_level level);
bool wire_level_parse(const char *text, enum spool_level *ret);
bool wire_digest_parse(const char *text, uint8_t ret[SEGMENT_DIGEST]);
