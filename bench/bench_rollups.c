/* Roll-ups made by us and sent ready, against materialised views that make them of each block: what
 * both cost, and whether both give the same tables.
 *
 *   bench_rollups CAPTURE FOLDER ENGINE [ROUNDS [BLOCK_ROWS]]     default 3 rounds, blocks as in
 * import
 *
 * The same blocks go into two sets of tables of one store in FOLDER (which must not exist yet), in
 * turn, with the settings of import. Microseconds of CPU per row: ours, the engine's until the last
 * insert returned, and the engine's until its merges have ended as well; medians of the rounds.
 * Exit status 1 when the tables differ. */
#include "engine_use.h"
#include "line.h"

#include "base/number.h"
#include "store/internal.h"
#include "store/native.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>

enum { WAYS = 2, ROUNDS_MAX = 99 };
enum cost { COST_ours, COST_inserted, COST_merged, COST_wall, COST_COUNT };

static const char *const ways[WAYS] = {"ready", "views"};

/* As in ingest.c. And one part for each view's answer, as ours are: two-level aggregation gives 256
 * blocks, each a part of its own, which made views six times slower. */
static const char settings[] =
	"&async_insert=0&insert_deduplicate=1&max_partitions_per_insert_block=0"
	"&max_insert_block_size=2000000&max_block_size=2000000&preferred_block_size_bytes=0"
	"&min_insert_block_size_rows=0&min_insert_block_size_bytes=0"
	"&group_by_two_level_threshold=0&group_by_two_level_threshold_bytes=0&max_threads=1&max_"
	"insert_threads=1&optimize_on_insert=0"
	"&deduplicate_blocks_in_dependent_materialized_views=1&insert_deduplication_token=";

/* Of each roll-up: the table, its key columns, what makes them of a row of `access`, its sums. */
#define NAME(name)	     #name ", "
#define X(name, keys) {#name, keys(NAME)},
static const struct {
	const char *table, *keys;
} rollups[ROLLUP_COUNT] = {ROLLUPS(X)};
#undef X
#undef NAME

struct round {
	struct store *store;
	const char *folder;
	struct line *line;
	bool views;
	unsigned number; /* of this round, for tokens */
	uint64_t blocks, rows;
	double ours_ns;
};

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* --- tables --------------------------------------------------------------------------------- */

static int execute(struct store *s, const char *sql, struct err *e)
{
	return store_execute(s, sql, NULL, 0, e);
}

static int make_table(struct store *s, const char *table, const char *way, struct err *e)
{
	char sql[256];

	snprintf(sql, sizeof(sql), "DROP TABLE IF EXISTS %s_%s SYNC", table, way);
	int r = execute(s, sql, e);
	snprintf(sql, sizeof(sql), "CREATE TABLE %s_%s AS %s", table, way, table);
	return r < 0 ? r : execute(s, sql, e);
}

static int make_view(struct store *s, enum rollup_table i, struct err *e)
{
	size_t keys = strlen(rollups[i].keys) - strlen(", ");
	char sql[1024];

	snprintf(sql, sizeof(sql), "DROP VIEW IF EXISTS %s_view SYNC", rollups[i].table);
	int r = execute(s, sql, e);
	snprintf(sql, sizeof(sql),
		"CREATE MATERIALIZED VIEW %s_view TO %s_views AS SELECT %ssum(packets) AS packets "
		"FROM (SELECT *, toStartOfFifteenMinutes(time) AS quarter, toStartOfMonth(day) AS month "
		"FROM access_views) GROUP BY %.*s",
		rollups[i].table, rollups[i].table, rollups[i].keys, (int)keys, rollups[i].keys);
	return r < 0 ? r : execute(s, sql, e);
}

static int make_tables(struct store *s, bool views, struct err *e)
{
	int r = make_table(s, "access", ways[views], e);

	for (enum rollup_table i = 0; r >= 0 && i < ROLLUP_COUNT; i++) {
		r = make_table(s, rollups[i].table, ways[views], e);
		if (r >= 0 && views)
			r = make_view(s, i, e);
	}
	return r;
}

/* --- sending -------------------------------------------------------------------------------- */

static int send_native(
	struct round *round, const char *table, const struct native *n, struct err *e)
{
	char sql[80], all[sizeof(settings) + 64];
	struct request insert = {
		.sql = sql, .settings = all, .body = n->pieces, .body_count = n->count};
	AUTO(buf_done) struct buf answer = {0};

	snprintf(sql, sizeof(sql), "INSERT INTO %s_%s FORMAT Native", table, ways[round->views]);
	snprintf(all, sizeof(all), "%s%u:%" PRIu64, settings, round->number, round->blocks);
	return store_request(round->store, &insert, &answer, e);
}

static int send_rollup(
	struct round *round, struct rollup_base *base, enum rollup_table table, struct err *e)
{
	AUTO(native_done) struct native n = {0};
	struct rollup rollup;

	rollup_make(base, table, &rollup);
	int r = native_rollup(&n, &rollup, base, e);
	return r < 0 ? r : send_native(round, rollup.table, &n, e);
}

static int send_block(struct round *round, const struct block *block, struct err *e)
{
	AUTO(rollup_base_done) struct rollup_base base = {0};
	AUTO(native_done) struct native n = {0};
	int r = rollup_base_init(&base, &block->rows, &round->line->plant, e);

	if (r >= 0)
		r = native_access(&n, &base, block->labels, e);
	if (r >= 0)
		r = send_native(round, "access", &n, e);
	for (enum rollup_table i = 0; r >= 0 && !round->views && i < ROLLUP_COUNT; i++)
		r = send_rollup(round, &base, i, e);
	return r;
}

