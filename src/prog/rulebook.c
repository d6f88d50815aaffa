#include "prog/rulebook.h"

#include "base/buf.h"
#include "base/text.h"
#include "base/yaml.h"
#include "prog/prog.h"

#include <errno.h>
#include <glob.h>
#include <inttypes.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

static int no_memory(struct err *e)
{
	return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
}

/* --- the list of teiten.yaml --- */

static int read_dialect(const struct yaml *node, enum rules_dialect *ret, struct err *e)
{
	static const char *const names[] = {[RULES_SURICATA] = "suricata", [RULES_SNORT] = "snort"};
	const char *text = NULL;
	int rc = node ? yaml_text(node, &text, e) : 0;

	*ret = RULES_SURICATA;
	if (rc < 0 || !node)
		return rc;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strcmp(text, names[i]) == 0) {
			*ret = (enum rules_dialect)i;
			return 0;
		}
	return yaml_error(node, e, EINVAL, TR("dialect: \"%s\" is not suricata or snort",
						   "dialect:「%s」は suricata または snort ではありません"), text);
}

static int read_pattern(const struct yaml *item, const char *config, struct rule_pattern *ret, struct err *e)
{
	static const char *const keys[] = {"files", "dialect", NULL};
	bool is_map = item->kind == YAML_MAP;
	const struct yaml *files = is_map ? yaml_get(item, "files") : item;
	const char *slash = strrchr(config, '/'), *text;

	if (is_map && yaml_allow(item, keys, e) < 0)
		return -EINVAL;
	if (!files)
		return yaml_error(item, e, EINVAL, TR("files is missing", "files がありません"));
	int rc = yaml_text(files, &text, e);
	if (rc == 0 && !*text)
		rc = yaml_error(files, e, EINVAL, TR("a path is missing", "パスがありません"));
	if (rc == 0)
		rc = read_dialect(is_map ? yaml_get(item, "dialect") : NULL, &ret->dialect, e);
	if (rc < 0)
		return rc;
	if (asprintf(&ret->glob, "%.*s%s", slash && *text != '/' ? (int)(slash + 1 - config) : 0, config, text) >= 0)
		return 0;
	ret->glob = NULL;
	return no_memory(e);
}

int rule_list_read(const struct yaml *rules, const char *config, struct rule_list *ret, struct err *e)
{
	*ret = (struct rule_list){0};
	if (!rules || (rules->kind == YAML_SCALAR && !*rules->text))
		return 0;
	int rc = yaml_want(rules, YAML_LIST, e);
	if (rc < 0)
		return rc;
	ret->patterns = calloc(rules->count + 1, sizeof(*ret->patterns));
	if (!ret->patterns)
		return no_memory(e);
	for (size_t i = 0; i < rules->count && rc == 0; i++)
		rc = read_pattern(&rules->items[i], config, &ret->patterns[ret->count++], e);
	return rc < 0 ? err_context(e, rc, "rules[%zu]: ", ret->count - 1) : 0;
}

void rule_list_done(struct rule_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->patterns[i].glob);
	free(list->patterns);
	*list = (struct rule_list){0};
}

/* --- files --- */

