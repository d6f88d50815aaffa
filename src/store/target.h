/* The setting `store` when it names a server: clickhouse://user:password@host:port/database. */
#pragma once

#include <stdbool.h>

#include "base/err.h"

/* Everything owned; an empty target is all NULL. */
struct target {
	char *url;	/* "http://host:8123/" */
	char *user;	/* "default" when not given */
	char *password; /* from the address, else from the environment TEITEN_STORE_PASSWORD, else
			   "" */
	char *database; /* "default" when not given */
};

/* Whether the text names a server: clickhouse://, clickhouses:// (TLS), http:// or https://. Else
 * it is a folder. */
bool target_is_server(const char *where);
/* Names and password may hold %XX. The port is 8123, with TLS 8443, when not given. -EINVAL when it
 * is no such address. The message never holds the password. On failure target_done() is still to be
 * called. */
int target_parse(
	const char *where, const char *password, struct target *ret, struct err *e) MUST_USE;
void target_done(struct target *t);

static inline void auto_target_done(struct target *t)
{
	target_done(t);
}
