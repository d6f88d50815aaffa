/* The signatures of a running import. A set is immutable and judges whole captures; after `teiten rules reload` the captures that
 * begin then are judged by a new one, while those under way go on with theirs. */
#pragma once

#include "prog/prog.h"

struct rulebooks;

/* Takes over p->rulebook; the store must be open. */
int rulebooks_new(struct prog *p, struct rulebooks **ret, struct err *e) MUST_USE;
/* After all captures. */
void rulebooks_free(struct rulebooks *r);
AUTO_RELEASE(struct rulebooks, rulebooks_free);
/* For a capture of a worker: sets p->rulebook to the newest set until rulebooks_give(). A set that cannot be loaded is told in
 * one line, and the one before stays. */
int rulebooks_take(struct rulebooks *r, struct prog *p, struct err *e) MUST_USE;
void rulebooks_give(struct rulebooks *r, struct prog *p);
