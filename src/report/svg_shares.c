/* Parts of a whole: a pie, clockwise from the top, and a list that says every number. */
#include "report/svg.h"

#include "analysis/number_text.h"

#include <math.h>

enum {
	HEIGHT = 262,
	CENTRE_X = 150,
	CENTRE_Y = 131,
	RADIUS = 118,
	LIST_X = 330,
	LIST_WIDTH = 300,
	LIST_LINE = 22
};

static const double LABEL_PERCENT = 6; /* smaller parts have no label in the pie */

static void share_text(const struct chart *c, size_t column, char out[NUMBER_TEXT_SIZE + 1])
{
	char number[NUMBER_TEXT_SIZE];

	snprintf(out, NUMBER_TEXT_SIZE + 1, "%s%%",
		number_half_up(chart_share(c, 0, column), 1, number));
}

static double pie_x(double percent, double radius)
{
	return CENTRE_X + radius * sin(2 * M_PI * percent / 100);
}

static double pie_y(double percent, double radius)
{
	return CENTRE_Y - radius * cos(2 * M_PI * percent / 100);
}

static void add_slice(struct svg *s, size_t column, double from, double to)
{
	char path[SVG_PATH_SIZE], text[NUMBER_TEXT_SIZE + 1];

	if (to - from > 99.99) /* an arc from a point to itself would be nothing */
		snprintf(path, sizeof(path), "M%d %dA%d %d 0 1 1 %d %dA%d %d 0 1 1 %d %dZ",
			CENTRE_X, CENTRE_Y - RADIUS, RADIUS, RADIUS, CENTRE_X, CENTRE_Y + RADIUS,
			RADIUS, RADIUS, CENTRE_X, CENTRE_Y - RADIUS);
	else
		snprintf(path, sizeof(path), "M%d %dL%.2f %.2fA%d %d 0 %d 1 %.2f %.2fZ", CENTRE_X,
			CENTRE_Y, pie_x(from, RADIUS), pie_y(from, RADIUS), RADIUS, RADIUS,
			to - from > 50, pie_x(to, RADIUS), pie_y(to, RADIUS));
	share_text(s->chart, column, text);
	svg_shape(s, path, s->chart->slots[column], "#fff", s->chart->column_labels[column], text);
}

static void add_label(struct svg *s, size_t column, double from, double to)
{
	char label[SVG_LABEL_SIZE], text[NUMBER_TEXT_SIZE + 1];
	double middle = (from + to) / 2;
	double x = pie_x(middle, RADIUS * 0.66), y = pie_y(middle, RADIUS * 0.66);

	if (to - from < LABEL_PERCENT)
		return;
	share_text(s->chart, column, text);
	if (to - from < 2 * LABEL_PERCENT) {
		svg_plate(s, x, y, text);
		return;
	}
	svg_plate(s, x, y - 7,
		svg_fit(s->chart->column_labels[column], RADIUS, label, sizeof(label)));
	svg_plate(s, x, y + 7, text);
}

static void add_line(struct svg *s, size_t column, double y)
{
	char label[SVG_LABEL_SIZE], text[NUMBER_TEXT_SIZE + 1];

	svg_swatch(s, LIST_X, y - 10, s->chart->slots[column]);
	svg_text(s, LIST_X + 24, y, ANCHOR_START, SVG_TEXT,
		svg_fit(s->chart->column_labels[column], LIST_WIDTH - 90, label, sizeof(label)));
	share_text(s->chart, column, text);
	svg_text(s, LIST_X + LIST_WIDTH, y, ANCHOR_END, SVG_TEXT, text);
}

void svg_shares(struct svg *s)
{
	const struct chart *c = s->chart;
	double from = 0, y = CENTRE_Y - LIST_LINE * ((double)c->columns - 1) / 2 + 4;

	svg_open(s, HEIGHT);
	for (size_t i = 0; i < c->columns; i++) {
		add_slice(s, i, from, from + chart_share(c, 0, i));
		from += chart_share(c, 0, i);
	}
	svg_marks(s);
	from = 0;
	for (size_t i = 0; i < c->columns; i++) {
		add_label(s, i, from, from + chart_share(c, 0, i));
		from += chart_share(c, 0, i);
		add_line(s, i, y + LIST_LINE * (double)i);
	}
	svg_close(s);
}
