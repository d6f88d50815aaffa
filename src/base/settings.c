#include "base/settings.h"

#include "base/buf.h"
#include "base/nearest.h"
#include "base/number.h"
#include "base/text.h"
#include "base/yaml.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

enum type { TEXT, COUNT, REAL, FLAG };

struct setting {
	enum type type;
	size_t offset; /* in struct settings */
	const char *key;
	const char *default_text;
	double min, max;
	const char *en, *ja;
};

#define DEFAULT_TEXT(value)  value
#define DEFAULT_COUNT(value) #value
#define DEFAULT_REAL(value)  #value
#define DEFAULT_FLAG(value)  ((value) ? "true" : "false")

static const struct setting table[] = {
#define X(type, field, key, default_, min, max, en, ja)                                            \
	{type, offsetof(struct settings, field), key, DEFAULT_##type(default_), min, max, en, ja},
	SETTINGS(X)
#undef X
};

enum { KEY_MAX = 63, NAMES_MAX = 2 * ARRAY_SIZE(table) + 32 };

/* --- one value --- */

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

/* Texts that not every value is allowed for. */
static const struct rule {
	const char *key;
	bool (*allows)(const char *value);
	const char *en, *ja;
} rules[] = {
	{"server.compression", is_compression, "auto, zstd or none", " auto、zstd、none のどれか"},
	{"lang", is_language, "en or ja", " en または ja "},
	{"home", is_country, "a two-letter country code such as JP",
		" JP のような二文字の国コード"},
};

static int refuse_value(
	const struct setting *row, const char *value, const char *wanted, struct err *e)
{
	return err_set(e, EINVAL, TR("%s: \"%s\" is not %s", "%s:「%s」は%sではありません"),
		row->key, value, wanted);
}

static int set_text(const struct setting *row, char **field, const char *value, struct err *e)
{
	for (size_t i = 0; i < ARRAY_SIZE(rules); i++)
		if (strcmp(rules[i].key, row->key) == 0 && !rules[i].allows(value))
			return refuse_value(row, value, TR(rules[i].en, rules[i].ja), e);
	char *copy = strdup(value);
	if (!copy)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	free(*field);
	*field = copy;
	return 0;
}

static int set_count(const struct setting *row, uint64_t *field, const char *value, struct err *e)
{
	char wanted[128];

	if (number_u64(value, (uint64_t)row->min, (uint64_t)row->max, field))
		return 0;
	snprintf(wanted, sizeof(wanted),
		TR("a whole number from %.0f to %.0f", " %.0f から %.0f までの整数"), row->min,
		row->max);
	return refuse_value(row, value, wanted, e);
}

static int set_real(const struct setting *row, double *field, const char *value, struct err *e)
{
	char wanted[128];

	if (number_double(value, row->min, row->max, field))
		return 0;
	snprintf(wanted, sizeof(wanted), TR("a number from %g to %g", " %g から %g までの数"),
		row->min, row->max);
	return refuse_value(row, value, wanted, e);
}

static int set_flag(const struct setting *row, bool *field, const char *value, struct err *e)
{
	static const char *const words[] = {"false", "true", "no", "yes", "off", "on"};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (strcmp(words[i], value) == 0) {
			*field = i % 2;
			return 0;
		}
	return refuse_value(row, value, TR("true or false", " true または false "), e);
}

static int set_value(
	struct settings *s, const struct setting *row, const char *value, struct err *e)
{
	void *field = (char *)s + row->offset;

	switch (row->type) {
	case TEXT:
		return set_text(row, field, value, e);
	case COUNT:
		return set_count(row, field, value, e);
	case REAL:
		return set_real(row, field, value, e);
	default:
		return set_flag(row, field, value, e);
	}
}

int settings_init(struct settings *s, struct err *e)
{
	*s = (struct settings){0};
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		int rc = set_value(s, &table[i], table[i].default_text, e);
		if (rc < 0)
			return rc;
	}
	return 0;
}

void settings_done(struct settings *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		if (table[i].type == TEXT)
			free(*(char **)((char *)s + table[i].offset));
	free(s->path);
	*s = (struct settings){0};
}

/* --- keys --- */

static const struct setting *find_setting(const char *key)
{
	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		if (strcmp(table[i].key, key) == 0)
			return &table[i];
	return NULL;
}

