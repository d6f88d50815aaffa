/* Lists of sources that others keep, in the forms in which they are published. */
#include "observe/groups.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "base/yaml.h"
#include "base/zone.h"

enum { LINE_MAX_BYTES = 4096, FIELDS = 8 };

struct import {
	struct groups *groups;
	const char *path, *name; /* of the group where the file names none */
	size_t line;
	struct err *e;
};

static const struct group_time always = {INT64_MIN, INT64_MAX};

/* "FILE line N: " and the message. */
static int refuse(const struct import *i, const char *format, ...) PRINTF(2, 3);
static int refuse(const struct import *i, const char *format, ...)
{
	struct err message = {0};
	va_list args;

	va_start(args, format);
	vsnprintf(message.text, sizeof(message.text), format, args);
	va_end(args);
	return err_set(i->e, EINVAL, TR("%s line %zu: %s", "%s %zu 行目: %s"), i->path, i->line, message.text);
}

static int located(const struct import *i, int rc)
{
	return rc < 0 ? err_context(i->e, rc, TR("%s line %zu: ", "%s %zu 行目: "), i->path, i->line) : rc;
}

/* The number of the group of that name; what no name may hold is left away. */
static int group_of(const struct import *i, const char *name)
{
	char good[GROUP_NAME_SIZE];
	size_t len = 0;

	for (; *name && len < sizeof(good) - 1; name++)
		if ((unsigned char)*name >= ' ' && *name != 0x7f && !strchr("'\"\\", *name))
			good[len++] = *name;
	if ((*name & 0xc0) == 0x80) /* not in the middle of a character */
		while (len > 0 && (good[--len] & 0xc0) == 0x80)
			;
	good[len] = '\0';
	if (!group_is_name(good))
		return refuse(i, TR("a group without a name", "グループに名前がありません"));
	return located(i, groups_name(i->groups, good, i->e));
}

/* Host bits count as 0, as everything that reads such lists takes them. */
static int add(const struct import *i, int group, const char *text, struct group_time time)
{
	struct prefix prefix;

	if (group < 0)
		return group;
	if (!prefix_parse(text, true, &prefix))
		return refuse(i, TR("\"%s\" is no IPv4 or IPv6 prefix",
				    "「%s」は IPv4 や IPv6 のプレフィックスではありません"),
			text);
	return located(i, groups_add_prefix(i->groups, (uint16_t)group, &prefix, time, i->e));
}

/* --- MISP warninglist ------------------------------------------------------------------------ */

/* {"name": ..., "type": "cidr", "list": [...]}: JSON is flow YAML. */
static int import_misp(struct import *i)
{
	AUTO(yaml_free) struct yaml *document = NULL;
	const char *name = i->name, *type = "cidr", *text;
	int rc = yaml_read(i->path, &document, i->e);

	if (rc == 0)
		rc = yaml_want(document, YAML_MAP, i->e);
	if (rc < 0)
		return rc;
	const struct yaml *named = yaml_get(document, "name"), *typed = yaml_get(document, "type"),
			  *list = yaml_get(document, "list");
	if ((named && (rc = yaml_text(named, &name, i->e)) < 0) || (typed && (rc = yaml_text(typed, &type, i->e)) < 0))
		return rc;
	if (strcmp(type, "cidr") != 0)
		return yaml_error(typed, i->e, EINVAL,
			TR("type: \"%s\" is not cidr", "type:「%s」は cidr ではありません"), type);
	if (!list)
		return yaml_error(document, i->e, EINVAL, TR("list is missing", "list がありません"));
	int group = group_of(i, name);
	rc = yaml_want(list, YAML_LIST, i->e);
	for (size_t k = 0; rc == 0 && k < list->count; k++) {
		i->line = list->items[k].line;
		rc = yaml_text(&list->items[k], &text, i->e);
		rc = rc < 0 ? rc : add(i, group, text, always);
	}
	return rc;
}

/* --- lines ----------------------------------------------------------------------------------- */

static char *trimmed(char *text)
{
	text += strspn(text, " \t\r\n");
	for (size_t len = strlen(text); len > 0 && strchr(" \t\r\n", text[len - 1]);)
		text[--len] = '\0';
	return text;
}

/* ipset save: "add NAME PREFIX [nomatch] ..."; everything else tells of the sets. */
static int import_ipset(struct import *i, char *line)
{
	char *rest = line;
	const char *word = strsep(&rest, " \t");

	if (strcmp(word, "add") != 0)
		return 0;
	const char *name = rest ? strsep(&rest, " \t") : NULL;
	const char *prefix = rest ? strsep(&rest, " \t") : NULL;
	if (!prefix)
		return refuse(i, TR("add without a set and a prefix", "add にセット名とプレフィックスがありません"));
	int group = group_of(i, name);
	bool nomatch = rest && strstr(rest, "nomatch");
	return add(i, group < 0 || !nomatch ? group : 0, prefix, always);
}

/* A prefix, and what follows # or a blank is for people. */
static int import_plain(struct import *i, char *line)
{
	line[strcspn(line, "# \t")] = '\0';
	return add(i, group_of(i, i->name), line, always);
}

/* --- CSV ------------------------------------------------------------------------------------- */

/* X(column, other names) in the order that counts without a header. */
enum column { NAME, PREFIX, FROM, TO, COLUMNS };
static const char *const column_names[COLUMNS][3] = {
	[NAME] = {"name", "group"},
	[PREFIX] = {"prefix", "cidr", "network"},
	[FROM] = {"valid_from", "from"},
	[TO] = {"valid_to", "until", "to"},
};

