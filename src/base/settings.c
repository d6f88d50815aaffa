#include "base/settings.h"

#include "base/text.h"
#include "base/yaml.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

static bool is_language(const char *value)
{
	return !*value || strcmp(value, "en") == 0 || strcmp(value, "ja") == 0;
}

static bool is_country(const char *value)
{
	return strlen(value) == 2 && isupper((unsigned char)value[0]) &&
	       isupper((unsigned char)value[1]);
}

static bool is_compression(const char *value)
{
	return strcmp(value, "auto") == 0 || strcmp(value, "zstd") == 0 ||
	       strcmp(value, "none") == 0;
}

static const struct setting_rule rules[] = {
	{"server.compression", is_compression, "auto, zstd or none", " auto、zstd、none のどれか"},
	{"lang", is_language, "en or ja", " en または ja "},
	{"home", is_country, "a two-letter country code such as JP",
		" JP のような二文字の国コード"},
};

static const struct setting rows[] = {
#define X(...) SETTING_ROW(settings, __VA_ARGS__)
	SETTINGS(X)
#undef X
};

static const struct setting_table table = {rows, ARRAY_SIZE(rows), rules, ARRAY_SIZE(rules)};

int settings_init(struct settings *s, struct err *e)
{
	*s = (struct settings){0};
	return setting_defaults(&table, s, e);
}

void settings_done(struct settings *s)
{
	if (!s)
		return;
	setting_done(&table, s);
	free(s->path);
	*s = (struct settings){0};
}

int settings_read(struct settings *s, const struct yaml *document, const char *const known_lists[],
	struct err *e)
{
	int rc = setting_read(&table, s, document, known_lists, e);

	if (rc < 0)
		return rc;
	char *path = strdup(document->file);
	if (!path)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	free(s->path);
	s->path = path;
	return 0;
}

int settings_set(struct settings *s, const char *assignment, struct err *e)
{
	return setting_assign(&table, s, assignment, e);
}

void settings_help(struct buf *out)
{
	setting_help(&table, out);
}
