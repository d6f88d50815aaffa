/* Answers shaped like the month of August 2009 in "我が国におけるインターネット治安情勢(平成 21 年
 * 8 月期)": packets were chosen so that tables 3-1 and 3-2 of that report come out cell by cell;
 * what it does not print (other ranks, days, shares) is made up. 1,000 addresses, 31 days, both
 * periods. */
#pragma once

#include "analysis/analysis.h"
#include "base/zone.h"
#include "report/report_data.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

enum { FIXTURE_EXPOSURE = 31000, FIXTURE_DAYS = 31 };

struct fixture_row {
	const char *key;
	uint64_t packets, previous;
	uint32_t rank, previous_rank, rise_rank, fall_rank;
};

static const struct fixture_row fixture_services[] = {
	{"445/TCP", 4430520, 4063790, 1, 1, 2, 0},
	{"135/TCP", 1738790, 1775680, 2, 2, 0, 3},
	{"8/ICMP", 1139870, 951390, 3, 3, 3, 0},
	{"2967/TCP", 725400, 312790, 4, 6, 1, 0},
	{"1433/TCP", 704630, 832040, 5, 4, 0, 2},
	{"139/TCP", 241800, 240250, 6, 7, 9, 0},
	{"4899/TCP", 177940, 324880, 7, 5, 0, 1},
	{"22/TCP", 162750, 155000, 8, 9, 6, 0},
	{"1434/UDP", 151900, 158100, 9, 8, 0, 7},
	{"80/TCP", 111600, 108500, 10, 11, 7, 0},
	{"1521/TCP", 80910, 62941, 11, 13, 4, 0},
	{"8088/TCP", 32550, 42577, 18, 16, 0, 5},
	{"17566/TCP", 14322, 62, 26, 2811, 5, 0},
	{"62400/TCP", 31, 17949, 2904, 27, 0, 4},
};

static const struct fixture_row fixture_countries[] = {
	{"CN", 4827010, 3554460, 1, 1, 1, 0},
	{"JP", 2441560, 2292140, 2, 2, 3, 0},
	{"US", 786160, 743690, 3, 3, 5, 0},
	{"RU", 606050, 453840, 4, 4, 2, 0},
	{"TW", 482050, 414160, 5, 5, 4, 0},
	{"BR", 310000, 302250, 6, 7, 6, 0},
	{"KR", 270320, 357120, 7, 6, 0, 1},
	{"IN", 232500, 226300, 8, 8, 7, 0},
	{"DE", 201500, 207700, 9, 9, 0, 7},
	{"RO", 186000, 184450, 10, 11, 11, 0},
	{"HK", 157790, 173873, 12, 10, 0, 5},
	{"GB", 81530, 119633, 18, 14, 0, 2},
	{"CL", 42469, 58944, 29, 24, 0, 4},
	{"VE", 30690, 48292, 36, 26, 0, 3},
};

static const struct fixture_row fixture_home[] = {
	{"445/TCP", 1111660, 878850, 1, 1, 1, 0},
	{"135/TCP", 1008500, 1030000, 2, 2, 0, 1},
	{"8/ICMP", 57000, 55000, 3, 3, 3, 0},
	{"139/TCP", 46500, 48000, 4, 4, 0, 2},
	{"1026/UDP", 31000, 28000, 5, 6, 2, 0},
	{"80/TCP", 24000, 24000, 6, 7, 0, 0},
};

static const struct fixture_row fixture_backscatter[] = {
	{"CN", 1054000, 302250, 1, 1, 1, 0},
	{"RU", 155000, 9300, 2, 5, 2, 0},
	{"US", 93000, 62000, 3, 2, 3, 0},
	{"DE", 31000, 38750, 4, 3, 0, 1},
	{"NL", 15500, 18600, 5, 4, 0, 2},
};

static const struct fixture_row fixture_first_service[] = {
	{"JP", 1111660, 878850, 1, 1, 1, 0},
	{"CN", 797500, 790000, 2, 2, 6, 0},
	{"US", 398700, 365000, 3, 3, 2, 0},
	{"RU", 310100, 279000, 4, 4, 3, 0},
	{"TW", 279100, 250000, 5, 5, 4, 0},
};

