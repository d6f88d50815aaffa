/* The process that answers (mode: reactive): a ring and a socket of its own, and no rights and no
 * files. */
#pragma once

#include "sensor/config.h"

/* Opens both, gives up its rights, writes a byte to ready_fd, and answers until SIGTERM or SIGINT.
 */
int responder_process(const struct sensor_config *c, int ready_fd, struct err *e) MUST_USE;
