/* Values in the URL of a request. */
#pragma once

#include "base/buf.h"
#include "store/store.h"

/* Percent-encoded (RFC 3986: all but unreserved characters). */
void url_add(struct buf *url, const char *text, size_t len);
/* "&param_NAME=VALUE" of each. The server reads a value as a TabSeparated field, so it is escaped
 * like one; but not that of a parameter that sql uses as {NAME:Array(...)}, which it reads as it
 * stands. */
void url_add_params(struct buf *url, const char *sql, const struct param *params, size_t count);
