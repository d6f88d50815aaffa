/* Groups of sources: longest prefix, times, ASes, and the lists of others with errors that say where. */
#include <criterion/criterion.h>

#include <stdlib.h>
#include <unistd.h>

#include "base/yaml.h"
#include "base/zone.h"
#include "observe/groups.h"

enum { PREFIXES = 400, PROBES = 20000 };

static const int64_t second = 1000000000;
static const struct group_time always = {INT64_MIN, INT64_MAX};

static struct addr addr(const char *text)
{
	struct addr a;

	cr_assert(addr_parse(text, &a), "%s", text);
	return a;
}

static int64_t day(const char *text)
{
	int64_t t_s;

	cr_assert(zone_parse(text, &t_s));
	return t_s * second;
}

/* The group's name. */
static const char *group(const struct groups *g, const char *source, uint32_t asn, int64_t ts_ns)
{
	struct addr a = addr(source);

	return intern_text(groups_names(g), groups_find(g, &a, asn, ts_ns));
}

static struct groups *read_groups(const char *text, struct err *e)
{
	struct groups *g = groups_new();
	AUTO(yaml_free) struct yaml *document = NULL;

	cr_assert_eq(zone_use("UTC", &(struct err){0}), 0);
	cr_assert_eq(yaml_parse("teiten.yaml", text, strlen(text), &document, e), 0, "%s", e->text);
	if (groups_read(g, yaml_get(document, "groups"), e) == 0)
		cr_assert_eq(groups_index(g, e), 0);
	return g;
}

Test(groups, the_longest_prefix_that_holds_at_that_time_has_the_source)
{
	struct err e = {0};
	AUTO(groups_free) struct groups *g = read_groups(
		"groups:\n"
		"  - {name: University of Michigan, prefixes: [141.212.0.0/16], asns: [36375, AS36376]}\n"
		"  - {name: scanner, prefixes: 141.212.121.0/24, from: 2015-01-01, until: 2015-12-31}\n"
		"  - {name: later, prefixes: [141.212.121.0/24, '2001:db8::/32'], from: 2016-06-01}\n"
		"  - {name: second, prefixes: [141.212.0.0/16], asns: [36375, 7]}\n",
		&e);

	cr_assert_str_eq(e.text, "");
	cr_expect_str_eq(group(g, "141.212.1.1", 0, day("2015-06-01")), "University of Michigan");
	cr_expect_str_eq(group(g, "141.212.121.1", 0, day("2015-01-01")), "scanner");
	cr_expect_str_eq(group(g, "141.212.121.1", 0, day("2015-01-01") - 1), "University of Michigan");
	cr_expect_str_eq(group(g, "141.212.121.1", 0, day("2016-01-01") - 1), "scanner", "until is that day's end");
	cr_expect_str_eq(group(g, "141.212.121.1", 0, day("2016-01-01")), "University of Michigan");
	cr_expect_str_eq(group(g, "141.212.121.255", 0, day("2016-06-01")), "later");
	cr_expect_str_eq(group(g, "141.213.0.0", 0, day("2016-06-01")), "");
	cr_expect_str_eq(group(g, "141.211.255.255", 0, day("2016-06-01")), "");
	cr_expect_str_eq(group(g, "8.8.8.8", 36376, 0), "University of Michigan");
	cr_expect_str_eq(group(g, "8.8.8.8", 36375, 0), "University of Michigan", "the first one has it");
	cr_expect_str_eq(group(g, "8.8.8.8", 7, 0), "second");
	cr_expect_str_eq(group(g, "8.8.8.8", 8, 0), "");
	cr_expect_str_eq(group(g, "2001:db8::1", 0, day("2017-01-01")), "later");
	cr_expect_str_eq(group(g, "2001:db9::", 0, day("2017-01-01")), "");
	cr_expect_str_eq(group(g, "::", 0, 0), "");
}

