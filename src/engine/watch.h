/* The watcher: announces the engine when it answers and ends the process when nobody uses it any
 * more. A thread of its own, because the library keeps the first one. */
#pragma once

#include "engine/folder.h"

/* From here on SIGTERM and SIGINT are the watcher's: they end the process in order. Start it before
 * the library makes threads of its own, which inherit that. engine must live as long as the
 * process. */
int start_watcher(struct engine *engine, struct err *e) MUST_USE;
