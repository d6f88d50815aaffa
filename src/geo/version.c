#include "geo/version.h"

#include <string.h>
#include <time.h>

#include "base/yaml.h"

static const char *text_of(const struct yaml *map, const char *key)
{
	const struct yaml *node = yaml_get(map, key);

	return node && node->kind == YAML_SCALAR ? node->text : NULL;
}

void version_package(struct buf *out, const char *path, bool is_folder)
{
	const char *slash = strrchr(path, '/');

	if (is_folder)
		buf_printf(out, "%s/", path);
	else if (slash)
		buf_add(out, path, (size_t)(slash - path) + 1);
	buf_text(out, "package.json");
}

/* package.json is read as YAML, of which JSON is a part. False when there is none or it does not
 * say. */
static bool add_package(struct buf *out, const char *path, bool is_folder)
{
	AUTO(buf_done) struct buf file = {0};
	AUTO(yaml_free) struct yaml *package = NULL;
	struct err unused = {0};

	version_package(&file, path, is_folder);
	if (file.failed || yaml_read(file.data, &package, &unused) < 0)
		return false;
	const char *name = text_of(package, "name");
	const char *version = text_of(package, "version");
	if (!name || !version)
		return false;
	buf_printf(out, "%s %s", name, version);
	return true;
}

static void add_date(struct buf *out, uint64_t at_s)
{
	time_t t = (time_t)at_s;
	struct tm tm;

	if (gmtime_r(&t, &tm))
		buf_printf(out, " %04d-%02d-%02d", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
}

void version_of_mmdb(struct buf *out, const char *path, const struct mmdb_info *info)
{
	if (add_package(out, path, false))
		return;
	buf_text(out, info->type);
	add_date(out, info->built_s);
}

void version_of_csv(struct buf *out, const char *path, bool is_folder)
{
	const char *slash = strrchr(path, '/');

	if (!add_package(out, path, is_folder))
		buf_text(out, slash && slash[1] ? slash + 1 : path);
}
