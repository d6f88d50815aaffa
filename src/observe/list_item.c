#include "observe/list_item.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/text.h"

int item_refuse(const struct list_item *at, const struct yaml *node, const char *key, const char *format, ...)
{
	struct err message = {0};
	va_list args;

	va_start(args, format);
	vsnprintf(message.text, sizeof(message.text), format, args);
	va_end(args);
	return yaml_error(node, at->e, EINVAL, "%s[%zu].%s: %s", at->list, at->place, key, message.text);
}

int item_time(const struct list_item *at, const struct yaml *node,
	bool (*parse)(const char *text, int64_t *ret_t_s), int64_t *ret_s)
{
	const char *text;

	if (yaml_is_nothing(node))
		return 0;
	int rc = yaml_text(node, &text, at->e);
	if (rc < 0 || parse(text, ret_s))
		return rc;
	return item_refuse(at, node, node->key,
		TR("\"%s\" is no time such as 2026-02-03 or 2026-02-03T04:00",
			"「%s」は 2026-02-03 や 2026-02-03T04:00 のような日時ではありません"),
		text);
}

bool yaml_is_nothing(const struct yaml *node)
{
	return !node || (node->kind == YAML_SCALAR && !*node->text);
}
