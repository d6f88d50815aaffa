/* The files of a plan into the store, several at once; what is printed is the same for any number
 * of threads. */
#pragma once

#include "prog/import_plan.h"
#include "prog/intake.h"

struct import_total {
	size_t taken, known, failed; /* files; a damaged one that was taken in as far as it goes
					counts as failed */
	uint64_t frames, accesses;   /* of those taken in */
	double seconds;
};

/* Each file in its turn; one that fails is told and does not stop the rest. first is a ready
 * intake; up to threads - 1 more like it are made, each with a connection of its own; as many
 * captures are under way at once as import.memory_mib has room for, and at least one. After a
 * signal (prog/stop.h) what has begun is left as it is. Errors are only those of making them. */
int import_work(struct intake *first, const struct geo *geo, const struct import_plan *plan,
	size_t threads, struct import_total *total, struct err *e) MUST_USE;
/* Standard input, by itself. */
void import_standard_input(struct intake *in, struct import_total *total);
