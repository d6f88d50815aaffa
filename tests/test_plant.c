#include "base/buf.h"
#include "base/yaml.h"
#include "base/zone.h"
#include "observe/plant.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void auto_plant_done(struct plant *plant)
{
	plant_done(plant);
}

static int read_text(struct plant *plant, const char *text, struct err *e)
{
	AUTO(yaml_free) struct yaml *root = NULL;

	cr_assert_eq(zone_use("Asia/Tokyo", e), 0);
	cr_assert_eq(yaml_parse("teiten.yaml", text, strlen(text), &root, e), 0, "%s", e->text);
	return plant_read(plant, yaml_get(root, "sensors"), e);
}

static struct plant good(const char *text)
{
	struct plant plant;
	struct err e = {0};

	cr_assert_eq(read_text(&plant, text, &e), 0, "%s", e.text);
	cr_assert_eq(plant_index(&plant, &e), 0);
	return plant;
}

static void refused(const char *text, const char *message)
{
	struct plant plant;
	struct err e = {0};

	cr_assert_lt(read_text(&plant, text, &e), 0, "%s", text);
	cr_assert_str_eq(e.text, message);
	cr_assert_eq(plant.count, 0);
	cr_assert_null(plant.sensors);
}

/* The second sensor's keys stand from line 4 on. */
static void second_refused(const char *keys, const char *message)
{
	char text[1024];

	snprintf(text, sizeof(text), "sensors:\n  - name: a\n    addresses: 198.51.100.16/28\n%s",
		keys);
	refused(text, message);
}

static int find(const struct plant *plant, const char *address)
{
	struct addr a;

	cr_assert(addr_parse(address, &a), "%s", address);
	return plant_find(plant, &a);
}

static int64_t at(const char *text)
{
	int64_t t_s;

	cr_assert(zone_parse(text, &t_s), "%s", text);
	return t_s;
}

Test(plant, all_keys_of_a_sensor_are_read)
{
	AUTO(plant_done)
	struct plant plant =
		good("sensors:\n  - name: tokyo-1\n    organisation: 例 CERT\n    region: JP\n"
		     "    addresses: [198.51.100.16/28, \"2001:db8:1::/64\", 203.0.113.7]\n"
		     "    since: 2026-01-01\n    until: 2026-06-30\n"
		     "    outages: [2026-02-03T04:00..2026-02-03T09:30, 2026-01-05..2026-01-06]\n"
		     "    mode: reactive\n");
	const struct sensor *s = &plant.sensors[0];

	cr_assert_eq(plant.count, 1);
	cr_assert_str_eq(s->name, "tokyo-1");
	cr_assert_str_eq(s->organisation, "例 CERT");
	cr_assert_str_eq(s->region, "JP");
	cr_assert_eq(s->prefix_count, 3);
	cr_assert_eq(s->addresses, 16 + 1 + 1);
	cr_assert_eq(s->since_s, at("2026-01-01"));
	cr_assert_eq(s->until_s, at("2026-07-01"));
	cr_assert_eq(s->outage_count, 2);
	cr_assert_eq(s->outages[0].from_s, at("2026-01-05"));
	cr_assert_eq(s->outages[0].to_s, at("2026-01-07"));
	cr_assert_eq(s->outages[1].to_s, at("2026-02-03T09:30"));
	cr_assert(s->reactive);
	cr_assert_not(s->inferred);
}

Test(plant, what_is_not_given_has_its_default)
{
	AUTO(plant_done)
	struct plant plant = good("sensors:\n  - {name: a, addresses: 192.0.2.1}\n");
	const struct sensor *s = &plant.sensors[0];

	cr_assert_str_eq(s->organisation, "");
	cr_assert_str_eq(s->region, "");
	cr_assert_eq(s->since_s, INT64_MIN);
	cr_assert_eq(s->until_s, INT64_MAX);
	cr_assert_eq(s->outage_count, 0);
	cr_assert_not(s->reactive);
	cr_assert_eq(s->addresses, 1);
}

Test(plant, no_sensors_are_an_empty_plant)
{
	static const char *const empty[] = {"", "sensors:\n", "sensors: []\n"};

	for (size_t i = 0; i < ARRAY_SIZE(empty); i++) {
		AUTO(plant_done) struct plant plant = good(empty[i]);

		cr_assert_eq(plant.count, 0);
		cr_assert_eq(find(&plant, "192.0.2.1"), -1);
		cr_assert_eq(plant_named(&plant, "a"), -1);
	}
	struct plant none = {0};
	cr_assert_eq(find(&none, "192.0.2.1"), -1);
	plant_done(&none);
	plant_done(NULL);
}

