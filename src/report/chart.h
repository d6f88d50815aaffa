/* The data of a figure: a matrix of numbers with labels. What is drawn and what report.json holds
 * is this and nothing else. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum chart_kind {
	CHART_SHARES, /* one row: parts of a whole, as a pie */
	CHART_STACKS, /* each row is a bar of 100 % */
	CHART_SERIES, /* each row is a day: stacked columns over time */
	CHART_BARS,   /* each row is a group of bars, one per column */
};

enum { CHART_SLOTS = 10, CHART_SLOT_OTHERS = CHART_SLOTS }; /* colour and pattern of a column */

struct chart {
	enum chart_kind kind;
	const char *number,
		*title;	  /* "3-4" and the caption, for the reader who does not see the picture */
	const char *unit; /* of the values */
	const char *empty_text; /* shown instead of a picture without numbers */
	size_t rows, columns;
	const char **row_labels, **column_labels;
	unsigned *slots; /* by column */
	double *values;	 /* rows * columns; NAN: not observed */
};

/* Outside the matrix they do nothing. */
void chart_set(struct chart *c, size_t row, size_t column, double value);
void chart_label_row(struct chart *c, size_t row, const char *label);
void chart_label_column(struct chart *c, size_t column, const char *label, unsigned slot);

double chart_get(const struct chart *c, size_t row, size_t column);
/* Sum of a row without what was not observed. */
double chart_row_sum(const struct chart *c, size_t row);
/* Percent of its row; 0 when the row is empty. */
double chart_share(const struct chart *c, size_t row, size_t column);
/* The largest sum of a row (CHART_BARS: the largest value). */
double chart_max(const struct chart *c);
bool chart_is_empty(const struct chart *c);