static int take_block(void *context, const struct block *block, struct err *e)
{
	struct round *round = context;
	double before = cpu_ns();
	int r = block->rows.count ? send_block(round, block, e) : 0;

	round->ours_ns += cpu_ns() - before;
	round->blocks++;
	round->rows += block->rows.count;
	return r;
}

/* --- measuring ------------------------------------------------------------------------------ */

static int run(struct round *round, const char *capture, double ret_us[COST_COUNT], struct err *e)
{
	struct engine_use start = {0}, inserted = {0}, merged = {0};
	int r = make_tables(round->store, round->views, e);

	if (r >= 0)
		r = engine_use(round->folder, &start, e);
	double start_s = now_s();
	if (r >= 0)
		r = line_blocks(round->line, capture, take_block, round, e);
	double end_s = now_s();
	if (r >= 0)
		r = engine_use(round->folder, &inserted, e);
	if (r >= 0)
		r = engine_wait(round->store, e);
	if (r >= 0)
		r = engine_use(round->folder, &merged, e);
	double rows = (double)(round->rows + !round->rows);
	ret_us[COST_ours] = round->ours_ns / 1e3 / rows;
	ret_us[COST_inserted] = (inserted.cpu_s - start.cpu_s) * 1e6 / rows;
	ret_us[COST_merged] = (merged.cpu_s - start.cpu_s) * 1e6 / rows;
	ret_us[COST_wall] = (end_s - start_s) * 1e6 / rows;
	return r;
}

/* Every key with its sums, in both: 1 equal, 0 not. */
static int compare(struct store *s, enum rollup_table i, uint64_t *ret_keys, struct err *e)
{
	size_t keys = strlen(rollups[i].keys) - strlen(", ");
	AUTO(buf_done) struct buf sql = {0};
	AUTO(result_done) struct result a = {0};

	for (int way = 0; way < WAYS; way++)
		buf_printf(&sql,
			"%s(SELECT count(), sum(cityHash64(*)) FROM (SELECT %ssum(packets) FROM %s_%s GROUP "
			"BY %.*s))",
			way ? " UNION ALL " : "SELECT * FROM (", rollups[i].keys, rollups[i].table, ways[way], (int)keys, rollups[i].keys);
	buf_text(&sql, ")");
	int r = store_query(s, sql.data, NULL, 0, &a, e);
	if (r < 0)
		return r;
	*ret_keys = result_u64(&a, 0, 0);
	return *ret_keys > 0 && *ret_keys == result_u64(&a, 1, 0) &&
	       result_u64(&a, 0, 1) == result_u64(&a, 1, 1);
}

static int compare_all(struct store *s, struct err *e)
{
	int all = 1, r = 0;

	for (enum rollup_table i = 0; r >= 0 && i < ROLLUP_COUNT; i++) {
		uint64_t keys = 0;

		r = compare(s, i, &keys, e);
		if (r >= 0)
			printf("%s\t%" PRIu64 " keys\t%s\n", rollups[i].table, keys,
				r ? "equal" : "DIFFERENT");
		all = all && r > 0;
	}
	return r < 0 ? r : all;
}

static void print(double us[WAYS][COST_COUNT][ROUNDS_MAX], size_t rounds)
{
	printf("way\tour us/row\tengine us/row\twith merges\tboth\twall us/row\n");
	for (int way = 0; way < WAYS; way++) {
		double cost[COST_COUNT];

		for (int i = 0; i < COST_COUNT; i++)
			cost[i] = median(us[way][i], rounds);
		printf("%s\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\n", ways[way], cost[COST_ours],
			cost[COST_inserted], cost[COST_merged], cost[COST_ours] + cost[COST_merged],
			cost[COST_wall]);
	}
}

static int run_rounds(struct store *s, struct line *line, char **argv, size_t rounds, struct err *e)
{
	static double us[WAYS][COST_COUNT][ROUNDS_MAX];
	int r = 0;

	for (size_t i = 0; r >= 0 && i < rounds * WAYS; i++) {
		struct round round = {.store = s,
			.folder = argv[2],
			.line = line,
			.views = i % WAYS,
			.number = (unsigned)i};
		double cost[COST_COUNT];

		r = run(&round, argv[1], cost, e);
		for (int k = 0; k < COST_COUNT; k++)
			us[i % WAYS][k][i / WAYS] = cost[k];
	}
	if (r >= 0)
		print(us, rounds);
	return r < 0 ? r : compare_all(s, e);
}

int main(int argc, char **argv)
{
	struct store_options options = {.where = argc > 3 ? argv[2] : "",
		.create = true,
		.engine_mib = 1024,
		.engine_idle_s = 2,
		.engine_program = argc > 3 ? argv[3] : "",
		.engine_library = TEITEN_DEPS "/@chdb/lib-linux-x64-gnu/libchdb.so"};
	uint64_t rounds = 3, block_rows = 0;
	struct err e = {0};
	AUTO(store_close) struct store *s = NULL;
	AUTO(line_done) struct line line = {0};

	if (argc < 4 || (argc > 4 && !number_u64(argv[4], 1, ROUNDS_MAX, &rounds)) ||
		(argc > 5 && !number_u64(argv[5], 1, 1 << 28, &block_rows))) {
		fprintf(stderr,
			"usage: bench_rollups CAPTURE FOLDER ENGINE [ROUNDS [BLOCK_ROWS]]\n");
		return 2;
	}
	int r = line_init(&line, block_rows, &e);
	if (r >= 0)
		r = store_open(&options, &s, &e);
	if (r >= 0)
		r = run_rounds(s, &line, argv, rounds, &e);
	if (r < 0)
		fprintf(stderr, "bench_rollups: %s\n", e.text);
	return r <= 0;
}
