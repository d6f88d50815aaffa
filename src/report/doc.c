#include "report/doc.h"

#include <stdarg.h>
#include <string.h>

/* One allocation of the document; they are few thousand, so a list is enough. */
struct doc_memory {
	struct doc_memory *next;
	max_align_t data[];
};

struct doc *doc_new(enum lang lang)
{
	struct doc *d = calloc(1, sizeof(*d));

	if (d) {
		d->lang = lang;
		d->title = d->subtitle = d->date = d->publisher = "";
	}
	return d;
}

void doc_free(struct doc *d)
{
	if (!d)
		return;
	while (d->memory) {
		struct doc_memory *next = d->memory->next;
		free(d->memory);
		d->memory = next;
	}
	free(d);
}

void *doc_alloc(struct doc *d, size_t count, size_t size)
{
	size_t bytes;
	struct doc_memory *m = NULL;

	if (!__builtin_mul_overflow(count, size, &bytes) &&
		!__builtin_add_overflow(bytes, sizeof(*m), &bytes))
		m = calloc(1, bytes);
	if (!m) {
		d->failed = true;
		return NULL;
	}
	m->next = d->memory;
	d->memory = m;
	return m->data;
}

const char *doc_copy(struct doc *d, const char *text)
{
	return doc_printf(d, "%s", text);
}

const char *doc_printf(struct doc *d, const char *format, ...)
{
	va_list args, again;

	va_start(args, format);
	va_copy(again, args);
	int len = vsnprintf(NULL, 0, format, again);
	va_end(again);
	char *text = len < 0 ? NULL : doc_alloc(d, (size_t)len + 1, 1);
	if (text)
		vsnprintf(text, (size_t)len + 1, format, args);
	va_end(args);
	return text ? text : "";
}

/* Makes room for one more item of an array that belongs to the document: its new place, or NULL.
 * The old array stays until doc_free(): at most as much again. */
static void *grow(struct doc *d, void *items, size_t count, size_t *cap, size_t size)
{
	if (count < *cap)
		return items;
	size_t wanted = *cap ? *cap * 2 : 16;
	void *grown = doc_alloc(d, wanted, size);
	if (!grown)
		return NULL;
	if (count)
		memcpy(grown, items, count * size);
	*cap = wanted;
	return grown;
}

void doc_texts_add(struct doc *d, struct texts *texts, const char *text)
{
	if (!text || !*text)
		return;
	const char **items = grow(d, texts->items, texts->count, &texts->cap, sizeof(*items));
	if (!items)
		return;
	texts->items = items;
	texts->items[texts->count++] = text;
}

static struct part *add_part(
	struct doc *d, enum part_kind kind, const char *number, const char *text)
{
	struct part *parts = grow(d, d->parts, d->count, &d->cap, sizeof(*parts));
	struct part *b = &d->spare_part;

	if (parts) {
		d->parts = parts;
		b = &parts[d->count++];
	}
	*b = (struct part){.kind = kind, .number = number, .text = text};
	return b;
}

struct part *doc_heading(struct doc *d, int level, const char *number, const char *text)
{
	struct part *b = add_part(d, PART_HEADING, number, text);

	b->level = level;
	return b;
}

void doc_paragraph(struct doc *d, const char *text)
{
	if (*text)
		add_part(d, PART_PARAGRAPH, "", text);
}

struct part *doc_list(struct doc *d)
{
	return add_part(d, PART_LIST, "", "");
}

struct part *doc_table(struct doc *d, const char *number, const char *caption)
{
	return add_part(d, PART_TABLE, number, caption);
}

static struct chart *new_chart(struct doc *d, enum chart_kind kind, size_t rows, size_t columns)
{
	struct chart *c = doc_alloc(d, 1, sizeof(*c));
	struct chart chart = {
		.kind = kind,
		.unit = "",
		.empty_text = "",
		.rows = rows,
		.columns = columns,
		.row_labels = doc_alloc(d, rows, sizeof(char *)),
		.column_labels = doc_alloc(d, columns, sizeof(char *)),
		.slots = doc_alloc(d, columns, sizeof(unsigned)),
		.values = doc_alloc(d, rows * columns, sizeof(double)),
	};

	if (!c || !chart.row_labels || !chart.column_labels || !chart.slots || !chart.values)
		return &d->spare_chart;
	for (size_t i = 0; i < rows; i++)
		chart.row_labels[i] = "";
	for (size_t i = 0; i < columns; i++)
		chart.column_labels[i] = "";
	*c = chart;
	return c;
}

struct chart *doc_figure(struct doc *d, const char *number, const char *caption,
	enum chart_kind kind, size_t rows, size_t columns)
{
	struct part *b = add_part(d, PART_FIGURE, number, caption);

	b->chart = new_chart(d, kind, rows, columns);
	b->chart->number = number;
	b->chart->title = caption;
	return b->chart;
}

struct part *doc_last(struct doc *d)
{
	return d->failed || d->count == 0 ? &d->spare_part : &d->parts[d->count - 1];
}

struct row *doc_row(struct doc *d, struct table *table)
{
	struct row *rows = grow(d, table->rows, table->count, &table->cap, sizeof(*rows));
	struct row *row = &d->spare_row;

	if (rows) {
		table->rows = rows;
		row = &rows[table->count++];
	}
	*row = (struct row){0};
	for (size_t i = 0; i < TABLE_COLUMNS_MAX; i++)
		row->cells[i] = "";
	return row;
}

size_t doc_note(struct doc *d, struct part *part, const char *text)
{
	for (size_t i = 0; i < part->notes.count; i++)
		if (strcmp(part->notes.items[i], text) == 0)
			return i + 1;
	doc_texts_add(d, &part->notes, text);
	return part->notes.count;
}

const char *doc_superscript(struct doc *d, size_t number)
{
	static const char *const digits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
	char decimal[24], text[sizeof(decimal) * 3];
	size_t len = 0;

	snprintf(decimal, sizeof(decimal), "%zu", number);
	for (const char *c = decimal; *c; c++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s", digits[*c - '0']);
	return doc_copy(d, text);
}
