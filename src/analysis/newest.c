#include "analysis/analysis.h"

#include <errno.h>

#include "analysis/sql.h"
#include "analysis/sql_text.h"
#include "base/zone.h"

enum { COLUMN_NEWEST, COLUMN_THERE, COLUMN_ROWS };

static int month_of(struct civil date, struct period *ret, struct err *e)
{
	char text[16];

	snprintf(text, sizeof(text), "%04d-%02d", date.year, date.month);
	return period_parse(text, 0, ret, e);
}

int analysis_default_period(const struct analysis *a, struct period *ret, struct err *e)
{
	AUTO(sql_done) struct sql_text sql = {0};
	AUTO(result_done) struct result r = {0};
	struct period this_month;
	int error = month_of(civil_of(a->now_s), &this_month, e);

	if (error < 0)
		return error;
	*ret = period_before(&this_month);
	sql_bind_u64(&sql, "from", (uint64_t)(ret->from_day > 0 ? ret->from_day : 0));
	sql_bind_u64(&sql, "to", (uint64_t)(ret->to_day > 0 ? ret->to_day : 0));
	sql_fill(&sql, sql_newest, NULL, 0);
	error = sql_run(a->store, &sql, &r, e);
	if (error < 0)
		return error;
	if (result_u64(&r, 0, COLUMN_ROWS) == 0)
		return err_set(e, ENODATA,
			TR("the store holds no accesses yet: teiten import FILE",
				"データがまだありません: teiten import FILE で取り込んでください"));
	if (result_u64(&r, 0, COLUMN_THERE) > 0)
		return 0;
	return month_of(civil_of_day((int32_t)result_u64(&r, 0, COLUMN_NEWEST)), ret, e);
}
