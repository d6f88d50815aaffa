/* What top, trend and cross have in common: their options, and the question that they ask of the
 * store. */
#pragma once

#include "prog/prog.h"

enum question_kind { QUESTION_TOP, QUESTION_TREND, QUESTION_CROSS };

struct question_options {
	const char *period, *versus, *where; /* NULL: not given */
	size_t limit;
	int64_t interval_s;
	enum format format;
	bool help, only_new;
	enum dimension dimensions[2]; /* DIMENSION_NONE: not given */
};

/* Reads the command's own arguments. EXIT_DONE, or EXIT_USAGE with e set. */
int question_options(struct question_options *ret, enum question_kind kind, int argc, char **argv,
	struct err *e);

/* "all" (SIZE_MAX) or a number from 1. */
int question_limit(const char *text, size_t *ret, struct err *e) MUST_USE;
int question_dimension(const char *name, enum dimension *ret, struct err *e) MUST_USE;

/* A question that is ready to be asked; its analysis has the store open. */
struct asking {
	struct analysis analysis;
	struct question question;
	struct expr *where; /* owned */
};

/* Opens the store and settles the periods and the filter. An exit status. */
int asking_begin(
	struct asking *ret, struct prog *p, const struct question_options *o, struct err *e);
void asking_done(struct asking *a);
static inline void auto_asking_done(struct asking *a)
{
	asking_done(a);
}
