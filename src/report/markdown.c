#include "report/render.h"

#include "report/say.h"

#include <ctype.h>
#include <string.h>

/* What would start a list, a heading or a quotation when it stands first on a line. */
static bool starts_block(const char *text)
{
	size_t digits = strspn(text, "0123456789");
	bool item =
		digits && (text[digits] == '.' || text[digits] == ')') && text[digits + 1] == ' ';

	return item || strchr("+-#>=~", *text);
}

void markdown_text(struct buf *out, const char *text)
{
	if (*text && starts_block(text)) {
		size_t digits = strspn(text, "0123456789");
		buf_add(out, text, digits);
		text += digits;
		buf_char(out, '\\');
		buf_char(out, *text++);
	}
	for (; *text; text++) {
		if (strchr("\\`*_[]<>|&$", *text))
			buf_char(out, '\\');
		if (*text == '\n')
			buf_text(out, "<br>");
		else if ((unsigned char)*text < 0x20 || *text == 0x7f)
			buf_text(out, "\uFFFD");
		else
			buf_char(out, *text);
	}
}

static void paragraph(struct buf *out, const char *text)
{
	if (!*text)
		return;
	markdown_text(out, text);
	buf_text(out, "\n\n");
}

static void list(struct buf *out, const struct texts *texts)
{
	for (size_t i = 0; i < texts->count; i++) {
		buf_text(out, "- ");
		markdown_text(out, texts->items[i]);
		buf_char(out, '\n');
	}
	if (texts->count)
		buf_char(out, '\n');
}

static void notes(const struct part *p, struct buf *out)
{
	for (size_t i = 0; i < p->notes.count; i++) {
		buf_printf(out, "<sup>%zu</sup> ", i + 1);
		markdown_text(out, p->notes.items[i]);
		buf_text(out, "\n\n");
	}
}

static void table_row(const struct table *t, const struct row *row, struct buf *out)
{
	for (size_t i = 0; i < t->columns; i++) {
		bool dots = row->elision && (i == 0 || i == t->elision_column);

		buf_text(out, i ? " | " : "| ");
		markdown_text(out, dots ? "..." : row->cells[i]);
	}
	buf_text(out, " |\n");
}

static void table(const struct doc *d, const struct part *p, struct buf *out)
{
	static const char *const rules[] = {":--", ":-:", "--:"};
	const struct table *t = &p->table;

	buf_printf(out, "%s %s ", sentence_template(SAY_table, d->lang), p->number);
	paragraph(out, p->text);
	for (size_t i = 0; i < t->columns; i++) {
		buf_text(out, i ? " | " : "| ");
		markdown_text(out, t->head[i]);
	}
	buf_text(out, " |\n|");
	for (size_t i = 0; i < t->columns; i++)
		buf_printf(out, "%s|", rules[t->align[i]]);
	buf_char(out, '\n');
	for (size_t i = 0; i < t->count; i++)
		table_row(t, &t->rows[i], out);
	buf_char(out, '\n');
	notes(p, out);
}

static void figure(const struct doc *d, const struct part *p, struct buf *out)
{
	char name[FIGURE_NAME_SIZE];

	buf_text(out, "![");
	markdown_text(out, p->chart->title);
	buf_printf(out, "](figures/%s)\n\n%s %s ", figure_name(p->number, name),
		sentence_template(SAY_figure, d->lang), p->number);
	paragraph(out, p->text);
	notes(p, out);
}

static void heading(const struct part *p, struct buf *out)
{
	static const char *const marks[] = {"", "##", "###", "####"};

	buf_printf(out, "%s %s ", marks[p->level], p->number);
	paragraph(out, p->text);
}

void render_markdown(const struct doc *d, struct buf *out)
{
	paragraph(out, d->date);
	paragraph(out, d->publisher);
	buf_text(out, "# ");
	paragraph(out, d->title);
	paragraph(out, d->subtitle);
	list(out, &d->bullets);
	for (size_t i = 0; i < d->count; i++) {
		const struct part *p = &d->parts[i];

		switch (p->kind) {
		case PART_HEADING:
			heading(p, out);
			break;
		case PART_PARAGRAPH:
			paragraph(out, p->text);
			break;
		case PART_LIST:
			list(out, &p->items);
			break;
		case PART_TABLE:
			table(d, p, out);
			break;
		case PART_FIGURE:
			figure(d, p, out);
			break;
		}
	}
}
