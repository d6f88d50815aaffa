/* One rule: header, options, and what a parse function says when it refuses. */
#include "rules/parse.h"

#include <ctype.h>
#include <stdarg.h>
#include <string.h>

static bool refuse(struct builder *b, enum rules_refusal kind, const char *group, const char *format, va_list args)
{
	if (b->reason[0])
		return false; /* the first one counts */
	b->kind = kind;
	snprintf(b->group, sizeof(b->group), "%s", group);
	vsnprintf(b->reason, sizeof(b->reason), format, args);
	return false;
}

bool malformed(struct builder *b, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	refuse(b, RULES_MALFORMED, "malformed", format, args);
	va_end(args);
	return false;
}

bool unsupported(struct builder *b, const char *group, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	refuse(b, RULES_UNSUPPORTED, group, format, args);
	va_end(args);
	return false;
}

bool no_memory(struct builder *b)
{
	return malformed(b, TR("no memory", "メモリーが足りません"));
}

/* ---- lists and items ---- */

static struct list *list_new(struct builder *b, enum buffer buffer)
{
	if (b->list_count == LISTS_MAX) {
		malformed(b, TR("more than %d buffers in a rule", "一つのルールのバッファーが %d 個を超えています"), LISTS_MAX);
		return NULL;
	}
	struct list *list = &b->lists[b->list_count++];
	*list = (struct list){.buffer = buffer};
	return list;
}

struct list *list_of(struct builder *b, enum buffer buffer)
{
	for (size_t i = 0; i < b->list_count && !buffer_kinds[buffer].several; i++)
		if (b->lists[i].buffer == buffer && b->lists[i].transform_count == 0)
			return &b->lists[i];
	return list_new(b, buffer);
}

struct item *item_add_to(struct builder *b, struct list *list, enum item_kind kind, bool relative)
{
	struct item *item = pool_add(b->pool, &list->items, &list->item_count);

	if (!item) {
		no_memory(b);
		return NULL;
	}
	*item = (struct item){.kind = kind, .relative = relative};
	b->fresh = false;
	b->newest = (struct place){(int)(list - b->lists), (int)list->item_count - 1};
	if (kind == ITEM_CONTENT)
		b->newest_content = b->newest;
	return item;
}

struct item *item_add(struct builder *b, enum item_kind kind, bool relative)
{
	struct list *list;

	if (b->sticky >= 0)
		list = &b->lists[b->sticky];
	else if (relative && b->newest.list >= 0)
		list = &b->lists[b->newest.list];
	else
		list = list_of(b, BUFFER_payload);
	return list ? item_add_to(b, list, kind, relative) : NULL;
}

struct item *item_at(struct builder *b, struct place place)
{
	return &b->lists[place.list].items[place.item];
}

struct content *content_newest(struct builder *b, const char *keyword)
{
	if (b->newest_content.list >= 0)
		return item_at(b, b->newest_content)->content;
	malformed(b, TR("%s stands behind a content", "%s は content の後に書きます"), keyword);
	return NULL;
}

/* One item less: those behind it move up. */
static void item_remove(struct builder *b, struct place place)
{
	struct list *list = &b->lists[place.list];
	struct place *const places[] = {&b->newest, &b->newest_base64};

	list->item_count--;
	for (size_t i = (size_t)place.item; i < list->item_count; i++)
		list->items[i] = list->items[i + 1];
	for (size_t i = 0; i < ARRAY_SIZE(places); i++)
		if (places[i]->list == place.list && places[i]->item > place.item)
			places[i]->item--;
}

bool content_move(struct builder *b, enum buffer buffer)
{
	struct place from = b->newest_content, newest = b->newest;
	struct item moved = *item_at(b, from);
	struct list *to = list_of(b, buffer);
	struct item *item = to ? item_add_to(b, to, ITEM_CONTENT, moved.relative) : NULL;

	if (!item)
		return false;
	*item = moved;
	if (newest.list != from.list || newest.item != from.item)
		b->newest = newest; /* something else stands behind it */
	item_remove(b, from);
	return true;
}

struct header_test *test_add(struct builder *b, enum header_field field)
{
	struct header_test *test = pool_add(b->pool, &b->rule.tests, &b->rule.test_count);

	if (!test) {
		no_memory(b);
		return NULL;
	}
	*test = (struct header_test){.field = field};
	return test;
}

/* ---- options ---- */

