#include "prog/import_dry.h"

#include "base/buf.h"
#include "base/text.h"
#include "base/zone.h"
#include "prog/head.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

/* What the ledger says of a path. A store that is not there knows nothing, and is not made. */
static int load_origins(struct prog *p, struct result *ret, struct err *e)
{
	struct err absent = {0};
	int rc = prog_store(p, false, &absent);

	if (rc == -ENOENT)
		return 0;
	return rc < 0 ? err_set(e, -rc, "%s", absent.text)
		      : store_segment_origins(p->store, ret, e);
}

/* The row of a path; origins->rows when there is none. */
static size_t find_origin(const struct result *origins, const char *path)
{
	size_t from = 0, to = origins->rows;

	while (from < to) {
		size_t middle = from + (to - from) / 2;
		int order = strcmp(result_cell(origins, middle, 0), path);

		if (order == 0)
			return middle;
		if (order < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return origins->rows;
}

static const char *origin_text(const struct result *origins, const char *path)
{
	AUTO(free) char *absolute = realpath(path, NULL);
	size_t row = absolute ? find_origin(origins, absolute) : origins->rows;

	if (row == origins->rows)
		return "";
	return result_u64(origins, row, 1)
		       ? TR("  (a file of this name was taken in before)",
				 "（この名前のファイルは取り込み済み）")
		       : TR("  (begun and not completed)", "（取り込みが途中）");
}

static void print_file(const struct import_plan *plan, size_t i, const struct result *origins)
{
	AUTO(buf_done) struct buf path = {0};
	char time[ZONE_TEXT_SIZE] = "-";
	const struct import_file *file = import_plan_at(plan, i);
	bool is_alike =
		i > 0 && file->has_frame && import_plan_at(plan, i - 1)->group == file->group;

	if (file->has_time)
		zone_print(floor_s(file->time_ns), time);
	buf_terminal(&path, file->path);
	printf("%-25s  %-6s  %-5s  %14" PRIu64 "  %s%s%s\n", time, file->format, file->compression,
		file->bytes, buf_str(&path),
		is_alike ? TR("  (begins like the one before)", "（先頭が一つ前と同じ）") : "",
		origin_text(origins, file->path));
}

/* A file that was named and cannot be read: said as the import would say it. */
static void print_failure(const struct import_file *file)
{
	struct head head;
	struct err why = {0};

	if (head_read(file->path, &head, &why) < 0)
		fprintf(stderr, "teiten: %s\n", why.text);
}

static void print_skipped(const struct import_plan *plan)
{
	for (size_t i = plan->read; i < plan->read + plan->skipped; i++) {
		struct err why = {0};

		import_plan_reason(import_plan_at(plan, i), &why);
		printf(TR("skipped: %s\n", "読まない: %s\n"), why.text);
	}
}

int import_dry(struct prog *p, const struct import_plan *plan, struct err *e)
{
	AUTO(result_done) struct result origins = {0};
	uint64_t bytes = 0;
	size_t readable = 0;

	if (load_origins(p, &origins, e) < 0)
		return EXIT_FAILED;
	for (size_t i = 0; i < plan->read; i++) {
		const struct import_file *file = import_plan_at(plan, i);

		if (!file->format) {
			print_failure(file);
			continue;
		}
		print_file(plan, i, &origins);
		readable++;
		bytes += file->bytes;
	}
	if (plan->standard_input)
		printf("%-25s  %s\n", "-", TR("standard input", "標準入力"));
	print_skipped(plan);
	printf(TR("%zu captures with %" PRIu64
		  " bytes would be read, %zu other files skipped; nothing was changed\n",
		       "読むキャプチャ %zu（%" PRIu64
		       " バイト）、読まないファイル %zu。何も変更していません\n"),
		readable + plan->standard_input, bytes, plan->skipped);
	return readable < plan->read || plan->failure_count ? EXIT_FAILED : EXIT_DONE;
}
