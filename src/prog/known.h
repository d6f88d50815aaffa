/* What the store had taken in when it was asked: by it a capture is recognised that comes again, or
 * that has grown. */
#pragma once

#include "prog/digest.h"

struct known;

int known_load(struct store *s, struct known **ret, struct err *e) MUST_USE;
void known_free(struct known *k);
AUTO_RELEASE(struct known, known_free);
/* Adds those that a capture can be, or begin with, whose first frame with bytes has that time: they
 * span it, or hold no such frame. Takes no longer for many than for few. k is const: any number of
 * threads. -ENOMEM. */
int known_at(
	const struct known *k, int64_t first_s, struct digest_known *ret, struct err *e) MUST_USE;
/* The same where that time is not known: all. */
int known_all(const struct known *k, struct digest_known *ret, struct err *e) MUST_USE;
