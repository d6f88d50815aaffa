#include "base/yaml.h"

#include "base/buf.h"
#include "base/text.h"

#include <errno.h>
#include <string.h>
#include <yaml.h>

enum {
	FILE_MAX = 64 << 20,
	DEPTH_MAX = 100,
	NODES_MAX = 4 << 20, /* two bytes of text can make a node of 56 */
	KEYS_MAX = 1000,     /* of one map: each is compared with all before it */
};

struct reader {
	yaml_parser_t parser;
	const char *file;
	size_t nodes;
	struct err *e;
};

static inline void auto_yaml_event_delete(yaml_event_t *event)
{
	yaml_event_delete(event);
}

/* --- the tree --- */

static void node_done(struct yaml *node)
{
	for (size_t i = 0; i < node->count; i++)
		node_done(&node->items[i]);
	free(node->items);
	free(node->key);
	free(node->text);
}

void yaml_free(struct yaml *root)
{
	if (!root)
		return;
	node_done(root);
	free((char *)root->file);
	free(root);
}

static int no_memory(struct err *e)
{
	return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
}

/* A new last item of a list or map; NULL when out of memory. The array doubles when count reaches a
 * power of two. */
static struct yaml *add_item(struct yaml *parent)
{
	if ((parent->count & (parent->count - 1)) == 0) {
		size_t capacity = parent->count ? parent->count * 2 : 1;
		struct yaml *items = reallocarray(parent->items, capacity, sizeof(*items));

		if (!items)
			return NULL;
		parent->items = items;
	}
	struct yaml *item = &parent->items[parent->count++];
	*item = (struct yaml){.file = parent->file};
	return item;
}

/* --- events to nodes --- */

static int refuse(const struct reader *r, size_t line, const char *message)
{
	struct yaml place = {.file = r->file, .line = line};

	return yaml_error(&place, r->e, EINVAL, "%s", message);
}

/* libyaml's own words are English. */
static int refuse_syntax(const struct reader *r)
{
	const yaml_parser_t *p = &r->parser;
	struct yaml place = {.file = r->file, .line = p->problem_mark.line + 1};

	if (p->error == YAML_MEMORY_ERROR)
		return no_memory(r->e);
	return yaml_error(&place, r->e, EINVAL,
		TR("this is not YAML: %s%s%s", "YAML として読めません: %s%s%s"),
		p->context ? p->context : "", p->context ? ", " : "", p->problem ? p->problem : "");
}

static int next_event(struct reader *r, yaml_event_t *event)
{
	return yaml_parser_parse(&r->parser, event) ? 0 : refuse_syntax(r);
}

static size_t line_of(const yaml_event_t *event)
{
	return event->start_mark.line + 1;
}

static int copy_text(const struct reader *r, const yaml_event_t *event, char **ret)
{
	const char *text = (const char *)event->data.scalar.value;

	if (strlen(text) != event->data.scalar.length)
		return refuse(r, line_of(event),
			TR("a text holds a zero byte", "文字列にゼロバイトがあります"));
	*ret = strdup(text);
	return *ret ? 0 : no_memory(r->e);
}

static int refuse_extras(const struct reader *r, const yaml_event_t *event)
{
	const yaml_char_t *anchor = NULL, *tag = NULL;

	switch (event->type) {
	case YAML_SCALAR_EVENT:
		anchor = event->data.scalar.anchor;
		tag = event->data.scalar.tag;
		break;
	case YAML_SEQUENCE_START_EVENT:
		anchor = event->data.sequence_start.anchor;
		tag = event->data.sequence_start.tag;
		break;
	case YAML_MAPPING_START_EVENT:
		anchor = event->data.mapping_start.anchor;
		tag = event->data.mapping_start.tag;
		break;
	default:
		return refuse(r, line_of(event),
			TR("aliases (*name) are not allowed", "エイリアス（*name）は使えません"));
	}
	if (anchor)
		return refuse(r, line_of(event),
			TR("anchors (&name) are not allowed", "アンカー（&name）は使えません"));
	if (tag)
		return refuse(r, line_of(event),
			TR("tags (!name) are not allowed", "タグ（!name）は使えません"));
	return 0;
}

static int read_node(struct reader *r, const yaml_event_t *start, size_t depth, struct yaml *node);

static int read_list(struct reader *r, size_t depth, struct yaml *list)
{
	for (;;) {
		AUTO(yaml_event_delete) yaml_event_t event = {0};

		int rc = next_event(r, &event);
		if (rc < 0 || event.type == YAML_SEQUENCE_END_EVENT)
			return rc;
		struct yaml *item = add_item(list);
		if (!item)
			return no_memory(r->e);
		rc = read_node(r, &event, depth, item);
		if (rc < 0)
			return rc;
	}
}

static int take_key(struct reader *r, const yaml_event_t *event, struct yaml *map, char **ret_key)
{
	if (event->type != YAML_SCALAR_EVENT)
		return refuse(r, line_of(event),
			TR("a key must be a text", "キーは文字列でなければなりません"));
	int rc = refuse_extras(r, event);
	if (rc == 0)
		rc = copy_text(r, event, ret_key);
	if (rc < 0)
		return rc;
	if (yaml_get(map, *ret_key)) {
		struct yaml place = {.file = r->file, .line = line_of(event)};
		return yaml_error(&place, r->e, EINVAL,
			TR("the key \"%s\" stands there twice, first in line %zu",
				"キー「%s」が二度あります（最初は %zu 行目）"),
			*ret_key, yaml_get(map, *ret_key)->line);
	}
	if (map->count == KEYS_MAX)
		return refuse(r, line_of(event),
			TR("too many keys in one map", "一つの表にキーが多すぎます"));
	return 0;
}

