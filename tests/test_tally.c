/* Counting without a store: exact while there is room, near and labelled when there is not. */
#include "analysis/tally.h"
#include "analysis/tally_keys.h"
#include "analysis/tally_pairs.h"
#include "analysis/tally_sketch.h"
#include "base/zone.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

static const struct hash_key key = {0x0123456789abcdef, 0xfedcba9876543210};

/* splitmix64 */
static uint64_t draw(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

/* --- pairs --- */

Test(tally_pairs, are_new_once)
{
	struct tally_pairs p;
	uint64_t state = 1;

	cr_assert(tally_pairs_init(&p, 8 << 20, &key));
	for (size_t i = 0; i < 200000; i++)
		cr_assert_eq(tally_pairs_add(&p, pair_of(i % 7, draw(&state) >> 31)), PAIR_NEW);
	state = 1;
	for (size_t i = 0; i < 200000; i++)
		cr_assert_eq(tally_pairs_add(&p, pair_of(i % 7, draw(&state) >> 31)), PAIR_KNOWN);
	cr_expect_eq(p.count, 200000);
	tally_pairs_done(&p);
}

Test(tally_pairs, hold_key_and_source)
{
	uint64_t pair = pair_of(PAIR_KEY_MAX, (UINT64_C(1) << 33) - 1);

	cr_expect_eq(pair_key(pair), PAIR_KEY_MAX);
	cr_expect_eq(pair_source(pair), (UINT64_C(1) << 33) - 1);
	cr_expect_neq(pair_of(0, 0), 0);
}

static bool is_odd(uint64_t pair, void *count)
{
	++*(size_t *)count;
	return pair & 1;
}

/* Each i another one. */
static uint64_t pair_at(uint64_t i)
{
	return pair_of(3, (i * 0x9e3779b1) & UINT32_MAX);
}

/* Filled to the brim, so that long runs wrap around the end: what stays is found, what went is new again. */
Test(tally_pairs, full_table_keeps_what_is_kept)
{
	for (uint64_t seed = 0; seed < 50; seed++) {
		struct tally_pairs p;
		uint64_t state = seed;
		size_t size = 0, looked_at = 0;
		struct hash_key other = {draw(&state), draw(&state)};

		cr_assert(tally_pairs_init(&p, 1, &other));
		while (tally_pairs_add(&p, pair_at(size)) == PAIR_NEW)
			size++;
		cr_assert_gt(size, 3000);
		tally_pairs_keep(&p, is_odd, &looked_at);
		cr_assert_eq(looked_at, size);
		for (uint64_t i = 0; i < size; i++)
			cr_assert_eq(tally_pairs_add(&p, pair_at(i)),
				pair_at(i) & 1 ? PAIR_KNOWN : PAIR_NEW, "seed %lu",
				(unsigned long)seed);
		cr_assert_eq(p.count, size);
		tally_pairs_done(&p);
	}
}

/* --- keys --- */

Test(tally_keys, have_dense_numbers_and_are_found_again)
{
	struct tally_keys k;

	cr_assert(tally_keys_init(&k, 1 << 16, &key));
	for (int round = 0; round < 2; round++)
		for (uint32_t i = 0; i < 50000; i++) {
			struct tally_key one = {i / 2, 0, i % 2};
			uint32_t number = tally_keys_find(&k, &one, tally_key_hash(&k, &one));

			cr_assert_eq(number, i);
			k.entries[number].packets++;
		}
	tally_keys_done(&k);
}

Test(tally_keys, least_ones_go_and_make_room)
{
	struct tally_keys k;
	uint64_t lost[2] = {0};
	struct tally_key one = {0};

	cr_assert(tally_keys_init(&k, 1024, &key));
	for (uint64_t i = 0; i < 1024; i++) {
		one.a = i;
		k.entries[tally_keys_find(&k, &one, tally_key_hash(&k, &one))].packets =
			i < 512 ? 1 : 1000 + i;
	}
	one.a = 1024;
	cr_expect_eq(tally_keys_find(&k, &one, tally_key_hash(&k, &one)), TALLY_NONE);
	cr_expect_eq(tally_keys_prune(&k, lost), 1);
	cr_expect_eq(lost[0], 511, "entry 0 never goes");
	uint32_t number = tally_keys_find(&k, &one, tally_key_hash(&k, &one));
	cr_assert_neq(number, TALLY_NONE);
	cr_expect_eq(k.entries[number].packets, 0, "a place that is taken again counts anew");
	k.entries[number].packets = 1;
	one.a = 700;
	cr_expect_eq(tally_keys_find(&k, &one, tally_key_hash(&k, &one)), 700);
	tally_keys_done(&k);
}

/* --- sketches --- */

static double error_of(const struct tally_sketches *s, uint32_t number, double truth)
{
	return fabs(tally_sketches_estimate(s, number) - truth) / truth;
}

Test(tally_sketch, is_near_for_few_and_many)
{
	struct tally_sketches s;
	uint64_t state = 5;
	uint64_t next = 10;

	cr_assert(tally_sketches_init(&s, 1 << SKETCH_PRECISION_MAX));
	uint32_t number = tally_sketches_new(&s);
	cr_expect_eq(tally_sketches_estimate(&s, number), 0);
	for (uint64_t n = 1; n <= 3000000; n++) {
		tally_sketches_add(&s, number, draw(&state));
		if (n != next)
			continue;
		cr_expect_lt(error_of(&s, number, (double)n), 0.03, "%lu: %f", (unsigned long)n,
			tally_sketches_estimate(&s, number));
		next *= 3;
	}
	tally_sketches_done(&s);
}

/* Less than 32 KiB have no first sketches. The same hashes into a sketch that is small from the beginning and into one
 * that is folded later. */
Test(tally_sketch, folding_gives_what_a_small_one_holds)
{
	struct tally_sketches small, large;
	uint64_t state = 9;

	cr_assert(tally_sketches_init(&small, 2 << 12));
	cr_assert(tally_sketches_init(&large, 4 << 12));
	for (int i = 0; i < 2; i++)
		tally_sketches_new(&small);
	cr_assert_eq(tally_sketches_new(&large), 0);
	cr_assert_eq(small.precision, 12);
	cr_assert_eq(large.precision, 14);
	for (int i = 0; i < 20000; i++) {
		uint64_t hash = draw(&state);

		tally_sketches_add(&small, 0, hash);
		tally_sketches_add(&large, 0, hash);
	}
	for (uint32_t i = 1; i < 4; i++)
		cr_assert_eq(tally_sketches_new(&large), i);
	cr_assert_eq(large.precision, 12);
	cr_expect_arr_eq(small.registers, large.registers, 1 << 12);
	cr_expect_eq(tally_sketches_estimate(&large, 3), 0);
	tally_sketches_done(&small);
	tally_sketches_done(&large);
}

Test(tally_sketch, first_ones_stay_as_they_are)
{
	enum { FIRST = 2, ALL = 40, MANY = 30000 };
	struct tally_sketches s;
	uint64_t state = 11;

	cr_assert(tally_sketches_init(&s, (2 * FIRST) << SKETCH_PRECISION_MAX));
	for (uint32_t n = 0; n < ALL; n++) {
		cr_assert_eq(tally_sketches_new(&s), n);
		for (uint32_t i = 0; i < MANY + n; i++)
			tally_sketches_add(&s, n, draw(&state));
	}
	cr_assert_eq(s.first_count, FIRST);
	cr_assert_eq(s.precision, 9);
	for (uint32_t n = 0; n < ALL; n++)
		cr_expect_lt(error_of(&s, n, MANY + n), n < FIRST ? 0.025 : 0.15, "%u: %f", n,
			tally_sketches_estimate(&s, n));
	tally_sketches_done(&s);
}

/* --- the whole --- */

enum { SENSORS = 2 };
static const char *const sensor_names[SENSORS] = {"one", "two"};


static struct plant make_plant(void)
{
	struct plant plant = {0};
	struct prefix prefix = {addr_from_v4(0xc6336400), 128};
	struct err e = {0};

	for (size_t i = 0; i < SENSORS; i++) {
		prefix.addr = addr_from_v4(0xc6336400 + (uint32_t)i);
		cr_assert_eq(plant_add(&plant, sensor_names[i], &prefix, 1, false, &e), 0);
	}
	cr_assert_eq(plant_index(&plant, &e), 0);
	return plant;
}

static struct access access_of(uint32_t source, uint16_t port)
{
	return (struct access){.ts_ns = INT64_C(1700000000) * 1000000000,
		.src = addr_from_v4(source),
		.service = service_make(PROTOCOL_TCP, port),
		.country = {'J', 'P'},
		.ttl = 50,
		.class = CLASS_scan};
}

static struct top *ask(struct tally *t, size_t at, const struct plant *plant)
{
	struct captured by = {plant, NULL, 0, 1800000000};
	struct period period = period_of_times(1700000000, 1700000001);
	struct top *top = NULL;
	struct err e = {0};

	cr_assert_eq(tally_top(t, at, &by, &period, SIZE_MAX, &top, &e), 0, "%s", e.text);
	return top;
}

static const struct measure *row_of(const struct top *top, const char *name)
{
	static const struct measure none;

	for (size_t i = 0; i < top->count; i++)
		if (strcmp(top->rows[i].key, name) == 0)
			return &top->rows[i].m;
	return &none;
}

static struct tally *make_tally(const enum dimension *d, size_t count, const struct expr *where, size_t mib)
{
	struct tally_question q = {
		.dimensions = d, .count = count, .where = where, .memory_bytes = mib << 20};
	struct tally *t = tally_new(&q);

	cr_assert(t);
	return t;
}

Test(tally, counts_packets_and_sources_of_every_key)
{
	static const enum dimension d[] = {DIMENSION_service, DIMENSION_sensor, DIMENSION_network,
		DIMENSION_source, DIMENSION_payload, DIMENSION_hour};
	struct plant plant = make_plant();
	struct err e = {0};

	cr_assert_eq(zone_use("UTC", &e), 0);
	struct tally *t = make_tally(d, ARRAY_SIZE(d), NULL, 16);
	for (uint32_t i = 0; i < 3000; i++) {
		struct access a = access_of(0x01020300 + i % 10, (uint16_t)(i % 3));
		uint8_t payload = (uint8_t)(i % 2);

		a.payload = payload ? &payload : NULL;
		a.payload_len = payload;
		tally_add(t, &a, &plant, (uint16_t)(i % SENSORS));
	}
	struct access six = access_of(0, 0);
	cr_assert(addr_parse("2001:db8:1:2:3::1", &six.src));
	tally_add(t, &six, &plant, 0);
	cr_assert(addr_parse("2001:db8:1:2:4::1", &six.src));
	tally_add(t, &six, &plant, 0);

	struct top *service = ask(t, 0, &plant), *sensor = ask(t, 1, &plant),
		   *network = ask(t, 2, &plant), *source = ask(t, 3, &plant),
		   *payload = ask(t, 4, &plant), *hour = ask(t, 5, &plant);
	cr_expect_eq(service->total.packets, 3002);
	cr_expect_eq(service->total.sources, 12);
	cr_expect_eq(service->count, 3);
	cr_expect_eq(row_of(service, "0/TCP")->packets, 1002);
	cr_expect_eq(row_of(service, "0/TCP")->sources, 12);
	cr_expect_eq(row_of(service, "2/TCP")->sources, 10);
	cr_expect_eq(row_of(sensor, "two")->packets, 1500);
	cr_expect_eq(row_of(sensor, "two")->sources, 5);
	cr_expect_eq(row_of(network, "1.2.3.0/24")->sources, 10);
	cr_expect_eq(row_of(network, "2001:db8:1:2::/64")->sources, 2);
	cr_expect_eq(row_of(source, "1.2.3.4")->packets, 300);
	cr_expect_eq(row_of(source, "1.2.3.4")->sources, 1);
	cr_expect_eq(row_of(payload, "00000000000000000000000000000000")->packets, 1502);
	cr_expect_eq(row_of(payload, "4bf5122f344554c53bde2ebb8cd2b7e3")->packets, 1500,
		"the first half of the SHA-256 of one byte 01");
	cr_expect_eq(row_of(hour, "22")->packets, 3002);
	cr_expect_eq(service->approximate.sketched, false);
	cr_expect_eq(service->approximate.beyond, 0);
	struct top *all[] = {service, sensor, network, source, payload, hour};
	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		top_free(all[i]);
	tally_free(t);
	plant_done(&plant);
}

Test(tally, filter_decides)
{
	static const enum dimension d[] = {DIMENSION_service};
	struct plant plant = make_plant();
	struct expr *where = NULL;
	struct err e = {0};

	cr_assert_eq(expr_parse("port = 2", &where, &e), 0);
	struct tally *t = make_tally(d, 1, where, 16);
	for (uint32_t i = 0; i < 300; i++) {
		struct access a = access_of(i, (uint16_t)(i % 3));

		tally_add(t, &a, &plant, 0);
	}
	struct top *top = ask(t, 0, &plant);
	cr_expect_eq(top->count, 1);
	cr_expect_eq(top->total.packets, 100);
	top_free(top);
	tally_free(t);
	expr_free(where);
	plant_done(&plant);
}

/* 16 MiB hold 786,432 pairs. */
Test(tally, too_many_sources_are_estimated_and_few_stay_exact)
{
	static const enum dimension d[] = {DIMENSION_service, DIMENSION_class};
	struct plant plant = make_plant();
	struct tally *t = make_tally(d, 2, NULL, 16);
	enum { MANY = 2000000 };

	for (uint32_t i = 0; i < MANY; i++) {
		struct access a = access_of(0x01000000 + i * 977, i % 1000 == 0 ? 80 : 23);

		tally_add(t, &a, &plant, 0);
		tally_add(t, &a, &plant, 0);
	}
	struct top *top = ask(t, 0, &plant);
	cr_expect(top->approximate.sketched);
	cr_expect_eq(top->total.packets, 2 * MANY);
	cr_expect_float_eq((double)top->total.sources, (double)MANY, 0.03 * MANY);
	cr_expect_eq(row_of(top, "80/TCP")->packets, 2 * MANY / 1000);
	cr_expect_eq(row_of(top, "80/TCP")->sources, MANY / 1000, "a key with few sources");
	cr_expect_float_eq((double)row_of(top, "23/TCP")->sources, 0.999 * MANY, 0.03 * MANY);
	top_free(top);
	tally_free(t);
	plant_done(&plant);
}

/* 16 MiB hold 32,768 keys. What is lost of one that was seen all the time is told. */
Test(tally, too_many_keys_leave_the_frequent_ones)
{
	static const enum dimension d[] = {DIMENSION_source, DIMENSION_network};
	struct plant plant = make_plant();
	struct tally *t = make_tally(d, 2, NULL, 16);
	uint64_t sum = 0;

	for (uint32_t i = 0; i < 1000000; i++) {
		struct access a = access_of(i % 10 == 0 ? 0x02020202 : 0x10000000 + i * 911, 23);

		tally_add(t, &a, &plant, 0);
	}
	struct top *top = ask(t, 0, &plant);
	const struct measure *most = row_of(top, "2.2.2.2");
	cr_expect_eq(top->total.packets, 1000000);
	cr_expect_gt(top->approximate.beyond, 0);
	cr_expect_leq(most->packets, 100000);
	cr_expect_geq(most->packets + top->approximate.beyond_each, 100000);
	cr_expect_gt(most->packets, 99000);
	cr_expect_eq(most->rank, 1);
	for (size_t i = 0; i < top->count; i++)
		sum += top->rows[i].m.packets;
	cr_expect_eq(sum + top->approximate.beyond, 1000000);
	cr_expect_float_eq((double)top->total.sources, 900001, 0.03 * 900001);
	top_free(top);
	tally_free(t);
	plant_done(&plant);
}

Test(tally, sources_of_ipv6_beyond_their_numbers_are_labelled)
{
	static const enum dimension d[] = {DIMENSION_service};
	struct plant plant = make_plant();
	struct tally *t = make_tally(d, 1, NULL, 16);
	struct access a = access_of(0, 23);

	for (uint32_t i = 0; i < 100000; i++) {
		a.src = (struct addr){{0x20, 0x01}};
		memcpy(a.src.b + 4, &i, sizeof(i));
		tally_add(t, &a, &plant, 0);
	}
	struct top *top = ask(t, 0, &plant);
	cr_expect(top->approximate.sketched);
	cr_expect_float_eq((double)top->total.sources, 100000, 100);
	top_free(top);
	tally_free(t);
	plant_done(&plant);
}
