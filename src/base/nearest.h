/* "Did you mean": the known name that a mistyped one was probably meant to be. */
#pragma once

#include "base/err.h"

/* The nearest of names (NULL-terminated) by edits (insert, delete, replace one byte; case does not count). NULL when
 * none is near enough to be meant: at most one edit per three bytes and one more. Of equally near names the first. */
const char *nearest(const char *word, const char *const names[]);
/* unknown key "tittle"; did you mean "title"?   Returns -EINVAL. */
int refuse_key(const char *key, const char *const names[], struct err *e);
