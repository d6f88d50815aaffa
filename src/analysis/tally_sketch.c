#include "analysis/tally_sketch.h"

#include <assert.h>
#include <math.h>
#include <string.h>

/* The low bits of a hash choose the register, the others are counted: 50 of them, so 0 to 51 is what a register holds. */
enum { RANK_BITS = 64 - SKETCH_PRECISION_MAX, RANKS = RANK_BITS + 2 };

bool tally_sketches_init(struct tally_sketches *s, size_t bytes_max)
{
	*s = (struct tally_sketches){.bytes_max = bytes_max,
		.first_count = bytes_max / 2 >> SKETCH_PRECISION_MAX,
		.precision = SKETCH_PRECISION_MAX};
	s->registers = malloc(bytes_max);
	return s->registers;
}

void tally_sketches_done(struct tally_sketches *s)
{
	free(s->registers);
	*s = (struct tally_sketches){0};
}

static unsigned precision_of(const struct tally_sketches *s, size_t number)
{
	return number < s->first_count ? SKETCH_PRECISION_MAX : s->precision;
}

/* The registers of the others lie behind those of the first ones. */
static uint8_t *others(const struct tally_sketches *s)
{
	return s->registers + (s->first_count << SKETCH_PRECISION_MAX);
}

static uint8_t *at(const struct tally_sketches *s, size_t number)
{
	if (number < s->first_count)
		return s->registers + (number << SKETCH_PRECISION_MAX);
	return others(s) + ((number - s->first_count) << s->precision);
}

/* A register of half as many is fed by the two whose numbers differ in the highest bit only. Sketches move to the front,
 * the first one first, and never over one that still is to be read. */
static void fold(struct tally_sketches *s)
{
	size_t half = (size_t)1 << (s->precision - 1);

	for (size_t n = s->first_count; n < s->count; n++) {
		const uint8_t *from = at(s, n);
		uint8_t *to = others(s) + (n - s->first_count) * half;

		for (size_t i = 0; i < half; i++)
			to[i] = from[i] > from[half + i] ? from[i] : from[half + i];
	}
	s->precision--;
}

static bool has_room(const struct tally_sketches *s)
{
	return s->count < s->first_count || at(s, s->count + 1) <= s->registers + s->bytes_max;
}

uint32_t tally_sketches_new(struct tally_sketches *s)
{
	while (!has_room(s))
		fold(s);
	assert(s->precision >= SKETCH_PRECISION_MIN);
	memset(at(s, s->count), 0, (size_t)1 << precision_of(s, s->count));
	return (uint32_t)s->count++;
}

void tally_sketches_add(struct tally_sketches *s, uint32_t number, uint64_t hash)
{
	uint8_t *reg = at(s, number) + (hash & (((uint64_t)1 << precision_of(s, number)) - 1));
	uint64_t rest = hash >> SKETCH_PRECISION_MAX;
	unsigned rank = rest ? (unsigned)__builtin_clzll(rest) - SKETCH_PRECISION_MAX + 1 : RANK_BITS + 1;

	if (*reg < rank)
		*reg = (uint8_t)rank;
}

/* x + sum of x^(2^k) 2^(k-1) for k from 1; infinite at 1. */
static double sigma(double x)
{
	double y = 1, z = x, before;

	if (x >= 1)
		return INFINITY;
	do {
		x *= x;
		before = z;
		z += x * y;
		y += y;
	} while (z != before);
	return z;
}

/* (1 - x - sum of (1 - x^(2^-k))^2 2^-k for k from 1) / 3 */
static double tau(double x)
{
	double y = 1, z = 1 - x, before;

	if (x <= 0 || x >= 1)
		return 0;
	do {
		x = sqrt(x);
		before = z;
		y /= 2;
		z -= (1 - x) * (1 - x) * y;
	} while (z != before);
	return z / 3;
}

double tally_sketches_estimate(const struct tally_sketches *s, uint32_t number)
{
	size_t size = (size_t)1 << precision_of(s, number);
	double m = (double)size;
	size_t with[RANKS] = {0};

	for (size_t i = 0; i < size; i++)
		with[at(s, number)[i]]++;
	double z = m * tau(1 - (double)with[RANKS - 1] / m);
	for (size_t rank = RANKS - 2; rank > 0; rank--)
		z = (z + (double)with[rank]) / 2;
	z += m * sigma((double)with[0] / m);
	return m * m / (2 * M_LN2 * z);
}