/* "report" where there is "report.title". */
static bool is_group(const char *key)
{
	size_t len = strlen(key);

	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		if (strncmp(table[i].key, key, len) == 0 && table[i].key[len] == '.')
			return true;
	return false;
}

static bool is_listed(const char *key, const char *const lists[])
{
	for (size_t i = 0; lists[i]; i++)
		if (strcmp(lists[i], key) == 0)
			return true;
	return false;
}

static int refuse_unknown(const char *key, const char *const lists[], struct err *e)
{
	const char *names[NAMES_MAX + 1];
	size_t count = 0;

	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		names[count++] = table[i].key;
	for (size_t i = 0; lists[i] && count < NAMES_MAX; i++)
		names[count++] = lists[i];
	names[count] = NULL;
	return refuse_key(key, names, e);
}

/* --- teiten.yaml --- */

static int read_setting(
	struct settings *s, const struct setting *row, const struct yaml *item, struct err *e)
{
	const char *value;
	int rc = yaml_text(item, &value, e);

	if (rc < 0)
		return rc;
	rc = set_value(s, row, value, e);
	return rc < 0 ? yaml_context(item, e, rc) : 0;
}

/* report: with nothing below it, or with each line below it made a comment, says nothing. */
static bool is_empty(const struct yaml *item)
{
	return item->kind == YAML_SCALAR && item->text[0] == '\0';
}

static int read_group(struct settings *s, const struct yaml *group, struct err *e)
{
	static const char *const no_lists[] = {NULL};
	char path[KEY_MAX + 1];

	int rc = is_empty(group) ? 0 : yaml_want(group, YAML_MAP, e);
	for (size_t i = 0; rc == 0 && i < group->count; i++) {
		const struct yaml *item = &group->items[i];

		snprintf(path, sizeof(path), "%s.%s", group->key, item->key);
		const struct setting *row = find_setting(path);
		rc = row ? read_setting(s, row, item, e)
			 : yaml_context(item, e, refuse_unknown(path, no_lists, e));
	}
	return rc;
}

static int read_item(
	struct settings *s, const struct yaml *item, const char *const known_lists[], struct err *e)
{
	if (is_listed(item->key, known_lists))
		return 0;
	const struct setting *row = find_setting(item->key);
	/* archive: false, or archive: {folder: ...} */
	if (is_group(item->key) && (!row || item->kind == YAML_MAP))
		return read_group(s, item, e);
	if (!row)
		return yaml_context(item, e, refuse_unknown(item->key, known_lists, e));
	const char *dot = strchr(item->key, '.');
	if (dot)
		return yaml_error(item, e, EINVAL,
			TR("%s: write it in two lines, \"%.*s:\" and indented below it \"%s:\"",
				"%s: "
				"「%.*s:」とその下に字下げした「%s:」の二行に分けて書いてください"),
			item->key, (int)(dot - item->key), item->key, dot + 1);
	return read_setting(s, row, item, e);
}

int settings_read(struct settings *s, const struct yaml *document, const char *const known_lists[],
	struct err *e)
{
	int rc = yaml_want(document, YAML_MAP, e);

	for (size_t i = 0; rc == 0 && i < document->count; i++)
		rc = read_item(s, &document->items[i], known_lists, e);
	if (rc < 0)
		return rc;
	char *path = strdup(document->file);
	if (!path)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	free(s->path);
	s->path = path;
	return 0;
}

/* --- command line --- */

int settings_set(struct settings *s, const char *assignment, struct err *e)
{
	static const char *const no_lists[] = {NULL};
	const char *equals = strchr(assignment, '=');
	char key[KEY_MAX + 1];

	if (!equals || equals == assignment)
		return err_set(e, EINVAL,
			TR("\"%s\" is not key=value", "「%s」は キー=値 の形ではありません"),
			assignment);
	snprintf(key, sizeof(key), "%.*s", (int)(equals - assignment), assignment);
	const struct setting *row = find_setting(key);
	return row ? set_value(s, row, equals + 1, e) : refuse_unknown(key, no_lists, e);
}

void settings_help(struct buf *out)
{
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		const struct setting *row = &table[i];
		const char *shown = row->default_text[0] ? row->default_text : "-";

		buf_printf(out, "  %-19s %-13s %s\n", row->key, shown, TR(row->en, row->ja));
	}
}