Test(groups, none_at_all_have_nothing)
{
	struct err e = {0};
	AUTO(groups_free) struct groups *g = read_groups("groups:\n", &e);

	cr_expect_str_eq(group(g, "0.0.0.0", 0, 0), "");
	cr_expect_str_eq(group(g, "255.255.255.255", 5, 0), "");
	cr_expect_str_eq(group(g, "::", 5, 0), "");
}

/* Against a walk through all prefixes; seed 4. */
Test(groups, are_found_as_a_walk_finds_them)
{
	static struct prefix prefixes[PREFIXES];
	static struct group_time times[PREFIXES];
	AUTO(groups_free) struct groups *g = groups_new();
	struct err e = {0};
	char name[16];

	srandom(4);
	for (int i = 0; i < PREFIXES; i++) {
		bool v6 = i % 4 == 0;
		struct addr a = v6 ? addr("2001:db8::") : addr_from_v4(0x0a000000);

		for (int b = 13; b < 16; b++)
			a.b[b] = (uint8_t)(random() % 8 == 0 ? 255 : random() % 4);
		prefixes[i].bits = (uint8_t)(i == 1 ? 0 : i == 2 ? 96 : i == 3 ? 128 : 104 + random() % 25);
		prefixes[i].addr = addr_mask(&a, prefixes[i].bits);
		times[i] = random() % 2 ? always : (struct group_time){random() % 10, 10 + random() % 10};
		snprintf(name, sizeof(name), "g%d", i);
		int number = groups_name(g, name, &e);
		cr_assert_eq(number, i + 1);
		cr_assert_eq(groups_add_prefix(g, (uint16_t)number, &prefixes[i], times[i], &e), 0);
	}
	cr_assert_eq(groups_index(g, &e), 0);
	for (int i = 0; i < PROBES; i++) {
		struct addr a = i % 4 ? addr_from_v4(0x0a000000) : addr("2001:db8::");
		int64_t at_s = random() % 22, best = -1;

		for (int b = 13; b < 16; b++)
			a.b[b] = (uint8_t)(random() % 8 == 0 ? 255 : random() % 5);
		for (int p = 0; p < PREFIXES; p++)
			if (prefix_has(&prefixes[p], &a) && times[p].from_s <= at_s && at_s < times[p].until_s &&
				(best < 0 || prefixes[p].bits > prefixes[best].bits))
				best = p;
		cr_assert_eq(groups_find(g, &a, 0, at_s * second), best + 1);
	}
}

static void refuses(const char *text, const char *message)
{
	struct err e = {0};

	groups_free(read_groups(text, &e));
	cr_expect_str_eq(e.text, message);
}

Test(groups, mistakes_are_named_with_line_and_key)
{
	refuses("groups:\n  - {prefixes: [1.2.3.0/24]}\n", "teiten.yaml line 2: groups[0].name: is missing");
	refuses("groups:\n  - {name: a}\n", "teiten.yaml line 2: groups[0].prefixes: prefixes or asns are needed");
	refuses("groups:\n  - {name: a, prefixes: [1.2.3.0/33]}\n",
		"teiten.yaml line 2: groups[0].prefixes: \"1.2.3.0/33\" is no IPv4 or IPv6 prefix");
	refuses("groups:\n  - {name: a, asns: [AS0]}\n", "teiten.yaml line 2: groups[0].asns: \"AS0\" is no AS number like AS4134");
	refuses("groups:\n  - {name: a, asns: 1, from: 2015-02-30}\n",
		"teiten.yaml line 2: groups[0].from: \"2015-02-30\" is no time such as 2026-02-03 or 2026-02-03T04:00");
	refuses("groups:\n  - {name: a, asns: 1, from: 2015-02-03, until: 2015-02-02}\n",
		"teiten.yaml line 2: groups[0].until: is before from");
	refuses("groups:\n  - {name: 'a\"b', asns: 1}\n",
		"teiten.yaml line 2: groups[0].name: \"a\"b\" is no name: up to 127 bytes without quotes and backslashes");
	refuses("groups:\n  - {name: a, asn: 1}\n",
		"teiten.yaml line 2: unknown key \"asn\"; did you mean \"asns\"?");
}

