/* Figures: which numbers go into which chart. */
#include "report/build.h"

#include "base/zone.h"
#include "report/say.h"

#include <math.h>
#include <string.h>

/* Colours of one figure. A key among the first ranks of the report has the same colour in every
 * figure; any other takes one that is free in this figure. */
struct slots {
	bool used[CHART_SLOTS];
};

static unsigned take_slot(struct slots *slots, const struct top *ranking, const char *key)
{
	for (unsigned i = 0; i < CHART_SLOTS && i < ranking->count; i++)
		if (strcmp(ranking->rows[i].key, key) == 0) {
			slots->used[i] = true;
			return i;
		}
	return CHART_SLOT_OTHERS;
}

static unsigned free_slot(struct slots *slots)
{
	for (unsigned i = CHART_SLOTS; i-- > 0;)
		if (!slots->used[i]) {
			slots->used[i] = true;
			return i;
		}
	return CHART_SLOT_OTHERS;
}

static const struct top *ranking_of(struct builder *b, enum dimension dimension)
{
	static const struct top none;

	if (dimension == DIMENSION_category)
		return b->data->detections.categories;
	if (dimension == DIMENSION_signature) /* colours are free */
		return &none;
	return dimension == DIMENSION_country ? b->data->countries : b->data->services;
}

static const char *others_label(struct builder *b, enum dimension dimension)
{
	switch (dimension) {
	case DIMENSION_country:
		return SAY(b->doc, other_countries);
	case DIMENSION_category:
		return SAY(b->doc, other_categories);
	case DIMENSION_signature:
		return SAY(b->doc, other_signatures);
	default:
		return SAY(b->doc, other_services);
	}
}

/* Labels and colours of the columns; one column more than keys is "others". */
static void label_columns(struct builder *b, struct chart *c, enum dimension dimension,
	const char *const *keys, size_t count)
{
	struct slots slots = {0};

	for (size_t i = 0; i < count; i++)
		chart_label_column(c, i, label_of(b, dimension, keys[i]),
			take_slot(&slots, ranking_of(b, dimension), keys[i]));
	for (size_t i = 0; i < count && i < c->columns; i++)
		if (c->slots[i] == CHART_SLOT_OTHERS)
			c->slots[i] = free_slot(&slots);
	chart_label_column(c, count, others_label(b, dimension), CHART_SLOT_OTHERS);
}

static struct chart *add_figure(
	struct builder *b, const char *caption, enum chart_kind kind, size_t rows, size_t columns)
{
	struct chart *c = doc_figure(
		b->doc, doc_printf(b->doc, "%u-%u", b->section, ++b->figures), caption, kind, rows, columns);

	c->unit = b->detections ? SAY(b->doc, unit_detections) : SAY(b->doc, unit_rate);
	c->empty_text = b->detections ? SAY(b->doc, no_detections) : SAY(b->doc, no_accesses);
	return c;
}

static void add_rounding_note(struct builder *b)
{
	struct part *part = doc_last(b->doc);

	size_t number = doc_note(b->doc, part, SAY(b->doc, note_rounding));
	part->text = doc_printf(b->doc, "%s%s", part->text, doc_superscript(b->doc, number));
}

void build_shares(struct builder *b, const char *caption, const struct top *top)
{
	const char *keys[REPORT_SHARES];
	uint64_t packets = 0;
	size_t count = 0;

	for (; count < top->count && count < REPORT_SHARES && top->rows[count].m.packets > 0;
		count++) {
		keys[count] = top->rows[count].key;
		packets += top->rows[count].m.packets;
	}
	bool others = top->total.packets > packets;
	struct chart *c = add_figure(b, caption, CHART_SHARES, 1, count + others);
	for (size_t i = 0; i < count; i++)
		chart_set(c, 0, i, top->rows[i].m.rate);
	if (others)
		chart_set(c, 0, count, (double)(top->total.packets - packets) / top->exposure);
	label_columns(b, c, top->question.dimension, keys, count);
	add_rounding_note(b);
	note_approximate(b, doc_last(b->doc), &top->approximate);
}

void build_stacks(struct builder *b, const char *caption, const struct cross *cross)
{
	size_t stride = cross->columns + 1;
	struct chart *c = add_figure(b, caption, CHART_STACKS, cross->rows, stride);

	for (size_t row = 0; row < cross->rows; row++) {
		chart_label_row(
			c, row, label_of(b, cross->question.dimension, cross->row_keys[row]));
		for (size_t i = 0; i < stride; i++)
			chart_set(c, row, i,
				(double)cross->cells[row * stride + i].packets / cross->exposure);
	}
	label_columns(b, c, cross->question.dimension2, (const char *const *)cross->column_keys,
		cross->columns);
	add_rounding_note(b);
	note_approximate(b, doc_last(b->doc), &cross->approximate);
}

void build_bars(struct builder *b, const char *caption, const struct top *top)
{
	size_t count = 0;

	while (count < top->count && count < REPORT_SHARES && top->rows[count].m.packets > 0)
		count++;
	struct chart *c = add_figure(b, caption, CHART_BARS, count, has_previous(b) ? 2 : 1);
	chart_label_column(c, 0, SAY(b->doc, head_this), 0);
	chart_label_column(c, 1, SAY(b->doc, head_previous), CHART_SLOT_OTHERS);
	for (size_t i = 0; i < count; i++) {
		chart_label_row(c, i, label_of(b, top->question.dimension, top->rows[i].key));
		chart_set(c, i, 0, top->rows[i].m.rate);
		chart_set(c, i, 1, top->rows[i].m.previous_rate);
	}
	note_approximate(b, doc_last(b->doc), &top->approximate);
}

static const char *day_label(struct doc *d, int64_t t_s)
{
	struct civil c = civil_of(t_s);

	return doc_printf(d, "%d/%d", c.month, c.day);
}

/* One day: the keys, and what they leave of the total. */
static void set_day(struct chart *c, const struct trend *trend, size_t day)
{
	const struct point *total = &trend->total.points[day];
	uint64_t packets = 0;

	for (size_t i = 0; i < trend->count; i++) {
		uint64_t part = trend->series[i].points[day].packets;
		chart_set(c, day, i, total->exposure > 0 ? (double)part / total->exposure : NAN);
		packets += part;
	}
	uint64_t others = total->packets > packets ? total->packets - packets : 0;
	chart_set(
		c, day, trend->count, total->exposure > 0 ? (double)others / total->exposure : NAN);
}

static bool has_others(const struct trend *trend)
{
	uint64_t packets = 0;

	for (size_t i = 0; i < trend->count; i++)
		packets += trend->series[i].packets;
	return trend->total.packets > packets;
}

void build_series(struct builder *b, const char *caption, const struct trend *trend)
{
	const char *keys[REPORT_COURSES];
	size_t count = trend->count < REPORT_COURSES ? trend->count : REPORT_COURSES;
	struct chart *c =
		add_figure(b, caption, CHART_SERIES, trend->points, count + has_others(trend));
	bool gap = false;

	for (size_t i = 0; i < count; i++)
		keys[i] = trend->series[i].key;
	label_columns(b, c, trend->question.dimension, keys, count);
	for (size_t day = 0; day < trend->points; day++) {
		chart_label_row(c, day, day_label(b->doc, trend->total.points[day].from_s));
		set_day(c, trend, day);
		gap = gap || !(trend->total.points[day].exposure > 0);
	}
	if (gap)
		doc_note(b->doc, doc_last(b->doc), SAY(b->doc, note_gap));
	note_approximate(b, doc_last(b->doc), &trend->approximate);
}