struct csv {
	char separator;
	int field_of[COLUMNS]; /* -1: none */
};

/* Cuts the line; a field in quotes may hold the separator, and two quotes are one. Returns how many fields there were, at
 * most FIELDS. */
static size_t split(char *line, char separator, char *fields[FIELDS])
{
	size_t count = 0;
	char *at = line;

	while (count < FIELDS) {
		char *to = at + strspn(at, " "), *from = to;
		bool quoted = *from == '"';

		fields[count++] = to;
		from += quoted;
		for (; *from && (quoted || *from != separator); from++) {
			if (quoted && *from == '"' && *++from != '"') {
				quoted = false;
				from--;
				continue;
			}
			*to++ = *from;
		}
		bool more = *from != '\0';
		*to = '\0';
		at = from + 1;
		fields[count - 1] = trimmed(fields[count - 1]);
		if (!more)
			break;
	}
	return count;
}

static int column_of(const char *field)
{
	for (int c = 0; c < COLUMNS; c++)
		for (size_t n = 0; n < 3 && column_names[c][n]; n++)
			if (strcasecmp(field, column_names[c][n]) == 0)
				return c;
	return -1;
}

/* Whether it names the columns. */
static bool read_header(struct csv *csv, char *const fields[], size_t count)
{
	int found[COLUMNS] = {-1, -1, -1, -1};

	for (size_t f = 0; f < count; f++) {
		int column = column_of(fields[f]);

		if (column >= 0)
			found[column] = (int)f;
	}
	if (found[PREFIX] < 0)
		return false;
	memcpy(csv->field_of, found, sizeof(found));
	return true;
}

static const char *field(const struct csv *csv, char *const fields[], size_t count, enum column c)
{
	int at = csv->field_of[c];

	return at >= 0 && (size_t)at < count ? fields[at] : "";
}

static int import_row(const struct import *i, const struct csv *csv, char *const fields[], size_t count)
{
	const char *name = field(csv, fields, count, NAME), *from = field(csv, fields, count, FROM),
		   *to = field(csv, fields, count, TO);
	struct group_time time = always;

	if (*from && !zone_parse(from, &time.from_s))
		return refuse(i, TR("valid_from: \"%s\" is no date", "valid_from:「%s」は日付ではありません"), from);
	if (*to && !zone_parse_end(to, &time.until_s))
		return refuse(i, TR("valid_to: \"%s\" is no date", "valid_to:「%s」は日付ではありません"), to);
	if (time.until_s <= time.from_s)
		return refuse(i, TR("valid_to is before valid_from", "valid_to が valid_from より前です"));
	return add(i, group_of(i, *name ? name : i->name), field(csv, fields, count, PREFIX), time);
}

static int import_csv(struct import *i, struct csv *csv, char *line)
{
	char *fields[FIELDS];
	size_t count = split(line, csv->separator, fields);

	return read_header(csv, fields, count) ? 0 : import_row(i, csv, fields, count);
}

/* --- the file -------------------------------------------------------------------------------- */

enum form { FORM_PLAIN, FORM_MISP, FORM_IPSET, FORM_CSV, FORM_TSV };

/* By its first line that says something. */
static enum form form_of(const char *line)
{
	if (*line == '{')
		return FORM_MISP;
	if (strncmp(line, "create ", 7) == 0 || strncmp(line, "add ", 4) == 0)
		return FORM_IPSET;
	size_t end = strcspn(line, "#");
	if (memchr(line, '\t', end))
		return FORM_TSV;
	return memchr(line, ',', end) ? FORM_CSV : FORM_PLAIN;
}

static int import_line(struct import *i, enum form form, struct csv *csv, char *line)
{
	switch (form) {
	case FORM_IPSET:
		return import_ipset(i, line);
	case FORM_CSV:
	case FORM_TSV:
		return import_csv(i, csv, line);
	default:
		return import_plain(i, line);
	}
}

static int import_lines(struct import *i, FILE *file)
{
	struct csv csv = {.field_of = {0, 1, 2, 3}};
	char line[LINE_MAX_BYTES];
	enum form form = FORM_PLAIN;
	bool known = false;
	int rc = 0;

	while (rc == 0 && fgets(line, sizeof(line), file)) {
		i->line++;
		if (!strchr(line, '\n') && !feof(file))
			return refuse(i, TR("is longer than %d bytes", "%d バイトを超えています"), LINE_MAX_BYTES);
		char *text = trimmed(line);
		if (!*text || *text == '#')
			continue;
		if (!known)
			form = form_of(text);
		known = true;
		csv.separator = form == FORM_TSV ? '\t' : ',';
		if (form == FORM_MISP)
			return import_misp(i);
		rc = import_line(i, form, &csv, text);
	}
	if (rc == 0 && ferror(file))
		return err_set(i->e, EIO, TR("cannot read %s: %m", "%s を読めません: %m"), i->path);
	return rc;
}

/* The file's own name without its ending. */
static void name_of(const char *path, char out[GROUP_NAME_SIZE])
{
	const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path, *dot = strrchr(base, '.');

	snprintf(out, GROUP_NAME_SIZE, "%.*s", dot > base ? (int)(dot - base) : (int)strlen(base), base);
}

int groups_import(struct groups *g, const char *path, const char *name, struct err *e)
{
	char own[GROUP_NAME_SIZE];
	AUTO(fclose) FILE *file = fopen(path, "re");

	if (!file)
		return err_set(e, errno, TR("cannot read %s: %m", "%s を読めません: %m"), path);
	name_of(path, own);
	struct import i = {.groups = g, .path = path, .name = name ? name : own, .line = 0, .e = e};
	return import_lines(&i, file);
}
