/* Tables 3-1 and 3-2: the union of the first ranks, the largest rises and the largest falls. */
#include "report/build.h"

#include "report/say.h"

#include <math.h>

enum {
	COLUMN_RANK,
	COLUMN_PREVIOUS,
	COLUMN_KEY,
	COLUMN_RATE,
	COLUMN_CHANGE,
	COLUMN_RISE,
	COLUMN_FALL,
	COLUMN_COUNT
};

static bool is_within(uint32_t rank, uint64_t limit)
{
	return rank > 0 && rank <= limit;
}

static bool shows_rise(const struct settings *s, const struct measure *m)
{
	return is_within(m->rise_rank, s->rise_rows) && !is_negligible(m->change);
}

static bool shows_fall(const struct settings *s, const struct measure *m)
{
	return is_within(m->fall_rank, s->fall_rows) && !is_negligible(m->change);
}

static bool is_shown(const struct settings *s, const struct measure *m)
{
	return is_within(m->rank, s->top_rows) || shows_rise(s, m) || shows_fall(s, m);
}

/* As many decimals as the first digit of a tiny value needs, but three at least: 0.002. */
static const char *print_tiny(struct doc *d, double value)
{
	int decimals = 3;

	while (decimals < 9 && value < 0.5 * pow(10, -decimals))
		decimals++;
	return print_number(d, value, decimals);
}

/* "- ¹": why there is no percentage stands in a note. */
static const char *note_mark(struct doc *d, struct part *part, const struct measure *m)
{
	const char *text;

	if (isnan(m->change))
		text = SAY(d, note_no_previous);
	else if (m->previous_rate > 0)
		text = SAY(d, note_small_base, print_tiny(d, m->previous_rate));
	else
		text = SAY(d, note_no_base);
	return doc_printf(d, "- %s", doc_superscript(d, doc_note(d, part, text)));
}

static const char *change_cell(struct doc *d, struct part *part, const struct measure *m)
{
	if (isnan(m->change))
		return note_mark(d, part, m);
	return print_change_cell(
		d, m, has_percent(m) ? print_percent(d, m->change_pct) : note_mark(d, part, m));
}

static void add_row(
	struct builder *b, struct part *part, const struct top *top, const struct top_row *item)
{
	struct doc *d = b->doc;
	const struct settings *s = b->options->settings;
	const struct measure *m = &item->m;
	struct row *row = doc_row(d, &part->table);

	row->source = item;
	row->cells[COLUMN_RANK] = print_rank(d, is_negligible(m->rate) ? 0 : m->rank);
	row->cells[COLUMN_PREVIOUS] =
		print_rank(d, is_negligible(m->previous_rate) ? 0 : m->previous_rank);
	row->cells[COLUMN_KEY] = label_of(b, top->question.dimension, item->key);
	row->cells[COLUMN_RATE] = print_rate(d, m->rate);
	row->cells[COLUMN_CHANGE] = change_cell(d, part, m);
	row->cells[COLUMN_RISE] = shows_rise(s, m) ? print_rank(d, m->rise_rank) : "";
	row->cells[COLUMN_FALL] = shows_fall(s, m) ? print_rank(d, m->fall_rank) : "";
}

/* Whether ranks were left out between two rows of the answer. Keys without accesses in this period
 * have no rank. */
static bool is_gap(const struct top *top, size_t before, size_t row)
{
	uint32_t rank = top->rows[row].m.rank;

	return rank ? rank - top->rows[before].m.rank > 1 : row - before > 1;
}

static const char *head_of(struct doc *d, enum dimension dimension)
{
	switch (dimension) {
	case DIMENSION_service:
		return SAY(d, head_service);
	case DIMENSION_category:
		return SAY(d, head_category);
	default:
		return SAY(d, head_country);
	}
}

static void set_head(struct builder *b, struct table *table, enum dimension dimension)
{
	static const enum align align[COLUMN_COUNT] = {ALIGN_CENTRE, ALIGN_CENTRE, ALIGN_LEFT,
		ALIGN_RIGHT, ALIGN_RIGHT, ALIGN_CENTRE, ALIGN_CENTRE};
	struct doc *d = b->doc;

	table->columns = COLUMN_COUNT;
	table->elision_column = COLUMN_RATE;
	table->head[COLUMN_RANK] = SAY(d, head_rank);
	table->head[COLUMN_PREVIOUS] = SAY(d, head_previous_rank);
	table->head[COLUMN_KEY] = head_of(d, dimension);
	table->head[COLUMN_RATE] = b->detections ? SAY(d, head_detections) : SAY(d, head_rate);
	table->head[COLUMN_CHANGE] = SAY(d, head_change);
	table->head[COLUMN_RISE] = SAY(d, head_rise);
	table->head[COLUMN_FALL] = SAY(d, head_fall);
	for (size_t i = 0; i < COLUMN_COUNT; i++)
		table->align[i] = align[i];
}

void build_rank_table(
	struct builder *b, const char *number, const char *caption, const struct top *top)
{
	struct part *part = doc_table(b->doc, number, caption);
	size_t before = SIZE_MAX;

	note_approximate(b, part, &top->approximate);
	set_head(b, &part->table, top->question.dimension);
	for (size_t i = 0; i < top->count; i++) {
		if (!is_shown(b->options->settings, &top->rows[i].m))
			continue;
		if (before != SIZE_MAX && is_gap(top, before, i))
			doc_row(b->doc, &part->table)->elision = true;
		add_row(b, part, top, &top->rows[i]);
		before = i;
	}
}
