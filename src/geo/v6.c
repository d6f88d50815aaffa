#include "geo/v6.h"

#include <errno.h>

enum { SLOTS = 1 << 16, SLOT_BITS_MAX = 16 };

/* --- making ------------------------------------------------------------------------------ */

static size_t count_joints(const struct step_list *countries, const struct step_list *systems)
{
	struct joints joints = joints_of(countries, systems, 128);
	struct joint j;
	size_t count = 0;

	while (joints_next(&joints, &j))
		count++;
	return count;
}

static int make_steps(
	struct tables *t, const struct step_list *countries, const struct step_list *systems)
{
	struct joints joints = joints_of(countries, systems, 128);
	size_t count = count_joints(countries, systems);
	struct joint j;

	t->v6_from = calloc(count, sizeof(*t->v6_from));
	t->v6_runs = calloc(count, sizeof(*t->v6_runs));
	if (!t->v6_from || !t->v6_runs)
		return -ENOMEM;
	t->v6_from_count = t->v6_runs_count = count;
	for (size_t i = 0; joints_next(&joints, &j); i++) {
		t->v6_from[i] = j.first;
		t->v6_runs[i] = run_of(&j);
	}
	return 0;
}

/* Buckets of a /16 with so many steps: 2^bits. */
static uint32_t bits_for(uint32_t steps)
{
	uint32_t bits = 0;

	while (bits < SLOT_BITS_MAX && (1u << bits) < steps)
		bits++;
	return bits;
}

static int make_slots(struct tables *t)
{
	size_t buckets = 0;

	t->v6_slots = calloc(SLOTS, sizeof(*t->v6_slots));
	if (!t->v6_slots)
		return -ENOMEM;
	t->v6_slots_count = SLOTS;
	for (size_t i = 0; i < t->v6_from_count; i++)
		t->v6_slots[t->v6_from[i] >> 112].bits++;
	for (size_t i = 0; i < SLOTS; i++) {
		struct slot *s = &t->v6_slots[i];

		*s = (struct slot){.bucket = (uint32_t)buckets, .bits = bits_for(s->bits)};
		buckets += (size_t)1 << s->bits;
	}
	t->v6_buckets = calloc(buckets + 1, sizeof(*t->v6_buckets));
	t->v6_buckets_count = buckets + 1;
	return t->v6_buckets ? 0 : -ENOMEM;
}

/* Each bucket has the step in which its first address lies; one more for the end. */
static void fill_buckets(struct tables *t)
{
	uint32_t *bucket = t->v6_buckets;
	size_t at = 0;

	for (size_t i = 0; i < SLOTS; i++) {
		uint32_t bits = t->v6_slots[i].bits;

		for (size_t k = 0; k < (size_t)1 << bits; k++) {
			__uint128_t start = (__uint128_t)i << 112 | (__uint128_t)k << (112 - bits);

			while (at + 1 < t->v6_from_count && t->v6_from[at + 1] <= start)
				at++;
			*bucket++ = (uint32_t)at;
		}
	}
	*bucket = (uint32_t)(t->v6_from_count - 1);
}

int v6_make(struct tables *t, const struct step_list *countries, const struct step_list *systems)
{
	int ret = make_steps(t, countries, systems);

	if (ret == 0)
		ret = make_slots(t);
	if (ret == 0)
		fill_buckets(t);
	return ret;
}

/* --- asking ------------------------------------------------------------------------------ */

bool v6_is_sound(const struct tables *t)
{
	if (t->v6_slots_count != SLOTS || t->v6_from_count == 0 ||
		t->v6_runs_count != t->v6_from_count)
		return false;
	for (size_t i = 0; i < SLOTS; i++)
		if (t->v6_slots[i].bits > SLOT_BITS_MAX ||
			((size_t)1 << t->v6_slots[i].bits) + t->v6_slots[i].bucket >=
				t->v6_buckets_count)
			return false;
	for (size_t i = 0; i < t->v6_buckets_count; i++)
		if (t->v6_buckets[i] >= t->v6_from_count)
			return false;
	return true;
}

static size_t bucket_of(const struct tables *t, uint64_t high)
{
	const struct slot *s = &t->v6_slots[high >> 48];

	return s->bucket + (size_t)((high << 16) >> 32 >> (32 - s->bits));
}

const struct run *v6_find(const struct tables *t, const struct addr *a)
{
	__uint128_t number = addr_number(a);
	size_t bucket = bucket_of(t, (uint64_t)(number >> 64));
	size_t low = t->v6_buckets[bucket], high = t->v6_buckets[bucket + 1];

	while (low < high) {
		size_t middle = (low + high + 1) / 2;

		if (t->v6_from[middle] <= number)
			low = middle;
		else
			high = middle - 1;
	}
	return &t->v6_runs[low];
}
