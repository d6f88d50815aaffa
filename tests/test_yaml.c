#include "base/buf.h"
#include "base/nearest.h"
#include "base/yaml.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

static struct yaml *parse(const char *text)
{
	struct err e = {0};
	struct yaml *root = NULL;

	cr_assert_eq(yaml_parse("t.yaml", text, strlen(text), &root, &e), 0, "%s", e.text);
	return root;
}

static void refused(const char *text, const char *message)
{
	struct err e = {0};
	struct yaml *root = NULL;

	cr_assert_eq(yaml_parse("t.yaml", text, strlen(text), &root, &e), -EINVAL, "%s", text);
	cr_assert_null(root);
	cr_assert(strstr(e.text, message), "\"%s\" is not in: %s", message, e.text);
}

Test(yaml, scalars_are_the_text_as_written)
{
	AUTO(yaml_free)
	struct yaml *root = parse("a: NO\nb: 040\nc: 1e3\nd: \"x y\"\ne: ~\nf:\ng: ''\n");
	static const char *const expected[] = {"NO", "040", "1e3", "x y", "~", "", ""};

	cr_assert_eq(root->count, ARRAY_SIZE(expected));
	for (size_t i = 0; i < root->count; i++) {
		cr_assert_eq(root->items[i].kind, YAML_SCALAR);
		cr_assert_str_eq(root->items[i].text, expected[i]);
	}
}

Test(yaml, nodes_know_their_line_and_file)
{
	AUTO(yaml_free)
	struct yaml *root =
		parse("# comment\nname: x\nlist:\n  - one\n  - {key: two,\n     other: three}\n");
	const struct yaml *list = yaml_get(root, "list");

	cr_assert_eq(yaml_get(root, "name")->line, 2);
	cr_assert_eq(list->line, 3);
	cr_assert_eq(list->kind, YAML_LIST);
	cr_assert_eq(list->items[0].line, 4);
	cr_assert_null(list->items[0].key);
	cr_assert_eq(list->items[1].kind, YAML_MAP);
	cr_assert_eq(yaml_get(&list->items[1], "other")->line, 6);
	cr_assert_str_eq(yaml_get(&list->items[1], "other")->file, "t.yaml");
	cr_assert_null(yaml_get(root, "nothing"));
	cr_assert_null(yaml_get(list, "name"));
}

Test(yaml, an_empty_file_is_an_empty_map)
{
	static const char *const empty[] = {
		"", "\n", "# only a comment\n", "---\n", "---\n...\n", "{}\n"};

	for (size_t i = 0; i < ARRAY_SIZE(empty); i++) {
		AUTO(yaml_free) struct yaml *root = parse(empty[i]);

		cr_assert_eq(root->kind, YAML_MAP, "%zu", i);
		cr_assert_eq(root->count, 0);
	}
}

Test(yaml, what_a_configuration_does_not_need_is_refused_with_its_line)
{
	refused("a: 1\nb: &x 2\n", "t.yaml line 2: anchors");
	refused("a: &x [1]\n", "t.yaml line 1: anchors");
	refused("a: 1\nb: *x\n", "t.yaml line 2: ");
	refused("a:\n  - !!str 1\n", "t.yaml line 2: tags");
	refused("a: !x {}\n", "t.yaml line 1: tags");
	refused("a: 1\n---\nb: 2\n", "t.yaml line 3: a second document");
	refused("a: 1\nb: 2\na: 3\n",
		"t.yaml line 3: the key \"a\" stands there twice, first in line 1");
	refused("? [a]\n: 1\n", "t.yaml line 1: a key must be a text");
	refused("a: \"x\\0y\"\n", "t.yaml line 1: a text holds a zero byte");
}

Test(yaml, what_is_no_yaml_is_refused_with_its_line)
{
	refused("a: 1\nb: [1, 2\n", "t.yaml line 3: this is not YAML: ");
	refused("a: 1\n\tb: 2\n", "t.yaml line 2: this is not YAML: ");
	refused("a: b: c\n", "t.yaml line 1: this is not YAML: ");
	refused("a: \xff\xfe\n", "this is not YAML: ");
	refused("a: \x1b[31m\n", "this is not YAML: ");
}

static void nest(struct buf *b, size_t depth)
{
	for (size_t i = 0; i < depth; i++)
		buf_char(b, '[');
	for (size_t i = 0; i < depth; i++)
		buf_char(b, ']');
}

Test(yaml, depth_is_bounded)
{
	AUTO(buf_done) struct buf good = {0};
	AUTO(buf_done) struct buf bad = {0};

	nest(&good, 100);
	AUTO(yaml_free) struct yaml *root = parse(buf_str(&good));
	cr_assert_eq(root->kind, YAML_LIST);
	nest(&bad, 101);
	refused(buf_str(&bad), "nested too deeply");
}