static inline struct measure fixture_measure(const struct fixture_row *row)
{
	double rate = (double)row->packets / FIXTURE_EXPOSURE,
	       previous = (double)row->previous / FIXTURE_EXPOSURE;

	return (struct measure){
		.packets = row->packets,
		.sources = row->packets / 40 + 1,
		.previous_packets = row->previous,
		.previous_sources = row->previous / 40 + 1,
		.rate = rate,
		.previous_rate = previous,
		.change = rate - previous,
		.change_pct = previous > 0 ? 100 * (rate - previous) / previous : NAN,
		.rank = row->rank,
		.previous_rank = row->previous_rank,
		.rise_rank = row->rise_rank,
		.fall_rank = row->fall_rank,
	};
}

static inline struct top *fixture_top(enum dimension dimension, const struct fixture_row *rows,
	size_t count, uint64_t packets, uint64_t previous)
{
	struct top *top = calloc(1, sizeof(*top));
	const struct fixture_row total = {.packets = packets, .previous = previous};

	top->question.dimension = dimension;
	top->exposure = top->versus_exposure = FIXTURE_EXPOSURE;
	top->total = fixture_measure(&total);
	top->rows = calloc(count, sizeof(*top->rows));
	top->count = top->keys = count;
	for (size_t i = 0; i < count; i++)
		top->rows[i] = (struct top_row){.key = strdup(rows[i].key),
			.exposure = FIXTURE_EXPOSURE,
			.versus_exposure = FIXTURE_EXPOSURE,
			.m = fixture_measure(&rows[i])};
	return top;
}

/* percent[row][column] of the rows' packets; what is left goes to "others". */
static inline struct cross *fixture_cross(enum dimension dimension, enum dimension dimension2,
	const struct top *rows, const struct top *columns, const unsigned percent[5][5])
{
	struct cross *c = calloc(1, sizeof(*c));

	c->question.dimension = dimension;
	c->question.dimension2 = dimension2;
	c->rows = c->columns = 5;
	c->exposure = FIXTURE_EXPOSURE;
	c->cells = calloc(36, sizeof(*c->cells));
	c->row_keys = calloc(6, sizeof(char *));
	c->column_keys = calloc(6, sizeof(char *));
	c->row_packets = calloc(6, sizeof(uint64_t));
	c->column_packets = calloc(6, sizeof(uint64_t));
	for (size_t i = 0; i < 5; i++) {
		uint64_t left = rows->rows[i].m.packets;

		c->row_keys[i] = strdup(rows->rows[i].key);
		c->column_keys[i] = strdup(columns->rows[i].key);
		for (size_t j = 0; j < 5; j++) {
			uint64_t part = rows->rows[i].m.packets * percent[i][j] / 100;
			c->cells[i * 6 + j].packets = part;
			left -= part;
		}
		c->cells[i * 6 + 5].packets = left;
	}
	return c;
}

static inline uint64_t fixture_weight(size_t day, size_t key, size_t spike)
{
	return 100 + (day * 7 + key * 13) % 23 +
	       (spike && day + 1 >= spike && day < spike + 2 ? 600 : 0);
}

/* Spreads packets over the days so that they sum up exactly. */
static inline void fixture_spread(struct series *s, uint64_t packets, size_t key, size_t spike)
{
	uint64_t sum = 0, done = 0, weight = 0;

	s->points = calloc(FIXTURE_DAYS, sizeof(*s->points));
	s->packets = packets;
	for (size_t day = 0; day < FIXTURE_DAYS; day++)
		sum += fixture_weight(day, key, spike);
	for (size_t day = 0; day < FIXTURE_DAYS; day++) {
		struct point *p = &s->points[day];

		weight += fixture_weight(day, key, spike);
		p->packets = packets * weight / sum - done;
		done += p->packets;
		p->from_s = zone_time(2009, 8, (int)day + 1, 0, 0, 0);
		p->to_s = p->from_s + 86400;
		p->exposure = 1000;
		p->rate = (double)p->packets / 1000;
		p->sources = spike ? 1 : 40;
	}
}

static inline int fixture_by_packets(const void *a, const void *b)
{
	const struct series *x = a, *y = b;

	return x->packets < y->packets ? 1 : x->packets > y->packets ? -1 : strcmp(x->key, y->key);
}

