/* Addresses to countries and AS: the packaged data, both MMDB layouts, the CSV of ranges. */
#include "geo/geo.h"

#include "base/buf.h"
#include "base/text.h"
#include "geo_make.h"

#include <maxminddb.h>
#include <time.h>

static const char one_as[] = "1.2.3.0,1.2.3.255,64500,\"Example, Inc.\"\n";

static struct geo *open_geo(const char *country, const char *asn)
{
	struct geo *g = NULL;
	struct err e = {0};

	cr_assert_eq(geo_open(country, asn, TEITEN_DEPS, &g, &e), 0, "%s", e.text);
	return g;
}

static struct geo *open_packaged(void)
{
	if (access(TEITEN_DEPS "/@ip-location-db/asn/asn-ipv4.csv", R_OK) < 0)
		cr_skip_test("no packaged place data below " TEITEN_DEPS);
	return open_geo("", "");
}

static struct addr addr(const char *text)
{
	struct addr a;

	cr_assert(addr_parse(text, &a), "%s", text);
	return a;
}

static void lies_in(const struct geo *g, const char *text, const char *country, uint32_t asn)
{
	struct addr a = addr(text);
	struct place p = geo_find(g, &a);

	cr_assert(memcmp(p.country, country, 2) == 0, "%s is in %.2s, not %s", text, p.country,
		country);
	cr_assert_eq(p.asn, asn, "%s is in AS%u, not AS%u", text, p.asn, asn);
}

/* --- the packaged data ---------------------------------------------------------------------- */

Test(packaged, well_known_addresses)
{
	AUTO(geo_close) struct geo *g = open_packaged();

	lies_in(g, "8.8.8.8", "US", 15169);
	lies_in(g, "2001:4860:4860::8888", "US", 15169);
	cr_assert(strstr(geo_asn_name(g, 15169), "Google"));
	cr_assert_str_eq(geo_asn_name(g, 0), "");
	cr_assert_str_eq(geo_asn_name(g, 64500), "");
	cr_assert_str_eq(geo_asn_name(g, UINT32_MAX), "");
}

Test(packaged, private_and_reserved_addresses_are_unknown)
{
	static const char *const addresses[] = {"0.0.0.0", "10.0.0.1", "127.0.0.1", "172.16.0.1",
		"192.168.1.1", "192.0.2.1", "203.0.113.1", "224.0.0.1", "255.255.255.255",
		"::", "::1", "fe80::1", "fd00::1", "ff02::1", "2001:db8::1", "3fff::1", "4000::1"};
	AUTO(geo_close) struct geo *g = open_packaged();

	for (size_t i = 0; i < ARRAY_SIZE(addresses); i++)
		lies_in(g, addresses[i], "ZZ", 0);
}

Test(packaged, the_version_names_both_packages)
{
	AUTO(geo_close) struct geo *g = open_packaged();

	cr_assert(strstr(geo_version(g), "country: @ip-location-db/geo-whois-asn-country-mmdb "),
		"%s", geo_version(g));
	cr_assert(strstr(geo_version(g), "; AS: @ip-location-db/asn "), "%s", geo_version(g));
}

struct range {
	struct addr first, last;
	uint32_t asn;
};

/* first,last,number of every line, read the slow and plain way. */
static size_t read_ranges(const char *name, struct range *ranges, size_t max)
{
	char path[LAB_PATH], line[1024], first[64], last[64];
	size_t count = 0;

	snprintf(path, sizeof(path), "%s/@ip-location-db/asn/%s", TEITEN_DEPS, name);
	AUTO(fclose) FILE *f = fopen(path, "re");
	cr_assert(f);
	while (count < max && fgets(line, sizeof(line), f)) {
		struct range *r = &ranges[count++];

		cr_assert_eq(sscanf(line, "%63[^,],%63[^,],%u,", first, last, &r->asn), 3);
		r->first = addr(first);
		r->last = addr(last);
	}
	return count;
}

static struct addr step_by(struct addr a, int by)
{
	for (int i = 15; i >= 0 && by; i--) {
		int sum = a.b[i] + by;

		a.b[i] = (uint8_t)sum;
		by = sum < 0 ? -1 : sum > 255;
	}
	return a;
}

