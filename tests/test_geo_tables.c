/* The tables against the lists that they were made from: splits, runs, buckets, both ends. */
#include "geo/v4.h"
#include "geo/v6.h"

#include "base/base.h"

#include <criterion/criterion.h>
#include <time.h>

static const __uint128_t highest = ~(__uint128_t)0;

static void add(struct step_list *list, __uint128_t first, __uint128_t last, uint32_t value)
{
	cr_assert_eq(step_add(list, first, last, value), 0);
}

static uint32_t value_at(const struct step_list *list, __uint128_t address)
{
	size_t low = 0, high = list->count;

	while (low + 1 < high) {
		size_t middle = (low + high) / 2;

		if (list->items[middle].from <= address)
			low = middle;
		else
			high = middle;
	}
	return list->count ? list->items[low].value : 0;
}

struct lists {
	struct step_lists countries, systems;
	struct tables tables;
};

static void make(struct lists *l)
{
	cr_assert_eq(v4_make(&l->tables, &l->countries.v4, &l->systems.v4), 0);
	cr_assert_eq(v6_make(&l->tables, &l->countries.v6, &l->systems.v6), 0);
	cr_assert(v4_is_sound(&l->tables) && v6_is_sound(&l->tables));
}

static void done(struct lists *l)
{
	step_lists_done(&l->countries);
	step_lists_done(&l->systems);
	tables_done(&l->tables);
}

static void check(const struct run *run, uint32_t country, uint32_t asn, const char *text)
{
	const char code[2] = {country ? (char)(country >> 8) : 'Z', country ? (char)country : 'Z'};

	cr_assert(run->value == asn && memcmp(run->country, code, 2) == 0 && !run->is_split,
		"%s is in %.2s AS%u, not %.2s AS%u", text, run->country, run->value, code, asn);
}

static void check_v4(const struct lists *l, uint32_t v4)
{
	struct addr a = addr_from_v4(v4);
	char text[ADDR_TEXT_SIZE];

	check(v4_find(&l->tables, v4), value_at(&l->countries.v4, v4), value_at(&l->systems.v4, v4),
		addr_print(&a, text));
}

static void check_v6(const struct lists *l, __uint128_t v6)
{
	char text[ADDR_TEXT_SIZE];
	struct addr a;

	for (int i = 0; i < 16; i++)
		a.b[i] = (uint8_t)(v6 >> (8 * (15 - i)));
	check(v6_find(&l->tables, &a), value_at(&l->countries.v6, v6), value_at(&l->systems.v6, v6),
		addr_print(&a, text));
}

Test(tables, without_ranges_everything_is_unknown)
{
	struct lists l = {0};

	make(&l);
	check_v4(&l, 0);
	check_v4(&l, UINT32_MAX);
	check_v6(&l, 0);
	check_v6(&l, highest);
	done(&l);
}

Test(tables, single_addresses_at_both_ends)
{
	struct lists l = {0};

	add(&l.countries.v4, 0, 0, 'A' << 8 | 'A');
	add(&l.countries.v4, UINT32_MAX, UINT32_MAX, 'B' << 8 | 'B');
	add(&l.systems.v6, 0, 0, 1);
	add(&l.systems.v6, highest, highest, UINT32_MAX);
	make(&l);
	for (uint32_t i = 0; i < 600; i++) {
		check_v4(&l, i);
		check_v4(&l, UINT32_MAX - i);
		check_v6(&l, i);
		check_v6(&l, highest - i);
	}
	done(&l);
}

/* A /24 that two ranges share has a split; one that a range fills has none. */
Test(tables, a_split_for_each_network_that_has_two_places_and_no_other)
{
	struct lists l = {0};

	add(&l.systems.v4, 0x01000000, 0x010000ff, 1); /* fills one */
	add(&l.systems.v4, 0x01000100, 0x0100017f, 2); /* half */
	add(&l.systems.v4, 0x010003ff, 0x01000700, 3); /* the last of one to the first of another */
	add(&l.countries.v4, 0x01000a05, 0x01000a05, 'J' << 8 | 'P');
	make(&l);
	cr_assert_eq(l.tables.split_nodes_count, 4u * 4);
	for (uint32_t a = 0x00ffff00; a < 0x01000c00; a++)
		check_v4(&l, a);
	done(&l);
}

Test(tables, every_boundary_of_random_ranges)
{
	unsigned seed = (unsigned)time(NULL);

	fprintf(stderr, "seed %u\n", seed);
	srandom(seed);
	for (int round = 0; round < 20; round++) {
		/* from ranges of single addresses to ranges of many networks */
		uint64_t width = UINT64_C(1) << (round % 20 + 1);
		struct lists l = {0};
		struct step_list *lists[] = {&l.countries.v4, &l.systems.v4};

		for (size_t k = 0; k < 2; k++)
			for (uint64_t at = (uint64_t)random() % width, i = 0;
				i < 20000 && at < UINT64_C(1) << 32; i++) {
				uint64_t last = at + (uint64_t)random() % width;

				last = last > UINT32_MAX ? UINT32_MAX : last;
				add(lists[k], at, last,
					k ? 1 + (uint32_t)random() % 5
					  : (uint32_t)('A' << 8 | ('A' + random() % 3)));
				at = last + 1 + (random() % 3 ? 0 : (uint64_t)random() % width);
			}
		make(&l);
		for (size_t k = 0; k < 2; k++)
			for (size_t i = 0; i < lists[k]->count; i++) {
				check_v4(&l, (uint32_t)lists[k]->items[i].from);
				check_v4(&l, (uint32_t)lists[k]->items[i].from - 1);
			}
		for (int i = 0; i < 20000; i++)
			check_v4(&l, (uint32_t)random() << 1);
		done(&l);
	}
}

/* Prefixes of all lengths, crowded into one /16 or spread over all. */
Test(tables, every_boundary_of_random_prefixes_of_ipv6)
{
	unsigned seed = (unsigned)time(NULL);

	fprintf(stderr, "seed %u\n", seed);
	srandom(seed);
	for (int round = 0; round < 6; round++) {
		struct lists l = {0};
		__uint128_t at = (__uint128_t)(round % 2 ? 0x2001 : 1) << 112;

		for (int i = 0; i < 20000; i++) {
			unsigned bits = (round % 2 ? 30 : 20) +
					(unsigned)random() % 99 % (round < 4 ? 99 : 20);
			__uint128_t width = (__uint128_t)1 << (128 - bits);
			__uint128_t first = (at + width - 1) & ~(width - 1);

			if (first < at || first + width < first)
				break;
			add(i % 3 ? &l.systems.v6 : &l.countries.v6, first, first + width - 1,
				(uint32_t)('A' << 8 | ('A' + i % 9)));
			at = first + width;
		}
		make(&l);
		for (size_t i = 0; i < l.systems.v6.count; i++) {
			check_v6(&l, l.systems.v6.items[i].from);
			check_v6(&l, l.systems.v6.items[i].from - 1);
		}
		for (size_t i = 0; i < l.countries.v6.count; i++) {
			check_v6(&l, l.countries.v6.items[i].from);
			check_v6(&l, l.countries.v6.items[i].from - 1);
		}
		for (int i = 0; i < 65536; i++)
			check_v6(&l, (__uint128_t)i << 112 | (uint64_t)random());
		done(&l);
	}
}
