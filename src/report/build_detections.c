/* Section 4: what signatures detected, by category and by country; and what the method section says of them. */
#include "report/build_access.h"

#include "report/say.h"

#include <math.h>
#include <string.h>

/* Of the detections of a key, from which its first source is mentioned. */
static const double SOURCE_PERCENT = 50;
/* So many categories are named when they are most of the detections. */
enum { NAMED_CATEGORIES = 2 };

void say_detected(struct builder *b, struct buf *paragraph)
{
	struct doc *d = b->doc;
	const struct measure *total = &b->data->detections.categories->total;
	const char *rate = print_number(d, total->rate, 1);

	if (total->packets == 0 && total->previous_packets == 0)
		add_sentence(b, paragraph, SAY(d, detected_nothing));
	else if (has_percent(total))
		add_sentence(b, paragraph,
			SAY(d, detected, rate, print_change(d, total),
				change_end(change_of(b->options->settings, total), d->lang)));
	else
		add_sentence(b, paragraph, SAY(d, detected_alone, rate));
}

/* "Worm and Scan make up 82.5% of the detections." */
static void say_shares(struct builder *b, struct buf *paragraph)
{
	struct doc *d = b->doc;
	const struct top *top = b->data->detections.categories;
	const char *names[NAMED_CATEGORIES];
	uint64_t packets = 0;
	size_t count = 0;

	for (; count < NAMED_CATEGORIES && count < top->count && top->rows[count].m.packets; count++) {
		names[count] = top->rows[count].key;
		packets += top->rows[count].m.packets;
	}
	if (count == NAMED_CATEGORIES)
		add_sentence(b, paragraph,
			SAY(d, categories_share, print_list(d, names, count),
				print_share(d, 100 * (double)packets / (double)top->total.packets)));
}

static double rate_of(uint64_t packets, double exposure)
{
	return exposure > 0 ? (double)packets / exposure : (double)NAN;
}

/* What is left of a key without one of its sources. */
static struct measure leave_out(const struct top *top, const struct measure *all, const struct measure *source)
{
	struct measure m = {
		.packets = all->packets - source->packets,
		.previous_packets = all->previous_packets - source->previous_packets,
	};

	m.rate = rate_of(m.packets, top->exposure);
	m.previous_rate = rate_of(m.previous_packets, top->versus_exposure);
	m.change = m.rate - m.previous_rate;
	m.change_pct = m.previous_rate > 0 ? 100 * m.change / m.previous_rate : (double)NAN;
	return m;
}

/* A rise that one source made, and what the number is without it. */
static void say_source(struct builder *b, struct buf *paragraph, const struct top *top, const struct top_row *row,
	const struct top *sources)
{
	struct doc *d = b->doc;

	if (!sources || sources->count == 0 || sources->approximate.without_source)
		return;
	const struct measure *source = &sources->rows[0].m;
	double percent = 100 * (double)source->packets / (double)row->m.packets;
	if (percent < SOURCE_PERCENT)
		return;
	struct measure rest = leave_out(top, &row->m, source);
	add_sentence(b, paragraph, SAY(d, rise_one_source, print_share(d, percent)));
	if (strcmp(print_number(d, rest.rate, 1), "0.0") == 0)
		add_sentence(b, paragraph, SAY(d, without_source_few));
	else if (has_percent(&rest))
		add_sentence(b, paragraph,
			SAY(d, without_source, print_number(d, rest.rate, 1), print_change(d, &rest),
				change_end(change_of(b->options->settings, &rest), d->lang)));
}

/* The key that rose most, when it is worth a word. */
static void say_rise(struct builder *b, struct buf *paragraph, const struct top *top, const struct top *sources)
{
	struct doc *d = b->doc;
	const struct top_row *row = find_rise(top, 1);

	if (!row || !has_percent(&row->m))
		return;
	const char *name = name_of(b, top->question.dimension, row->key);
	const char *rate = print_number(d, row->m.rate, 1), *change = print_change(d, &row->m);
	const char *end = change_end(change_of(b->options->settings, &row->m), d->lang);
	add_sentence(b, paragraph,
		top->question.dimension == DIMENSION_category ? SAY(d, category_rise, name, rate, change, end)
							      : SAY(d, country_rise, name, rate, change, end));
	say_source(b, paragraph, top, row, sources);
}

static void build_categories(struct builder *b)
{
	struct doc *d = b->doc;
	const struct report_detections *data = &b->data->detections;
	AUTO(buf_done) struct buf paragraph = {0};

	doc_heading(d, 2, "4-1", SAY(d, by_category));
	say_detected(b, &paragraph);
	say_shares(b, &paragraph);
	end_paragraph(b, &paragraph);
	say_rise(b, &paragraph, data->categories, data->category_source);
	end_paragraph(b, &paragraph);
	build_shares(b, SAY(d, figure_categories), data->categories);
	build_series(b, SAY(d, figure_category_course), data->category_days);
	build_rank_table(b, "4-1", SAY(d, table_categories), data->categories);
	build_stacks(b, SAY(d, figure_category_country), data->category_country);
}