Test(plant, addresses_are_found_up_to_both_ends_of_their_prefix)
{
	AUTO(plant_done)
	struct plant plant =
		good("sensors:\n  - {name: a, addresses: [198.51.100.16/28, \"2001:db8:1::/64\"]}\n"
		     "  - {name: b, addresses: [203.0.113.0/24, 192.0.2.1, \"2001:db8:2::1\"]}\n");

	cr_assert_eq(find(&plant, "198.51.100.15"), -1);
	cr_assert_eq(find(&plant, "198.51.100.16"), 0);
	cr_assert_eq(find(&plant, "198.51.100.31"), 0);
	cr_assert_eq(find(&plant, "198.51.100.32"), -1);
	cr_assert_eq(find(&plant, "203.0.112.255"), -1);
	cr_assert_eq(find(&plant, "203.0.113.0"), 1);
	cr_assert_eq(find(&plant, "203.0.113.255"), 1);
	cr_assert_eq(find(&plant, "203.0.114.0"), -1);
	cr_assert_eq(find(&plant, "192.0.2.1"), 1);
	cr_assert_eq(find(&plant, "192.0.2.0"), -1);
	cr_assert_eq(find(&plant, "2001:db8:1::"), 0);
	cr_assert_eq(find(&plant, "2001:db8:1:0:ffff:ffff:ffff:ffff"), 0);
	cr_assert_eq(find(&plant, "2001:db8:1:1::"), -1);
	cr_assert_eq(find(&plant, "2001:db8:2::1"), 1);
	cr_assert_eq(find(&plant, "::"), -1);
	cr_assert_eq(plant_named(&plant, "a"), 0);
	cr_assert_eq(plant_named(&plant, "b"), 1);
	cr_assert_eq(plant_named(&plant, "B"), -1);
	cr_assert_eq(plant_named(&plant, ""), -1);
}

static struct prefix random_prefix(unsigned *seed)
{
	static const unsigned lengths[] = {128, 128, 128, 120, 124, 112, 96 + 8, 64, 48, 128};
	struct addr a;

	for (size_t i = 0; i < 16; i++)
		a.b[i] = (uint8_t)(rand_r(seed) % 4);
	if (rand_r(seed) % 2)
		a = addr_from_v4((uint32_t)rand_r(seed) & 0x03030303u);
	unsigned bits = lengths[(size_t)rand_r(seed) % ARRAY_SIZE(lengths)];
	if (addr_is_v4(&a) && bits < 96)
		bits = 128;
	return (struct prefix){.addr = addr_mask(&a, bits), .bits = (uint8_t)bits};
}

/* The same by the walk over all prefixes. */
static int walk(const struct plant *plant, const struct addr *a)
{
	int best = -1, bits = -1;

	for (size_t i = 0; i < plant->count; i++)
		for (size_t j = 0; j < plant->sensors[i].prefix_count; j++) {
			const struct prefix *p = &plant->sensors[i].prefixes[j];

			if (prefix_has(p, a) && p->bits > bits) {
				best = (int)i;
				bits = p->bits;
			}
		}
	return best;
}

Test(plant, the_index_finds_what_a_walk_finds)
{
	struct err e = {0};
	unsigned seed = 7;

	for (int round = 0; round < 20; round++) {
		AUTO(plant_done) struct plant plant = {0};

		for (int i = 0; i < 60; i++) {
			struct prefix prefixes[4];
			char name[16];

			for (size_t j = 0; j < ARRAY_SIZE(prefixes); j++)
				prefixes[j] = random_prefix(&seed);
			snprintf(name, sizeof(name), "s%d", i);
			cr_assert_eq(
				plant_add(&plant, name, prefixes, ARRAY_SIZE(prefixes), true, &e),
				0, "%s", e.text);
		}
		cr_assert_eq(plant_index(&plant, &e), 0);
		for (int i = 0; i < 3000; i++) {
			struct prefix p = random_prefix(&seed);
			cr_assert_eq(plant_find(&plant, &p.addr), walk(&plant, &p.addr), "round %d",
				round);
		}
		cr_assert_eq(plant_named(&plant, "s37"), 37);
	}
}

