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
