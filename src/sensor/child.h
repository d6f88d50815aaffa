/* What every process of the sensor does at its start. */
#pragma once

#include <signal.h>

/* SIGTERM and SIGINT set it from here on, and are let through. */
const volatile sig_atomic_t *child_stop(void);
