/* Questions and their answers: TabSeparated text to cells. */
#include <errno.h>
#include <string.h>

#include "base/number.h"
#include "base/text.h"
#include "store/internal.h"
#include "store/tsv.h"

int store_query(struct store *s, const char *sql, const struct param *params, size_t count,
	struct result *ret, struct err *e)
{
	struct request ask = {.sql = sql, .params = params, .param_count = count};
	AUTO(buf_done) struct buf answer = {0};
	int r = store_request(s, &ask, &answer, e);

	*ret = (struct result){0};
	return r < 0 ? r : tsv_take(&answer, ret, e);
}

int store_execute(
	struct store *s, const char *sql, const struct param *params, size_t count, struct err *e)
{
	struct request order = {.sql = sql, .params = params, .param_count = count};
	AUTO(buf_done) struct buf answer = {0};

	return store_request(s, &order, &answer, e);
}

void result_done(struct result *r)
{
	if (!r)
		return;
	free(r->cells);
	free(r->memory);
	*r = (struct result){0};
}

const char *result_cell(const struct result *r, size_t row, size_t column)
{
	if (row >= r->rows || column >= r->columns)
		return "";
	const char *cell = r->cells[row * r->columns + column];
	return cell ? cell : "";
}

uint64_t result_u64(const struct result *r, size_t row, size_t column)
{
	uint64_t value = 0;

	return number_u64(result_cell(r, row, column), 0, UINT64_MAX, &value) ? value : 0;
}