static int order(const struct addr *a, const struct addr *b)
{
	return memcmp(a, b, sizeof(*a));
}

static uint32_t asn_of(const struct geo *g, struct addr a)
{
	return geo_find(g, &a).asn;
}

/* The ends of every range, and the addresses just outside, against the lines before and after. */
static void check_ranges(const struct geo *g, const struct range *ranges, size_t count)
{
	size_t overlaps = 0;

	for (size_t i = 1; i + 1 < count; i++) {
		const struct range *r = &ranges[i];
		struct addr before = step_by(r->first, -1), after = step_by(r->last, 1);
		const struct range *previous = r - 1, *following = r + 1;

		if (order(&r->first, &previous->last) <= 0 ||
			order(&following->first, &r->last) <= 0) {
			overlaps++;
			continue;
		}
		bool touches_previous = addr_equal(&before, &previous->last);
		bool touches_following = addr_equal(&after, &following->first);
		cr_assert_eq(asn_of(g, r->first), r->asn, "line %zu", i + 1);
		cr_assert_eq(asn_of(g, r->last), r->asn, "line %zu", i + 1);
		cr_assert_eq(
			asn_of(g, before), touches_previous ? previous->asn : 0, "line %zu", i + 1);
		cr_assert_eq(asn_of(g, after), touches_following ? following->asn : 0, "line %zu",
			i + 1);
	}
	cr_assert_lt(overlaps, 20u);
}

Test(packaged, every_range_of_the_csv_ends_where_its_neighbour_begins)
{
	enum { RANGES = 600000 };
	AUTO(geo_close) struct geo *g = open_packaged();
	AUTO(free) struct range *ranges = calloc(RANGES, sizeof(*ranges));

	cr_assert(ranges);
	size_t count = read_ranges("asn-ipv4.csv", ranges, RANGES);
	cr_assert_gt(count, 300000u);
	check_ranges(g, ranges, count);
	count = read_ranges("asn-ipv6.csv", ranges, RANGES);
	cr_assert_gt(count, 50000u);
	check_ranges(g, ranges, count);
}

/* What libmaxminddb itself says, "ZZ" for nothing. */
static void ask_library(const MMDB_s *db, const struct addr *a, char ret[2])
{
	struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(addr_v4(a))};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
	MMDB_entry_data_s data;
	int status;

	memcpy(&v6.sin6_addr, a->b, sizeof(a->b));
	memcpy(ret, "ZZ", 2);
	MMDB_lookup_result_s r = MMDB_lookup_sockaddr(db,
		addr_is_v4(a) ? (const struct sockaddr *)&v4 : (const struct sockaddr *)&v6,
		&status);
	cr_assert_eq(status, MMDB_SUCCESS);
	if (!r.found_entry)
		return;
	cr_assert_eq(MMDB_get_value(&r.entry, &data, "country_code", NULL), MMDB_SUCCESS);
	memcpy(ret, data.utf8_string, 2);
}

static bool is_special(const struct addr *a)
{
	static const char *const texts[] = {"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10",
		"127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
		"192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
		"224.0.0.0/3", "2001:db8::/32", "3fff::/20", "::/3", "4000::/2", "8000::/1"};
	static struct prefix prefixes[ARRAY_SIZE(texts)];

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		if (prefixes[i].bits == 0)
			cr_assert(prefix_parse(texts[i], false, &prefixes[i]), "%s", texts[i]);
		/* IPv4 lies in ::/3 only by the way it is written */
		if (prefix_has(&prefixes[i], a) &&
			addr_is_v4(&prefixes[i].addr) == addr_is_v4(a))
			return true;
	}
	return false;
}

static void agrees(const struct geo *g, const MMDB_s *db, struct addr a)
{
	struct place p = geo_find(g, &a);
	char expected[2], text[ADDR_TEXT_SIZE];

	ask_library(db, &a, expected);
	if (is_special(&a))
		memcpy(expected, "ZZ", 2);
	cr_assert(memcmp(p.country, expected, 2) == 0, "%s is in %.2s, not %.2s",
		addr_print(&a, text), p.country, expected);
}

