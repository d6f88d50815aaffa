/* One line that a person can act on: what failed, where, what to do. The first failure wins. */
#pragma once

#include "base/base.h"

#include <errno.h>

struct err {
	char text[1024]; /* "" while nothing failed; never holds a line break */
};

/* Writes the line unless one stands there already. Returns -code, so that a caller can
 * `return err_set(e, EINVAL, "...")`. code is a positive errno. */
int err_set(struct err *e, int code, const char *format, ...) PRINTF(3, 4);

/* Puts context before the line: "teiten.yaml line 12: " + what stands there. Returns code as given. */
int err_context(struct err *e, int code, const char *format, ...) PRINTF(3, 4);
