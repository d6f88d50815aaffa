#include "report/render.h"

#include "base/json.h"
#include "base/zone.h"

static void period(struct json *j, const char *key, const struct period *p)
{
	char from[ZONE_TEXT_SIZE], to[ZONE_TEXT_SIZE], name[PERIOD_TEXT_SIZE];

	json_open(j, key, '{');
	json_text(j, "name", period_print(p, name));
	json_text(j, "from", zone_print(p->from_s, from));
	json_text(j, "to", zone_print(p->to_s, to));
	json_close(j, '}');
}

static void rank(struct json *j, const char *key, uint32_t value)
{
	if (value)
		json_u64(j, key, value);
	else
		json_null(j, key);
}

static void measure(struct json *j, const struct measure *m)
{
	json_u64(j, "packets", m->packets);
	json_u64(j, "sources", m->sources);
	json_double(j, "rate", m->rate);
	json_u64(j, "previous_packets", m->previous_packets);
	json_u64(j, "previous_sources", m->previous_sources);
	json_double(j, "previous_rate", m->previous_rate);
	json_double(j, "change", m->change);
	json_double(j, "change_pct", m->change_pct);
}

static void ranks(struct json *j, const struct measure *m)
{
	rank(j, "rank", m->rank);
	rank(j, "previous_rank", m->previous_rank);
	rank(j, "rise_rank", m->rise_rank);
	rank(j, "fall_rank", m->fall_rank);
}

static void texts(struct json *j, const char *key, const char *const *items, size_t count)
{
	json_open(j, key, '[');
	for (size_t i = 0; i < count; i++)
		json_text(j, NULL, items[i]);
	json_close(j, ']');
}

static void table_row(struct json *j, const struct table *t, const struct row *row)
{
	json_open(j, NULL, '{');
	if (row->elision)
		json_bool(j, "elision", true);
	else
		texts(j, "cells", row->cells, t->columns);
	if (row->source) {
		json_text(j, "key", row->source->key);
		ranks(j, &row->source->m);
		measure(j, &row->source->m);
	}
	json_close(j, '}');
}

static void table(struct json *j, const struct part *p)
{
	texts(j, "columns", p->table.head, p->table.columns);
	json_open(j, "rows", '[');
	for (size_t i = 0; i < p->table.count; i++)
		table_row(j, &p->table, &p->table.rows[i]);
	json_close(j, ']');
}

static void figure(struct json *j, const struct part *p)
{
	static const char *const kinds[] = {"shares", "stacks", "series", "bars"};
	const struct chart *c = p->chart;
	char name[FIGURE_NAME_SIZE];

	json_text(j, "file", figure_name(p->number, name));
	json_text(j, "chart", kinds[c->kind]);
	json_text(j, "unit", c->unit);
	texts(j, "rows", c->row_labels, c->rows);
	texts(j, "columns", c->column_labels, c->columns);
	json_open(j, "values", '[');
	for (size_t row = 0; row < c->rows; row++) {
		json_open(j, NULL, '[');
		for (size_t i = 0; i < c->columns; i++)
			json_double(j, NULL, chart_get(c, row, i));
		json_close(j, ']');
	}
	json_close(j, ']');
}

static void part(struct json *j, const struct part *p)
{
	static const char *const kinds[] = {"heading", "paragraph", "list", "table", "figure"};

	json_open(j, NULL, '{');
	json_text(j, "kind", kinds[p->kind]);
	if (*p->number)
		json_text(j, "number", p->number);
	if (*p->text)
		json_text(j, "text", p->text);
	if (p->kind == PART_LIST)
		texts(j, "items", p->items.items, p->items.count);
	else if (p->kind == PART_TABLE)
		table(j, p);
	else if (p->kind == PART_FIGURE)
		figure(j, p);
	if (p->notes.count)
		texts(j, "notes", p->notes.items, p->notes.count);
	json_close(j, '}');
}

static void losses(struct json *j, const char *key, const struct report_losses *l)
{
	json_open(j, key, '{');
	json_u64(j, "dropped", l->dropped);
	json_u64(j, "lost", l->lost);
	json_close(j, '}');
}

