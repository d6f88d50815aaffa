/* Ranges to steps: order, gaps, neighbours, overlaps, both ends of the address space. */
#include "geo/steps.h"

#include "base/base.h"

#include <criterion/criterion.h>
#include <errno.h>

static const __uint128_t highest = ~(__uint128_t)0;

static struct addr v6(__uint128_t number)
{
	struct addr a;

	for (int i = 0; i < 16; i++)
		a.b[i] = (uint8_t)(number >> (8 * (15 - i)));
	return a;
}

static void add(struct step_list *list, __uint128_t first, __uint128_t last, uint32_t value)
{
	cr_assert_eq(step_add(list, first, last, value), 0);
}

/* The value at an address, the slow and plain way. */
static uint32_t value_at(const struct step_list *list, __uint128_t address)
{
	uint32_t value = 0;

	for (size_t i = 0; i < list->count && list->items[i].from <= address; i++)
		value = list->items[i].value;
	return value;
}

static void is(const struct step_lists *l, struct addr a, uint32_t value)
{
	char text[ADDR_TEXT_SIZE];
	uint32_t found = addr_is_v4(&a) ? value_at(&l->v4, addr_v4(&a))
					: value_at(&l->v6, addr_number(&a));

	cr_assert_eq(found, value, "%s is %u, not %u", addr_print(&a, text), found, value);
}

Test(steps, without_ranges_everything_is_unknown)
{
	struct step_lists l = {0};
	is(&l, addr_from_v4(0), 0);
	is(&l, addr_from_v4(UINT32_MAX), 0);
	is(&l, v6(0), 0);
	is(&l, v6(highest), 0);
	step_lists_done(&l);
}

Test(steps, a_range_holds_from_its_first_to_its_last_address)
{
	struct step_lists l = {0};

	add(&l.v4, 0x0a000000, 0x0a0000ff, 7);
	add(&l.v6, (__uint128_t)1 << 100, ((__uint128_t)1 << 100) + 5, 8);
	is(&l, addr_from_v4(0x09ffffff), 0);
	is(&l, addr_from_v4(0x0a000000), 7);
	is(&l, addr_from_v4(0x0a0000ff), 7);
	is(&l, addr_from_v4(0x0a000100), 0);
	is(&l, v6(((__uint128_t)1 << 100) - 1), 0);
	is(&l, v6((__uint128_t)1 << 100), 8);
	is(&l, v6(((__uint128_t)1 << 100) + 5), 8);
	is(&l, v6(((__uint128_t)1 << 100) + 6), 0);
	step_lists_done(&l);
}

Test(steps, ranges_reach_both_ends_of_the_address_space)
{
	struct step_lists l = {0};

	add(&l.v4, 0, 0, 1);
	add(&l.v4, UINT32_MAX, UINT32_MAX, 2);
	add(&l.v6, 0, 0, 3);
	add(&l.v6, highest, highest, 4);
	is(&l, addr_from_v4(0), 1);
	is(&l, addr_from_v4(1), 0);
	is(&l, addr_from_v4(UINT32_MAX - 1), 0);
	is(&l, addr_from_v4(UINT32_MAX), 2);
	is(&l, v6(0), 3);
	is(&l, v6(1), 0);
	is(&l, v6(highest - 1), 0);
	is(&l, v6(highest), 4);
	step_lists_done(&l);
}

Test(steps, neighbours_of_equal_value_are_one_step)
{
	struct step_lists l = {0};

	add(&l.v4, 10, 19, 5);
	add(&l.v4, 20, 29, 5);
	add(&l.v4, 30, 39, 6);
	cr_assert_eq(l.v4.count, 4u); /* 0, 10, 30, 40 */
	step_lists_done(&l);
}

