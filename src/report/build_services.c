/* Section 3-1: accesses by destination port. */
#include "report/build_access.h"

#include "report/say.h"

#include <string.h>

static void say_summary(struct builder *b)
{
	AUTO(buf_done) struct buf paragraph = {0};
	const struct top *top = b->data->services;

	if (!has_previous(b))
		return;
	say_same_ranks(b, &paragraph, top);
	say_rises(b, &paragraph, top);
	say_falls(b, &paragraph, top);
	end_paragraph(b, &paragraph);
}

static const char *course_sentence(
	struct builder *b, const struct report_course *course, const char *figure)
{
	struct doc *d = b->doc;
	const struct measure *m = &find_key(b->data->services, course->key)->m;
	const char *rank = print_rank(d, m->rank);

	if (is_negligible(m->rate))
		return SAY(d, service_course_few, course->key, figure);
	if (!has_previous(b))
		return SAY(d, service_course_alone, rank, course->key, figure);
	return SAY(d, service_course, rank, course->key, figure, print_change(d, m),
		change_end(change_of(b->options->settings, m), d->lang));
}

static void say_course(struct builder *b, const struct report_course *course, const char *figure)
{
	struct doc *d = b->doc;
	AUTO(buf_done) struct buf paragraph = {0};

	add_sentence(b, &paragraph, course_sentence(b, course, figure));
	const char *origins = print_shares(b, course->trend);
	if (*origins)
		add_sentence(b, &paragraph, SAY(d, origins, origins));
	int day = say_peak(b, &paragraph, course->trend);
	if (day >= 0)
		say_peak_part(b, &paragraph, course->trend, day);
	end_paragraph(b, &paragraph);
}

static bool is_port(const char *service)
{
	return strstr(service, "/TCP") || strstr(service, "/UDP");
}

static void add_figures(struct builder *b)
{
	struct doc *d = b->doc;
	const char *home = name_of(b, DIMENSION_country, b->options->settings->home);

	build_shares(b, SAY(d, figure_world_services), b->data->services);
	build_shares(b, SAY(d, figure_home_services, home), b->data->home_services);
	build_stacks(b, SAY(d, figure_service_country), b->data->service_country);
}

void build_services(struct builder *b)
{
	struct doc *d = b->doc;
	const struct report_data *data = b->data;

	doc_heading(d, 2, "3-1", SAY(d, by_service));
	doc_heading(d, 3, "(1)", SAY(d, summary));
	say_summary(b);
	build_rank_table(b, "3-1", SAY(d, table_services), data->services);
	add_figures(b);
	doc_heading(d, 3, "(2)", SAY(d, course));
	for (size_t i = 0; i < data->service_course_count; i++)
		say_course(b, &data->service_courses[i], figure_ahead(b, i + 1));
	for (size_t i = 0; i < data->service_course_count; i++) {
		const char *key = data->service_courses[i].key;

		build_series(b,
			is_port(key) ? SAY(d, figure_port_course, key)
				     : SAY(d, figure_service_course, key),
			data->service_courses[i].trend);
	}
}