Test(yaml, keys_of_a_map_are_bounded)
{
	AUTO(buf_done) struct buf text = {0};

	for (int i = 0; i < 1000; i++)
		buf_printf(&text, "k%d: 1\n", i);
	AUTO(yaml_free) struct yaml *root = parse(buf_str(&text));
	cr_assert_eq(root->count, 1000);
	cr_assert_str_eq(root->items[999].key, "k999");
	buf_text(&text, "k1000: 1\n");
	refused(buf_str(&text), "t.yaml line 1001: too many keys");
}

Test(yaml, values_are_bounded)
{
	AUTO(buf_done) struct buf text = {0};
	struct yaml *root = NULL;
	struct err e = {0};

	buf_char(&text, '[');
	for (size_t i = 0; i < (4u << 20) - 1; i++)
		buf_text(&text, "a,");
	buf_char(&text, ']');
	cr_assert_eq(yaml_parse("t.yaml", text.data, text.len, &root, &e), 0, "%s", e.text);
	yaml_free(TAKE(root));
	text.data[text.len - 1] = 'a';
	buf_char(&text, ']');
	refused(buf_str(&text), "too many values");
}

Test(yaml, every_prefix_of_a_good_file_is_read_or_refused)
{
	static const char text[] =
		"timezone: Asia/Tokyo\nreport:\n  title: \"a \\u3042\"\nsensors:\n"
		"  - {name: a, addresses: [198.51.100.0/28, '2001:db8::/64']}\n  - name: >\n      "
		"b\n";

	for (size_t len = 0; len < sizeof(text); len++) {
		struct err e = {0};
		AUTO(yaml_free) struct yaml *root = NULL;
		AUTO(free) char *exact = malloc(len ? len : 1);

		memcpy(exact, text, len);
		int rc = yaml_parse("t.yaml", exact, len, &root, &e);
		cr_assert((rc == 0) == (root != NULL));
		cr_assert((rc == 0) == (e.text[0] == '\0'));
	}
}

Test(yaml, typed_values_say_what_was_expected)
{
	AUTO(yaml_free) struct yaml *root = parse("count: 40O\nlist: [1]\nreal: 1,5\nlow: 3\n");
	uint64_t count = 7;
	double real;
	const char *text;

	struct err e = {0};
	cr_assert_eq(yaml_u64(yaml_get(root, "count"), 1, 100, &count, &e), -EINVAL);
	cr_assert_str_eq(e.text, "t.yaml line 1: count: \"40O\" is no whole number from 1 to 100");
	cr_assert_eq(count, 7);
	e = (struct err){0};
	cr_assert_eq(yaml_text(yaml_get(root, "list"), &text, &e), -EINVAL);
	cr_assert_str_eq(e.text, "t.yaml line 2: list: expected a single value, found a list");
	e = (struct err){0};
	cr_assert_eq(yaml_double(yaml_get(root, "real"), -1, 2.5, &real, &e), -EINVAL);
	cr_assert_str_eq(e.text, "t.yaml line 3: real: \"1,5\" is no number from -1 to 2.5");
	e = (struct err){0};
	cr_assert_eq(yaml_u64(yaml_get(root, "low"), 4, 9, &count, &e), -EINVAL);
	cr_assert_eq(yaml_u64(yaml_get(root, "low"), 3, 3, &count, &e), 0);
	cr_assert_eq(count, 3);
}

Test(yaml, unknown_keys_are_refused_with_the_nearest)
{
	static const char *const allowed[] = {"name", "addresses", NULL};
	AUTO(yaml_free) struct yaml *root = parse("name: a\nadresses: b\n");
	AUTO(yaml_free) struct yaml *list = parse("[a]");

	struct err e = {0};
	cr_assert_eq(yaml_allow(root, allowed, &e), -EINVAL);
	cr_assert_str_eq(
		e.text, "t.yaml line 2: unknown key \"adresses\"; did you mean \"addresses\"?");
	e = (struct err){0};
	cr_assert_eq(yaml_allow(list, allowed, &e), -EINVAL);
	cr_assert_str_eq(e.text, "t.yaml line 1: expected a map of keys, found a list");
}

Test(yaml, only_what_is_near_is_suggested)
{
	static const char *const names[] = {"service", "sensor", "os", "country", NULL};

	cr_assert_str_eq(nearest("servce", names), "service");
	cr_assert_str_eq(nearest("Country", names), "country");
	cr_assert_str_eq(nearest("sensors", names), "sensor");
	cr_assert_str_eq(nearest("countri", names), "country");
	cr_assert_null(nearest("nonsense", names));
	cr_assert_null(nearest("xy", names));
	cr_assert_null(nearest("", names));
	cr_assert_null(nearest(
		"ssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssss", names));
}

Test(yaml, a_file_that_cannot_be_read_is_named)
{
	struct yaml *root = NULL;
	struct err e = {0};

	cr_assert_eq(yaml_read("/nonexistent/t.yaml", &root, &e), -ENOENT);
	cr_assert_str_eq(e.text, "cannot read /nonexistent/t.yaml: No such file or directory");
	e = (struct err){0};
	cr_assert_eq(yaml_read("/tmp", &root, &e), -EISDIR);
	cr_assert(strstr(e.text, "/tmp"), "%s", e.text);
	cr_assert_null(root);
}
