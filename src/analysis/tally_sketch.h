/* Estimates of how many distinct sources each of many keys had, in fixed memory: HyperLogLog (Flajolet, Fusy, Gandouet,
 * Meunier 2007). 2^precision registers of one byte hold the longest run of zeros in the hashes that fell to each; the
 * standard error is 1.04 / sqrt(2^precision): 0.8 % at 14, 2.3 % at 11.
 *
 * Half of the memory is that of the first sketches, which stay at 14. All others have one precision, which begins at 14
 * too. When there is no room for one more, all of these are folded to half, which gives exactly what a smaller sketch
 * of the same sources would hold. */
#pragma once

#include "base/base.h"

#include <stdbool.h>

enum { SKETCH_PRECISION_MAX = 14, SKETCH_PRECISION_MIN = 6 };

struct tally_sketches {
	uint8_t *registers; /* bytes_max of them, of which the system gives only what is used */
	size_t bytes_max;
	size_t count, first_count; /* of sketches; how many of them are first ones */
	unsigned precision;	   /* of the others */
};

/* False without memory. */
bool tally_sketches_init(struct tally_sketches *s, size_t bytes_max) MUST_USE;
void tally_sketches_done(struct tally_sketches *s);
/* The number of a new, empty sketch. There may be half of bytes_max / 2^SKETCH_PRECISION_MIN of them, more are a mistake of the
 * caller. */
uint32_t tally_sketches_new(struct tally_sketches *s);
/* hash: 64 random bits of the source. */
void tally_sketches_add(struct tally_sketches *s, uint32_t number, uint64_t hash);
/* How many distinct sources were added: Ertl's improved raw estimate (arXiv:1702.01284, 2017, algorithm 6), which needs
 * no correction for few or many. */
double tally_sketches_estimate(const struct tally_sketches *s, uint32_t number);
