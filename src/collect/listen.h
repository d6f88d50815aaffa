/* A listening socket from its text: "ADDRESS:PORT", "[ADDRESS]:PORT" or "/path/of/a/socket". */
#pragma once

#include "base/err.h"

#include <stdbool.h>

enum { LISTEN_TEXT = 160 };

/* ret_text: where it really is, with the port that the system chose for port 0. loopback: other addresses are refused, because
 * what comes there is trusted. [::] takes IPv4 too, and is 0.0.0.0 where there is no IPv6. A socket's path that nobody listens at
 * any more is taken over; it is for its owner and group. Not blocking. A descriptor. */
int listen_open(const char *where, bool loopback, char ret_text[LISTEN_TEXT], struct err *e) MUST_USE;