/* IPv4 is told apart by its first 16 bits before it is looked up. */
Test(plant, prefixes_of_any_length_are_found_up_to_both_ends)
{
	static const struct {
		const char *prefix;
		uint32_t first, last;
	} cases[] = {
		{"0.0.0.0/0", 0, UINT32_MAX},
		{"::/0", 0, UINT32_MAX},
		{"::/80", 0, UINT32_MAX},
		{"128.0.0.0/1", 0x80000000, UINT32_MAX},
		{"10.0.0.0/8", 0x0a000000, 0x0affffff},
		{"10.2.0.0/15", 0x0a020000, 0x0a03ffff},
		{"10.3.0.0/16", 0x0a030000, 0x0a03ffff},
		{"10.3.128.0/17", 0x0a038000, 0x0a03ffff},
		{"255.255.255.255", UINT32_MAX, UINT32_MAX},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		AUTO(plant_done) struct plant plant = {0};
		struct prefix prefix;
		struct err e = {0};
		struct addr first = addr_from_v4(cases[i].first), last = addr_from_v4(cases[i].last),
			    before = addr_from_v4(cases[i].first - 1),
			    after = addr_from_v4(cases[i].last + 1);

		cr_assert(prefix_parse(cases[i].prefix, false, &prefix));
		cr_assert_eq(plant_add(&plant, "a", &prefix, 1, false, &e), 0);
		cr_assert_eq(plant_index(&plant, &e), 0);
		cr_expect_eq(plant_find(&plant, &first), 0, "%s", cases[i].prefix);
		cr_expect_eq(plant_find(&plant, &last), 0, "%s", cases[i].prefix);
		if (cases[i].first > 0)
			cr_expect_eq(plant_find(&plant, &before), -1, "%s", cases[i].prefix);
		if (cases[i].last < UINT32_MAX)
			cr_expect_eq(plant_find(&plant, &after), -1, "%s", cases[i].prefix);
	}
}

/* Both prefixes of a network rarely meet in the hash: about once in three rounds. */
Test(plant, one_network_can_have_two_lengths)
{
	enum { NETWORKS = 1000, ROUNDS = 60 };
	AUTO(free) struct prefix *prefixes = calloc(2 * NETWORKS, sizeof(*prefixes));
	struct err e = {0};

	for (uint32_t round = 1; round <= ROUNDS; round++) {
		AUTO(plant_done) struct plant plant = {0};

		for (uint32_t i = 0; i < NETWORKS; i++) {
			prefixes[i] = (struct prefix){
				.addr = addr_from_v4(round << 24 | i << 8), .bits = 120};
			prefixes[NETWORKS + i] =
				(struct prefix){.addr = prefixes[i].addr, .bits = 128};
		}
		cr_assert_eq(plant_add(&plant, "networks", prefixes, NETWORKS, false, &e), 0);
		cr_assert_eq(
			plant_add(&plant, "first", prefixes + NETWORKS, NETWORKS, false, &e), 0);
		cr_assert_eq(plant_index(&plant, &e), 0);
		for (uint32_t i = 0; i < NETWORKS; i++) {
			struct addr second = addr_from_v4(round << 24 | i << 8 | 1);

			cr_assert_eq(plant_find(&plant, &prefixes[i].addr), 1);
			cr_assert_eq(plant_find(&plant, &second), 0);
		}
	}
}

Test(plant, the_largest_plant_is_read_and_found)
{
	AUTO(buf_done) struct buf text = {0};

	buf_text(&text, "sensors:\n");
	for (unsigned i = 0; i < PLANT_MAX; i++)
		buf_printf(&text, "  - {name: s%u, addresses: 10.%u.%u.1}\n", i, i >> 8, i & 255);
	AUTO(plant_done) struct plant plant = good(buf_str(&text));
	cr_assert_eq(plant.count, PLANT_MAX);
	cr_assert_eq(find(&plant, "10.0.0.1"), 0);
	cr_assert_eq(find(&plant, "10.255.254.1"), 65534);
	cr_assert_eq(find(&plant, "10.255.255.1"), -1);
	cr_assert_eq(plant_named(&plant, "s65534"), 65534);

	struct plant too_large;
	struct err e = {0};
	buf_text(&text, "  - {name: last, addresses: 10.255.255.1}\n");
	cr_assert_eq(read_text(&too_large, buf_str(&text), &e), -E2BIG);
	cr_assert_str_eq(e.text, "teiten.yaml line 1: more than 65535 sensors");
}

