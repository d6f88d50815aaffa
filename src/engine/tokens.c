#include "engine/tokens.h"

#include <dirent.h>
#include <errno.h>
#include <glob.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "base/number.h"
#include "base/text.h"

/* Lines at the end of a log that a kill can have caught: one for each insert under way. */
enum { DOUBTFUL_LINES = 64, NAME_SIZE = 128 };

static const char logs[] = "clickhouse/store/*/*/deduplication_logs/*.txt";

/* The blocks of a partition that a part holds. */
struct part {
	char partition[NAME_SIZE];
	uint64_t first, last;
};

/* PARTITION_FIRST_LAST_LEVEL, and _VERSION after a mutation. */
static bool parse_part(const char *name, size_t len, struct part *ret)
{
	char text[NAME_SIZE], *save = NULL;

	if (len >= sizeof(text))
		return false;
	memcpy(text, name, len);
	text[len] = '\0';
	const char *partition = strtok_r(text, "_", &save);
	const char *first = strtok_r(NULL, "_", &save);
	const char *last = strtok_r(NULL, "_", &save);
	const char *level = strtok_r(NULL, "_", &save);
	if (!level || !number_u64(first, 0, UINT64_MAX, &ret->first) ||
		!number_u64(last, 0, UINT64_MAX, &ret->last))
		return false;
	memcpy(ret->partition, partition, strlen(partition) + 1);
	return true;
}

/* Whether the table has the part, or one that it was merged into. */
static bool has_part(DIR *table, const struct part *part)
{
	struct part there;

	rewinddir(table);
	for (struct dirent *entry; (entry = readdir(table));)
		if (parse_part(entry->d_name, strlen(entry->d_name), &there) &&
			strcmp(there.partition, part->partition) == 0 &&
			there.first <= part->first && there.last >= part->last)
			return true;
	return false;
}

/* A line is OPERATION \t PART \t TOKEN; operation 1 adds, 2 takes back. */
static bool is_true(DIR *table, const char *line, size_t len)
{
	const char *name = memchr(line, '\t', len);
	const char *end = name ? memchr(name + 1, '\t', len - (size_t)(name + 1 - line)) : NULL;
	struct part part;

	if (!end || !parse_part(name + 1, (size_t)(end - name - 1), &part))
		return false;
	return line[0] != '1' || has_part(table, &part);
}

static size_t doubtful_from(const struct buf *log)
{
	size_t at = log->len;

	for (int lines = 0; at > 0; at--)
		if (log->data[at - 1] == '\n' && lines++ == DOUBTFUL_LINES)
			break;
	return at;
}

static void keep_true(const struct buf *log, DIR *table, struct buf *ret)
{
	size_t at = doubtful_from(log);

	buf_add(ret, log->data, at);
	for (const char *end; at < log->len; at = (size_t)(end + 1 - log->data)) {
		end = memchr(log->data + at, '\n', log->len - at);
		if (!end)
			break;
		size_t len = (size_t)(end - log->data) - at;
		if (is_true(table, log->data + at, len))
			buf_add(ret, log->data + at, len + 1);
	}
}

static bool read_whole(const char *path, struct buf *ret)
{
	char chunk[4096];
	AUTO(fclose) FILE *f = fopen(path, "re");

	for (size_t n; f && (n = fread(chunk, 1, sizeof(chunk), f)) > 0;)
		buf_add(ret, chunk, n);
	return f && !ferror(f) && !ret->failed;
}

/* The new log is made in a folder of ours: the library stops at files that it does not know. */
static int repair_log(const struct engine *engine, DIR *table, const char *path, struct err *e)
{
	AUTO(buf_done) struct buf log = {0};
	AUTO(buf_done) struct buf kept = {0};

	if (!read_whole(path, &log))
		return err_set(e, EIO, TR("cannot read %s/%s", "%s/%s を読めません"),
			engine->folder, path);
	if (log.len > 0)
		keep_true(&log, table, &kept);
	if (kept.len == log.len)
		return 0;
	int r = write_file(engine, "engine/tokens", &kept, e);
	if (r >= 0 && rename("engine/tokens", path) < 0)
		r = err_set(e, errno, TR("cannot write %s/%s: %s", "%s/%s を書けません: %s"),
			engine->folder, path, strerror(errno));
	return r;
}

static int repair_table(const struct engine *engine, const char *path, struct err *e)
{
	const char *below = strstr(path, "/deduplication_logs/");
	AUTO(free) char *folder = strndup(path, (size_t)(below - path));
	DIR *table = folder ? opendir(folder) : NULL;

	if (!table)
		return err_set(e, EIO, TR("cannot read %s/%s", "%s/%s を読めません"),
			engine->folder, path);
	int r = repair_log(engine, table, path, e);
	closedir(table);
	return r;
}

int tokens_repair(const struct engine *engine, struct err *e)
{
	glob_t found = {0};
	int r = 0;

	if (glob(logs, 0, NULL, &found) == GLOB_NOSPACE)
		r = err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	for (size_t i = 0; r >= 0 && i < found.gl_pathc; i++)
		r = repair_table(engine, found.gl_pathv[i], e);
	globfree(&found);
	return r;
}
