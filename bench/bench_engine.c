/* bench_engine FOLDER: what the engine of that store has used so far, and its files, as lines
 * "name<TAB>value". With "wait" after it: once its merges have ended, and with the bytes and rows
 * of the tables. Exit status 1 when no engine runs there. */
#include "engine_use.h"

#include "store/store.h"

#include <string.h>

static int print_use(const char *folder, struct err *e)
{
	struct engine_use use;
	int r = engine_use(folder, &use, e);

	if (r >= 0)
		printf("cpu_s\t%.2f\npeak_kib\t%llu\n", use.cpu_s,
			(unsigned long long)use.peak_kib);
	return r;
}

static int print_tables(struct store *s, struct err *e)
{
	AUTO(result_done) struct result tables = {0};
	int r = store_query(s,
		"SELECT table, sum(bytes_on_disk), sum(rows) FROM system.parts "
		"WHERE active AND database = currentDatabase() GROUP BY table ORDER BY table",
		NULL, 0, &tables, e);

	for (size_t i = 0; r >= 0 && i < tables.rows; i++) {
		printf("%s_bytes\t%s\n", result_cell(&tables, i, 0), result_cell(&tables, i, 1));
		printf("%s_rows\t%s\n", result_cell(&tables, i, 0), result_cell(&tables, i, 2));
	}
	return r;
}

static int wait_and_print(const char *folder, struct err *e)
{
	struct store_options options = {.where = folder,
		.engine_mib = 1024,
		.engine_idle_s = 2,
		.engine_library = TEITEN_DEPS "/@chdb/lib-linux-x64-gnu/libchdb.so"};
	AUTO(store_close) struct store *s = NULL;
	int r = store_open(&options, &s, e);

	if (r >= 0)
		r = engine_wait(s, e);
	if (r >= 0)
		r = print_use(folder, e);
	return r < 0 ? r : print_tables(s, e);
}

int main(int argc, char **argv)
{
	struct err e = {0};
	int r;

	if (argc < 2 || argc > 3 || (argc == 3 && strcmp(argv[2], "wait") != 0)) {
		fprintf(stderr, "usage: bench_engine FOLDER [wait]\n");
		return 2;
	}
	r = argc == 3 ? wait_and_print(argv[1], &e) : print_use(argv[1], &e);
	if (r < 0)
		fprintf(stderr, "bench_engine: %s\n", e.text);
	return r < 0;
}