Test(plant, mistakes_in_a_sensor_are_named_with_their_line)
{
	second_refused(
		"  - addresses: 192.0.2.1\n", "teiten.yaml line 4: sensors[1].name: is missing");
	second_refused("  - name: b\n", "teiten.yaml line 4: sensors[1].addresses: at least one "
					"address or prefix is needed");
	second_refused("  - name: b\n    addresses: []\n",
		"teiten.yaml line 5: sensors[1].addresses: at "
		"least one address or prefix is needed");
	second_refused("  - name: b c\n", "teiten.yaml line 4: sensors[1].name: \"b c\" is no "
					  "name: 1 to 64 letters, digits, - _ .");
	second_refused("  - name: b\n    adresses: x\n",
		"teiten.yaml line 5: unknown key \"adresses\"; did you mean \"addresses\"?");
	second_refused("  - name: b\n    addresses:\n      - 192.0.2.1\n      - 198.51.100.0/33\n",
		"teiten.yaml line 7: sensors[1].addresses: \"198.51.100.0/33\" is no IPv4 or IPv6 "
		"prefix");
	second_refused("  - name: b\n    addresses: 192.0.2.1/24\n",
		"teiten.yaml line 5: sensors[1].addresses: \"192.0.2.1/24\" has bits set after the "
		"prefix; the whole network is "
		"\"192.0.2.0/24\"");
	second_refused("  - name: b\n    addresses: {a: b}\n",
		"teiten.yaml line 5: addresses: expected a list, found a map of keys");
	second_refused(
		"  - b\n", "teiten.yaml line 4: expected a map of keys, found a single value");
	refused("sensors: {name: a}\n",
		"teiten.yaml line 1: sensors: expected a list, found a map of keys");
}

#define GOOD_B "  - name: b\n    addresses: 192.0.2.1\n"
Test(plant, mistakes_in_dates_and_words_are_named_with_their_line)
{
	second_refused(GOOD_B "    region: jp\n",
		"teiten.yaml line 6: sensors[1].region: \"jp\" is no two-letter code such as JP");
	second_refused(GOOD_B "    mode: active\n",
		"teiten.yaml line 6: sensors[1].mode: \"active\" is neither passive nor reactive");
	second_refused(GOOD_B "    since: yesterday\n",
		"teiten.yaml line 6: sensors[1].since: \"yesterday\" is no time such as 2026-02-03 "
		"or 2026-02-03T04:00");
	second_refused(GOOD_B "    since: 2026-01-02\n    until: 2026-01-01\n",
		"teiten.yaml line 7: sensors[1].until: is before since");
	second_refused(GOOD_B "    outages: [2026-01-02]\n",
		"teiten.yaml line 6: sensors[1].outages: \"2026-01-02\" is no span such as "
		"2026-02-03T04:00..2026-02-03T09:30");
	second_refused(GOOD_B "    outages: 2026-01-02T04:00..2026-01-02T04:00\n",
		"teiten.yaml line 6: sensors[1].outages: \"2026-01-02T04:00..2026-01-02T04:00\" "
		"ends before it begins");
	second_refused(GOOD_B "    since: 2026-01-02\n    outages: 2026-01-01..2026-01-03\n",
		"teiten.yaml line 7: sensors[1].outages: \"2026-01-01..2026-01-03\" is not within "
		"since and until");
	second_refused(GOOD_B "    until: 2026-01-02\n    outages: 2026-01-01..2026-01-03\n",
		"teiten.yaml line 7: sensors[1].outages: \"2026-01-01..2026-01-03\" is not within "
		"since and until");
	second_refused(GOOD_B "    outages: [2026-01-01..2026-01-03, 2026-01-03..2026-01-04]\n",
		"teiten.yaml line 6: sensors[1].outages: two of them overlap");
}

Test(plant, keys_with_nothing_after_them_say_nothing)
{
	AUTO(plant_done)
	struct plant plant =
		good("sensors:\n" GOOD_B "    organisation:\n    region:\n    outages:\n");

	cr_assert_str_eq(plant.sensors[0].region, "");
	cr_assert_eq(plant.sensors[0].outage_count, 0);
	second_refused("  - name: b\n    addresses:\n", "teiten.yaml line 5: sensors[1].addresses: "
							"at least one address or prefix is needed");
	second_refused(GOOD_B "    outages: {a: b}\n",
		"teiten.yaml line 6: outages: expected a list, found a map of keys");
}

