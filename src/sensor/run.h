/* teiten-sensor run: silences the kernel, starts the processes, waits for them, undoes it. */
#pragma once

#include "sensor/config.h"

int sensor_run(const struct sensor_config *c, struct err *e) MUST_USE;
