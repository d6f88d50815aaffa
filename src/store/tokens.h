/* The insert tokens of the engine of a folder. It syncs the rows of an insert but not its token:
 * after a power cut the same block sent again would count twice. */
#pragma once

#include "base/err.h"

/* Puts every token so far on the disk. folder: the store's. */
int tokens_sync(const char *folder, struct err *e) MUST_USE;
