/* How a report asks: with its periods and its filter. */
#pragma once

#include "report/report.h"

/* Of all keys, by days. */
struct question ask_question(const struct report_options *options, enum dimension dimension);
/* The filter (NULL: none) and one condition more, in the filter language. */
int ask_narrow(const struct expr *where, const char *condition, struct expr **ret, struct err *e) MUST_USE;
/* Without sources; limit: keys each way. */
int ask_cross(const struct analysis *a, const struct report_options *options, enum dimension rows,
	enum dimension columns, size_t limit, struct cross **ret, struct err *e) MUST_USE;
