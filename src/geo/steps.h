/* A value for every address, as steps: a value holds from one start until the next. 0 is unknown.
 * Neighbours of equal value are one step, so this is the smallest list of the ranges. */
#pragma once

#include "base/err.h"
#include "decode/addr.h"

#include <endian.h>
#include <stddef.h>

enum { STEPS_MAX = 1 << 25 };

/* Addresses as numbers: IPv4 0..2^32-1, IPv6 all 128 bits. */
struct step {
	__uint128_t from;
	uint32_t value;
};

static inline __uint128_t addr_number(const struct addr *a)
{
	uint64_t high, low;

	memcpy(&high, a->b, sizeof(high));
	memcpy(&low, a->b + sizeof(high), sizeof(low));
	return (__uint128_t)be64toh(high) << 64 | be64toh(low);
}

/* Steps of one address family in the making. All zero is empty. */
struct step_list {
	struct step *items; /* owned */
	size_t count, room;
	__uint128_t first; /* of the last range that was added */
	__uint128_t last;  /* the highest address in any range */
};

/* Adds a range; ranges come in the order of their first addresses. Where one begins inside the one
 * before, the later holds, and after its end the earlier again. -EINVAL: empty or out of order
 * (three deep counts as that); -E2BIG: more than STEPS_MAX steps; -ENOMEM. After a failure only
 * step_list_done() is allowed. */
int step_add(struct step_list *list, __uint128_t first, __uint128_t last, uint32_t value) MUST_USE;
void step_list_done(struct step_list *list);

/* Both address families in the making. */
struct step_lists {
	struct step_list v4, v6;
};

void step_lists_done(struct step_lists *lists);

static inline void auto_step_lists_done(struct step_lists *lists)
{
	step_lists_done(lists);
}