/* spike: first day of three on which key number spiky (5: the others) stands high, 0 for none. */
static inline struct trend *fixture_trend(enum dimension split, uint64_t packets,
	const struct top *keys, const unsigned percent[5], size_t spiky, size_t spike)
{
	struct trend *t = calloc(1, sizeof(*t));
	uint64_t left = packets;

	t->question.dimension = split;
	t->points = FIXTURE_DAYS;
	t->exposure = FIXTURE_EXPOSURE;
	t->series = calloc(5, sizeof(*t->series));
	t->count = 5;
	t->total.key = strdup("all");
	for (size_t i = 0; i < 5; i++) {
		t->series[i].key = strdup(keys->rows[i].key);
		fixture_spread(
			&t->series[i], packets * percent[i] / 100, i, i == spiky ? spike : 0);
		left -= t->series[i].packets;
	}
	/* the others; the keys come on top */
	fixture_spread(&t->total, left, 7, spiky == 5 ? spike : 0);
	t->total.packets = packets;
	for (size_t day = 0; day < FIXTURE_DAYS; day++)
		for (size_t i = 0; i < 5; i++)
			t->total.points[day].packets += t->series[i].points[day].packets;
	qsort(t->series, t->count, sizeof(*t->series), fixture_by_packets);
	return t;
}

static const unsigned fixture_service_country[5][5] = {
	{18, 25, 9, 7, 6}, {6, 58, 3, 1, 0}, {71, 5, 6, 2, 1}, {94, 1, 1, 0, 0}, {88, 1, 5, 0, 0}};
static const unsigned fixture_country_service[5][5] = {{17, 2, 17, 14, 13}, {45, 41, 2, 0, 0},
	{51, 7, 9, 1, 4}, {51, 3, 4, 0, 0}, {58, 0, 2, 0, 0}};

static const unsigned fixture_backscatter_share[5] = {73, 10, 6, 2, 1};

static inline void fixture_data(struct report_data *d)
{
	const uint64_t all = 12772000, previous = 11163100; /* 412.0 and 360.1 */
	struct err e = {0};

	cr_assert_eq(zone_use("Asia/Tokyo", &e), 0, "%s", e.text);
	*d = (struct report_data){0};
	cr_assert_eq(period_parse("2009-08", zone_time(2009, 9, 30, 0, 0, 0), &d->period, &e), 0,
		"%s", e.text);
	d->versus = period_before(&d->period);
	d->services = fixture_top(
		DIMENSION_service, fixture_services, ARRAY_SIZE(fixture_services), all, previous);
	d->countries = fixture_top(
		DIMENSION_country, fixture_countries, ARRAY_SIZE(fixture_countries), all, previous);
	d->home_services = fixture_top(
		DIMENSION_service, fixture_home, ARRAY_SIZE(fixture_home), 2441560, 2292140);
	d->backscatter = fixture_top(DIMENSION_country, fixture_backscatter,
		ARRAY_SIZE(fixture_backscatter), 1426000, 496000);
	d->first_service = fixture_top(DIMENSION_country, fixture_first_service,
		ARRAY_SIZE(fixture_first_service), 4430520, 4063790);
	d->service_country = fixture_cross(DIMENSION_service, DIMENSION_country, d->services,
		d->countries, fixture_service_country);
	d->country_service = fixture_cross(DIMENSION_country, DIMENSION_service, d->countries,
		d->services, fixture_country_service);
	for (size_t i = 0; i < REPORT_COURSES; i++) {
		d->service_courses[i] = (struct report_course){.key = d->services->rows[i].key,
			.trend = fixture_trend(DIMENSION_country, d->services->rows[i].m.packets,
				d->countries, fixture_service_country[i], 0, i == 3 ? 22 : 0)};
		d->country_courses[i] = (struct report_course){.key = d->countries->rows[i].key,
			.trend = fixture_trend(DIMENSION_service, d->countries->rows[i].m.packets,
				d->services, fixture_country_service[i], 5, i == 2 ? 22 : 0)};
	}
	d->backscatter_days = fixture_trend(
		DIMENSION_country, 1426000, d->backscatter, fixture_backscatter_share, 2, 22);
	for (size_t i = 0; i < 5; i++)
		if (strcmp(d->backscatter_days->series[i].key, "US") == 0)
			d->backscatter_days->series[i].points[22].packets = 26000;
	d->service_course_count = d->country_course_count = REPORT_COURSES;
	d->sensors = 57;
	d->addresses = 1000;
	d->losses.dropped = 1204;
	d->version = 17;
}
