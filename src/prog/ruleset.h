/* What the ledger is told of the loaded signatures. */
#pragma once

#include "prog/prog.h"

/* Once before captures are taken in: the set, its files, and what each calls its version. */
int ruleset_note(struct prog *p, struct err *e) MUST_USE;
