/* content and what stands behind it. */
#include "rules/parse.h"

#include <string.h>

enum { CONTENT_MAX = 8192, OFFSET_MAX = 65535, DISTANCE_MAX = 1 << 20 };

static bool content_add(struct builder *b, char *value, struct list *list)
{
	bool not = *value == '!';
	struct bytes bytes;

	value = trim(value + not);
	if (*value != '"' || !unquote(&value))
		return malformed(b, TR("what to look for stands in quotes", "探す内容は引用符で囲みます"));
	if (!bytes_parse(b, value, &bytes))
		return false;
	if (bytes.len > CONTENT_MAX)
		return malformed(b, TR("more than %d bytes to look for", "探す内容が %d バイトを超えています"), CONTENT_MAX);
	struct item *item = list ? item_add_to(b, list, ITEM_CONTENT, false) : item_add(b, ITEM_CONTENT, false);
	struct content *c = item ? pool_alloc(b->pool, sizeof(*c)) : NULL;
	if (!c)
		return no_memory(b);
	c->bytes = bytes.data;
	c->len = (uint16_t)bytes.len;
	item->content = c;
	item->not = not;
	return true;
}

PARSER(content)
{
	return content_add(b, value, NULL);
}

PARSER(uricontent)
{
	struct list *list = list_of(b, BUFFER_http_uri);

	return list && content_add(b, value, list);
}

PARSER(rawbytes)
{
	return content_newest(b, k->name) != NULL;
}

PARSER(nocase)
{
	struct content *c = content_newest(b, k->name);

	if (!c)
		return false;
	uint8_t *bytes = pool_copy(b->pool, c->bytes, c->len);
	if (!bytes)
		return no_memory(b);
	for (size_t i = 0; i < c->len; i++)
		bytes[i] = ascii_lower(bytes[i]);
	c->bytes = bytes;
	c->nocase = true;
	return true;
}

/* ---- offset, depth, distance, within ---- */

static struct amount *place_of(struct content *c, int which)
{
	struct amount *const places[] = {&c->offset, &c->depth, &c->distance, &c->within};

	return places[which];
}

/* A window that is too small for what is looked for. */
static bool window_fits(struct builder *b, const struct content *c, const struct amount *a, const char *keyword)
{
	if (a->var != VAR_NONE || a->value >= c->len)
		return true;
	return malformed(b, TR("%s %lld is less than the %u bytes of the content", "%s の %lld は content の %u バイトより小さい値です"), keyword, (long long)a->value, c->len);
}

PARSER(place)
{
	struct content *c = content_newest(b, k->name);
	bool relative = k->arg == PLACE_DISTANCE || k->arg == PLACE_WITHIN;
	int64_t max = relative ? DISTANCE_MAX : OFFSET_MAX;

	if (!c)
		return false;
	struct amount *place = place_of(c, k->arg);
	if (place->set)
		return malformed(b, TR("%s stands twice behind a content", "content の後に %s が二つあります"), k->name);
	if (c->starts)
		return malformed(b, TR("%s beside startswith", "%s は startswith と併用できません"), k->name);
	if (!amount_parse(b, value, relative ? -max : 0, max, place))
		return false;
	item_at(b, b->newest_content)->relative |= relative;
	return k->arg == PLACE_DEPTH || k->arg == PLACE_WITHIN ? window_fits(b, c, place, k->name) : true;
}

PARSER(startswith)
{
	struct content *c = content_newest(b, k->name);

	if (!c)
		return false;
	if (c->starts || c->offset.set || c->depth.set || c->distance.set || c->within.set)
		return malformed(b, TR("startswith beside offset, depth, distance, within or another startswith", "startswith は offset, depth, distance, within や別の startswith と併用できません"));
	c->starts = true;
	return true;
}

PARSER(endswith)
{
	struct content *c = content_newest(b, k->name);

	if (!c)
		return false;
	if (c->ends)
		return malformed(b, TR("endswith stands twice behind a content", "content の後に endswith が二つあります"));
	c->ends = true;
	return true;
}

/* A hint for Suricata's prefilter, which changes no result: only checked. */
PARSER(fast_pattern)
{
	struct content *c = content_newest(b, k->name);
	char *length = value, *offset = value ? part_next(&length, ',') : NULL;
	uint64_t from, len;

	if (!c)
		return false;
	if (!value || strcmp(value, "only") == 0)
		return true;
	if (!length || !text_number(offset, UINT16_MAX, &from) || !text_number(trim(length), UINT16_MAX, &len))
		return malformed(b, TR("fast_pattern: \"only\", or offset and length", "fast_pattern の値は「only」か、位置と長さです"));
	if (len == 0 || from + len > c->len)
		return malformed(b, TR("fast_pattern: a part beyond the content", "fast_pattern の範囲が content を超えています"));
	return true;
}
