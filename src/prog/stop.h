/* SIGINT and SIGTERM as a request to end: who works in steps asks between them. */
#pragma once

#include "base/err.h"

/* From here on a first SIGINT or SIGTERM is only noted; a second one ends the process as if nothing
 * were caught. */
void stop_catch(void);
/* From here on they end the process again. */
void stop_release(void);
/* The signal that came; 0: none. Any thread. */
int stop_signal(void);
/* 0, or -EINTR with e set when one came. */
int stop_check(struct err *e) MUST_USE;
