/* Which table answers a question: the smallest one that has every column, and whose time steps fit
 * the bounds. */
#pragma once

#include "analysis/period.h"
#include "analysis/subject.h"

#include <stddef.h>

enum time_unit { UNIT_MONTH, UNIT_DAY, UNIT_QUARTER, UNIT_SECOND };

struct table_info {
	const char *name;
	enum time_unit unit;
	unsigned columns;   /* of rows.h */
	const char *start;  /* of the interval of a trend: its day, or seconds in steps of {step}
			       from the starts of local {days} */
	const char *within; /* condition with the parameters from, to (in that number) and, for
			       access, from_day, to_day */
	const char *within_versus; /* the same for vfrom, vto, vfrom_day, vto_day */
};

/* columns: all that the question reads, without the time. bounds: every bound of its periods and
 * intervals. */
struct plan_need {
	unsigned columns;
	bool whole_months;   /* all bounds are starts of local months */
	bool whole_days;     /* all bounds are starts of local days */
	bool whole_quarters; /* all bounds are multiples of 900 s */
	bool store_days;     /* the store's days are the local ones */
};

/* NULL when plan_lacks() says that no table has all the columns. */
const struct table_info *plan_table(const struct plan_need *need);
/* Those of the columns that keep a question from being answered: detections do not have them. */
unsigned plan_lacks(unsigned columns);
/* Whether every bound is the start of a local month, of a local day, or a multiple of 900 s. */
bool period_is_months(const struct period *p);
bool period_is_days(const struct period *p);
bool period_is_quarters(const struct period *p);