Test(plant, one_day_of_service_is_enough)
{
	AUTO(plant_done)
	struct plant plant =
		good("sensors:\n" GOOD_B "    since: 2026-01-02\n    until: 2026-01-02\n"
		     "    outages: 2026-01-02..2026-01-02\n");
	const struct sensor *s = &plant.sensors[0];

	cr_assert_not(sensor_in_service(s, at("2026-01-02") - 1));
	cr_assert(sensor_in_service(s, at("2026-01-02")));
	cr_assert(sensor_in_service(s, at("2026-01-03") - 1));
	cr_assert_not(sensor_in_service(s, at("2026-01-03")));
}

Test(plant, outages_that_meet_are_one)
{
	AUTO(plant_done)
	struct plant plant = good("sensors:\n" GOOD_B "    outages: [2026-01-03..2026-01-04, "
				  "2026-01-01..2026-01-02, 2026-01-06..2026-01-06]\n");
	const struct sensor *s = &plant.sensors[0];

	cr_assert_eq(s->outage_count, 2);
	cr_assert_eq(s->outages[0].from_s, at("2026-01-01"));
	cr_assert_eq(s->outages[0].to_s, at("2026-01-05"));
	cr_assert_eq(s->outages[1].from_s, at("2026-01-06"));
}

Test(plant, names_and_addresses_stand_only_once)
{
	second_refused("  - name: a\n    addresses: 192.0.2.1\n",
		"teiten.yaml line 4: sensors[1].name: \"a\" is the name of line 2 already");
	second_refused("  - name: b\n    addresses: 198.51.100.16/28\n",
		"teiten.yaml line 5: sensors[1].addresses: an address here is in line 3, sensor "
		"\"a\", too");
	second_refused("  - name: b\n    addresses: [192.0.2.1, 198.51.100.31]\n",
		"teiten.yaml line 5: sensors[1].addresses: an address here is in line 3, sensor "
		"\"a\", too");
	second_refused("  - name: b\n    addresses: 198.51.0.0/16\n",
		"teiten.yaml line 3: sensors[0].addresses: an address here is in line 5, sensor "
		"\"b\", too");
	second_refused("  - name: b\n    addresses: [192.0.2.0/24, 192.0.2.1]\n",
		"teiten.yaml line 5: sensors[1].addresses: an address here is in line 5, sensor "
		"\"b\", too");
}

Test(plant, a_sensor_is_added_without_a_file)
{
	AUTO(plant_done) struct plant plant = {0};
	struct prefix p[3];
	struct err e = {0};

	cr_assert(prefix_parse("192.0.2.4", false, &p[0]));
	cr_assert(prefix_parse("192.0.2.0/28", false, &p[1]));
	cr_assert(prefix_parse("2001:db8::/32", false, &p[2]));
	cr_assert_eq(plant_add(&plant, "x", p, 3, true, &e), 0);
	cr_assert_eq(plant.sensors[0].addresses, 17);
	cr_assert_eq(plant.sensors[0].prefix_count, 2);
	cr_assert(plant.sensors[0].inferred);
	cr_assert_eq(plant_index(&plant, &e), 0);
	cr_assert_eq(find(&plant, "192.0.2.4"), 0);
	cr_assert_eq(plant_add(&plant, "x", p, 1, false, &e), -EEXIST);
	cr_assert_eq(plant_add(&plant, "x y", p, 1, false, &e), -EINVAL);
	cr_assert_eq(plant_add(&plant, "y", p, 0, false, &e), -EINVAL);
	/* of two sensors the longer prefix has the address */
	cr_assert_eq(plant_add(&plant, "y", p, 1, false, &e), 0);
	cr_assert_eq(plant_index(&plant, &e), 0);
	cr_assert_eq(find(&plant, "192.0.2.4"), 1);
	cr_assert_eq(find(&plant, "192.0.2.5"), 0);
}

Test(plant, names_are_bounded)
{
	AUTO(plant_done) struct plant plant = {0};
	struct prefix p;
	struct err e = {0};
	char name[66];

	cr_assert(prefix_parse("192.0.2.4", false, &p));
	memset(name, 'a', sizeof(name));
	name[65] = '\0';
	cr_assert_eq(plant_add(&plant, name, &p, 1, false, &e), -EINVAL);
	name[64] = '\0';
	cr_assert_eq(plant_add(&plant, name, &p, 1, false, &e), 0);
	cr_assert_eq(plant_add(&plant, "", &p, 1, false, &e), -EINVAL);
	cr_assert_eq(plant_add(&plant, "A-Z_0.9", &p, 1, false, &e), 0);
}
