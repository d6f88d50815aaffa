/* Packets and distinct sources per key. */
#pragma once

#include "synth/plan.h"

struct tally_row {
	uint64_t key, packets, sources;
};

struct tally {
	struct tally_row *rows; /* by packets, then key */
	size_t count;
};

/* What keys are made from. */
struct tally_context {
	const struct scenario *scenario;
	const struct plan *plan;
	const int64_t *day_starts; /* days + 1 of them, of the period */
	size_t days;
};

enum { TALLY_KEY_BITS = 40 };
#define TALLY_SKIP UINT64_MAX

/* key_of gives a number below 2^40, or TALLY_SKIP for an item that does not count. -ENOMEM. */
int tally_make(const struct items *items, const struct tally_context *context,
	uint64_t (*key_of)(const struct tally_context *c, const struct item *item),
	struct tally *ret) MUST_USE;
void tally_done(struct tally *t);
