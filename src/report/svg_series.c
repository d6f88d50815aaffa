/* Days as stacked columns. */
#include "report/svg.h"

#include "analysis/number_text.h"

#include <math.h>

enum { LEFT = 58, RIGHT = 8, TOP = 26, PLOT = 216, AXIS = 24, DAY_LABELS = 7 };

struct scale {
	double top, step; /* of the axis */
	double day_width;
};

static double y_of(const struct scale *scale, double value)
{
	return TOP + PLOT * (1 - value / scale->top);
}

static void add_axis(struct svg *s, const struct scale *scale)
{
	char text[NUMBER_TEXT_SIZE];
	int lines = (int)lround(scale->top / scale->step);

	svg_text(s, 4, 13, ANCHOR_START, SVG_SMALL, s->chart->unit);
	for (int i = 0; i <= lines; i++) {
		double value = i * scale->step, y = y_of(scale, value);

		svg_line(s, LEFT, y, SVG_WIDTH - RIGHT, y, "#ccc");
		svg_text(s, LEFT - 6, y + 4, ANCHOR_END, SVG_SMALL,
			number_half_up(value, svg_decimals(scale->step), text));
	}
}

static void add_day(struct svg *s, const struct scale *scale, size_t day)
{
	const struct chart *c = s->chart;
	double x = LEFT + scale->day_width * ((double)day + 0.1), width = scale->day_width * 0.8,
	       below = 0;

	for (size_t i = 0; i < c->columns; i++) {
		char label[SVG_LABEL_SIZE], number[NUMBER_TEXT_SIZE];
		double value = chart_get(c, day, i);

		if (!(value > 0))
			continue;
		snprintf(label, sizeof(label), "%s %s", c->row_labels[day], c->column_labels[i]);
		svg_bar(s, x, y_of(scale, below + value), width,
			y_of(scale, below) - y_of(scale, below + value), c->slots[i], label,
			number_half_up(value, 2, number));
		below += value;
	}
}

/* A day without observation is no day without accesses. */
static void add_gap(struct svg *s, const struct scale *scale, size_t day)
{
	buf_printf(s->out,
		"<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"#e4e4e4\"/>\n",
		LEFT + scale->day_width * (double)day, TOP, scale->day_width, PLOT);
}

static void add_days(struct svg *s, const struct scale *scale)
{
	const struct chart *c = s->chart;

	for (size_t day = 0; day < c->rows; day++) {
		double x = LEFT + scale->day_width * (double)day;

		if (isnan(chart_get(c, day, 0)))
			add_gap(s, scale, day);
		else
			add_day(s, scale, day);
		if (day % DAY_LABELS)
			continue;
		svg_line(s, x, TOP + PLOT, x, TOP + PLOT + 5, "#222");
		svg_text(s, x + scale->day_width / 2, TOP + PLOT + 17, ANCHOR_MIDDLE, SVG_SMALL,
			c->row_labels[day]);
	}
}

void svg_series(struct svg *s)
{
	const struct chart *c = s->chart;
	double max = chart_max(c);
	struct scale scale = {.step = svg_step(max),
		.day_width = (double)(SVG_WIDTH - LEFT - RIGHT) / (double)c->rows};

	scale.top = ceil(max / scale.step - 1e-9) * scale.step;
	svg_open(s, TOP + PLOT + AXIS + svg_legend_height(c) + 4);
	add_axis(s, &scale);
	add_days(s, &scale);
	svg_marks(s);
	svg_line(s, LEFT, TOP + PLOT, SVG_WIDTH - RIGHT, TOP + PLOT, "#222");
	svg_legend(s, TOP + PLOT + AXIS);
	svg_close(s);
}
