/* One sensor of teiten.yaml: the keys of its map. */
#include "observe/plant_parts.h"

#include "base/text.h"
#include "base/zone.h"
#include "observe/list_item.h"

#include <errno.h>

struct reader {
	struct sensor *sensor;
	struct list_item at;
};

/* A copy of the text, "" when item is NULL. */
static int copy_text(const struct reader *r, const struct yaml *item, char **ret)
{
	const char *text = "";
	int rc = item ? yaml_text(item, &text, r->at.e) : 0;

	if (rc < 0)
		return rc;
	*ret = strdup(text);
	return *ret ? 0 : plant_no_memory(r->at.e);
}

static int read_name(const struct reader *r, const struct yaml *map)
{
	struct sensor *s = r->sensor;
	const struct yaml *item = yaml_get(map, "name");

	if (!item)
		return item_refuse(&r->at, map, "name", TR("is missing", "がありません"));
	int rc = copy_text(r, item, &s->name);
	if (rc < 0)
		return rc;
	if (!plant_is_name(s->name))
		return item_refuse(&r->at, item, "name",
			TR("\"%s\" is no name: 1 to 64 letters, digits, - _ .",
				"「%s」は名前に使えません（英数字と - _ . で 64 文字まで）"),
			s->name);
	return 0;
}

