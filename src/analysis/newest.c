#include "analysis/analysis.h"

#include <errno.h>

#include "analysis/sql.h"
#include "analysis/sql_text.h"
#include "base/zone.h"

enum { COLUMN_NEWEST, COLUMN_THERE, COLUMN_ROWS };

int analysis_default_period(const struct analysis *a, struct period *ret, struct err *e)
{
	AUTO(sql_done) struct sql_text sql = {0};
	AUTO(result_done) struct result r = {0};
	struct civil now = civil_of(a->now_s);
	struct period this_month = period_of_months(PERIOD_MONTH, now.year, now.month);

	*ret = period_before(&this_month);
	sql_bind_u64(&sql, "from", (uint64_t)(ret->from_day > 0 ? ret->from_day : 0));
	sql_bind_u64(&sql, "to", (uint64_t)(ret->to_day > 0 ? ret->to_day : 0));
	sql_bind_u64(&sql, "today", (uint64_t)(a->now_s > 0 ? day_of(a->now_s) : 0));
	sql_fill(&sql, sql_newest, NULL, 0);
	int error = sql_run(a->store, &sql, false, &r, e);
	if (error < 0)
		return error;
	if (result_u64(&r, 0, COLUMN_ROWS) == 0)
		return err_set(e, ENODATA,
			TR("the store holds no accesses yet: teiten import FILE",
				"データがまだありません: teiten import FILE で取り込んでください"));
	if (result_u64(&r, 0, COLUMN_THERE) > 0)
		return 0;
	struct civil newest = civil_of_day((int32_t)result_u64(&r, 0, COLUMN_NEWEST));
	*ret = period_of_months(PERIOD_MONTH, newest.year, newest.month);
	return 0;
}