static MMDB_s open_library(void)
{
	MMDB_s db;

	cr_assert_eq(
		MMDB_open(TEITEN_DEPS
			"/@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb",
			MMDB_MODE_MMAP, &db),
		MMDB_SUCCESS);
	return db;
}

static uint64_t random64(void)
{
	return (uint64_t)random() << 42 ^ (uint64_t)random() << 21 ^ (uint64_t)random();
}

Test(packaged, countries_are_what_the_library_says)
{
	AUTO(geo_close) struct geo *g = open_packaged();
	MMDB_s db = open_library();
	unsigned seed = (unsigned)time(NULL);

	fprintf(stderr, "seed %u\n", seed);
	srandom(seed);
	for (int i = 0; i < 1000000; i++)
		agrees(g, &db, addr_from_v4((uint32_t)random64()));
	for (int i = 0; i < 100000; i++) {
		/* anywhere, and where the registries give addresses */
		uint64_t high = i % 4 ? random64() : 0x2000000000000000 | random64() >> 6;
		struct addr a = {{(uint8_t)(i % 2 ? 0x20 | (high & 0x0f) : high), 0, 0, 0}};

		for (int k = 1; k < 16; k++)
			a.b[k] = (uint8_t)random();
		if (i % 2)
			a.b[1] &= 0x0f;
		agrees(g, &db, a);
	}
	MMDB_close(&db);
}

Test(packaged, countries_end_where_the_library_says)
{
	AUTO(geo_close) struct geo *g = open_packaged();
	MMDB_s db = open_library();
	struct err e = {0};
	size_t ends = 0;

	for (char a = 'A'; a <= 'Z'; a++) {
		for (char b = 'A'; b <= 'Z'; b++) {
			AUTO(free) struct v4_range *ranges = NULL;
			int count = geo_country_ranges(g, (char[]){a, b}, &ranges, &e);

			for (int i = 0; i < count; i++, ends += 2) {
				agrees(g, &db, addr_from_v4(ranges[i].first));
				agrees(g, &db, addr_from_v4(ranges[i].last));
				agrees(g, &db, addr_from_v4(ranges[i].first - 1));
				agrees(g, &db, addr_from_v4(ranges[i].last + 1));
			}
		}
	}
	cr_assert_gt(ends, 100000u);
	MMDB_close(&db);
}

/* The same for a database of AS: 60,000 networks /24 of an AS each. */
Test(mmdb, systems_are_what_the_library_says)
{
	AUTO(lab_close) struct lab lab = lab_open();
	const char *country = MMDB(&lab, "c.mmdb", "maxmind", "6", "1.2.3.0/25=JP");
	const char *asn = MMDB(&lab, "a.mmdb", "many", "6", "101.0.0.0=60000");
	AUTO(geo_close) struct geo *g = open_geo(country, asn);
	MMDB_s db;

	cr_assert_eq(MMDB_open(asn, MMDB_MODE_MMAP, &db), MMDB_SUCCESS);
	for (uint32_t i = 0; i < 1 << 20; i++) {
		uint32_t v4 = 0x65000000 + (i << 4 | (i & 1 ? 15 : 0));
		struct sockaddr_in s = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(v4)};
		struct addr a = addr_from_v4(v4);
		MMDB_entry_data_s data = {0};
		int status;
		MMDB_lookup_result_s r =
			MMDB_lookup_sockaddr(&db, (const struct sockaddr *)&s, &status);

		if (r.found_entry)
			cr_assert_eq(MMDB_get_value(&r.entry, &data, "autonomous_system_number",
					     NULL),
				MMDB_SUCCESS);
		cr_assert_eq(geo_find(g, &a).asn, data.uint32);
	}
	MMDB_close(&db);
}

