/* What a server says when it refuses, as one line for a person. */
#pragma once

#include "base/err.h"

#include <stddef.h>

/* text: the answer's body with "Code: N. DB::Exception: ..." somewhere in it, or anything at all.
 * status: of HTTP. Returns -EAGAIN, -EACCES, -ENOENT, -ENOSPC, -ENOMEM or -EIO, see http_post(). */
int exception_explain(const char *text, long status, struct err *e);
