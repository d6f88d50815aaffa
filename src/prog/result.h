/* The one line per file that import prints. */
#pragma once

#include "base/buf.h"
#include "prog/intake.h"

/* The line, with its end. */
void result_text(const struct intake_result *r, struct buf *out);
void result_failure_text(const char *name, const struct err *e, struct buf *out);
void result_print(const struct intake_result *r, FILE *to);
/* On standard error; says which file it is about unless the line does. */
void result_failure(const char *name, const struct err *e);
