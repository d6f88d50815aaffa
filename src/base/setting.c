#include "base/setting.h"

#include "base/buf.h"
#include "base/nearest.h"
#include "base/number.h"
#include "base/text.h"
#include "base/yaml.h"

#include <errno.h>
#include <string.h>

enum { KEY_MAX = 63, NAMES_MAX = 512 };

/* --- one value --- */

static int refuse_value(
	const struct setting *row, const char *value, const char *wanted, struct err *e)
{
	return err_set(e, EINVAL, TR("%s: \"%s\" is not %s", "%s:「%s」は%sではありません"),
		row->key, value, wanted);
}

static int set_text(const struct setting_table *t, const struct setting *row, char **field,
	const char *value, struct err *e)
{
	for (size_t i = 0; i < t->rule_count; i++)
		if (strcmp(t->rules[i].key, row->key) == 0 && !t->rules[i].allows(value))
			return refuse_value(row, value, TR(t->rules[i].en, t->rules[i].ja), e);
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

static int set_value(const struct setting_table *t, void *values, const struct setting *row,
	const char *value, struct err *e)
{
	void *field = (char *)values + row->offset;

	switch (row->type) {
	case SETTING_TEXT:
		return set_text(t, row, field, value, e);
	case SETTING_COUNT:
		return set_count(row, field, value, e);
	case SETTING_REAL:
		return set_real(row, field, value, e);
	default:
		return set_flag(row, field, value, e);
	}
}

int setting_defaults(const struct setting_table *t, void *values, struct err *e)
{
	for (size_t i = 0; i < t->count; i++) {
		int rc = set_value(t, values, &t->rows[i], t->rows[i].default_text, e);
		if (rc < 0)
			return rc;
	}
	return 0;
}

void setting_done(const struct setting_table *t, void *values)
{
	for (size_t i = 0; i < t->count; i++)
		if (t->rows[i].type == SETTING_TEXT)
			free(*(char **)((char *)values + t->rows[i].offset));
}

/* --- keys --- */

static const struct setting *find_setting(const struct setting_table *t, const char *key)
{
	for (size_t i = 0; i < t->count; i++)
		if (strcmp(t->rows[i].key, key) == 0)
			return &t->rows[i];
	return NULL;
}

/* "report" where there is "report.title". */
static bool is_group(const struct setting_table *t, const char *key)
{
	size_t len = strlen(key);

	for (size_t i = 0; i < t->count; i++)
		if (strncmp(t->rows[i].key, key, len) == 0 && t->rows[i].key[len] == '.')
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

static int refuse_unknown(const struct setting_table *t, const char *key,
	const char *const lists[], struct err *e)
{
	const char *names[NAMES_MAX + 1];
	size_t count = 0;

	for (size_t i = 0; i < t->count && count < NAMES_MAX; i++)
		names[count++] = t->rows[i].key;
	for (size_t i = 0; lists[i] && count < NAMES_MAX; i++)
		names[count++] = lists[i];
	names[count] = NULL;
	return refuse_key(key, names, e);
}

/* --- teiten.yaml --- */

static int read_setting(const struct setting_table *t, void *values,
	const struct setting *row, const struct yaml *item, struct err *e)
{
	const char *value;
	int rc = yaml_text(item, &value, e);

	if (rc < 0)
		return rc;
	rc = set_value(t, values, row, value, e);
	return rc < 0 ? yaml_context(item, e, rc) : 0;
}

/* report: with nothing below it, or with each line below it made a comment, says nothing. */
static bool is_empty(const struct yaml *item)
{
	return item->kind == YAML_SCALAR && item->text[0] == '\0';
}

static int read_group(const struct setting_table *t, void *values, const struct yaml *group,
	const char *const known_lists[], struct err *e)
{
	char path[KEY_MAX + 1];

	int rc = is_empty(group) ? 0 : yaml_want(group, YAML_MAP, e);
	for (size_t i = 0; rc == 0 && i < group->count; i++) {
		const struct yaml *item = &group->items[i];

		snprintf(path, sizeof(path), "%s.%s", group->key, item->key);
		if (is_listed(path, known_lists))
			continue;
		const struct setting *row = find_setting(t, path);
		rc = row ? read_setting(t, values, row, item, e)
			 : yaml_context(item, e, refuse_unknown(t, path, known_lists, e));
	}
	return rc;
}

static int read_item(const struct setting_table *t, void *values, const struct yaml *item,
	const char *const known_lists[], struct err *e)
{
	if (is_listed(item->key, known_lists))
		return 0;
	const struct setting *row = find_setting(t, item->key);
	/* archive: false, or archive: {folder: ...} */
	if (is_group(t, item->key) && (!row || item->kind == YAML_MAP))
		return read_group(t, values, item, known_lists, e);
	if (!row)
		return yaml_context(item, e, refuse_unknown(t, item->key, known_lists, e));
	const char *dot = strchr(item->key, '.');
	if (dot)
		return yaml_error(item, e, EINVAL,
			TR("%s: write it in two lines, \"%.*s:\" and indented below it \"%s:\"",
				"%s: "
				"「%.*s:」とその下に字下げした「%s:」の二行に分けて書いてください"),
			item->key, (int)(dot - item->key), item->key, dot + 1);
	return read_setting(t, values, row, item, e);
}

int setting_read(const struct setting_table *t, void *values, const struct yaml *document,
	const char *const known_lists[], struct err *e)
{
	int rc = yaml_want(document, YAML_MAP, e);

	for (size_t i = 0; rc == 0 && i < document->count; i++)
		rc = read_item(t, values, &document->items[i], known_lists, e);
	return rc;
}

/* --- command line --- */

int setting_assign(
	const struct setting_table *t, void *values, const char *assignment, struct err *e)
{
	static const char *const no_lists[] = {NULL};
	const char *equals = strchr(assignment, '=');
	char key[KEY_MAX + 1];

	if (!equals || equals == assignment)
		return err_set(e, EINVAL,
			TR("\"%s\" is not key=value", "「%s」は キー=値 の形ではありません"),
			assignment);
	snprintf(key, sizeof(key), "%.*s", (int)(equals - assignment), assignment);
	const struct setting *row = find_setting(t, key);
	return row ? set_value(t, values, row, equals + 1, e) : refuse_unknown(t, key, no_lists, e);
}

void setting_help(const struct setting_table *t, struct buf *out)
{
	for (size_t i = 0; i < t->count; i++) {
		const struct setting *row = &t->rows[i];
		const char *shown = row->default_text[0] ? row->default_text : "-";

		buf_printf(out, "  %-19s %-13s %s\n", row->key, shown, TR(row->en, row->ja));
	}
}
