/* The process that sends: the only one with the key and with sockets of the Internet, and no other right. */
#pragma once

#include "sensor/config.h"

/* Reads the identity, becomes users.upload, gives up all rights, writes a byte to ready_fd, and sends until SIGTERM or
 * SIGINT. */
int upload_process(const struct sensor_config *c, int ready_fd, struct err *e) MUST_USE;
/* teiten-sensor upload: the same without a parent. */
int upload_alone(const struct sensor_config *c, struct err *e) MUST_USE;
