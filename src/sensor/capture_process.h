/* The process that hears: ring and spool, and no rights. */
#pragma once

#include "sensor/config.h"

/* Opens the ring, gives up its rights, opens the spool, writes a zero byte to ready_fd, and captures until
 * SIGTERM or SIGINT. */
int capture_process(const struct sensor_config *c, int ready_fd, struct err *e) MUST_USE;