/* Under whatever name. */
static bool is_same_file(const char *a, const char *b)
{
	struct stat one, other;

	if (strcmp(a, b) == 0)
		return true;
	return stat(a, &one) == 0 && stat(b, &other) == 0 && one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

static int add_file(struct rulebook *s, const char *path, enum rules_dialect dialect, struct err *e)
{
	for (size_t i = 0; i < s->file_count; i++)
		if (is_same_file(s->files[i].name, path)) {
			s->tags_alone &= i > 0;
			return 0;
		}
	struct rules_file *files = reallocarray(s->files, s->file_count + 1, sizeof(*files));
	if (!files)
		return no_memory(e);
	s->files = files;
	char *name = strdup(path);
	if (!name)
		return no_memory(e);
	files[s->file_count++] = (struct rules_file){.name = name, .dialect = dialect};
	return 0;
}

static int add_tags(struct rulebook *s, const struct prog *p, struct err *e)
{
	char path[PATH_MAX];

	if (strcmp(p->settings.tags, RULEBOOK_NO_TAGS) == 0)
		return 0;
	s->tags_alone = true;
	if (p->settings.tags[0])
		return add_file(s, p->settings.tags, RULES_SURICATA, e);
	snprintf(path, sizeof(path), "%s/tags.rules", p->share);
	return add_file(s, path, RULES_SURICATA, e);
}

/* Sorted, so that the same files give the same set. */
static int add_pattern(struct rulebook *s, const struct rule_pattern *pattern, struct err *e)
{
	glob_t found = {0};
	int rc = glob(pattern->glob, 0, NULL, &found);

	if (rc == GLOB_NOMATCH)
		rc = err_set(e, ENOENT, TR("rules: no file is named %s", "rules: %s というファイルはありません"), pattern->glob);
	else if (rc != 0)
		rc = err_set(e, EIO, TR("rules: cannot look for %s: %m", "rules: %s を探せません: %m"), pattern->glob);
	for (size_t i = 0; rc == 0 && i < found.gl_pathc; i++)
		rc = add_file(s, found.gl_pathv[i], pattern->dialect, e);
	globfree(&found);
	return rc;
}

static int find_files(struct rulebook *s, const struct prog *p, struct err *e)
{
	int rc = add_tags(s, p, e);

	for (size_t i = 0; rc == 0 && i < p->rules.count; i++)
		rc = add_pattern(s, &p->rules.patterns[i], e);
	return rc;
}

/* --- loading --- */

/* "[198.51.100.0/28,2001:db8:1::/64]"; "" without sensors. */
static void home_net(const struct plant *plant, struct buf *out)
{
	char text[ADDR_TEXT_SIZE];

	for (size_t i = 0; i < plant->count; i++)
		for (size_t j = 0; j < plant->sensors[i].prefix_count; j++)
			buf_printf(out, "%c%s", out->len ? ',' : '[', prefix_print(&plant->sensors[i].prefixes[j], text));
	if (out->len)
		buf_char(out, ']');
}

static const char *or_null(const char *setting)
{
	return *setting ? setting : NULL;
}

static int read_rules(struct rulebook *s, const struct prog *p, struct err *e)
{
	AUTO(buf_done) struct buf home = {0};
	AUTO(yaml_free) struct yaml *owner = NULL;
	AUTO(free) struct rules_var *vars = calloc(RULES_VARS_MAX, sizeof(*vars));
	struct rules_source source = {.files = s->files,
		.file_count = s->file_count,
		.vars = vars,
		.classification = or_null(p->settings.rules_classification),
		.references = or_null(p->settings.rules_references),
		.categories = or_null(p->settings.rules_categories)};

	home_net(&p->configured, &home);
	if (!vars || home.failed)
		return no_memory(e);
	if (home.len)
		vars[source.var_count++] = (struct rules_var){"HOME_NET", buf_str(&home)};
	int rc = p->settings.rules_vars[0] ? rules_vars_read(p->settings.rules_vars, vars, &source.var_count, &owner, e) : 0;
	return rc < 0 ? rc : rules_load(&source, &s->rules, &s->report, e);
}

static int make_detections(struct rulebook *s, struct err *e)
{
	size_t count = rules_count(s->rules);

	s->detections = calloc(count + 1, sizeof(*s->detections));
	if (!s->detections)
		return no_memory(e);
	for (uint32_t i = 0; i < count; i++) {
		const struct rule_info *info = rules_info(s->rules, i);

		if (!rulebook_has_signatures(s, info->file))
			continue;
		s->signatures++;
		s->detections[i] = (struct detection){.gid = info->gid,
			.sid = info->sid,
			.rev = info->rev,
			.category = info->category,
			.message = info->msg};
	}
	return 0;
}

void rulebook_tell(const struct rulebook *s)
{
	uint64_t refused = s->report.malformed + s->report.unsupported;

	if (refused)
		fprintf(stderr,
			TR("teiten: rules: %" PRIu64 " loaded, %" PRIu64 " refused: teiten rules check FILE says why\n",
				"teiten: ルール: %" PRIu64 " 読込、%" PRIu64 " 拒否（理由は teiten rules check ファイル）\n"),
			s->report.loaded, refused);
}

int rulebook_load(const struct prog *p, struct rulebook **ret, struct err *e)
{
	AUTO(rulebook_free) struct rulebook *s = calloc(1, sizeof(*s));

	*ret = NULL;
	if (!s)
		return no_memory(e);
	int rc = find_files(s, p, e);
	if (rc == 0)
		rc = read_rules(s, p, e);
	if (rc == 0)
		rc = make_detections(s, e);
	if (rc < 0)
		return rc;
	*ret = TAKE(s);
	return 0;
}

void rulebook_free(struct rulebook *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->file_count; i++)
		free((char *)s->files[i].name);
	free(s->files);
	free(s->detections);
	rules_report_done(&s->report);
	rules_free(s->rules);
	free(s);
}

size_t rulebook_signatures(const struct rulebook *s)
{
	return s ? s->signatures : 0;
}
