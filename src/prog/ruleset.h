/* What the ledger is told of the loaded signatures. */
#pragma once

#include "prog/prog.h"

/* Before captures are judged by it: the set, its files, and what each calls its version. */
int ruleset_note(struct store *s, const struct rulebook *book, int64_t now_s, struct err *e) MUST_USE;
