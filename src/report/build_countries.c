/* Section 3-2: accesses by country or region of the source. */
#include "report/build_access.h"

#include "report/say.h"

#include <string.h>

enum { GROUP_COUNTRIES = 5, BACKSCATTER_NAMES = 3 };

static const double BACKSCATTER_PERCENT =
	20; /* of a country's accesses, from which it is mentioned */

static bool has_word(enum change change)
{
	return change != CHANGE_UNKNOWN && change != CHANGE_GONE;
}

/* "日本からのアクセスは増加、米国、ロシア及び台湾からのアクセスはやや増加": the most accessed port,
 * countries of the same word together, in the order of their first country. */
static void say_first_service(struct builder *b, struct buf *paragraph)
{
	struct doc *d = b->doc;
	const struct top *top = b->data->first_service;
	size_t count = top->count < GROUP_COUNTRIES ? top->count : GROUP_COUNTRIES;
	bool done[CHANGE_COUNT] = {false};
	const char *list = "";

	for (size_t i = 0; i < count; i++) {
		const char *names[GROUP_COUNTRIES];
		enum change change = change_of(b->options->settings, &top->rows[i].m);
		size_t n = 0;

		if (!has_word(change) || done[change])
			continue;
		done[change] = true;
		for (size_t j = i; j < count; j++)
			if (change_of(b->options->settings, &top->rows[j].m) == change)
				names[n++] = name_of(b, DIMENSION_country, top->rows[j].key);
		const char *group =
			SAY(d, change_from, print_list(d, names, n), change_word(change, d->lang));
		list = *list ? SAY(d, list_comma, list, group) : group;
	}
	if (*list)
		add_sentence(b, paragraph,
			SAY(d, service_by_country, b->data->services->rows[0].key, list));
}

static void say_backscatter(struct builder *b, struct buf *paragraph)
{
	struct doc *d = b->doc;
	const struct top *top = b->data->backscatter;
	const char *names[BACKSCATTER_NAMES];
	size_t count = 0;

	if (top->total.packets == 0)
		return;
	const char *rate = print_number(d, top->total.rate, 1);
	const char *share = print_share(
		d, 100 * (double)top->total.packets / (double)b->data->services->total.packets);
	if (has_previous(b))
		add_sentence(b, paragraph,
			SAY(d, backscatter, rate, share, print_change(d, &top->total),
				change_end(change_of(b->options->settings, &top->total), d->lang)));
	else
		add_sentence(b, paragraph, SAY(d, backscatter_alone, rate, share));
	for (; count < BACKSCATTER_NAMES && count < top->count && top->rows[count].m.packets > 0;
		count++)
		names[count] = name_of(b, DIMENSION_country, top->rows[count].key);
	add_sentence(b, paragraph, SAY(d, backscatter_countries, print_list(d, names, count)));
}

static void say_summary(struct builder *b)
{
	AUTO(buf_done) struct buf paragraph = {0};
	const struct top *top = b->data->countries;

	if (has_previous(b)) {
		say_same_ranks(b, &paragraph, top);
		say_rises(b, &paragraph, top);
		say_falls(b, &paragraph, top);
		end_paragraph(b, &paragraph);
		say_first_service(b, &paragraph);
		end_paragraph(b, &paragraph);
	}
	say_backscatter(b, &paragraph);
	end_paragraph(b, &paragraph);
}

static void say_country_backscatter(
	struct builder *b, struct buf *paragraph, const struct top_row *country)
{
	const struct top_row *row = find_key(b->data->backscatter, country->key);
	double percent = row ? 100 * (double)row->m.packets / (double)country->m.packets : 0;

	if (percent >= BACKSCATTER_PERCENT)
		add_sentence(b, paragraph,
			SAY(b->doc, country_backscatter, print_share(b->doc, percent)));
}

/* Packets of a country's day beyond the mean of the period. */
static double excess_of(const struct trend *trend, int day)
{
	const struct point *p = &trend->total.points[day];

	return (double)p->packets - (double)trend->total.packets / trend->exposure * p->exposure;
}

/* A country's day of most accesses is often backscatter of one attacked address, spread over
 * ports: said when it is at least half of what that day has more than the mean. */
static void say_country_peak(
	struct builder *b, struct buf *paragraph, const struct report_course *course)
{
	const struct trend *backscatter = b->data->backscatter_days;
	int day = say_peak(b, paragraph, course->trend);

	if (day < 0)
		return;
	for (size_t i = 0; i < backscatter->count && (size_t)day < backscatter->points; i++) {
		const struct point *p = &backscatter->series[i].points[day];

		if (strcmp(backscatter->series[i].key, course->key) != 0 ||
			(double)p->packets < excess_of(course->trend, day) / 2)
			continue;
		const char *share = print_share(
			b->doc, 100 * (double)p->packets /
					(double)course->trend->total.points[day].packets);
		add_sentence(b, paragraph,
			is_one_source(backscatter, p) ? SAY(b->doc, peak_backscatter_one, share)
					: SAY(b->doc, peak_backscatter, share));
		return;
	}
	say_peak_part(b, paragraph, course->trend, day);
}

static void say_course(struct builder *b, const struct report_course *course, const char *figure)
{
	struct doc *d = b->doc;
	const struct top_row *row = find_key(b->data->countries, course->key);
	const char *name = name_of(b, DIMENSION_country, course->key);
	AUTO(buf_done) struct buf paragraph = {0};

	if (has_previous(b))
		add_sentence(b, &paragraph,
			SAY(d, country_course, name, figure, print_change(d, &row->m),
				change_end(change_of(b->options->settings, &row->m), d->lang)));
	else
		add_sentence(b, &paragraph, SAY(d, country_course_alone, name, figure));
	const char *targets = print_shares(b, course->trend);
	if (*targets)
		add_sentence(b, &paragraph, SAY(d, targets, targets));
	say_country_backscatter(b, &paragraph, row);
	say_country_peak(b, &paragraph, course);
	end_paragraph(b, &paragraph);
}

void build_countries(struct builder *b)
{
	struct doc *d = b->doc;
	const struct report_data *data = b->data;

	doc_heading(d, 2, "3-2", SAY(d, by_country));
	doc_heading(d, 3, "(1)", SAY(d, summary));
	say_summary(b);
	build_rank_table(b, "3-2", SAY(d, table_countries), data->countries);
	build_bars(b, SAY(d, figure_backscatter), data->backscatter);
	build_shares(b, SAY(d, figure_country), data->countries);
	build_stacks(b, SAY(d, figure_country_service), data->country_service);
	doc_heading(d, 3, "(2)", SAY(d, course));
	for (size_t i = 0; i < data->country_course_count; i++)
		say_course(b, &data->country_courses[i], figure_ahead(b, i + 1));
	for (size_t i = 0; i < data->country_course_count; i++) {
		const char *name = name_of(b, DIMENSION_country, data->country_courses[i].key);
		build_series(
			b, SAY(d, figure_country_course, name), data->country_courses[i].trend);
	}
}
