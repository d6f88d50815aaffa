/* Damaged, cut and foreign files: one line that names the file, and nothing worse. */
#include "geo/geo.h"

#include "base/text.h"
#include "geo/asn_csv.h"
#include "geo/mmdb.h"
#include "geo_make.h"

/* Refused with a line that names the path and has that text. */
static void refused(const char *country, const char *asn, const char *named, const char *text)
{
	struct geo *g = NULL;
	struct err e = {0};
	int ret = geo_open(country, asn, "/nowhere", &g, &e);

	cr_assert_lt(ret, 0, "%s is refused", named);
	cr_assert_null(g);
	cr_assert(strstr(e.text, named), "\"%s\" names %s", e.text, named);
	cr_assert(strstr(e.text, text), "\"%s\" has \"%s\"", e.text, text);
}

Test(damage, what_is_not_there_is_named)
{
	AUTO(lab_close) struct lab lab = lab_open();
	const char *country = MMDB(&lab, "c.mmdb", "maxmind", "6", "192.0.2.0/24=JP");

	refused("", "",
		"/nowhere/@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb",
		"npm");
	refused(country, "", "/nowhere/@ip-location-db/asn", "npm");
	refused("/nowhere/c.mmdb", "", "/nowhere/c.mmdb", "No such file");
	refused(country, "/nowhere/a.csv", "/nowhere/a.csv", "No such file");
	refused(country, "/nowhere/a.mmdb", "/nowhere/a.mmdb", "No such file");
	text_set_lang(LANG_JA);
	refused("/nowhere/c.mmdb", "", "/nowhere/c.mmdb", "開けません");
}

Test(damage, what_is_no_database_is_named)
{
	AUTO(lab_close) struct lab lab = lab_open();
	const char *country = MMDB(&lab, "c.mmdb", "maxmind", "6", "192.0.2.0/24=JP");
	const char *empty = lab_text(&lab, "empty.mmdb", "");
	const char *words =
		lab_text(&lab, "words.mmdb", "these are words, and no database at all\n");

	refused(empty, "", empty, "no MMDB file");
	refused(words, "", words, "no MMDB file");
	refused(lab.folder, "", lab.folder, "no MMDB file");
	refused(country, words, words, "no MMDB file");
	const char *nothing = lab_text(&lab, "empty.csv", "");
	refused(country, nothing, nothing, "empty");
}

Test(damage, a_database_of_other_things_is_refused)
{
	AUTO(lab_close) struct lab lab = lab_open();
	const char *country = MMDB(&lab, "c.mmdb", "maxmind", "6", "192.0.2.0/24=JP");
	const char *asn = MMDB(&lab, "a.mmdb", "as", "6", "192.0.2.0/24=64500 Example");

	refused(asn, asn, asn, "holds no countries");
	refused(country, country, country, "holds no AS numbers");
	const char *city = MMDB(&lab, "city.mmdb", "city", "6", "192.0.2.0/24=Tokyo");
	refused(city, asn, city, "holds no countries");
}

Test(damage, a_country_that_is_no_code_is_refused)
{
	static const char *const codes[] = {"192.0.2.0/24=", "192.0.2.0/24=J", "192.0.2.0/24=JPN",
		"192.0.2.0/24=jp", "192.0.2.0/24=J1", "192.0.2.0/24=A[", "192.0.2.0/24=@A"};

	for (size_t i = 0; i < ARRAY_SIZE(codes); i++) {
		AUTO(lab_close) struct lab lab = lab_open();
		const char *country = MMDB(&lab, "c.mmdb", "flat", "6", codes[i]);

		refused(country, "", country, "damaged");
	}
}

/* --- CSV lines -------------------------------------------------------------------------------- */

static int read_csv(const char *path, struct err *e)
{
	AUTO(step_lists_done) struct step_lists lists = {0};
	struct as_names names = {0};
	int ret = asn_csv_read(path, &lists, &names, e);

	as_names_done(&names);
	return ret;
}

static void bad_line(const char *line, const char *text)
{
	AUTO(lab_close) struct lab lab = lab_open();
	char content[1024], where[LAB_PATH + 16];
	struct err e = {0};

	snprintf(content, sizeof(content),
		"1.0.0.0,1.0.0.255,1,good\n%s\n3.0.0.0,3.0.0.255,3,good\n", line);
	const char *path = lab_text(&lab, "a.csv", content);
	snprintf(where, sizeof(where), "%s line 2: ", path);
	cr_assert_eq(read_csv(path, &e), -EBADMSG, "\"%s\" is refused", line);
	cr_assert(strstr(e.text, where) == e.text, "%s", e.text);
	cr_assert(strstr(e.text, text), "\"%s\" has \"%s\"", e.text, text);
}

