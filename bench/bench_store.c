/* Rows per second into an embedded store, with roll-ups and fsync: what `teiten import` adds after
 * decoding.
 *
 *   bench_store FOLDER ENGINE [ROWS [BLOCK_ROWS [DAYS]]]    (FOLDER must not exist yet)
 *
 * Synthetic darknet traffic: a few hundred busy scanners, many small ones, skewed ports. */
#include <string.h>
#include <time.h>

#include "base/number.h"
#include "store/store.h"

enum { SENSORS = 40, SOURCES = 300000, FIRST_S = 1770000000 };

static uint64_t random_next(uint64_t *state)
{
	uint64_t x = *state;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return *state = x;
}

static void fill_row(struct rows *rows, size_t i, uint32_t time, uint64_t *state)
{
	static const uint16_t ports[] = {
		23, 23, 23, 445, 22, 80, 8080, 443, 3389, 6379, 1433, 5060};
	uint64_t r = random_next(state), q = random_next(state);
	uint32_t source = r % 4 ? (uint32_t)(r >> 32) % SOURCES : (uint32_t)(r >> 32) % 300;
	uint32_t v4 = 0x01000000u + source * 7919u;

	rows->day[i] = (uint16_t)(time / 86400);
	rows->time[i] = time;
	rows->sensor[i] = (uint16_t)(q % SENSORS);
	rows->src[i] = addr_from_v4(v4);
	rows->dst[i] = addr_from_v4(0xc6336400u + (uint32_t)(q >> 8) % 256);
	rows->service[i] = 6u << 16 | (q % 5 ? ports[(q >> 16) % 12] : (uint16_t)(q >> 20));
	rows->sport[i] = (uint16_t)(q >> 32);
	rows->length[i] = 40 + 20 * (q >> 50 & 1);
	rows->window[i] = (uint16_t)(source * 31);
	rows->tcp_flags[i] = 2;
	rows->ttl[i] = (uint8_t)(40 + source % 80);
	rows->class[i] = q % 20 ? 1 : 2;
	rows->tool[i] = source % 4;
	memcpy(rows->country[i].c, &"CNUSRUBRINVNKRJPDENL"[source % 10 * 2], 2);
	rows->asn[i] = 1000 + source % 5000;
	rows->payload[i] = (struct payload_hash){{0}};
	rows->packets[i] = 1 + (source % 16 == 0);
	rows->bytes[i] = (uint64_t)rows->packets[i] * rows->length[i];
}

static double seconds(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static bool allocate(struct rows *rows, size_t count)
{
	bool good = true;

#define X(name, type, sql, codec) good &= (rows->name = calloc(count, sizeof(type))) != NULL;
	ACCESS_COLUMNS(X)
#undef X
	return good;
}

static uint64_t argument(int argc, char **argv, int i, uint64_t fallback)
{
	uint64_t value = fallback;

	return argc > i && number_u64(argv[i], 1, UINT64_MAX, &value) ? value : fallback;
}

static int insert_all(
	struct store *s, uint64_t total, uint64_t block_rows, uint64_t days, struct err *e)
{
	struct plant plant = {0};
	struct segment segment = {
		.digest = "bench", .name = "bench", .first_s = FIRST_S, .last_s = FIRST_S + 86400};
	struct block block = {0};
	uint64_t state = 88172645463325252u;
	double start = seconds(CLOCK_MONOTONIC), worst = 0;
	char name[16];

	plant.count = SENSORS;
	plant.sensors = calloc(SENSORS, sizeof(*plant.sensors));
	for (int i = 0; i < SENSORS; i++) {
		snprintf(name, sizeof(name), "sensor-%d", i);
		plant.sensors[i].name = strdup(name);
	}
	int r = allocate(&block.rows, block_rows) ? store_segment_begin(s, &segment, e) : -1;
	for (uint64_t done = 0, index = 0; r >= 0 && done < total; done += block_rows, index++) {
		for (size_t i = 0; i < block_rows; i++)
			fill_row(&block.rows, i,
				FIRST_S + (uint32_t)((done + i) * days * 86400 / total), &state);
		block.rows.count = block_rows;
		double before = seconds(CLOCK_MONOTONIC);
		r = store_insert_block(s, &segment, index, &block, &plant, e);
		double took = seconds(CLOCK_MONOTONIC) - before;
		worst = took > worst ? took : worst;
		printf("block %3d: %.0f rows/s\n", (int)index, (double)block_rows / took);
	}
	double took = seconds(CLOCK_MONOTONIC) - start;
	printf("%.0f rows/s over all (own CPU %.2f s of %.2f s), longest block %.2f s\n",
		(double)total / took, seconds(CLOCK_PROCESS_CPUTIME_ID), took, worst);
	return r < 0 ? r : store_segment_complete(s, &segment, NULL, 0, e);
}

static int show(struct store *s, const char *sql, struct err *e)
{
	struct result answer = {0};
	int r = store_query(s, sql, NULL, 0, &answer, e);

	for (size_t row = 0; r >= 0 && row < answer.rows; row++)
		for (size_t column = 0; column < answer.columns; column++)
			printf("%s%s", result_cell(&answer, row, column),
				column + 1 < answer.columns ? "\t" : "\n");
	result_done(&answer);
	return r;
}

int main(int argc, char **argv)
{
	struct store_options options = {.where = argc > 1 ? argv[1] : "bench-store",
		.create = true,
		.engine_mib = 700,
		.engine_idle_s = 2,
		.engine_program = argc > 2 ? argv[2] : "./teiten-engine",
		.engine_library = TEITEN_DEPS "/@chdb/lib-linux-x64-gnu/libchdb.so"};
	struct err e = {0};
	AUTO(store_close) struct store *s = NULL;
	int r = store_open(&options, &s, &e);

	if (r >= 0)
		r = insert_all(s, argument(argc, argv, 3, 10000000),
			argument(argc, argv, 4, 500000), argument(argc, argv, 5, 1), &e);
	if (r >= 0)
		r = show(s,
			"SELECT table, sum(rows), round(sum(bytes_on_disk) / 1e6, 1) AS mb, "
			"count() AS parts FROM system.parts "
			"WHERE active AND database = currentDatabase() GROUP BY table ORDER BY "
			"table",
			&e);
	if (r >= 0)
		r = show(s,
			"SELECT (SELECT sum(packets) FROM access), (SELECT sum(packets) FROM "
			"source_day), "
			"(SELECT sum(packets) FROM service_quarter), (SELECT sum(packets) FROM "
			"service_source_day)",
			&e);
	if (r >= 0)
		r = show(s,
			"SELECT metric, value FROM system.metrics WHERE metric = 'MemoryTracking'",
			&e);
	if (r < 0)
		fprintf(stderr, "%s\n", e.text);
	return r < 0;
}
