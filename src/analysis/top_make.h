/* From counted keys to the rows of a `struct top`. */
#pragma once

#include "analysis/count.h"
#include "analysis/exposure.h"

/* Fills rows, count and keys of t, whose question and exposures are set; o is behind these. */
int top_fill(struct top *t, const struct plant *plant, const struct observed *o,
	const struct counts *c, struct err *e) MUST_USE;
