#include "geo/steps.h"

#include <errno.h>

static int grow(struct step_list *list)
{
	size_t room = list->room ? list->room * 2 : 1024;

	if (room > STEPS_MAX)
		return -E2BIG;
	struct step *items = reallocarray(list->items, room, sizeof(*items));
	if (!items)
		return -ENOMEM;
	list->items = items;
	list->room = room;
	return 0;
}

/* Lets value hold from there on. A step of no length goes, a step of the same value goes on. */
static int push(struct step_list *list, __uint128_t from, uint32_t value)
{
	if (list->count && list->items[list->count - 1].from == from)
		list->count--;
	if (list->count && list->items[list->count - 1].value == value)
		return 0;
	if (list->count == list->room) {
		int ret = grow(list);
		if (ret < 0)
			return ret;
	}
	list->items[list->count++] = (struct step){.from = from, .value = value};
	return 0;
}

/* Everything after an address; after the highest of all there is nothing. */
static int push_after(struct step_list *list, __uint128_t last, uint32_t value)
{
	return last + 1 == 0 ? 0 : push(list, last + 1, value);
}

/* The range begins inside the one before: takes the step away that ended that one, and tells what
 * to go back to. */
static int cut_into(struct step_list *list, __uint128_t first, uint32_t *ret_under)
{
	if (list->last + 1 != 0 && list->items[list->count - 1].from == list->last + 1)
		list->count--;

	const struct step *open = &list->items[list->count - 1];
	if (first < list->first || first < open->from)
		return -EINVAL;
	*ret_under = open->value;
	return 0;
}

int step_add(struct step_list *list, __uint128_t first, __uint128_t last, uint32_t value)
{
	bool inside = list->count && first <= list->last;
	uint32_t under = 0;
	int ret = 0;

	if (first > last)
		return -EINVAL;
	if (inside)
		ret = cut_into(list, first, &under);
	else if (list->count == 0)
		ret = push(list, 0, 0);
	if (ret == 0)
		ret = push(list, first, value);
	if (ret == 0 && inside && last < list->last)
		ret = push_after(list, last, under);
	else
		list->last = last;
	list->first = first;
	return ret < 0 ? ret : push_after(list, list->last, 0);
}

void step_list_done(struct step_list *list)
{
	free(list->items);
	*list = (struct step_list){0};
}

void step_lists_done(struct step_lists *lists)
{
	step_list_done(&lists->v4);
	step_list_done(&lists->v6);
}

/* --- the table --------------------------------------------------------------------------- */

static void fill_slots(
	uint32_t slots[STEP_SLOTS + 1], const struct step *steps, size_t count, unsigned bits)
{
	size_t at = 0;

	for (size_t slot = 0; slot < STEP_SLOTS; slot++) {
		__uint128_t start = (__uint128_t)slot << (bits - 16);

		while (at + 1 < count && steps[at + 1].from <= start)
			at++;
		slots[slot] = (uint32_t)at;
	}
	slots[STEP_SLOTS] = (uint32_t)(count - 1);
}

static int make_v4(struct step_table *t, const struct step *steps, size_t count)
{
	if (steps[count - 1].from > UINT32_MAX)
		count--; /* what would follow 255.255.255.255 */
	t->v4 = calloc(count, sizeof(*t->v4));
	if (!t->v4)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		t->v4[i] = (struct step4){(uint32_t)steps[i].from, steps[i].value};
	t->v4_count = count;
	fill_slots(t->v4_slots, steps, count, 32);
	return 0;
}

static int make_v6(struct step_table *t, const struct step *steps, size_t count)
{
	t->v6 = calloc(count, sizeof(*t->v6));
	if (!t->v6)
		return -ENOMEM;
	memcpy(t->v6, steps, count * sizeof(*t->v6));
	t->v6_count = count;
	fill_slots(t->v6_slots, steps, count, 128);
	return 0;
}

int step_table_make(struct step_table *t, const struct step_lists *lists)
{
	static const struct step unknown = {0};
	const struct step_list *v4 = &lists->v4, *v6 = &lists->v6;
	int ret = v4->count ? make_v4(t, v4->items, v4->count) : make_v4(t, &unknown, 1);

	if (ret < 0)
		return ret;
	return v6->count ? make_v6(t, v6->items, v6->count) : make_v6(t, &unknown, 1);
}

void step_table_done(struct step_table *t)
{
	free(t->v4);
	free(t->v6);
	*t = (struct step_table){0};
}

static uint32_t find_v4(const struct step_table *t, uint32_t a)
{
	size_t low = t->v4_slots[a >> 16];
	size_t high = t->v4_slots[(a >> 16) + 1];

	while (low < high) {
		size_t middle = (low + high + 1) / 2;

		if (t->v4[middle].from <= a)
			low = middle;
		else
			high = middle - 1;
	}
	return t->v4[low].value;
}

static uint32_t find_v6(const struct step_table *t, __uint128_t a)
{
	size_t low = t->v6_slots[a >> 112];
	size_t high = t->v6_slots[(a >> 112) + 1];

	while (low < high) {
		size_t middle = (low + high + 1) / 2;

		if (t->v6[middle].from <= a)
			low = middle;
		else
			high = middle - 1;
	}
	return t->v6[low].value;
}

uint32_t step_find(const struct step_table *t, const struct addr *a)
{
	return addr_is_v4(a) ? find_v4(t, addr_v4(a)) : find_v6(t, addr_number(a));
}