static void posted(struct json *j, const struct posted_sum *p)
{
	json_open(j, "posted", '{');
	json_u64(j, "segments", p->segments);
	json_u64(j, "packets", p->packets);
	json_u64(j, "lost_ring", p->lost_ring);
	json_u64(j, "lost_interface", p->lost_interface);
	json_u64(j, "lost_spool", p->lost_spool);
	json_u64(j, "bodies_cut", p->bodies_cut);
	json_u64(j, "missing", p->missing);
	json_u64(j, "refused", p->refused);
	json_close(j, '}');
}

static void edition_before(struct json *j, const struct edition *before)
{
	char made[ZONE_TEXT_SIZE];

	json_open(j, "replaces", '{');
	json_text(j, "made", zone_print(before->made_s, made));
	json_u64(j, "data_version", before->data);
	json_u64(j, "packets", before->packets);
	json_close(j, '}');
}

static void ruleset(struct json *j, const struct report_ruleset *set)
{
	char loaded[ZONE_TEXT_SIZE];

	json_open(j, NULL, '{');
	json_text(j, "digest", set->set.digest);
	json_text(j, "loaded", zone_print(set->set.loaded_s, loaded));
	json_u64(j, "signatures", set->set.signatures);
	json_u64(j, "refused", set->set.refused);
	json_open(j, "files", '[');
	for (size_t i = 0; i < set->file_count; i++) {
		json_open(j, NULL, '{');
		json_text(j, "name", set->files[i].name);
		json_text(j, "edition", set->files[i].edition);
		json_close(j, '}');
	}
	json_close(j, ']');
	json_close(j, '}');
}

static void rulesets(struct json *j, const struct report_detections *d)
{
	if (!d->there)
		return;
	json_open(j, "signatures", '[');
	for (size_t i = 0; i < d->set_count; i++)
		ruleset(j, &d->sets[i]);
	json_close(j, ']');
	json_bool(j, "detections_left_out", d->unfit);
}

static void method(
	struct json *j, const struct report_data *data, const struct report_options *options)
{
	const struct settings *s = options->settings;

	json_open(j, "method", '{');
	json_text(j, "timezone", zone_name());
	json_u64(j, "sensors", data->sensors);
	json_u64(j, "addresses", data->addresses);
	json_u64(j, "inferred_sensors", data->inferred);
	json_double(j, "exposure", data->services->exposure);
	json_double(j, "versus_exposure", data->services->versus_exposure);
	losses(j, "losses", &data->losses);
	losses(j, "versus_losses", &data->previous_losses);
	if (data->posted.segments + data->posted.missing + data->posted.refused)
		posted(j, &data->posted);
	json_u64(j, "incomplete", data->incomplete);
	json_u64(j, "coarse", data->stored.coarse);
	json_u64(j, "without_source", data->stored.without_source);
	json_bool(j, "sources_estimated", data->sketched);
	rulesets(j, &data->detections);
	json_u64(j, "rows_by_rank", s->top_rows);
	json_u64(j, "rows_by_rise", s->rise_rows);
	json_u64(j, "rows_by_fall", s->fall_rows);
	if (data->filter && !data->filter_is_secret)
		json_text(j, "filter", data->filter);
	json_text(j, "places", options->geo_version ? options->geo_version : "");
	json_text(j, "program", options->program_version ? options->program_version : "");
	json_u64(j, "data_version", data->version);
	if (data->before.made_s)
		edition_before(j, &data->before);
	json_close(j, '}');
}

void render_json(const struct doc *d, const struct report_data *data,
	const struct report_options *options, struct buf *out)
{
	struct civil now = civil_of(options->now_s);
	char date[32];
	struct json j = {.out = out};

	json_open(&j, NULL, '{');
	json_text(&j, "kind", "month");
	json_text(&j, "lang", lang_name(d->lang));
	json_text(&j, "title", d->title);
	snprintf(date, sizeof(date), "%04d-%02d-%02d", now.year, now.month, now.day);
	json_text(&j, "date", date);
	period(&j, "period", &data->period);
	period(&j, "versus", &data->versus);
	json_open(&j, "total", '{');
	measure(&j, &data->services->total);
	json_close(&j, '}');
	texts(&j, "bullets", d->bullets.items, d->bullets.count);
	json_open(&j, "parts", '[');
	for (size_t i = 0; i < d->count; i++)
		part(&j, &d->parts[i]);
	json_close(&j, ']');
	method(&j, data, options);
	json_close(&j, '}');
	buf_char(out, '\n');
}