/* The end of an option: a ; without \ before it. NULL: there is none. */
static char *option_end(char *text)
{
	for (; *text; text++) {
		if (*text == '\\' && text[1])
			text++;
		else if (*text == ';')
			return text;
	}
	return NULL;
}

static bool is_snort3(const char *name, const char *value)
{
	const char *end = strcmp(name, "content") == 0 && value ? strrchr(value, '"') : NULL;

	if (!end || end == value)
		return false;
	while (isspace((unsigned char)*++end))
		;
	return *end == ',';
}

static bool value_fits(struct builder *b, const struct keyword *k, const char *value)
{
	if (k->value == VALUE_NEEDED && (!value || !*value))
		return malformed(b, TR("%s needs a value", "%s には値が必要です"), k->name);
	if (k->value == VALUE_NONE && value)
		return malformed(b, TR("%s takes no value", "%s に値は付けられません"), k->name);
	return true;
}

static bool buffer_take(struct builder *b, const char *name, const char *value, bool *ret_is_buffer)
{
	int sticky = buffer_of_name(name), modifier = buffer_of_modifier(name);

	*ret_is_buffer = sticky >= 0 || modifier >= 0;
	if (!*ret_is_buffer)
		return true;
	if (value)
		return malformed(b, TR("%s takes no value", "%s に値は付けられません"), name);
	b->only_ip = false;
	return sticky >= 0 ? parse_sticky(b, (enum buffer)sticky) : parse_modifier(b, (enum buffer)modifier);
}

static bool unknown_take(struct builder *b, const char *name)
{
	const char *lacks = keyword_lacks(name);
	char group[64];

	snprintf(group, sizeof(group), "keyword %s", name);
	return lacks ? unsupported(b, group, TR("keyword \"%s\": %s", "キーワード「%s」: %s"), name, lacks)
		     : malformed(b, TR("there is no keyword \"%.40s\"", "キーワード「%.40s」はありません"), name);
}

static bool option_take(struct builder *b, char *text)
{
	char *colon = strchr(text, ':'), *value = NULL;
	bool is_buffer;

	if (colon) {
		*colon = '\0';
		value = trim(colon + 1);
	}
	const char *name = trim(text);
	if (is_snort3(name, value))
		return unsupported(b, "Snort 3",
			TR("a content with its modifiers behind commas: this is Snort 3 text; use the Snort 2.9 or Suricata rules", "content の修飾をコンマで続けるのは Snort 3 の書式です。Snort 2.9 か Suricata のルールを使ってください"));
	const struct keyword *k = keyword_find(name);
	if (k) {
		b->only_ip = b->only_ip && k->keeps_ip_only;
		return value_fits(b, k, value) && k->parse(b, k, value);
	}
	if (!buffer_take(b, name, value, &is_buffer))
		return false;
	return is_buffer || unknown_take(b, name);
}

static bool is_sid(const char *option)
{
	option += strspn(option, " \t");
	return strncmp(option, "sid", 3) == 0 && strspn(option + 3, " \t:") > 0;
}

/* Behind an option that is refused only the sid is read, so that the report can name the rule. */
static bool options_parse(struct builder *b, char *text)
{
	bool good = true;

	for (text = trim(text); *text; text = trim(text)) {
		char *end = option_end(text);
		if (!end)
			return malformed(b, TR("the last option does not end with a ;", "最後のオプションが ; で終わっていません"));
		*end = '\0';
		if (*trim(text) && (good || is_sid(text)))
			good = option_take(b, text) && good;
		text = end + 1;
	}
	return good;
}

bool rule_parse(struct builder *b, char *line)
{
	char *open = strchr(line, '('), *close = strrchr(line, ')');

	b->sticky = b->newest.list = b->newest_content.list = b->newest_base64.list = -1;
	b->only_ip = true;
	b->rule.info.gid = 1;
	b->rule.info.rev = 0;
	b->rule.info.priority = 3;
	b->rule.info.msg = b->rule.info.classtype = b->rule.info.classtext = "";
	if (!open || !close || close < open)
		return malformed(b, TR("the options are not in parentheses", "オプションが括弧で囲まれていません"));
	if (*trim(close + 1))
		return malformed(b, TR("something stands behind the last parenthesis", "最後の括弧の後に余分なものがあります"));
	*open = *close = '\0';
	/* Options first: a rule that is refused for its header is still named by its sid. */
	bool options = options_parse(b, open + 1);
	return header_parse(b, line) && options && rule_finish(b);
}
