#include "store/tokens.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"

/* A pattern for glob() that means the folder itself, whatever characters its name has. */
static char *pattern_of(const char *folder, const char *below)
{
	struct buf pattern = {0};

	for (const char *c = folder; *c; c++) {
		buf_char(&pattern, '\\');
		buf_char(&pattern, *c);
	}
	buf_text(&pattern, below);
	if (pattern.failed)
		buf_done(&pattern);
	return pattern.data;
}

static int sync_file(const char *path, struct err *e)
{
	AUTO(close) int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 ? errno == ENOENT : fdatasync(fd) == 0)
		return 0; /* an old log that the engine has just removed is not needed */
	return err_set(
		e, errno, TR("cannot write %s: %s", "%s を書けません: %s"), path, strerror(errno));
}

int tokens_sync(const char *folder, struct err *e)
{
	AUTO(free)
	char *pattern = pattern_of(folder, "/clickhouse/store/*/*/deduplication_logs/*.txt");
	glob_t found = {0};
	int r = pattern ? glob(pattern, 0, NULL, &found) : GLOB_NOSPACE;

	r = r == 0 || r == GLOB_NOMATCH
		    ? 0
		    : err_set(e, EIO, TR("cannot read the data in %s", "%s のデータを読めません"),
			      folder);
	for (size_t i = 0; r >= 0 && i < found.gl_pathc; i++)
		r = sync_file(found.gl_pathv[i], e);
	globfree(&found);
	return r;
}
