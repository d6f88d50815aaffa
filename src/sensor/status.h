/* teiten-sensor status: what the sensor said of itself a few seconds ago. */
#pragma once

#include "sensor/config.h"

/* Prints; -ESTALE when it does not run any more. */
int sensor_status(const struct sensor_config *c, struct err *e) MUST_USE;
