/* A document in its forms. Texts come from packets too, so each form has its one escaping function.
 * Deterministic. */
#pragma once

#include "base/buf.h"
#include "report/report_data.h"
#include "report/doc.h"

/* One self-contained page: style and figures are inside, nothing is loaded. It is also what the PDF
 * is made from. */
void render_html(const struct doc *d, struct buf *out);
/* With figures/fig-N.svg beside it. */
void render_markdown(const struct doc *d, struct buf *out);
/* The document with the unrounded numbers behind it. */
void render_json(const struct doc *d, const struct report_data *data,
	const struct report_options *options, struct buf *out);

/* "fig-3-4.svg" */
enum { FIGURE_NAME_SIZE = 32 };
const char *figure_name(const char *number, char out[FIGURE_NAME_SIZE]);

/* The style of the page, on screen and in print. */
extern const char html_style[];

/* Plain text as HTML: escaped; numbers stay together with their sign and unit, 445/TCP in one
 * piece, notes as <sup>, "figure 3-4" as a link. */
void html_text(struct buf *out, const char *text);
/* Plain text as Markdown: nothing in it starts a list, a table cell, emphasis, a link or HTML. */
void markdown_text(struct buf *out, const char *text);
