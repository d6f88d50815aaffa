/* Section 1: what a reader must know, in one page. */
#include "report/build.h"

#include "report/say.h"

#include <math.h>
#include <string.h>

enum { TOP_NAMES = 5, RISE_NAMES = 3 };

static void say_headline(struct builder *b, struct buf *paragraph)
{
	struct doc *d = b->doc;
	const struct measure *total = &b->data->services->total;
	const char *rate = print_number(d, total->rate, 1);

	if (has_previous(b))
		add_sentence(b, paragraph,
			SAY(d, headline, rate, print_change(d, total),
				change_end(change_of(b->options->settings, total), d->lang)));
	else
		add_sentence(b, paragraph, SAY(d, headline_alone, rate));
}

/* ICMP types are spelled out where they are first met. */
static const char *service_in_full(struct doc *d, const char *key)
{
	static const struct {
		const char *key, *name;
	} types[] = {
		{"0/ICMP", "Echo Reply"},
		{"3/ICMP", "Destination Unreachable"},
		{"8/ICMP", "Echo Request"},
		{"11/ICMP", "Time Exceeded"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (strcmp(key, types[i].key) == 0)
			return SAY(d, icmp_first, types[i].name, key);
	return key;
}

static void say_top_services(struct builder *b, struct buf *paragraph)
{
	struct doc *d = b->doc;
	const struct top *top = b->data->services;
	const char *names[TOP_NAMES];
	size_t count = 0;

	while (count < TOP_NAMES && count < top->count && !is_negligible(top->rows[count].m.rate)) {
		names[count] = service_in_full(d, top->rows[count].key);
		count++;
	}
	if (count > 1)
		add_sentence(b, paragraph,
			SAY(d, top_services, doc_printf(d, "%zu", count),
				print_list(d, names, count)));
	else if (count == 1 && top->keys == 1)
		add_sentence(b, paragraph, SAY(d, only_service, names[0]));
}

static const char *country_or_domestic(struct builder *b, const char *key)
{
	const char *name = name_of(b, DIMENSION_country, key);

	return strcmp(key, b->options->settings->home) == 0 ? SAY(b->doc, domestic, name) : name;
}

static bool is_marked(enum change change)
{
	return change != CHANGE_UNKNOWN && change != CHANGE_FLAT && change != CHANGE_NEARLY_FLAT;
}

/* The country that carries most of the change of the first service: at least 30 % of it, and in the
 * same direction. */
static const struct top_row *find_carrier(struct builder *b, const struct measure *service)
{
	const struct top *top = b->data->first_service;
	const struct top_row *carrier = NULL;

	for (size_t i = 0; i < top->count; i++) {
		const struct top_row *row = &top->rows[i];
		double part = row->m.change / service->change;

		if (part >= 0.3 && is_marked(change_of(b->options->settings, &row->m)) &&
			(!carrier || fabs(row->m.change) > fabs(carrier->m.change)))
			carrier = row;
	}
	return carrier;
}

static void say_first_service(struct builder *b, struct buf *paragraph)
{
	struct doc *d = b->doc;
	const struct settings *settings = b->options->settings;
	const struct top_row *first = &b->data->services->rows[0];
	const char *rate = print_number(d, first->m.rate, 1);

	if (!has_previous(b)) {
		add_sentence(b, paragraph, SAY(d, first_service_alone, first->key, rate));
		return;
	}
	enum change change = change_of(settings, &first->m);
	add_sentence(b, paragraph,
		SAY(d, first_service, first->key, rate, print_change(d, &first->m),
			change_end(change, d->lang)));
	const struct top_row *carrier = is_marked(change) ? find_carrier(b, &first->m) : NULL;
	if (carrier)
		add_sentence(b, paragraph,
			SAY(d, first_service_country, country_or_domestic(b, carrier->key),
				print_change(d, &carrier->m),
				change_end(change_of(settings, &carrier->m), d->lang)));
}

/* Says it when at least half of a country's rise is backscatter. */
static void say_backscatter_part(
	struct builder *b, struct buf *paragraph, const struct top_row *country)
{
	struct doc *d = b->doc;
	const struct top_row *row = find_key(b->data->backscatter, country->key);
	const char *name = name_of(b, DIMENSION_country, country->key);
	double part = row ? row->m.change / country->m.change : 0;

	if (part >= 0.95)
		add_sentence(b, paragraph, SAY(d, rise_all_backscatter, name));
	else if (part >= 0.5)
		add_sentence(
			b, paragraph, SAY(d, rise_backscatter, name, print_share(d, 100 * part)));
}

static void say_countries(struct builder *b, struct buf *paragraph)
{
	struct doc *d = b->doc;
	const struct top *top = b->data->countries;
	const struct top_row *rows[RISE_NAMES];
	const char *names[RISE_NAMES];
	size_t count = 0;

	for (uint32_t rank = 1; rank <= b->options->settings->rise_rows && count < RISE_NAMES;
		rank++) {
		const struct top_row *row = find_rise(top, rank);
		enum change change =
			row ? change_of(b->options->settings, &row->m) : CHANGE_UNKNOWN;

		if (change != CHANGE_RISE && change != CHANGE_SHARP_RISE)
			continue;
		rows[count] = row;
		names[count++] = name_of(b, DIMENSION_country, row->key);
	}
	add_sentence(b, paragraph,
		count ? SAY(d, countries_rose, print_list(d, names, count))
		      : SAY(d, countries_calm));
	for (size_t i = 0; i < count; i++)
		say_backscatter_part(b, paragraph, rows[i]);
}

static void say_detections(struct builder *b, struct buf *paragraph)
{
	struct doc *d = b->doc;
	const struct top *top = b->data->detections.categories;
	const struct top_row *rise = find_rise(top, 1);

	say_detected(b, paragraph);
	if (rise && change_of(b->options->settings, &rise->m) == CHANGE_SHARP_RISE)
		add_sentence(b, paragraph, SAY(d, detections_sharp, rise->key));
}

void build_overview(struct builder *b)
{
	AUTO(buf_done) struct buf paragraph = {0};

	doc_heading(b->doc, 1, "1", SAY(b->doc, overview));
	say_headline(b, &paragraph);
	end_paragraph(b, &paragraph);
	say_top_services(b, &paragraph);
	end_paragraph(b, &paragraph);
	say_first_service(b, &paragraph);
	end_paragraph(b, &paragraph);
	if (has_previous(b))
		say_countries(b, &paragraph);
	end_paragraph(b, &paragraph);
	if (has_detections(b))
		say_detections(b, &paragraph);
	end_paragraph(b, &paragraph);
}
