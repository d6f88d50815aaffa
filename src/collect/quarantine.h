/* What a collector does not accept is set aside: quarantine/SENSOR/NAME with a line of text why in NAME.reason. Bounded by
 * size, the oldest go first, so that nobody can fill the disk with rubbish or hold up what is right. */
#pragma once

#include "base/err.h"

#include <stdint.h>

/* Bytes that the files of a sensor take on the disk. */
int quarantine_measure(int folder_fd, uint64_t *ret_bytes, struct err *e) MUST_USE;
/* Moves from_fd/from here as NAME. *bytes: what is there, brought up to date, at most max afterwards (0: nothing is kept).
 * Under the desk's lock. */
int quarantine_put(int folder_fd, const char *name, int from_fd, const char *from, const char *reason, uint64_t max,
	uint64_t *bytes, struct err *e) MUST_USE;
