/* The one line per file that import prints. */
#pragma once

#include "prog/intake.h"

void result_print(const struct intake_result *r, FILE *to);
/* On standard error; says which file it is about unless the line does. */
void result_failure(const char *name, const struct err *e);