Test(packaged, the_ranges_of_all_countries_are_all_addresses_once)
{
	AUTO(geo_close) struct geo *g = open_packaged();
	struct err e = {0};
	uint64_t addresses = 0;

	for (char a = 'A'; a <= 'Z'; a++) {
		for (char b = 'A'; b <= 'Z'; b++) {
			AUTO(free) struct v4_range *ranges = NULL;
			int count = geo_country_ranges(g, (char[]){a, b}, &ranges, &e);

			cr_assert_geq(count, 0);
			for (int i = 0; i < count; i++) {
				cr_assert_leq(ranges[i].first, ranges[i].last);
				cr_assert(i == 0 || ranges[i].first >
							    (uint64_t)ranges[i - 1].last + 1,
					"in order, and not next to each other");
				addresses += (uint64_t)ranges[i].last - ranges[i].first + 1;
			}
		}
	}
	cr_assert_eq(addresses, UINT64_C(1) << 32);
}

/* --- other databases -------------------------------------------------------------------------- */

Test(mmdb, the_maxmind_layout_gives_the_country_of_iso_code)
{
	AUTO(lab_close) struct lab lab = lab_open();
	const char *asn = lab_text(&lab, "as.csv", one_as);
	const char *country =
		MMDB(&lab, "c.mmdb", "maxmind", "6", "1.2.3.0/25=JP", "2a00:db8::/33=VN");
	AUTO(geo_close) struct geo *g = open_geo(country, asn);

	lies_in(g, "1.2.2.255", "ZZ", 0);
	lies_in(g, "1.2.3.0", "JP", 64500);
	lies_in(g, "1.2.3.127", "JP", 64500);
	lies_in(g, "1.2.3.128", "ZZ", 64500);
	lies_in(g, "2a00:db7:ffff:ffff:ffff:ffff:ffff:ffff", "ZZ", 0);
	lies_in(g, "2a00:db8::", "VN", 0);
	lies_in(g, "2a00:db8:7fff:ffff:ffff:ffff:ffff:ffff", "VN", 0);
	lies_in(g, "2a00:db8:8000::", "ZZ", 0);
}

Test(mmdb, the_flat_layout_and_the_registered_country_do_too)
{
	AUTO(lab_close) struct lab lab = lab_open();
	const char *asn = lab_text(&lab, "as.csv", one_as);
	const char *path = MMDB(&lab, "flat.mmdb", "flat", "6", "1.2.3.0/24=CL");
	AUTO(geo_close) struct geo *flat = open_geo(path, asn);
	lies_in(flat, "1.2.3.9", "CL", 64500);

	path = MMDB(&lab, "registered.mmdb", "registered", "6", "1.2.3.0/24=TW");
	AUTO(geo_close) struct geo *registered = open_geo(path, asn);
	lies_in(registered, "1.2.3.9", "TW", 64500);
}

Test(mmdb, a_file_of_ipv4_knows_no_ipv6)
{
	AUTO(lab_close) struct lab lab = lab_open();
	const char *asn = lab_text(&lab, "as.csv", one_as);
	const char *country =
		MMDB(&lab, "c.mmdb", "maxmind", "4", "1.0.0.0/8=JP", "223.255.255.255/32=US");
	AUTO(geo_close) struct geo *g = open_geo(country, asn);

	lies_in(g, "1.0.0.0", "JP", 0);
	lies_in(g, "1.255.255.255", "JP", 0);
	lies_in(g, "2.0.0.0", "ZZ", 0);
	lies_in(g, "223.255.255.255", "US", 0);
	lies_in(g, "::1", "ZZ", 0);
	lies_in(g, "2a00:db8::1", "ZZ", 0);
}

Test(mmdb, prefixes_that_lead_back_to_ipv4_stay_unknown)
{
	AUTO(lab_close) struct lab lab = lab_open();
	const char *asn = lab_text(&lab, "as.csv", one_as);
	const char *country =
		MMDB(&lab, "c.mmdb", "maxmind", "6", "1.0.0.0/8=AU", "2a00:db8::/32=JP");
	AUTO(geo_close) struct geo *g = open_geo(country, asn);

	lies_in(g, "::ffff:1.2.3.4", "AU", 64500);
	lies_in(g, "::1.2.3.4", "ZZ", 0);
	lies_in(g, "2002:102:304::1", "ZZ", 0);
	lies_in(g, "2001:0:102:304::1", "ZZ", 0);
	lies_in(g, "2a00:db8::1", "JP", 0);
}

