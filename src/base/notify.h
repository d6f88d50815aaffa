/* Tells systemd how a service is doing (sd_notify(3)): "READY=1". */
#pragma once

#include <stdbool.h>

/* False when it could not be told; where nobody listens there is nothing to tell. */
bool notify_service(const char *state);
