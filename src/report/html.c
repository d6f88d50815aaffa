#include "report/render.h"

#include "report/say.h"
#include "report/svg.h"

/* "..." upright: U+22EE would be the sign, but the IPAex fonts have this one only. */
static const char UPRIGHT_DOTS[] = "\uFE19";

const char *figure_name(const char *number, char out[FIGURE_NAME_SIZE])
{
	snprintf(out, FIGURE_NAME_SIZE, "fig-%.20s.svg", number);
	return out;
}

static void element(struct buf *out, const char *name, const char *class, const char *text)
{
	if (!*text)
		return;
	buf_printf(out, "<%s", name);
	if (*class)
		buf_printf(out, " class=\"%s\"", class);
	buf_char(out, '>');
	html_text(out, text);
	buf_printf(out, "</%s>\n", name);
}

static void list(struct buf *out, const char *class, const struct texts *texts)
{
	if (texts->count == 0)
		return;
	buf_printf(out, "<ul class=\"%s\">\n", class);
	for (size_t i = 0; i < texts->count; i++)
		element(out, "li", "", texts->items[i]);
	buf_text(out, "</ul>\n");
}

static void head(const struct doc *d, struct buf *out)
{
	buf_printf(out, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n",
		lang_name(d->lang));
	buf_text(out, "<meta name=\"viewport\" content=\"width=device-width, "
		      "initial-scale=1\">\n<title>");
	buf_html(out, d->title);
	buf_char(out, ' ');
	buf_html(out, d->subtitle);
	buf_printf(out, "</title>\n<style>\n%s</style>\n</head>\n<body>\n<main>\n", html_style);
}

static void title(const struct doc *d, struct buf *out)
{
	buf_text(out, "<header>\n");
	element(out, "p", "date", d->date);
	element(out, "p", "publisher", d->publisher);
	element(out, "h1", "", d->title);
	element(out, "p", "subtitle", d->subtitle);
	list(out, "bullets", &d->bullets);
	buf_text(out, "</header>\n");
}

static void heading(const struct part *p, struct buf *out)
{
	buf_printf(out, "<h%d>", p->level + 1);
	html_text(out, p->number);
	buf_text(out, " ");
	html_text(out, p->text);
	buf_printf(out, "</h%d>\n", p->level + 1);
}

static void caption(
	const struct doc *d, const struct part *p, const char *element_name, struct buf *out)
{
	buf_printf(out, "<%s>", element_name);
	html_text(out, sentence_template(p->kind == PART_TABLE ? SAY_table : SAY_figure, d->lang));
	buf_text(out, "\u00a0");
	html_text(out, p->number);
	buf_text(out, " ");
	html_text(out, p->text);
	buf_printf(out, "</%s>\n", element_name);
}

static void notes(const struct part *p, struct buf *out)
{
	for (size_t i = 0; i < p->notes.count; i++) {
		buf_printf(out, "<p class=\"note\"><sup>%zu</sup> ", i + 1);
		html_text(out, p->notes.items[i]);
		buf_text(out, "</p>\n");
	}
}

static void cell(
	const struct table *t, size_t column, const char *name, const char *text, struct buf *out)
{
	static const char *const classes[] = {"left", "centre", "right"};

	buf_printf(out, "<%s class=\"%s\">", name, classes[t->align[column]]);
	html_text(out, text);
	buf_printf(out, "</%s>", name);
}

static void table_row(const struct table *t, const struct row *row, struct buf *out)
{
	buf_text(out, row->elision ? "<tr class=\"elision\">" : "<tr>");
	for (size_t i = 0; i < t->columns; i++) {
		bool dots = row->elision && (i == 0 || i == t->elision_column);
		cell(t, i, "td", dots ? UPRIGHT_DOTS : row->cells[i], out);
	}
	buf_text(out, "</tr>\n");
}

static void table(const struct doc *d, const struct part *p, struct buf *out)
{
	const struct table *t = &p->table;

	buf_printf(out, "<section class=\"table\" id=\"table-%s\">\n<table>\n", p->number);
	caption(d, p, "caption", out);
	buf_text(out, "<thead><tr>");
	for (size_t i = 0; i < t->columns; i++)
		cell(t, i, "th", t->head[i], out);
	buf_text(out, "</tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < t->count; i++)
		table_row(t, &t->rows[i], out);
	buf_text(out, "</tbody>\n</table>\n");
	notes(p, out);
	buf_text(out, "</section>\n");
}

static void figure(const struct doc *d, const struct part *p, struct buf *out)
{
	buf_printf(out, "<figure id=\"fig-%s\">\n", p->number);
	svg_chart(p->chart, out);
	caption(d, p, "figcaption", out);
	notes(p, out);
	buf_text(out, "</figure>\n");
}

void render_html(const struct doc *d, struct buf *out)
{
	head(d, out);
	title(d, out);
	for (size_t i = 0; i < d->count; i++) {
		const struct part *p = &d->parts[i];

		switch (p->kind) {
		case PART_HEADING:
			heading(p, out);
			break;
		case PART_PARAGRAPH:
			element(out, "p", "", p->text);
			break;
		case PART_LIST:
			list(out, "method", &p->items);
			break;
		case PART_TABLE:
			table(d, p, out);
			break;
		case PART_FIGURE:
			figure(d, p, out);
			break;
		}
	}
	buf_text(out, "</main>\n</body>\n</html>\n");
}
