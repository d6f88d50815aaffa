/* A report as a document, before it has a form: headings, paragraphs, lists, tables, figures,
 * notes, all in one language. Texts are plain UTF-8; a note is referred to by a superscript number
 * (¹) and stands below its table or figure. Everything belongs to the document and lives until
 * doc_free(). When memory runs out the document is marked failed and goes on taking (and dropping)
 * parts: test doc->failed once, at the end. */
#pragma once

#include "base/base.h"
#include "base/text.h"
#include "report/chart.h"

#include <stdbool.h>

struct top_row;

enum part_kind { PART_HEADING, PART_PARAGRAPH, PART_LIST, PART_TABLE, PART_FIGURE };

enum { TABLE_COLUMNS_MAX = 8 };

enum align { ALIGN_LEFT, ALIGN_CENTRE, ALIGN_RIGHT };

struct row {
	const char *cells[TABLE_COLUMNS_MAX]; /* never NULL below the table's column count */
	bool elision;			      /* "...": rows were left out here; no cells */
	const struct top_row *source; /* unrounded numbers behind it; NULL when there are none */
};

struct table {
	const char *head[TABLE_COLUMNS_MAX]; /* "\n" inside is a line break */
	enum align align[TABLE_COLUMNS_MAX];
	size_t columns;
	size_t elision_column; /* which cell shows the dots, beside the first */
	struct row *rows;
	size_t count, cap;
};

struct texts {
	const char **items;
	size_t count, cap;
};

struct part {
	enum part_kind kind;
	int level;	    /* heading: 1 to 3 */
	const char *number; /* heading "3-1" or "(1)", table, figure "3-1"; "" when there is none */
	const char *text;   /* heading, paragraph; caption of a table or figure */
	struct texts items; /* list */
	struct texts notes; /* table, figure: note 1 is items[0] */
	struct table table;
	struct chart *chart; /* figure */
};

struct doc {
	enum lang lang;
	const char *title, *subtitle, *date, *publisher; /* never NULL; "" when there is none */
	struct texts bullets;				 /* the facts of the title page */
	struct part *parts;
	size_t count, cap;
	bool failed;
	struct doc_memory *memory;
	struct part spare_part;
	struct row spare_row;
	struct chart spare_chart;
};

struct doc *doc_new(enum lang lang);
void doc_free(struct doc *d);
AUTO_RELEASE(struct doc, doc_free);

/* Zeroed; NULL (and failed) without memory. */
void *doc_alloc(struct doc *d, size_t count, size_t size);
/* Never NULL: "" without memory. */
const char *doc_copy(struct doc *d, const char *text);
const char *doc_printf(struct doc *d, const char *format, ...) PRINTF(2, 3);
/* text is kept, not copied; NULL and "" are not added. */
void doc_texts_add(struct doc *d, struct texts *texts, const char *text);

/* The new part; never NULL; valid until the next one is added. number and text are kept, not
 * copied. */
struct part *doc_heading(struct doc *d, int level, const char *number, const char *text);
/* "" adds nothing. */
void doc_paragraph(struct doc *d, const char *text);
struct part *doc_list(struct doc *d);
struct part *doc_table(struct doc *d, const char *number, const char *caption);
/* rows x columns of zero values; fill through chart_*(). */
struct chart *doc_figure(struct doc *d, const char *number, const char *caption,
	enum chart_kind kind, size_t rows, size_t columns);
/* The part that was added last. */
struct part *doc_last(struct doc *d);

/* A new row whose cells are all ""; never NULL; valid until the next one. */
struct row *doc_row(struct doc *d, struct table *table);
/* Adds a note unless the part has it already; its number, from 1. */
size_t doc_note(struct doc *d, struct part *part, const char *text);
/* "¹", "¹²" */
const char *doc_superscript(struct doc *d, size_t number);
