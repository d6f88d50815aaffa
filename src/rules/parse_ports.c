/* Lists of ports to ranges. */
#include "rules/parse_list.h"

#include <string.h>

struct ranges {
	struct port_range *list;
	size_t count;
};

struct both {
	struct ranges yes, no;
};

/* "80", "80:90", ":90", "80:" */
static bool range_of(char *text, struct port_range *ret)
{
	char *colon = strchr(text, ':');
	uint64_t low = 0, high = UINT16_MAX;

	if (colon)
		*colon = '\0';
	const char *first = trim(text), *last = colon ? trim(colon + 1) : first;
	if (*first ? !text_number(first, UINT16_MAX, &low) : !colon)
		return false;
	if (*last ? !text_number(last, UINT16_MAX, &high) : !colon)
		return false;
	if (colon && !*first && !*last)
		return false;
	*ret = (struct port_range){(uint16_t)low, (uint16_t)high};
	return low <= high;
}

static bool element(struct builder *b, char *text, bool not, void *into)
{
	struct both *both = into;
	struct ranges *to = not ? &both->no : &both->yes;
	struct port_range *r = pool_add(b->pool, &to->list, &to->count);
	char shown[32];

	if (!r)
		return no_memory(b);
	snprintf(shown, sizeof(shown), "%s", text);
	if (strcmp(text, "any") == 0) {
		*r = (struct port_range){0, UINT16_MAX};
		return not ? malformed(b, TR("\"!any\" leaves no port", "「!any」ではポートが残りません")) : true;
	}
	if (range_of(text, r))
		return true;
	return malformed(b, TR("\"%s\" is no port from 0 to 65535 and no range of ports", "「%s」は 0 から 65535 のポートでもその範囲でもありません"), shown);
}

static bool in_ranges(const struct port_range *list, size_t count, uint16_t port)
{
	for (size_t i = 0; i < count; i++)
		if (port >= list[i].low && port <= list[i].high)
			return true;
	return false;
}

static bool leaves_something(const struct both *both)
{
	for (uint32_t port = 0; port <= UINT16_MAX; port++)
		if ((both->yes.count == 0 || in_ranges(both->yes.list, both->yes.count, (uint16_t)port)) &&
			!in_ranges(both->no.list, both->no.count, (uint16_t)port))
			return true;
	return false;
}

static bool is_everything(const struct both *both)
{
	return both->no.count == 0 && both->yes.count == 1 && both->yes.list[0].low == 0 &&
	       both->yes.list[0].high == UINT16_MAX;
}

static const struct ports *ports_make(struct builder *b, const char *text)
{
	struct both both = {0};
	const struct list_walk walk = {.b = b, .what = TR("ports", "ポート"), .element = element, .into = &both};

	if (!list_walk(&walk, text))
		return NULL;
	if (!leaves_something(&both)) {
		malformed(b, TR("the ports \"%.60s\" exclude all that they name", "ポート「%.60s」は、挙げたものをすべて除いています"), text);
		return NULL;
	}
	struct ports *p = pool_alloc(b->pool, sizeof(*p));
	if (!p) {
		no_memory(b);
		return NULL;
	}
	*p = (struct ports){.yes = both.yes.list, .no = both.no.list, .yes_count = (uint32_t)both.yes.count,
		.no_count = (uint32_t)both.no.count, .any = is_everything(&both)};
	return p;
}

bool ports_parse(struct builder *b, const char *text, const struct ports **ret)
{
	*ret = names_get(&b->load->ports, text);
	if (*ret)
		return true;
	*ret = ports_make(b, text);
	if (!*ret)
		return false;
	return names_put(&b->load->ports, b->pool, text, (void *)*ret) || no_memory(b);
}
