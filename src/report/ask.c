#include "report/ask.h"

#include <errno.h>

enum { DAY_S = 86400 };

struct question ask_question(const struct report_options *options, enum dimension dimension)
{
	return (struct question){
		.dimension = dimension,
		.dimension2 = DIMENSION_NONE,
		.period = options->period,
		.versus = options->versus,
		.where = options->where,
		.limit = SIZE_MAX,
		.interval_s = DAY_S,
	};
}

int ask_narrow(const struct expr *where, const char *condition, struct expr **ret, struct err *e)
{
	AUTO(buf_done) struct buf text = {0};

	if (where) {
		buf_char(&text, '(');
		expr_print(where, &text);
		buf_text(&text, ") and ");
	}
	buf_text(&text, condition);
	if (text.failed)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	return expr_parse(buf_str(&text), ret, e);
}

int ask_cross(const struct analysis *a, const struct report_options *options, enum dimension rows,
	enum dimension columns, size_t limit, struct cross **ret, struct err *e)
{
	struct question q = ask_question(options, rows);

	q.dimension2 = columns;
	q.limit = limit;
	q.without_sources = true;
	return analysis_cross(a, &q, ret, e);
}