Test(damage, a_bad_line_of_the_csv_is_named_with_its_number)
{
	static const char *const lines[] = {"x", ",,,", "2.0.0.0", "2.0.0.0,2.0.0.255",
		"2.0.0.0,2.0.0.255,2", "2.0.0.0,2.0.0.256,2,name", "2.0.0.0,2.0.0,2,name",
		"2.0.0.0,2.0.0.1.1,2,name", "2.0.0.0,2.0..1,2,name", "2.0.0.00,2.0.0.1,2,name",
		"2.0.0.0 ,2.0.0.1,2,name", "-2.0.0.0,2.0.0.1,2,name", "2.0.0.0,2001::,2,name",
		"2001::,2.0.0.0,2,name", "2001::g,2001::1,2,name",
		"::ffff:2.0.0.0,::ffff:2.0.0.1,2,name", "2.0.0.0,2.0.0.1,,name",
		"2.0.0.0,2.0.0.1,AS2,name", "2.0.0.0,2.0.0.1,4294967296,name",
		"2.0.0.0,2.0.0.1,18446744073709551617,name", "2.0.0.0,2.0.0.1,-1,name",
		"2.0.0.0,2.0.0.1,2,\"open", "2.0.0.0,2.0.0.1,2,\"a\"b", "2.0.0.0,2.0.0.1,2,\"",
		("2001:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0001,2001::"
		 "1,2,long")};

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		bad_line(lines[i], "first,last,AS number,name");
	bad_line("2.0.0.1,2.0.0.0,2,name", "ends before it begins");
	bad_line("0.255.255.255,2.0.0.0,2,name", "begins before the one before");
}

Test(damage, limits_of_the_csv_are_read)
{
	AUTO(lab_close) struct lab lab = lab_open();
	struct err e = {0};
	char longest[2048];

	cr_assert_eq(
		read_csv(lab_text(&lab, "a.csv", "0.0.0.0,255.255.255.255,4294967295,x\n"), &e), 0,
		"%s", e.text);
	cr_assert_eq(read_csv(lab_text(&lab, "b.csv",
				      "::,ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff,0,\"\"\n"),
			     &e),
		0, "%s", e.text);
	snprintf(longest, sizeof(longest), "1.0.0.0,1.0.0.1,1,%01500d\n", 0);
	cr_assert_eq(read_csv(lab_text(&lab, "c.csv", longest), &e), 0, "%s", e.text);
}

Test(damage, every_beginning_of_a_csv_is_read_or_refused)
{
	static const char text[] = "1.0.0.0,1.0.0.255,13335,\"Cloud, Inc.\"\n"
				   "2001:db8::,2001:db8::ffff,64500,\"say \"\"hi\"\"\"\n";
	AUTO(lab_close) struct lab lab = lab_open();

	for (size_t len = 1; len < sizeof(text); len++) {
		struct err e = {0};
		int ret = read_csv(lab_write(&lab, "a.csv", text, len), &e);

		cr_assert_eq(ret < 0, e.text[0] != '\0');
	}
}

/* --- MMDB bytes ------------------------------------------------------------------------------- */

/* Read or refused with a line that names it; never worse. Returns whether it was refused. */
static bool try_mmdb(const struct lab *lab, const uint8_t *data, size_t len, bool is_as)
{
	AUTO(step_lists_done) struct step_lists lists = {0};
	const char *path = lab_write(lab, "damaged.mmdb", data, len);
	struct as_names names = {0};
	struct mmdb_info info;
	struct err e = {0};
	int ret = is_as ? mmdb_systems(path, &lists, &names, &info, &e)
			: mmdb_countries(path, &lists, &info, &e);

	cr_assert_eq(ret < 0, e.text[0] != '\0');
	cr_assert(ret == 0 || strstr(e.text, "damaged.mmdb"), "%s", e.text);
	as_names_done(&names);
	return ret < 0;
}

static void damage_each_byte(const struct lab *lab, const uint8_t *good, size_t len, bool is_as)
{
	AUTO(free) uint8_t *data = malloc(len);
	size_t refusals = 0;

	cr_assert(data && !try_mmdb(lab, good, len, is_as));
	for (size_t i = 0; i < len; i++) {
		static const uint8_t flips[] = {0xff, 0x01, 0x80};

		memcpy(data, good, len);
		data[i] ^= flips[i % ARRAY_SIZE(flips)];
		refusals += try_mmdb(lab, data, len, is_as);
	}
	cr_assert_gt(refusals, len / 20);
}

