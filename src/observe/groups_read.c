/* The lists `groups` and `group_lists` of teiten.yaml. */
#include "observe/groups.h"

#include <limits.h>
#include <string.h>
#include <strings.h>

#include "base/number.h"
#include "base/text.h"
#include "base/zone.h"
#include "observe/list_item.h"

struct reader {
	struct groups *groups;
	struct list_item at;
};

static int read_name(const struct reader *r, const struct yaml *map, const char **ret)
{
	const struct yaml *item = yaml_get(map, "name");

	if (!item)
		return item_refuse(&r->at, map, "name", TR("is missing", "がありません"));
	int rc = yaml_text(item, ret, r->at.e);
	if (rc < 0 || group_is_name(*ret))
		return rc;
	return item_refuse(&r->at, item, "name",
		TR("\"%s\" is no name: up to %d bytes without quotes and backslashes",
			"「%s」は名前に使えません（引用符と \\ を除く %d バイトまで）"),
		*ret, GROUP_NAME_SIZE - 1);
}

static int read_times(const struct reader *r, const struct yaml *map, struct group_time *ret)
{
	const struct yaml *until = yaml_get(map, "until");

	*ret = (struct group_time){INT64_MIN, INT64_MAX};
	int rc = item_time(&r->at, yaml_get(map, "from"), zone_parse, &ret->from_s);
	if (rc == 0)
		rc = item_time(&r->at, until, zone_parse_end, &ret->until_s);
	if (rc == 0 && ret->until_s <= ret->from_s)
		rc = item_refuse(&r->at, until, "until", TR("is before from", "が from より前です"));
	return rc;
}

static int read_prefix(const struct reader *r, const struct yaml *item, uint16_t group, struct group_time time)
{
	struct prefix prefix;
	const char *text;

	int rc = yaml_text(item, &text, r->at.e);
	if (rc < 0)
		return rc;
	if (!prefix_parse(text, false, &prefix))
		return item_refuse(&r->at, item, "prefixes",
			TR("\"%s\" is no IPv4 or IPv6 prefix",
				"「%s」は IPv4 や IPv6 のプレフィックスではありません"),
			text);
	rc = groups_add_prefix(r->groups, group, &prefix, time, r->at.e);
	return rc < 0 ? yaml_context(item, r->at.e, rc) : 0;
}

static int read_as(const struct reader *r, const struct yaml *item, uint16_t group, struct group_time time)
{
	uint64_t asn;
	const char *text;

	int rc = yaml_text(item, &text, r->at.e);
	if (rc < 0)
		return rc;
	if (!number_u64(strncasecmp(text, "AS", 2) == 0 ? text + 2 : text, 1, UINT32_MAX, &asn))
		return item_refuse(&r->at, item, "asns", TR("\"%s\" is no AS number like AS4134",
							"「%s」は AS4134 のような AS 番号ではありません"),
			text);
	rc = groups_add_as(r->groups, group, (uint32_t)asn, time, r->at.e);
	return rc < 0 ? yaml_context(item, r->at.e, rc) : 0;
}

/* Each item of a list, or one text alone. Returns how many. */
static int read_each(const struct reader *r, const struct yaml *node, uint16_t group, struct group_time time,
	int (*read)(const struct reader *r, const struct yaml *item, uint16_t group, struct group_time time))
{
	if (yaml_is_nothing(node))
		return 0;
	bool alone = node->kind == YAML_SCALAR;
	const struct yaml *items = alone ? node : node->items;
	size_t count = alone ? 1 : node->count;
	int rc = alone ? 0 : yaml_want(node, YAML_LIST, r->at.e);

	for (size_t i = 0; rc == 0 && i < count; i++)
		rc = read(r, &items[i], group, time);
	return rc < 0 ? rc : count > 0;
}

static int read_group(const struct reader *r, const struct yaml *map)
{
	static const char *const keys[] = {"name", "prefixes", "asns", "from", "until", NULL};
	struct group_time time;
	const char *name;
	int rc = yaml_allow(map, keys, r->at.e);

	if (rc == 0)
		rc = read_name(r, map, &name);
	if (rc == 0)
		rc = read_times(r, map, &time);
	int group = rc == 0 ? groups_name(r->groups, name, r->at.e) : rc;
	if (group < 0)
		return rc < 0 ? rc : yaml_context(map, r->at.e, group);
	int prefixes = read_each(r, yaml_get(map, "prefixes"), (uint16_t)group, time, read_prefix);
	if (prefixes < 0)
		return prefixes;
	int asns = read_each(r, yaml_get(map, "asns"), (uint16_t)group, time, read_as);
	if (asns < 0)
		return asns;
	return prefixes || asns ? 0
				: item_refuse(&r->at, map, "prefixes", TR("prefixes or asns are needed",
								     "prefixes または asns が必要です"));
}

int groups_read(struct groups *g, const struct yaml *list, struct err *e)
{
	struct reader r = {.groups = g, .at = {"groups", 0, e}};
	int rc = yaml_is_nothing(list) ? 0 : yaml_want(list, YAML_LIST, e);

	for (; rc == 0 && !yaml_is_nothing(list) && r.at.place < list->count; r.at.place++)
		rc = read_group(&r, &list->items[r.at.place]);
	return rc;
}

/* --- group_lists ----------------------------------------------------------------------------- */

/* A path, or {file: PATH, name: NAME}. */
static int read_list(const struct reader *r, const struct yaml *item, const char *folder)
{
	static const char *const keys[] = {"file", "name", NULL};
	const struct yaml *file = item;
	const char *path, *name = NULL;
	char joined[PATH_MAX];
	int rc = 0;

	if (item->kind == YAML_MAP) {
		rc = yaml_allow(item, keys, r->at.e);
		file = yaml_get(item, "file");
		if (rc == 0 && !file)
			rc = item_refuse(&r->at, item, "file", TR("is missing", "がありません"));
		if (rc == 0 && yaml_get(item, "name"))
			rc = read_name(r, item, &name);
	}
	if (rc == 0)
		rc = yaml_text(file, &path, r->at.e);
	if (rc < 0)
		return rc;
	bool below = folder[0] && path[0] != '/';
	snprintf(joined, sizeof(joined), "%s%s%s", below ? folder : "", below ? "/" : "", path);
	rc = groups_import(r->groups, joined, name, r->at.e);
	return rc < 0 ? yaml_context(file, r->at.e, rc) : 0;
}

int groups_read_lists(struct groups *g, const struct yaml *lists, const char *folder, struct err *e)
{
	struct reader r = {.groups = g, .at = {"group_lists", 0, e}};

	if (yaml_is_nothing(lists))
		return 0;
	if (lists->kind != YAML_LIST)
		return read_list(&r, lists, folder);
	int rc = 0;
	for (; rc == 0 && r.at.place < lists->count; r.at.place++)
		rc = read_list(&r, &lists->items[r.at.place], folder);
	return rc;
}
