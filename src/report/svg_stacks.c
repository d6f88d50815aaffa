/* Each row a bar of 100 %, divided by columns. */
#include "report/svg.h"

#include "analysis/number_text.h"

#include <math.h>

enum { BAR_HEIGHT = 24, BAR_STEP = 36, RIGHT = 16, AXIS = 22, LABEL_MAX = 170, LABEL_PERCENT = 7 };

static double label_width(const struct chart *c)
{
	double width = 60;

	for (size_t i = 0; i < c->rows; i++)
		width = fmax(width, svg_text_width(c->row_labels[i], SVG_TEXT));
	return fmin(width, LABEL_MAX) + 14;
}

static void share_text(
	const struct chart *c, size_t row, size_t column, char out[NUMBER_TEXT_SIZE + 1])
{
	char number[NUMBER_TEXT_SIZE];

	snprintf(out, NUMBER_TEXT_SIZE + 1, "%s%%",
		number_half_up(chart_share(c, row, column), 1, number));
}

static void add_row(struct svg *s, size_t row, double left, double width, double y)
{
	const struct chart *c = s->chart;
	char label[SVG_LABEL_SIZE], text[NUMBER_TEXT_SIZE + 1];
	double from = 0;

	svg_text(s, left - 8, y + BAR_HEIGHT / 2.0 + 4, ANCHOR_END, SVG_TEXT,
		svg_fit(c->row_labels[row], left - 12, label, sizeof(label)));
	for (size_t i = 0; i < c->columns; i++) {
		double share = chart_share(c, row, i);

		if (share <= 0)
			continue;
		share_text(c, row, i, text);
		svg_bar(s, left + width * from / 100, y, width * share / 100, BAR_HEIGHT,
			c->slots[i], c->column_labels[i], text);
		from += share;
	}
}

static void add_plates(struct svg *s, size_t row, double left, double width, double y)
{
	const struct chart *c = s->chart;
	char text[NUMBER_TEXT_SIZE + 1];
	double from = 0;

	for (size_t i = 0; i < c->columns; i++) {
		double share = chart_share(c, row, i);

		share_text(c, row, i, text);
		if (share >= LABEL_PERCENT)
			svg_plate(s, left + width * (from + share / 2) / 100, y + BAR_HEIGHT / 2.0,
				text);
		from += share;
	}
}

static void add_axis(struct svg *s, double left, double width, double y)
{
	char text[8];

	for (int percent = 0; percent <= 100; percent += 20) {
		double x = left + width * percent / 100;

		svg_line(s, x, 2, x, y, "#ccc");
		snprintf(text, sizeof(text), "%d%%", percent);
		svg_text(s, x, y + 15, ANCHOR_MIDDLE, SVG_SMALL, text);
	}
}

void svg_stacks(struct svg *s)
{
	const struct chart *c = s->chart;
	double left = label_width(c), width = SVG_WIDTH - RIGHT - left;
	double bottom = BAR_STEP * (double)c->rows + 4;

	svg_open(s, bottom + AXIS + svg_legend_height(c) + 4);
	add_axis(s, left, width, bottom);
	for (size_t i = 0; i < c->rows; i++)
		add_row(s, i, left, width, 6 + BAR_STEP * (double)i);
	svg_marks(s);
	for (size_t i = 0; i < c->rows; i++)
		add_plates(s, i, left, width, 6 + BAR_STEP * (double)i);
	svg_legend(s, bottom + AXIS);
	svg_close(s);
}