Test(mmdb, an_as_database_gives_numbers_and_names)
{
	AUTO(lab_close) struct lab lab = lab_open();
	const char *country = MMDB(&lab, "c.mmdb", "maxmind", "6", "1.2.3.0/24=JP");
	const char *asn = MMDB(&lab, "a.mmdb", "as", "6", "1.2.3.0/25=64500 Example Net",
		"1.2.3.128/25=64501", "2a00:db8::/32=4200000000 Big Number");
	AUTO(geo_close) struct geo *g = open_geo(country, asn);

	lies_in(g, "1.2.3.127", "JP", 64500);
	lies_in(g, "1.2.3.128", "JP", 64501);
	lies_in(g, "2a00:db8::1", "ZZ", 4200000000);
	cr_assert_str_eq(geo_asn_name(g, 64500), "Example Net");
	cr_assert_str_eq(geo_asn_name(g, 64501), "");
	cr_assert_str_eq(geo_asn_name(g, 4200000000), "Big Number");
	cr_assert(
		strncmp(geo_version(g), "country: Test-maxmind 20", 24) == 0, "%s", geo_version(g));
	cr_assert(strstr(geo_version(g), "; AS: Test-as 20"), "%s", geo_version(g));
}

/* More data than value_of() remembers, so that records share its slots. */
Test(mmdb, each_of_many_records_keeps_its_own_value)
{
	enum { MANY = 3000 };
	AUTO(lab_close) struct lab lab = lab_open();
	const char *country = MMDB(&lab, "c.mmdb", "maxmind", "4", "1.2.3.0/24=JP");
	const char *asn = MMDB(&lab, "a.mmdb", "many", "4", "44.0.0.0=3000");
	AUTO(geo_close) struct geo *g = open_geo(country, asn);

	for (uint32_t i = 1; i <= MANY; i++) {
		struct addr a = addr_from_v4(44u << 24 | i << 8);
		char name[32];

		snprintf(name, sizeof(name), "name of %u", i);
		cr_assert_eq(geo_find(g, &a).asn, i);
		cr_assert_str_eq(geo_asn_name(g, i), name);
	}
	cr_assert_str_eq(geo_asn_name(g, MANY + 1), "");
}

Test(csv, the_first_name_of_an_as_stays)
{
	AUTO(lab_close) struct lab lab = lab_open();
	const char *country = MMDB(&lab, "c.mmdb", "maxmind", "6", "1.2.3.0/24=JP");
	const char *asn = lab_text(&lab, "as.csv",
		"1.0.0.0,1.0.0.255,7,\n1.0.1.0,1.0.1.255,7,one\n1.0.2.0,1.0.2.255,7,two\n");
	AUTO(geo_close) struct geo *g = open_geo(country, asn);

	cr_assert_str_eq(geo_asn_name(g, 7), "one");
}

Test(csv, quotes_line_ends_and_both_families_in_one_file)
{
	AUTO(lab_close) struct lab lab = lab_open();
	const char *country = MMDB(&lab, "c.mmdb", "maxmind", "6", "1.2.3.0/24=JP");
	const char *asn = lab_text(&lab, "as.csv",
		"1.0.0.0,1.0.0.255,1,plain\r\n"
		"1.2.3.0,1.2.3.255,64500,\"LLC \"\"A\"\", B\"\n"
		"\n"
		"223.255.255.255,223.255.255.255,4294967295,last\n"
		"2a00:db8::,2a00:db8:0:ffff:ffff:ffff:ffff:ffff,64502,\n"
		"2c00::,2c00:ffff:ffff:ffff:ffff:ffff:ffff:ffff,64503,no line end");
	AUTO(geo_close) struct geo *g = open_geo(country, asn);

	lies_in(g, "1.0.0.0", "ZZ", 1);
	lies_in(g, "1.2.3.0", "JP", 64500);
	lies_in(g, "223.255.255.255", "ZZ", UINT32_MAX);
	lies_in(g, "2a00:db8::1", "ZZ", 64502);
	lies_in(g, "2c00:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ZZ", 64503);
	cr_assert_str_eq(geo_asn_name(g, 1), "plain");
	cr_assert_str_eq(geo_asn_name(g, 64500), "LLC \"A\", B");
	cr_assert_str_eq(geo_asn_name(g, 64502), "");
	cr_assert_str_eq(geo_asn_name(g, 64503), "no line end");
	cr_assert(strstr(geo_version(g), "; AS: as.csv"), "%s", geo_version(g));
}