static void cut_at_each_byte(const struct lab *lab, const uint8_t *good, size_t len, bool is_as)
{
	for (size_t cut = 0; cut < len; cut += 1 + cut % 7)
		try_mmdb(lab, good, cut, is_as);
}

Test(damage, no_byte_of_an_mmdb_can_hurt)
{
	AUTO(lab_close) struct lab lab = lab_open();
	size_t len;
	const char *path = MMDB(&lab, "c.mmdb", "maxmind", "6", "192.0.2.0/24=JP", "10.0.0.0/9=CN",
		"2001:db8::/40=US");
	AUTO(free) uint8_t *countries = lab_read(path, &len);
	damage_each_byte(&lab, countries, len, false);
	cut_at_each_byte(&lab, countries, len, false);

	path = MMDB(
		&lab, "a.mmdb", "as", "4", "192.0.2.0/24=64500 Example", "10.0.0.0/9=70000 Other");
	AUTO(free) uint8_t *systems = lab_read(path, &len);
	damage_each_byte(&lab, systems, len, true);
	cut_at_each_byte(&lab, systems, len, true);
}

/* Nodes of a tree that holds two /32 which differ in their first bit; the record of that value is
 * empty. */
enum { NODES = 63 };

static void put_record(uint8_t *tree, size_t node, size_t side, uint32_t value)
{
	uint8_t *record = tree + node * 6 + side * 3; /* records of 24 bits */

	record[0] = (uint8_t)(value >> 16);
	record[1] = (uint8_t)(value >> 8);
	record[2] = (uint8_t)value;
}

/* The tree becomes a chain of nodes that holds nothing, in which each leads to the next by one
 * record or by both. */
static void refuse_chain(uint32_t nodes, bool doubled)
{
	AUTO(lab_close) struct lab lab = lab_open();
	size_t len;
	const char *asn = lab_text(&lab, "a.csv", "1.0.0.0,1.0.0.1,1,x\n");
	const char *path = MMDB(&lab, "c.mmdb", "maxmind", "4", "1.2.3.4/32=JP", "200.7.6.5/32=CN");
	AUTO(free) uint8_t *data = lab_read(path, &len);

	for (uint32_t node = 0; node < nodes; node++) {
		uint32_t next = node + 1 < nodes ? node + 1 : NODES;

		put_record(data, node, 0, next);
		put_record(data, node, 1, doubled ? next : NODES);
	}
	const char *odd = lab_write(&lab, "odd.mmdb", data, len);
	refused(odd, asn, odd,
		nodes > 32 || doubled ? "the file is damaged" : "holds no countries");
}

Test(damage, a_tree_deeper_than_an_address_is_refused)
{
	refuse_chain(32, false);
	refuse_chain(33, false);
}

/* Without a bound this walk takes 2^32 steps. */
Test(damage, a_tree_whose_branches_meet_again_and_again_is_refused)
{
	refuse_chain(32, true);
}

Test(damage, a_tree_with_loops_is_refused)
{
	AUTO(lab_close) struct lab lab = lab_open();
	size_t len;
	const char *asn = lab_text(&lab, "a.csv", "1.0.0.0,1.0.0.1,1,x\n");
	const char *path = MMDB(&lab, "c.mmdb", "maxmind", "4", "1.2.3.4/32=JP");
	AUTO(free) uint8_t *data = lab_read(path, &len);

	for (size_t node = 0; node < 20; node++)
		for (size_t side = 0; side < 2; side++)
			put_record(data, node, side, 1);
	const char *odd = lab_write(&lab, "odd.mmdb", data, len);
	refused(odd, asn, odd, "the file is damaged");
}

/* The tree of an MMDB that lost its end, as after an interrupted download, in the middle of the
 * packaged file. */
Test(damage, half_of_the_packaged_file_is_refused)
{
	AUTO(lab_close) struct lab lab = lab_open();
	AUTO(fclose)
	FILE *f = fopen(TEITEN_DEPS
		"/@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb",
		"rbe");
	enum { HALF = 4000000 };
	AUTO(free) uint8_t *data = malloc(HALF);

	if (!f)
		cr_skip_test("no packaged place data below " TEITEN_DEPS);
	cr_assert(data && fread(data, 1, HALF, f) == HALF);
	cr_assert(try_mmdb(&lab, data, HALF, false));
}
