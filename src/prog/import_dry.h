/* teiten import --dry-run. */
#pragma once

#include "prog/import_plan.h"
#include "prog/prog.h"

/* Prints what an import of the plan would read, in order, and what it would skip. Changes nothing.
 * Returns the exit status. */
int import_dry(struct prog *p, const struct import_plan *plan, struct err *e);
