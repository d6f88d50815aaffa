#include "report/chart.h"

#include <math.h>

void chart_set(struct chart *c, size_t row, size_t column, double value)
{
	if (row < c->rows && column < c->columns)
		c->values[row * c->columns + column] = value;
}

void chart_label_row(struct chart *c, size_t row, const char *label)
{
	if (row < c->rows)
		c->row_labels[row] = label;
}

void chart_label_column(struct chart *c, size_t column, const char *label, unsigned slot)
{
	if (column >= c->columns)
		return;
	c->column_labels[column] = label;
	c->slots[column] = slot;
}

double chart_get(const struct chart *c, size_t row, size_t column)
{
	return c->values[row * c->columns + column];
}

double chart_row_sum(const struct chart *c, size_t row)
{
	double sum = 0;

	for (size_t i = 0; i < c->columns; i++)
		if (!isnan(chart_get(c, row, i)))
			sum += chart_get(c, row, i);
	return sum;
}

double chart_share(const struct chart *c, size_t row, size_t column)
{
	double sum = chart_row_sum(c, row);
	double value = chart_get(c, row, column);

	return sum > 0 && !isnan(value) ? 100 * value / sum : 0;
}

double chart_max(const struct chart *c)
{
	double max = 0;

	for (size_t row = 0; row < c->rows; row++) {
		if (c->kind != CHART_BARS) {
			max = fmax(max, chart_row_sum(c, row));
			continue;
		}
		for (size_t i = 0; i < c->columns; i++)
			max = fmax(max, chart_get(c, row, i)); /* fmax() ignores NAN */
	}
	return max;
}

bool chart_is_empty(const struct chart *c)
{
	return !(chart_max(c) > 0);
}