Test(steps, the_later_range_holds_where_two_overlap)
{
	struct step_lists l = {0};

	add(&l.v4, 100, 199, 1);
	add(&l.v4, 150, 249, 2);
	is(&l, addr_from_v4(149), 1);
	is(&l, addr_from_v4(150), 2);
	is(&l, addr_from_v4(249), 2);
	is(&l, addr_from_v4(250), 0);
	step_lists_done(&l);
}

Test(steps, after_ranges_inside_a_range_the_outer_one_goes_on)
{
	struct step_lists l = {0};

	add(&l.v4, 100, 199, 1);
	add(&l.v4, 100, 109, 2);
	add(&l.v4, 120, 129, 3);
	add(&l.v4, 190, 199, 4);
	add(&l.v6, highest - 99, highest, 5);
	add(&l.v6, highest - 50, highest - 40, 6);
	add(&l.v6, highest - 9, highest, 7);
	is(&l, addr_from_v4(99), 0);
	is(&l, addr_from_v4(100), 2);
	is(&l, addr_from_v4(109), 2);
	is(&l, addr_from_v4(110), 1);
	is(&l, addr_from_v4(120), 3);
	is(&l, addr_from_v4(130), 1);
	is(&l, addr_from_v4(189), 1);
	is(&l, addr_from_v4(190), 4);
	is(&l, addr_from_v4(200), 0);
	is(&l, v6(highest - 51), 5);
	is(&l, v6(highest - 50), 6);
	is(&l, v6(highest - 39), 5);
	is(&l, v6(highest - 9), 7);
	is(&l, v6(highest), 7);
	step_lists_done(&l);
}

Test(steps, disorder_is_refused)
{
	struct step_list list = {0};

	cr_assert_eq(step_add(&list, 2, 1, 1), -EINVAL, "ends before it begins");
	add(&list, 100, 199, 1);
	cr_assert_eq(step_add(&list, 99, 99, 2), -EINVAL, "begins before the one before");
	step_list_done(&list);

	add(&list, 100, 199, 1);
	add(&list, 110, 189, 2);
	cr_assert_eq(step_add(&list, 120, 129, 3), -EINVAL, "three deep");
	step_list_done(&list);

	add(&list, 100, 199, 1);
	add(&list, 200, 299, 1);
	cr_assert_eq(
		step_add(&list, 150, 159, 2), -EINVAL, "before the last of two that became one");
	step_list_done(&list);
}

Test(steps, ranges_overlap_in_a_single_address)
{
	struct step_lists l = {0};

	add(&l.v4, 100, 199, 1);
	add(&l.v4, 199, 250, 2);
	add(&l.v4, 250, 250, 3);
	is(&l, addr_from_v4(198), 1);
	is(&l, addr_from_v4(199), 2);
	is(&l, addr_from_v4(249), 2);
	is(&l, addr_from_v4(250), 3);
	is(&l, addr_from_v4(251), 0);
	cr_assert_eq(l.v4.count, 5u); /* 0, 100, 199, 250, 251 */
	step_lists_done(&l);
}

/* Ranges in any order of lengths against a plain array of values. */
Test(steps, random_ranges_agree_with_an_array)
{
	unsigned seed = 20260101;

	cr_log_info("seed %u", seed);
	srandom(seed);
	for (int round = 0; round < 50; round++) {
		static uint32_t expected[4096];
		struct step_lists l = {0};
		uint32_t at = 0;

		memset(expected, 0, sizeof(expected));
		while ((at += (uint32_t)random() % 40) < 4000) {
			uint32_t last = at + (uint32_t)random() % 90;
			uint32_t value = (uint32_t)random() % 4;

			for (uint32_t i = at; i <= last; i++)
				expected[i] = value;
			add(&l.v4, at << 20 | 5, (last << 20) + 4 + (1 << 20), value);
			at = last + 1;
		}		for (uint32_t i = 0; i < 4095; i++)
			is(&l, addr_from_v4(i << 20 | 5), expected[i]);
		step_lists_done(&l);
	}
}
