/* Questions and their answers: TabSeparated text to cells. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/number.h"
#include "base/text.h"
#include "store/internal.h"
#include "store/tsv.h"

/* A question may use so much of what the engine may (in percent), so that an import beside it goes
 * on; all cores, where the library would take one only, because it wants a GiB of memory for each.
 * With groups on disk, tables of them go there from a quarter of that on, by one thread; they are
 * not made as large at once as they were the last time, and the buffers of their files are small,
 * because there is one for each. */
enum { QUESTION_PERCENT = 60, SPILL_PART = 4, SERVER_SPILL_MIB = 512 };

static void add_limits(const struct store *s, bool on_disk, struct buf *settings)
{
	uint64_t most = (s->local.memory_mib << 20) / 100 * QUESTION_PERCENT;
	uint64_t spill = s->local.folder ? most / SPILL_PART : (uint64_t)SERVER_SPILL_MIB << 20;

	if (s->local.folder)
		buf_printf(settings,
			"&max_memory_usage=%" PRIu64 "&max_threads_min_free_memory_per_thread=0",
			most);
	if (on_disk)
		buf_printf(settings,
			"&max_bytes_before_external_group_by=%" PRIu64
			"&max_threads=1&max_bytes_ratio_before_external_group_by=0"
			"&collect_hash_table_stats_during_aggregation=0"
			"&temporary_files_buffer_size=65536",
			spill);
}

static int query(struct store *s, const char *sql, const struct param *params, size_t count,
	bool on_disk, struct result *ret, struct err *e)
{
	AUTO(buf_done) struct buf settings = {0};
	AUTO(buf_done) struct buf answer = {0};

	*ret = (struct result){0};
	add_limits(s, on_disk, &settings);
	if (settings.failed)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	struct request ask = {
		.sql = sql, .params = params, .param_count = count, .settings = buf_str(&settings)};
	int r = store_request(s, &ask, &answer, e);
	return r < 0 ? r : tsv_take(&answer, ret, e);
}

int store_query(struct store *s, const char *sql, const struct param *params, size_t count,
	struct result *ret, struct err *e)
{
	return query(s, sql, params, count, false, ret, e);
}

int store_query_on_disk(struct store *s, const char *sql, const struct param *params, size_t count,
	struct result *ret, struct err *e)
{
	return query(s, sql, params, count, true, ret, e);
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
