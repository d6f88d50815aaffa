#include "base/buf.h"
#include "base/settings.h"
#include "base/text.h"
#include "base/yaml.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

static const char *const lists[] = {"sensors", "groups", NULL};

static int read_text(struct settings *s, const char *text, struct err *e)
{
	AUTO(yaml_free) struct yaml *document = NULL;

	int rc = yaml_parse("teiten.yaml", text, strlen(text), &document, e);
	return rc < 0 ? rc : settings_read(s, document, lists, e);
}

static void refused(const char *text, const char *message)
{
	struct settings s;
	struct err e = {0};

	cr_assert_eq(settings_init(&s, &e), 0);
	cr_assert_eq(read_text(&s, text, &e), -EINVAL, "%s", text);
	cr_assert_str_eq(e.text, message);
	settings_done(&s);
}

Test(settings, defaults_are_those_of_the_table)
{
	struct settings s;
	struct err e = {0};

	cr_assert_eq(settings_init(&s, &e), 0, "%s", e.text);
	cr_assert_str_eq(s.store, "./teiten-data");
	cr_assert_str_eq(s.timezone, "");
	cr_assert_str_eq(s.home, "JP");
	cr_assert_eq(s.block_rows, 1000000);
	cr_assert_eq(s.word_flat, 3.0);
	cr_assert(s.archive);
	cr_assert_not(s.tunnels);
	cr_assert_null(s.path);
	settings_done(&s);
	settings_done(&s);
	settings_done(NULL);
}

Test(settings, a_file_sets_scalars_and_groups)
{
	struct settings s;
	struct err e = {0};

	cr_assert_eq(settings_init(&s, &e), 0);
	cr_assert_eq(read_text(&s,
			     "timezone: Asia/Tokyo\nstore: data\nreport:\n  title: NO\n  top: "
			     "7\nwording: {flat: 2.5}\n"
			     "archive: off\ntunnels: yes\nsensors: []\ngeo:\n",
			     &e),
		0, "%s", e.text);
	cr_assert_str_eq(s.timezone, "Asia/Tokyo");
	cr_assert_str_eq(s.store, "data");
	cr_assert_str_eq(s.title, "NO");
	cr_assert_eq(s.top_rows, 7);
	cr_assert_eq(s.word_flat, 2.5);
	cr_assert_not(s.archive);
	cr_assert(s.tunnels);
	cr_assert_eq(s.rise_rows, 5);
	cr_assert_str_eq(s.path, "teiten.yaml");
	settings_done(&s);
}

Test(settings, unknown_keys_are_refused_with_file_line_and_the_nearest)
{
	refused("timezone: UTC\ntimezon: UTC\n",
		"teiten.yaml line 2: unknown key \"timezon\"; did you mean \"timezone\"?");
	refused("report:\n  titel: x\n",
		"teiten.yaml line 2: unknown key \"report.titel\"; did you mean \"report.title\"?");
	refused("sensor: []\n",
		"teiten.yaml line 1: unknown key \"sensor\"; did you mean \"sensors\"?");
	refused("report:\n  sensors: []\n", "teiten.yaml line 2: unknown key \"report.sensors\"; "
					    "did you mean \"report.rises\"?");
	refused("zzzzzzzzzzzz: 1\n", "teiten.yaml line 1: unknown key \"zzzzzzzzzzzz\"");
}

Test(settings, values_are_checked_with_file_line_and_key)
{
	refused("engine:\n  memory_mib: 40O\n", "teiten.yaml line 2: engine.memory_mib: \"40O\" is "
						"not a whole number from 256 to 1048576");
	refused("engine: {memory_mib: 255}\n", "teiten.yaml line 1: engine.memory_mib: \"255\" is "
					       "not a whole number from 256 to 1048576");
	refused("wording: {flat: 3%}\n",
		"teiten.yaml line 1: wording.flat: \"3%\" is not a number from 0 to 1000");
	refused("archive: NO\n", "teiten.yaml line 1: archive: \"NO\" is not true or false");
	refused("archive: 1\n", "teiten.yaml line 1: archive: \"1\" is not true or false");
	refused("lang: fr\n", "teiten.yaml line 1: lang: \"fr\" is not en or ja");
	refused("home: Jp\n",
		"teiten.yaml line 1: home: \"Jp\" is not a two-letter country code such as JP");
	refused("home: JPN\n",
		"teiten.yaml line 1: home: \"JPN\" is not a two-letter country code such as JP");
	refused("home: jp\n",
		"teiten.yaml line 1: home: \"jp\" is not a two-letter country code such as JP");
}

Test(settings, the_shape_of_the_file_is_checked)
{
	refused("store: [a]\n", "teiten.yaml line 1: store: expected a single value, found a list");
	refused("report: x\n",
		"teiten.yaml line 1: report: expected a map of keys, found a single value");
	refused("[a]\n", "teiten.yaml line 1: expected a map of keys, found a list");
	refused("report.title: x\n", "teiten.yaml line 1: report.title: write it in two lines, "
				     "\"report:\" and indented below it \"title:\"");
}

Test(settings, both_sides_of_each_limit)
{
	struct settings s;
	struct err e = {0};

	cr_assert_eq(settings_init(&s, &e), 0);
	cr_assert_eq(settings_set(&s, "import.block_rows=1000", &e), 0);
	cr_assert_eq(s.block_rows, 1000);
	cr_assert_eq(settings_set(&s, "import.block_rows=1000000", &e), 0);
	cr_assert_eq(settings_set(&s, "import.block_rows=999", &e), -EINVAL);
	e = (struct err){0};
	cr_assert_eq(settings_set(&s, "import.block_rows=1000001", &e), -EINVAL);
	cr_assert_eq(s.block_rows, 1000000);
	settings_done(&s);
}

Test(settings, an_assignment_sets_one_key)
{
	struct settings s;
	struct err e = {0};

	cr_assert_eq(settings_init(&s, &e), 0);
	cr_assert_eq(settings_set(&s, "report.title=a=b", &e), 0);
	cr_assert_str_eq(s.title, "a=b");
	cr_assert_eq(settings_set(&s, "report.title=", &e), 0);
	cr_assert_str_eq(s.title, "");
	cr_assert_eq(settings_set(&s, "archive=no", &e), 0);
	cr_assert_not(s.archive);
	cr_assert_eq(e.text[0], '\0');

	static const char *const bad[] = {
		"archive", "=x", "", "nonsense=1", "archive=maybe", "report=x", "sensors=a"};
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		e = (struct err){0};
		cr_assert_eq(settings_set(&s, bad[i], &e), -EINVAL, "%s", bad[i]);
		cr_assert_neq(e.text[0], '\0');
	}
	settings_done(&s);
}

Test(settings, help_has_every_key_in_both_languages)
{
	AUTO(buf_done) struct buf en = {0};
	AUTO(buf_done) struct buf ja = {0};

	settings_help(&en);
	text_set_lang(LANG_JA);
	settings_help(&ja);
#define X(type, field, key, default_, min, max, english, japanese)                                 \
	cr_assert(strstr(buf_str(&en), "  " key " "));                                             \
	cr_assert(strstr(buf_str(&en), english));                                                  \
	cr_assert(strstr(buf_str(&ja), japanese));
	SETTINGS(X)
#undef X
	cr_assert(strstr(buf_str(&en), "  archive             true          keep"), "%s",
		buf_str(&en));
	cr_assert(strstr(buf_str(&en), "  import.block_rows   1000000       rows"));
}
