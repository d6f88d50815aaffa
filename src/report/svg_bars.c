/* Groups of horizontal bars, one bar a column, with their numbers. */
#include "report/svg.h"

#include "analysis/number_text.h"

#include <math.h>

enum { BAR_HEIGHT = 11, GROUP_GAP = 8, RIGHT = 70, LABEL_MAX = 190 };

static double label_width(const struct chart *c)
{
	double width = 60;

	for (size_t i = 0; i < c->rows; i++)
		width = fmax(width, svg_text_width(c->row_labels[i], SVG_TEXT));
	return fmin(width, LABEL_MAX) + 14;
}

static void add_group(struct svg *s, size_t row, double left, double scale, double y)
{
	const struct chart *c = s->chart;
	char label[SVG_LABEL_SIZE], number[NUMBER_TEXT_SIZE];

	svg_text(s, left - 8, y + BAR_HEIGHT * (double)c->columns / 2 + 4, ANCHOR_END, SVG_TEXT,
		svg_fit(c->row_labels[row], left - 12, label, sizeof(label)));
	for (size_t i = 0; i < c->columns; i++) {
		double value = chart_get(c, row, i), at = y + BAR_HEIGHT * (double)i;

		if (isnan(value))
			continue;
		number_half_up(value, 2, number);
		svg_bar(s, left, at, value * scale, BAR_HEIGHT - 1, c->slots[i],
			c->column_labels[i], number);
		svg_text(s, left + value * scale + 5, at + BAR_HEIGHT - 2, ANCHOR_START,
			SVG_SMALL - 1, number);
	}
}

void svg_bars(struct svg *s)
{
	const struct chart *c = s->chart;
	double left = label_width(c), scale = (SVG_WIDTH - RIGHT - left) / chart_max(c);
	double step = BAR_HEIGHT * (double)c->columns + GROUP_GAP;
	double bottom = 24 + step * (double)c->rows;

	svg_open(s, bottom + svg_legend_height(c) + 4);
	svg_text(s, 4, 13, ANCHOR_START, SVG_SMALL, c->unit);
	for (size_t i = 0; i < c->rows; i++)
		add_group(s, i, left, scale, 24 + step * (double)i);
	svg_marks(s);
	svg_line(s, left, 20, left, bottom, "#222");
	svg_legend(s, bottom);
	svg_close(s);
}