static int read_region(const struct reader *r, const struct yaml *item)
{
	struct sensor *s = r->sensor;
	int rc = copy_text(r, item, &s->region);

	if (rc < 0 || !item || !*s->region)
		return rc;
	if (strlen(s->region) == 2 && strspn(s->region, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 2)
		return 0;
	return item_refuse(&r->at, item, "region",
		TR("\"%s\" is no two-letter code such as JP",
			"「%s」は JP のような二文字の国コードではありません"),
		s->region);
}

static int read_mode(const struct reader *r, const struct yaml *item)
{
	const char *text = "passive";
	int rc = item ? yaml_text(item, &text, r->at.e) : 0;

	r->sensor->reactive = strcmp(text, "reactive") == 0;
	if (rc < 0 || r->sensor->reactive || strcmp(text, "passive") == 0)
		return rc;
	return item_refuse(&r->at, item, "mode",
		TR("\"%s\" is neither passive nor reactive",
			"「%s」は passive でも reactive でもありません"),
		text);
}

static int read_service(const struct reader *r, const struct yaml *map)
{
	struct sensor *s = r->sensor;
	const struct yaml *until = yaml_get(map, "until");

	s->since_s = INT64_MIN;
	s->until_s = INT64_MAX;
	int rc = item_time(&r->at, yaml_get(map, "since"), zone_parse, &s->since_s);
	if (rc == 0)
		rc = item_time(&r->at, until, zone_parse_end, &s->until_s);
	if (rc == 0 && s->until_s <= s->since_s)
		rc = item_refuse(&r->at, until, "until", TR("is before since", "が since より前です"));
	return rc;
}

/* --- addresses --- */

/* The items of a list, or one text alone; none of a key with nothing after it, or of NULL. */
static int items_of(
	const struct reader *r, const struct yaml *node, const struct yaml **ret, size_t *ret_count)
{
	*ret = node;
	*ret_count = node && (node->kind != YAML_SCALAR || *node->text) ? 1 : 0;
	if (*ret_count == 0 || node->kind == YAML_SCALAR)
		return 0;
	*ret = node->items;
	*ret_count = node->count;
	return yaml_want(node, YAML_LIST, r->at.e);
}

static int read_prefix(const struct reader *r, const struct yaml *item, struct prefix *ret)
{
	char suggestion[ADDR_TEXT_SIZE];
	const char *text;

	int rc = yaml_text(item, &text, r->at.e);
	if (rc < 0 || prefix_parse(text, false, ret))
		return rc;
	if (prefix_parse(text, true, ret))
		return item_refuse(&r->at, item, "addresses",
			TR("\"%s\" has bits set after the prefix; the whole network is \"%s\"",
				"「%s」はプレフィックス長より後のビットが 0 "
				"ではありません。ネットワーク全体は「%s」です"),
			text, prefix_print(ret, suggestion));
	return item_refuse(&r->at, item, "addresses",
		TR("\"%s\" is no IPv4 or IPv6 prefix",
			"「%s」は IPv4 や IPv6 のプレフィックスではありません"),
		text);
}

static int read_addresses(const struct reader *r, const struct yaml *map)
{
	struct sensor *s = r->sensor;
	const struct yaml *node = yaml_get(map, "addresses");
	const struct yaml *items;
	size_t count;

	int listed = items_of(r, node, &items, &count);
	if (listed < 0)
		return listed;
	if (count == 0)
		return item_refuse(&r->at, node ? node : map, "addresses",
			TR("at least one address or prefix is needed",
				"アドレスまたはプレフィックスが必要です"));
	s->prefixes = calloc(count, sizeof(*s->prefixes));
	if (!s->prefixes)
		return plant_no_memory(r->at.e);
	for (; s->prefix_count < count; s->prefix_count++) {
		int rc = read_prefix(r, &items[s->prefix_count], &s->prefixes[s->prefix_count]);
		if (rc < 0)
			return rc;
	}
	s->addresses = plant_addresses(s->prefixes, count);
	return 0;
}

/* --- outages --- */

static int read_outage(const struct reader *r, const struct yaml *item, struct span *ret)
{
	const struct sensor *s = r->sensor;
	char from[ZONE_TEXT_SIZE];
	const char *text;

	int rc = yaml_text(item, &text, r->at.e);
	if (rc < 0)
		return rc;
	const char *dots = strstr(text, "..");
	snprintf(from, sizeof(from), "%.*s", dots ? (int)(dots - text) : 0, text);
	if (!dots || !zone_parse(from, &ret->from_s) || !zone_parse_end(dots + 2, &ret->to_s))
		return item_refuse(&r->at, item, "outages",
			TR("\"%s\" is no span such as 2026-02-03T04:00..2026-02-03T09:30",
				"「%s」は 2026-02-03T04:00..2026-02-03T09:30 "
				"のような期間ではありません"),
			text);
	if (ret->to_s <= ret->from_s)
		return item_refuse(&r->at, item, "outages",
			TR("\"%s\" ends before it begins", "「%s」は終わりが始まりより前です"),
			text);
	if (ret->from_s < s->since_s || ret->to_s > s->until_s)
		return item_refuse(&r->at, item, "outages",
			TR("\"%s\" is not within since and until",
				"「%s」が since と until の間にありません"),
			text);
	return 0;
}

static int order_spans(const void *a, const void *b)
{
	const struct span *x = a, *y = b;

	return (x->from_s > y->from_s) - (x->from_s < y->from_s);
}

/* Sorts them and joins those that meet. False when two overlap. */
static bool join_spans(struct span *spans, size_t *count)
{
	size_t kept = 0;

	qsort(spans, *count, sizeof(*spans), order_spans);
	for (size_t i = 0; i < *count; i++) {
		if (kept > 0 && spans[i].from_s < spans[kept - 1].to_s)
			return false;
		if (kept > 0 && spans[i].from_s == spans[kept - 1].to_s)
			spans[kept - 1].to_s = spans[i].to_s;
		else
			spans[kept++] = spans[i];
	}
	*count = kept;
	return true;
}

static int read_outages(const struct reader *r, const struct yaml *node)
{
	struct sensor *s = r->sensor;
	const struct yaml *items;
	size_t count;

	int listed = items_of(r, node, &items, &count);
	if (listed < 0 || count == 0)
		return listed;
	s->outages = calloc(count, sizeof(*s->outages));
	if (!s->outages)
		return plant_no_memory(r->at.e);
	for (size_t i = 0; i < count; i++) {
		int rc = read_outage(r, &items[i], &s->outages[i]);
		if (rc < 0)
			return rc;
	}
	s->outage_count = count;
	if (!join_spans(s->outages, &s->outage_count))
		return item_refuse(&r->at, node, "outages",
			TR("two of them overlap", "重なっているものがあります"));
	return 0;
}

int sensor_read(struct sensor *s, size_t place, const struct yaml *map, struct err *e)
{
	static const char *const keys[] = {"name", "organisation", "region", "addresses", "since",
		"until", "outages", "mode", NULL};
	struct reader r = {.sensor = s, .at = {"sensors", place, e}};

	int rc = yaml_allow(map, keys, e);
	if (rc == 0)
		rc = read_name(&r, map);
	if (rc == 0)
		rc = copy_text(&r, yaml_get(map, "organisation"), &s->organisation);
	if (rc == 0)
		rc = read_region(&r, yaml_get(map, "region"));
	if (rc == 0)
		rc = read_addresses(&r, map);
	if (rc == 0)
		rc = read_service(&r, map);
	if (rc == 0)
		rc = read_outages(&r, yaml_get(map, "outages"));
	if (rc == 0)
		rc = read_mode(&r, yaml_get(map, "mode"));
	return rc;
}
