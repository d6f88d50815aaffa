#include "synth/weights.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>

/* Columns below the mean are filled up from those above it; small and large are stacks of column
 * numbers. */
static void fill(struct weights *w, uint32_t *small, uint32_t *large)
{
	size_t smalls = 0, larges = 0;

	for (uint32_t i = 0; i < w->count; i++) {
		w->alias[i] = i;
		if (w->keep[i] < 1)
			small[smalls++] = i;
		else
			large[larges++] = i;
	}
	while (smalls > 0 && larges > 0) {
		uint32_t s = small[--smalls], l = large[larges - 1];

		w->alias[s] = l;
		w->keep[l] -= 1 - w->keep[s];
		if (w->keep[l] < 1) {
			larges--;
			small[smalls++] = l;
		}
	}
	/* What rounding left over is full. */
	while (larges > 0)
		w->keep[large[--larges]] = 1;
	while (smalls > 0)
		w->keep[small[--smalls]] = 1;
}

int weights_init(struct weights *w, const double *values, size_t count)
{
	AUTO(free) uint32_t *stacks = calloc(count * 2, sizeof(*stacks));
	double sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += values[i];
	assert(sum > 0);
	*w = (struct weights){.count = count,
		.keep = calloc(count, sizeof(double)),
		.alias = calloc(count, sizeof(uint32_t))};
	if (!stacks || !w->keep || !w->alias) {
		weights_done(w);
		return -ENOMEM;
	}
	for (size_t i = 0; i < count; i++)
		w->keep[i] = values[i] * (double)count / sum;
	fill(w, stacks, stacks + count);
	return 0;
}

int weights_zipf(struct weights *w, size_t count, double skew)
{
	AUTO(free) double *values = calloc(count, sizeof(*values));

	if (!values)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		values[i] = pow((double)(i + 1), -skew);
	return weights_init(w, values, count);
}

void weights_done(struct weights *w)
{
	free(w->keep);
	free(w->alias);
	*w = (struct weights){0};
}
