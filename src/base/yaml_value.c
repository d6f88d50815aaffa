#include "base/yaml.h"

#include "base/nearest.h"
#include "base/number.h"
#include "base/text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

const struct yaml *yaml_get(const struct yaml *node, const char *key)
{
	if (!node || node->kind != YAML_MAP)
		return NULL;
	for (size_t i = 0; i < node->count; i++)
		if (strcmp(node->items[i].key, key) == 0)
			return &node->items[i];
	return NULL;
}

int yaml_error(const struct yaml *node, struct err *e, int code, const char *format, ...)
{
	struct err message = {0};
	va_list args;

	va_start(args, format);
	vsnprintf(message.text, sizeof(message.text), format, args);
	va_end(args);
	return yaml_context(node, e, err_set(e, code, "%s", message.text));
}

int yaml_context(const struct yaml *node, struct err *e, int rc)
{
	return err_context(e, rc, TR("%s line %zu: ", "%s %zu 行目: "), node->file, node->line);
}

static const char *kind_name(enum yaml_kind kind)
{
	switch (kind) {
	case YAML_LIST:
		return TR("a list", "リスト");
	case YAML_MAP:
		return TR("a map of keys", "キーの表");
	default:
		return TR("a single value", "単独の値");
	}
}

/* "key: ", "" where the node has none. */
static const char *key_of(const struct yaml *node)
{
	return node->key ? node->key : "";
}

static const char *colon_of(const struct yaml *node)
{
	return node->key ? ": " : "";
}

static bool is_one_of(const char *key, const char *const names[])
{
	for (size_t i = 0; names[i]; i++)
		if (strcmp(names[i], key) == 0)
			return true;
	return false;
}

int yaml_want(const struct yaml *node, enum yaml_kind kind, struct err *e)
{
	if (node->kind == kind)
		return 0;
	return yaml_error(node, e, EINVAL,
		TR("%s%sexpected %s, found %s", "%s%s%sであるべきところ、%sがあります"),
		key_of(node), colon_of(node), kind_name(kind), kind_name(node->kind));
}

int yaml_allow(const struct yaml *map, const char *const allowed[], struct err *e)
{
	int rc = yaml_want(map, YAML_MAP, e);

	for (size_t i = 0; rc == 0 && i < map->count; i++)
		if (!is_one_of(map->items[i].key, allowed))
			rc = yaml_context(
				&map->items[i], e, refuse_key(map->items[i].key, allowed, e));
	return rc;
}

int yaml_text(const struct yaml *node, const char **ret, struct err *e)
{
	int rc = yaml_want(node, YAML_SCALAR, e);

	if (rc == 0)
		*ret = node->text;
	return rc;
}

int yaml_u64(const struct yaml *node, uint64_t min, uint64_t max, uint64_t *ret, struct err *e)
{
	int rc = yaml_want(node, YAML_SCALAR, e);

	if (rc < 0 || number_u64(node->text, min, max, ret))
		return rc;
	return yaml_error(node, e, EINVAL,
		TR("%s%s\"%s\" is no whole number from %" PRIu64 " to %" PRIu64,
			"%s%s「%s」は %" PRIu64 " から %" PRIu64 " までの整数ではありません"),
		key_of(node), colon_of(node), node->text, min, max);
}

int yaml_double(const struct yaml *node, double min, double max, double *ret, struct err *e)
{
	int rc = yaml_want(node, YAML_SCALAR, e);

	if (rc < 0 || number_double(node->text, min, max, ret))
		return rc;
	return yaml_error(node, e, EINVAL,
		TR("%s%s\"%s\" is no number from %g to %g",
			"%s%s「%s」は %g から %g までの数ではありません"),
		key_of(node), colon_of(node), node->text, min, max);
}
