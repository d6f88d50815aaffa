/* teiten import --no-store: captures to answers in memory. Nothing is opened, written or remembered. */
#pragma once

#include "prog/import_plan.h"
#include "prog/prog.h"

struct no_store_options {
	bool given;
	const char *only_with; /* the first option that means nothing without --no-store; NULL: none */
	enum dimension dimensions[DIMENSION_COUNT];
	size_t dimension_count;
	size_t limit;
	enum format format;
	const char *where;
};

/* For the table of getopt_long(). */
enum {
	OPTION_NO_STORE = 0x100,
	OPTION_TOP,
	OPTION_LIMIT,
	OPTION_FORMAT,
	OPTION_WHERE,
};
#define NO_STORE_OPTIONS                                                                           \
	{"no-store", no_argument, NULL, OPTION_NO_STORE}, {"top", required_argument, NULL, OPTION_TOP}, \
		{"limit", required_argument, NULL, OPTION_LIMIT},                                  \
		{"format", required_argument, NULL, OPTION_FORMAT},                                \
	{                                                                                          \
		"where", required_argument, NULL, OPTION_WHERE                                     \
	}

/* Their part of import --help. */
void no_store_usage(void);
void no_store_init(struct no_store_options *o);
/* Takes one of these. -ENOENT without a line: it is none of them. */
int no_store_option(struct no_store_options *o, int option, const char *value, struct err *e) MUST_USE;
/* After the last option. */
int no_store_check(const struct no_store_options *o, struct err *e) MUST_USE;

/* Which captures, and at which sensors they were taken (as matching.h has it). */
struct no_store_input {
	const struct import_plan *plan;
	const char *sensor;
	const struct prefix *addresses;
	size_t address_count;
};

/* Prints a line per file on standard error and the answers on standard output. An exit status. */
int no_store_run(struct prog *p, const struct no_store_options *o, const struct no_store_input *in,
	struct err *e);
