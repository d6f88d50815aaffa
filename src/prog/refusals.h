/* What a collector set aside, into the ledger, so that reports of any machine know of it. */
#pragma once

#include "prog/inbox.h"

/* Those of quarantine/ that are as new as since_s or newer; *ret_newest_s is that of the newest. */
int refusals_note(struct store *s, const struct inbox *in, int64_t since_s, int64_t *ret_newest_s, struct err *e) MUST_USE;