Test(special, neighbours_of_private_ranges_keep_their_place)
{
	AUTO(lab_close) struct lab lab = lab_open();
	const char *country = MMDB(&lab, "c.mmdb", "maxmind", "6", "0.0.0.0/0=JP", "2000::/3=US");
	const char *asn = lab_text(&lab, "as.csv",
		"0.0.0.0,255.255.255.255,64500,all\n::,ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff,"
		"64501,all\n");
	static const char *const edges[][4] = {
		/* before, first, last, after; "" where there is none */
		{"", "0.0.0.0", "0.255.255.255", "1.0.0.0"},
		{"9.255.255.255", "10.0.0.0", "10.255.255.255", "11.0.0.0"},
		{"100.63.255.255", "100.64.0.0", "100.127.255.255", "100.128.0.0"},
		{"126.255.255.255", "127.0.0.0", "127.255.255.255", "128.0.0.0"},
		{"169.253.255.255", "169.254.0.0", "169.254.255.255", "169.255.0.0"},
		{"172.15.255.255", "172.16.0.0", "172.31.255.255", "172.32.0.0"},
		{"191.255.255.255", "192.0.0.0", "192.0.0.255", "192.0.1.0"},
		{"192.0.1.255", "192.0.2.0", "192.0.2.255", "192.0.3.0"},
		{"192.167.255.255", "192.168.0.0", "192.168.255.255", "192.169.0.0"},
		{"198.17.255.255", "198.18.0.0", "198.19.255.255", "198.20.0.0"},
		{"198.51.99.255", "198.51.100.0", "198.51.100.255", "198.51.101.0"},
		{"203.0.112.255", "203.0.113.0", "203.0.113.255", "203.0.114.0"},
		{"223.255.255.255", "224.0.0.0", "255.255.255.255", ""},
		{"", "::", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2000::"},
		{"2001:db7:ffff:ffff:ffff:ffff:ffff:ffff",
			"2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db9::"},
		{"3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
			"3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", "3fff:1000::"},
		{"3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
			"4000::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", ""},
	};
	AUTO(geo_close) struct geo *g = open_geo(country, asn);

	for (size_t i = 0; i < ARRAY_SIZE(edges); i++) {
		bool six = strchr(edges[i][1], ':');

		lies_in(g, edges[i][1], "ZZ", 0);
		lies_in(g, edges[i][2], "ZZ", 0);
		if (*edges[i][0])
			lies_in(g, edges[i][0], six ? "US" : "JP", six ? 64501 : 64500);
		if (*edges[i][3])
			lies_in(g, edges[i][3], six ? "US" : "JP", six ? 64501 : 64500);
	}
}

Test(csv, a_folder_holds_one_file_for_each_family)
{
	AUTO(lab_close) struct lab lab = lab_open();
	const char *country = MMDB(&lab, "c.mmdb", "maxmind", "6", "1.2.3.0/24=JP");
	struct geo *g = NULL;
	struct err e = {0};

	lab_text(&lab, "asn-ipv4.csv", one_as);
	cr_assert_eq(geo_open(country, lab.folder, "", &g, &e), -ENOENT);
	cr_assert(strstr(e.text, "asn-ipv6.csv"), "%s", e.text);
	lab_text(&lab, "asn-ipv6.csv", "2a00:db8::,2a00:db8::1,64501,six\n");
	lab_text(&lab, "package.json", "{\n  \"name\": \"@x/asn\",\n  \"version\": \"1.2.3\"\n}\n");
	g = open_geo(country, lab.folder);
	lies_in(g, "1.2.3.9", "JP", 64500);
	lies_in(g, "2a00:db8::1", "ZZ", 64501);
	cr_assert(strstr(geo_version(g), "; AS: @x/asn 1.2.3"), "%s", geo_version(g));
	geo_close(g);
}
