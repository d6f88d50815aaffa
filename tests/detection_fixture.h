/* Section 4 of the same report: tables 4-1 and 4-2 come out cell by cell; what it does not print is made up. */
#pragma once

#include "report_fixture.h"

static const struct fixture_row fixture_categories[] = {
	{"Worm", 181660, 191890, 1, 1, 0, 2},
	{"Scan", 110050, 123690, 2, 2, 0, 1},
	{"DNS", 43090, 8038, 3, 4, 1, 0},
	{"DoS", 14260, 11003, 4, 3, 2, 0},
	{"Others", 3100, 3660, 5, 5, 0, 3},
	{"UDP spam", 1240, 1851, 6, 6, 0, 4},
};


static const struct fixture_row fixture_detection_countries[] = {
	{"CN", 214900, 231850, 1, 1, 0, 1},
	{"DE", 38750, 5566, 2, 8, 1, 0},
	{"US", 31000, 32845, 3, 2, 0, 3},
	{"TW", 11160, 11446, 4, 3, 0, 8},
	{"HK", 10540, 11025, 5, 4, 0, 7},
	{"JP", 9300, 9300, 6, 5, 0, 0},
	{"KR", 6200, 6200, 7, 6, 0, 0},
	{"SE", 3720, 5240, 8, 9, 0, 5},
	{"CA", 3200, 5594, 9, 7, 0, 2},
	{"RO", 2790, 1479, 10, 12, 3, 0},
	{"GB", 2480, 1204, 11, 13, 4, 0},
	{"NL", 2198, 318, 12, 27, 2, 0},
	{"CL", 1140, 162, 16, 43, 5, 0},
	{"MX", 275, 2115, 31, 11, 0, 4},
};

static const struct fixture_row fixture_signatures[] = {
	{"2003", 181660, 191890, 1, 1, 0, 1},
	{"3:469", 90000, 100000, 2, 2, 0, 2},
	{"255", 43090, 8038, 3, 4, 1, 0},
	{"469", 20050, 23690, 4, 3, 0, 3},
	{"480", 14260, 11003, 5, 5, 2, 0},
};

/* One address of Germany, since 31 July. */
static const struct fixture_row fixture_misconfigured[] = {{"192.0.2.53", 38440, 1218, 1, 1, 1, 0}};

static const unsigned fixture_category_country[5][5] = {
	{80, 0, 4, 3, 2}, {60, 1, 9, 5, 5}, {5, 89, 1, 0, 0}, {30, 2, 20, 1, 1}, {20, 3, 30, 1, 1}};
static const unsigned fixture_country_signature[5][5] = {
	{68, 25, 1, 4, 1}, {2, 4, 92, 1, 0}, {50, 30, 3, 10, 5}, {60, 30, 0, 5, 1}, {55, 30, 0, 9, 1}};
static const unsigned fixture_category_share[5] = {52, 31, 12, 4, 1};

static inline void fixture_names(struct signatures *names)
{
	static const char *const list[][2] = {{"2003", "SQL Slammer"}, {"255", "DNS request made for all records"},
		{"3:469", "Sweep of a subnet for active hosts"}, {"469", "Proxy port probe"},
		{"480", "ICMP Echo Reply without Echo"}};

	names->list = calloc(ARRAY_SIZE(list), sizeof(*names->list));
	for (; names->count < ARRAY_SIZE(list); names->count++)
		names->list[names->count] =
			(struct signature){.key = strdup(list[names->count][0]), .message = strdup(list[names->count][1])};
}

static inline void fixture_sets(struct report_detections *d)
{
	d->sets = calloc(1, sizeof(*d->sets));
	d->set_count = 1;
	d->sets[0].set = (struct ruleset){
		.digest = "d1", .loaded_s = zone_time(2009, 8, 31, 12, 0, 0), .signatures = 2885, .refused = 12};
	d->sets[0].files = calloc(2, sizeof(*d->sets[0].files));
	d->sets[0].file_count = 2;
	d->sets[0].files[0] = (struct ruleset_file){.name = "community.rules", .edition = "2.9"};
	d->sets[0].files[1] = (struct ruleset_file){.name = "own.rules"};
}

static inline void fixture_detections(struct report_data *data)
{
	struct report_detections *d = &data->detections;
	struct top *signatures;

	d->there = true;
	d->categories = fixture_top(DIMENSION_category, fixture_categories, ARRAY_SIZE(fixture_categories), 353400, 340132);
	d->countries = fixture_top(DIMENSION_country, fixture_detection_countries, ARRAY_SIZE(fixture_detection_countries),
		353400, 340132);
	signatures = fixture_top(DIMENSION_signature, fixture_signatures, ARRAY_SIZE(fixture_signatures), 353400, 340132);
	d->category_days = fixture_trend(DIMENSION_category, 353400, d->categories, fixture_category_share, 2, 12);
	d->country_days = fixture_trend(DIMENSION_country, 353400, d->countries, fixture_category_share, 1, 12);
	d->category_country = fixture_cross(
		DIMENSION_category, DIMENSION_country, d->categories, d->countries, fixture_category_country);
	d->country_signature = fixture_cross(
		DIMENSION_country, DIMENSION_signature, d->countries, signatures, fixture_country_signature);
	d->examples = fixture_cross(
		DIMENSION_category, DIMENSION_signature, d->categories, signatures, fixture_country_signature);
	d->category_source = fixture_top(DIMENSION_source, fixture_misconfigured, 1, 43090, 8038);
	d->country_source = fixture_top(DIMENSION_source, fixture_misconfigured, 1, 38750, 5566);
	fixture_names(&d->names);
	fixture_sets(d);
	top_free(signatures);
}