/* --- lists ----------------------------------------------------------------------------------- */

/* A file with that text is imported; e says how it went. */
static struct groups *import(const char *text, const char *name, struct err *e)
{
	struct groups *g = groups_new();
	char path[] = "/tmp/teiten-groups-XXXXXX";
	int fd = mkstemp(path);

	cr_assert_eq(zone_use("UTC", &(struct err){0}), 0);
	cr_assert_geq(fd, 0);
	cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	if (groups_import(g, path, name, e) == 0)
		cr_assert_eq(groups_index(g, e), 0);
	unlink(path);
	return g;
}

Test(lists, a_misp_warninglist_is_a_group_of_its_name)
{
	static const char *const texts[] = {
		"{\n  \"description\": \"of scanners\",\n  \"list\": [\n    \"162.142.125.0/24\",\n    \"2602:80d:1000::/44\",\n"
		"    \"3.4.5.6\"\n  ],\n  \"matching_attributes\": [\n    \"ip-src\"\n  ],\n  \"name\": \"Censys's scanners\",\n"
		"  \"type\": \"cidr\",\n  \"version\": 3\n}\n",
		"{\n\t\"list\": [\n\t\t\"162.142.125.0/24\", \"3.4.5.6/32\"\n\t],\n\t\"name\": \"Censys's scanners\", \"type\":\"cidr\"}",
		"{\"list\":[\"162.142.125.0/24\",\"3.4.5.6\"],\"name\":\"Censys's scanners\"}"};

	for (size_t i = 0; i < 3; i++) {
		struct err e = {0};
		AUTO(groups_free) struct groups *g = import(texts[i], NULL, &e);

		cr_assert_str_eq(e.text, "");
		cr_expect_str_eq(group(g, "162.142.125.9", 0, 0), "Censyss scanners", "without the quote");
		cr_expect_str_eq(group(g, "3.4.5.6", 0, 0), "Censyss scanners");
		cr_expect_str_eq(group(g, "3.4.5.7", 0, 0), "");
	}
}

Test(lists, an_ipset_is_its_sets)
{
	struct err e = {0};
	AUTO(groups_free) struct groups *g = import("create SHODAN hash:net family inet hashsize 1024 maxelem 65536\n"
						    "add SHODAN 66.240.192.0/24\n"
						    "add SHODAN 66.240.192.7 nomatch\n"
						    "create X hash:ip\nadd X 9.9.9.9 timeout 0 comment \"a b\"\n",
		NULL, &e);

	cr_assert_str_eq(e.text, "");
	cr_expect_str_eq(group(g, "66.240.192.6", 0, 0), "SHODAN");
	cr_expect_str_eq(group(g, "66.240.192.7", 0, 0), "");
	cr_expect_str_eq(group(g, "9.9.9.9", 0, 0), "X");
}

Test(lists, plain_prefixes_are_the_group_that_is_named)
{
	struct err e = {0};
	AUTO(groups_free) struct groups *g =
		import("# scanners\n\n1.2.3.0/24 # a.example\r\n  5.6.7.8\n2001:db8::/32\n9.9.9.9/8\n", "mass scanners", &e);

	cr_assert_str_eq(e.text, "");
	cr_expect_str_eq(group(g, "1.2.3.255", 0, 0), "mass scanners");
	cr_expect_str_eq(group(g, "5.6.7.8", 0, 0), "mass scanners");
	cr_expect_str_eq(group(g, "2001:db8::9", 0, 0), "mass scanners");
	cr_expect_str_eq(group(g, "9.1.1.1", 0, 0), "mass scanners", "host bits are nothing");
	AUTO(groups_free) struct groups *own = import("1.2.3.4\n", NULL, &e);
	cr_expect_eq(strncmp(group(own, "1.2.3.4", 0, 0), "teiten-groups-", 14), 0, "by the file");
}