/* A value has the line of its key, where a person looks for it. */
static int read_map(struct reader *r, size_t depth, struct yaml *map)
{
	for (;;) {
		AUTO(yaml_event_delete) yaml_event_t key_event = {0};
		AUTO(yaml_event_delete) yaml_event_t value_event = {0};
		AUTO(free) char *key = NULL;

		int rc = next_event(r, &key_event);
		if (rc < 0 || key_event.type == YAML_MAPPING_END_EVENT)
			return rc;
		rc = take_key(r, &key_event, map, &key);
		if (rc == 0)
			rc = next_event(r, &value_event);
		if (rc < 0)
			return rc;
		struct yaml *item = add_item(map);
		if (!item)
			return no_memory(r->e);
		item->key = TAKE(key);
		rc = read_node(r, &value_event, depth, item);
		if (rc < 0)
			return rc;
		item->line = line_of(&key_event);
	}
}

static int read_node(struct reader *r, const yaml_event_t *start, size_t depth, struct yaml *node)
{
	node->line = line_of(start);
	int rc = refuse_extras(r, start);
	if (rc < 0)
		return rc;
	if (depth == DEPTH_MAX)
		return refuse(r, node->line, TR("nested too deeply", "入れ子が深すぎます"));
	if (++r->nodes > NODES_MAX)
		return refuse(r, node->line, TR("too many values", "値が多すぎます"));
	switch (start->type) {
	case YAML_SEQUENCE_START_EVENT:
		node->kind = YAML_LIST;
		return read_list(r, depth + 1, node);
	case YAML_MAPPING_START_EVENT:
		node->kind = YAML_MAP;
		return read_map(r, depth + 1, node);
	default:
		node->kind = YAML_SCALAR;
		return copy_text(r, start, &node->text);
	}
}

/* --- documents --- */

/* Skips what stands around nodes; the first event of a node, or the end of the stream. */
static int next_node(struct reader *r, yaml_event_t *event)
{
	for (;;) {
		int rc = next_event(r, event);
		if (rc < 0)
			return rc;
		switch (event->type) {
		case YAML_STREAM_START_EVENT:
		case YAML_DOCUMENT_START_EVENT:
		case YAML_DOCUMENT_END_EVENT:
			yaml_event_delete(event);
			break;
		default:
			return 0;
		}
	}
}

/* Nothing, or the nothing between two --- and ..., is an empty map. */
static void make_empty_map(struct yaml *root)
{
	if (root->kind != YAML_SCALAR || (root->text && root->text[0]))
		return;
	free(TAKE(root->text));
	root->kind = YAML_MAP;
}

static int read_document(struct reader *r, struct yaml *root)
{
	AUTO(yaml_event_delete) yaml_event_t first = {0};
	AUTO(yaml_event_delete) yaml_event_t second = {0};

	root->line = 1;
	int rc = next_node(r, &first);
	if (rc == 0 && first.type != YAML_STREAM_END_EVENT) {
		rc = read_node(r, &first, 0, root);
		if (rc == 0)
			rc = next_node(r, &second);
		if (rc == 0 && second.type != YAML_STREAM_END_EVENT)
			rc = refuse(r, line_of(&second),
				TR("a second document begins; only one is allowed",
					"二つ目の文書が始まっています。文書は一つだけです"));
	}
	if (rc == 0)
		make_empty_map(root);
	return rc;
}

int yaml_parse(const char *name, const char *text, size_t len, struct yaml **ret, struct err *e)
{
	AUTO(yaml_free) struct yaml *root = calloc(1, sizeof(*root));
	struct reader r = {.e = e};

	if (!root || !(root->file = strdup(name)))
		return no_memory(e);
	if (len > FILE_MAX)
		return err_set(e, EFBIG,
			TR("%s is larger than %d MiB", "%s は %d MiB を超えています"), name,
			FILE_MAX >> 20);
	if (!yaml_parser_initialize(&r.parser))
		return no_memory(e);
	r.file = root->file;
	yaml_parser_set_input_string(&r.parser, (const unsigned char *)text, len);
	int rc = read_document(&r, root);
	yaml_parser_delete(&r.parser);
	if (rc == 0)
		*ret = TAKE(root);
	return rc;
}

int yaml_read(const char *path, struct yaml **ret, struct err *e)
{
	AUTO(buf_done) struct buf text = {.max = FILE_MAX + 1};
	AUTO(fclose) FILE *f = fopen(path, "rbe");
	char part[16384];
	size_t n;

	errno = f ? 0 : errno;
	while (f && !text.failed && (n = fread(part, 1, sizeof(part), f)) > 0)
		buf_add(&text, part, n);
	if (!f || ferror(f)) {
		int code = errno ? errno : EIO;
		return err_set(e, code, TR("cannot read %s: %s", "%s を読めません: %s"), path,
			strerror(code));
	}
	return yaml_parse(
		path, buf_str(&text), text.failed ? FILE_MAX + (size_t)1 : text.len, ret, e);
}
