/* Names of source groups. */
#pragma once

#include <stdbool.h>

enum { GROUP_NAME_SIZE = 128 };

/* UTF-8 of 1 to GROUP_NAME_SIZE - 1 bytes, without control characters, quotes and backslashes, and not "-". */
bool group_is_name(const char *name);