Test(lists, csv_and_tsv_have_names_and_dates)
{
	static const char *const texts[] = {
		"name,prefix,valid_from,valid_to\n\"Uni, \"\"A\"\"\",141.212.0.0/16,2015-01-01,2015-12-31\nB,1.2.3.0/24,,\nB,1.2.4.0/24\n",
		"prefix\tname\tvalid_from\tvalid_to\tsource\n141.212.0.0/16\tUni, A\t2015-01-01\t2015-12-31\tx\n1.2.3.0/24\tB\t\t\ty\n1.2.4.0/24\tB\n",
		"# name, prefix\n\"Uni, A\",141.212.0.0/16,2015-01-01,2015-12-31\nB,1.2.3.0/24\nB,1.2.4.0/24,,\n"};

	for (size_t i = 0; i < 3; i++) {
		struct err e = {0};
		AUTO(groups_free) struct groups *g = import(texts[i], NULL, &e);

		cr_assert_str_eq(e.text, "");
		cr_expect_str_eq(group(g, "141.212.3.4", 0, day("2015-12-31")), "Uni, A", "%zu", i);
		cr_expect_str_eq(group(g, "141.212.3.4", 0, day("2016-01-01")), "");
		cr_expect_str_eq(group(g, "1.2.3.4", 0, day("2016-01-01")), "B");
		cr_expect_str_eq(group(g, "1.2.4.4", 0, day("2000-01-01")), "B");
	}
}

static void refuses_list(const char *text, const char *message)
{
	struct err e = {0};

	groups_free(import(text, "x", &e));
	cr_expect(strstr(e.text, message), "%s", e.text);
	cr_expect(strstr(e.text, "/tmp/teiten-groups-"), "%s", e.text);
}

Test(lists, mistakes_are_named_with_file_and_line)
{
	refuses_list("{\"type\": \"hostname\", \"list\": []}", " line 1: type: \"hostname\" is not cidr");
	refuses_list("{\"type\": \"cidr\",\n \"list\": [\"1.2.3.0/24\",\n \"no\"]}", " line 3: \"no\" is no IPv4");
	refuses_list("{\"type\": \"cidr\"}", "list is missing");
	refuses_list("{\"list\": [", "this is not YAML");
	refuses_list("create A hash:net\nadd A\n", " line 2: add without a set and a prefix");
	refuses_list("add A 1.2.3.4-1.2.3.9\n", " line 1: \"1.2.3.4-1.2.3.9\" is no IPv4");
	refuses_list("1.2.3.4\n# fine\n1.2.3\n", " line 3: \"1.2.3\" is no IPv4");
	refuses_list("a,1.2.3.0/24,soon,\n", " line 1: valid_from: \"soon\" is no date");
	refuses_list("a,1.2.3.0/24,,never\n", " line 1: valid_to: \"never\" is no date");
	refuses_list("a,1.2.3.0/24,2015-01-02,2015-01-01\n", " line 1: valid_to is before valid_from");
	struct err e = {0};
	AUTO(groups_free) struct groups *g = groups_new();
	cr_expect_lt(groups_import(g, "/nonexistent/list", NULL, &e), 0);
	cr_expect(strstr(e.text, "/nonexistent/list"), "%s", e.text);
}

/* A name is cut between characters. */
Test(lists, long_names_stay_utf8)
{
	char text[1024] = "";
	struct err e = {0};

	for (int i = 0; i < 100; i++)
		strcat(text, "調");
	strcat(text, ",1.2.3.4\n");
	AUTO(groups_free) struct groups *g = import(text, NULL, &e);
	cr_assert_str_eq(e.text, "");
	cr_expect_eq(strlen(group(g, "1.2.3.4", 0, 0)) % 3, 0);
	cr_expect_eq(strlen(group(g, "1.2.3.4", 0, 0)), 126);
}
