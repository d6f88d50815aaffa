/* The sending side at the post: what lies in the spool goes to each collector, and leaves it when all have it; and each
 * hears every few seconds how the sensor is. Days of outage are normal. */
#pragma once

#include "base/err.h"
#include "base/json.h"

#include <signal.h>
#include <stdbool.h>

struct upload;

enum { UPLOAD_COLLECTORS_MAX = 4, UPLOAD_URL_MAX = 256 };

struct upload_options {
	const char *sensor; /* whom the certificate must be of */
	const char *spool, *identity, *proxy;
	const char *const *collectors; /* "https://HOST[:PORT]" */
	size_t collector_count;
	uint64_t heartbeat_s;
	uint64_t longest_retry_s;
	uint64_t backlog_kib_s; /* for what waits longer than a few minutes; 0: no limit */
	uint64_t rejected_bytes_max;
	/* What the sensor says of itself in a heartbeat: adds members to an open object. */
	void (*tell)(void *context, struct json *j);
	void *context;
};

bool upload_is_url(const char *text);
/* The port of such a URL, or of a proxy's. */
uint16_t upload_port(const char *url);

/* Reads the identity, as whoever may. The options are kept. */
int upload_open(const struct upload_options *options, struct upload **ret, struct err *e) MUST_USE;
/* As the account that sends: joins the spool, and looks up the collectors' names once. After that no other files are
 * needed than the spool's and those of name resolution. */
int upload_join(struct upload *u, struct err *e) MUST_USE;
/* The descriptor of the spool's folder. */
int upload_folder(const struct upload *u);
/* Until *stop is set: what was not answered then is sent again by the next. */
int upload_run(struct upload *u, const volatile sig_atomic_t *stop, struct err *e) MUST_USE;
void upload_close(struct upload *u);
AUTO_RELEASE(struct upload, upload_close);
