/* Section 2: how much was observed, and what was lost. */
#include "report/build.h"

#include "base/zone.h"
#include "report/say.h"

#include <inttypes.h>

/* Below this the report warns of chance: one bot of 160 packets a second is met about once in six
 * days by 50 addresses. */
enum { FEW_ADDRESSES = 50 };

static void say_plant(struct builder *b)
{
	struct doc *d = b->doc;
	const struct report_data *data = b->data;
	const struct top *top = data->services;
	AUTO(buf_done) struct buf paragraph = {0};

	add_sentence(b, &paragraph,
		SAY(d, plant_sensors, print_count(d, data->sensors),
			print_count(d, data->addresses), print_amount(d, top->exposure, 1),
			print_amount(d, top->versus_exposure, 1)));
	if (data->inferred)
		add_sentence(b, &paragraph, SAY(d, plant_inferred, print_count(d, data->inferred)));
	end_paragraph(b, &paragraph);
	if (data->addresses < FEW_ADDRESSES)
		add_sentence(b, &paragraph, SAY(d, plant_small, print_count(d, data->addresses)));
	if (data->incomplete)
		add_sentence(
			b, &paragraph, SAY(d, plant_incomplete, print_count(d, data->incomplete)));
	end_paragraph(b, &paragraph);
}

static void add_row(struct builder *b, struct table *table, const char *name, const char *now,
	const char *previous)
{
	struct row *row = doc_row(b->doc, table);

	row->cells[0] = name;
	row->cells[1] = now;
	row->cells[2] = previous;
}

/* "12,345 ¹" with the reason why it is not exact. */
static const char *print_sources(struct builder *b, struct part *part, uint64_t sources)
{
	struct doc *d = b->doc;
	const struct approximate *a = &b->data->services->approximate;
	const char *text = print_count(d, sources);

	if (a->without_source) {
		const char *note = SAY(d, note_without_source, print_count(d, a->without_source));

		text = doc_printf(d, "%s %s", text, doc_superscript(d, doc_note(d, part, note)));
	}
	if (a->sketched) {
		const char *note = SAY(d, note_sources_estimated);

		text = doc_printf(d, "%s %s", text, doc_superscript(d, doc_note(d, part, note)));
	}
	return text;
}

static const char *print_span(struct doc *d, const struct period *p)
{
	struct civil from = civil_of(p->from_s), to = civil_of(p->to_s - 1);

	return doc_printf(d, "%04d-%02d-%02d – %04d-%02d-%02d", from.year, from.month, from.day,
		to.year, to.month, to.day);
}

void build_plant(struct builder *b)
{
	struct doc *d = b->doc;
	const struct report_data *data = b->data;
	const struct top *top = data->services;
	const struct measure *m = &top->total;

	doc_heading(d, 1, "2", SAY(d, plant));
	say_plant(b);
	struct part *part = doc_table(d, "2-1", SAY(d, table_plant));
	struct table *table = &part->table;
	table->columns = 3;
	table->head[0] = SAY(d, head_item);
	table->head[1] = SAY(d, head_this);
	table->head[2] = SAY(d, head_previous);
	table->align[1] = table->align[2] = ALIGN_RIGHT;
	add_row(b, table, SAY(d, row_period), print_span(d, &data->period),
		print_span(d, &data->versus));
	add_row(b, table, SAY(d, row_exposure), print_amount(d, top->exposure, 1),
		print_amount(d, top->versus_exposure, 1));
	add_row(b, table, SAY(d, row_packets), print_count(d, m->packets),
		print_count(d, m->previous_packets));
	add_row(b, table, SAY(d, row_sources), print_sources(b, part, m->sources),
		print_sources(b, part, m->previous_sources));
	add_row(b, table, SAY(d, row_rate), print_number(d, m->rate, 2),
		print_number(d, m->previous_rate, 2));
	add_row(b, table, SAY(d, row_dropped), print_count(d, data->losses.dropped),
		print_count(d, data->previous_losses.dropped));
	add_row(b, table, SAY(d, row_lost), print_count(d, data->losses.lost),
		print_count(d, data->previous_losses.lost));
}