static void build_detection_countries(struct builder *b)
{
	struct doc *d = b->doc;
	const struct report_detections *data = &b->data->detections;
	AUTO(buf_done) struct buf paragraph = {0};

	doc_heading(d, 2, "4-2", SAY(d, by_country));
	if (has_previous(b)) {
		say_same_ranks(b, &paragraph, data->countries);
		say_rise(b, &paragraph, data->countries, data->country_source);
	}
	end_paragraph(b, &paragraph);
	build_shares(b, SAY(d, figure_detection_countries), data->countries);
	build_series(b, SAY(d, figure_detection_country_course), data->country_days);
	build_rank_table(b, "4-2", SAY(d, table_detection_countries), data->countries);
	build_stacks(b, SAY(d, figure_country_signature), data->country_signature);
}

void build_detections(struct builder *b)
{
	struct doc *d = b->doc;
	const struct top *top = b->data->detections.categories;
	AUTO(buf_done) struct buf paragraph = {0};

	b->section = 4;
	b->figures = 0;
	b->detections = true;
	doc_heading(d, 1, "4", SAY(d, detections));
	if (!has_detections(b))
		doc_paragraph(d, SAY(d, no_signatures));
	else if (top->total.packets || top->total.previous_packets) {
		build_categories(b);
		build_detection_countries(b);
	} else {
		say_detected(b, &paragraph);
		end_paragraph(b, &paragraph);
	}
}

/* --- the method section --- */

static const char *print_files(struct builder *b, const struct report_ruleset *set)
{
	struct doc *d = b->doc;
	const char **names = doc_alloc(d, set->file_count + 1, sizeof(*names));

	if (!names)
		return "";
	for (size_t i = 0; i < set->file_count; i++)
		names[i] = *set->files[i].edition
				   ? SAY(d, method_signature_file, set->files[i].name, set->files[i].edition)
				   : doc_copy(d, set->files[i].name);
	return print_list(d, names, set->file_count);
}

static void add_set(struct builder *b, struct texts *items)
{
	struct doc *d = b->doc;
	const struct report_detections *data = &b->data->detections;
	const struct report_ruleset *last = &data->sets[0];

	doc_texts_add(d, items,
		SAY(d, method_signatures, print_count(d, last->set.signatures),
			print_date(d, last->set.loaded_s), print_files(b, last)));
	if (last->set.refused)
		doc_texts_add(d, items, SAY(d, method_signatures_refused, print_count(d, last->set.refused)));
	if (data->unjudged)
		doc_texts_add(d, items, SAY(d, method_unjudged, print_count(d, data->unjudged)));
	if (data->set_count > 1)
		doc_texts_add(d, items, SAY(d, method_signature_sets, print_count(d, data->set_count)));
}

void add_signature_method(struct builder *b, struct texts *items)
{
	struct doc *d = b->doc;
	const struct approximation *stored = &b->data->stored;

	if (!b->data->detections.there)
		return;
	if (!has_detection_section(b)) {
		doc_texts_add(d, items, SAY(d, method_detections_unfit));
		return;
	}
	add_set(b, items);
	if (stored->detections)
		doc_texts_add(d, items,
			SAY(d, method_detections_coarse, print_count(d, stored->detections),
				print_count(d, stored->detections_without_source)));
}

/* The signatures of a category that detected most. Columns of the cross stand in that order. */
static const char *print_examples(struct builder *b, const struct cross *c, size_t row)
{
	struct doc *d = b->doc;
	const char *names[DETECTION_EXAMPLES];
	size_t count = 0;

	for (size_t i = 0; i < c->columns && count < DETECTION_EXAMPLES; i++)
		if (c->cells[row * (c->columns + 1) + i].packets)
			names[count++] = label_of(b, DIMENSION_signature, c->column_keys[i]);
	const char *list = count ? names[0] : "";
	for (size_t i = 1; i < count; i++)
		list = SAY(d, list_comma, list, names[i]);
	return list;
}

void build_examples(struct builder *b)
{
	struct doc *d = b->doc;
	const struct cross *c = b->data->detections.examples;

	if (c->rows == 0)
		return;
	struct part *part = doc_table(d, "5-1", SAY(d, table_examples));
	part->table.columns = 2;
	part->table.head[0] = SAY(d, head_class);
	part->table.head[1] = SAY(d, head_examples);
	for (int i = 0; i < RULE_CATEGORY_COUNT; i++)
		for (size_t row = 0; row < c->rows; row++)
			if (strcmp(c->row_keys[row], rule_category_name((enum rule_category)i)) == 0) {
				struct row *cells = doc_row(d, &part->table);

				cells->cells[0] = rule_category_name((enum rule_category)i);
				cells->cells[1] = print_examples(b, c, row);
			}
}
