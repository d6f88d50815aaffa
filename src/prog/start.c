#include "prog/start.h"

#include "base/text.h"
#include "base/yaml.h"
#include "base/zone.h"
#include "prog/parallel.h"
#include "prog/progress.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <string.h>
#include <time.h>

/* More would mostly wait for the store. */
enum { THREADS_MAX = 8 };

static const char *find_config(const char *option)
{
	static const char *const places[] = {"teiten.yaml", "/etc/teiten/teiten.yaml"};
	const char *named = option ? option : getenv("TEITEN_CONFIG");

	if (named && *named)
		return named;
	for (size_t i = 0; i < ARRAY_SIZE(places); i++)
		if (access(places[i], F_OK) == 0)
			return places[i];
	return NULL;
}

/* A relative path in the file means: beside the file, wherever the command is called. */
static int beside_config(const char *config, char **path, struct err *e)
{
	const char *slash = strrchr(config, '/');
	char *joined;

	if (!slash || (*path)[0] == '\0' || strcmp(*path, RULEBOOK_NO_TAGS) == 0 || (*path)[0] == '/' || strstr(*path, "://"))
		return 0;
	if (asprintf(&joined, "%.*s/%s", (int)(slash - config), config, *path) < 0)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	free(*path);
	*path = joined;
	return 0;
}

static int resolve_paths(struct settings *s, const char *config, struct err *e)
{
	char **paths[] = {&s->store, &s->geo_country, &s->geo_asn, &s->geo_cache,
		&s->engine_library, &s->archive_folder, &s->collect_folder, &s->tags, &s->rules_vars,
		&s->rules_classification, &s->rules_references, &s->rules_categories};

	for (size_t i = 0; i < ARRAY_SIZE(paths); i++)
		if (beside_config(config, paths[i], e) < 0)
			return -ENOMEM;
	return 0;
}

/* Lists that belong to later parts of teiten: accepted, so that one file serves all versions, but
 * said aloud. */
static void warn_unused(const struct yaml *document)
{
	static const char *const unused[] = {"advisories"};

	for (size_t i = 0; i < ARRAY_SIZE(unused); i++)
		if (yaml_get(document, unused[i]))
			fprintf(stderr,
				TR("teiten: %s: \"%s\" is not used by this version\n",
					"teiten: %s: 「%s」はこの版では使われません\n"),
				document->file, unused[i]);
}

static int read_config(struct prog *p, const char *path, struct yaml **ret_document, struct err *e)
{
	static const char *const lists[] = {"sensors", "groups", "group_lists", "advisories", "rules", NULL};

	int rc = yaml_read(path, ret_document, e);
	if (rc == 0)
		rc = settings_read(&p->settings, *ret_document, lists, e);
	if (rc == 0)
		rc = resolve_paths(&p->settings, path, e);
	if (rc == 0)
		rc = rule_list_read(yaml_get(*ret_document, "rules"), path, &p->rules, e);
	if (rc == 0)
		warn_unused(*ret_document);
	return rc;
}

static int apply_sets(struct prog *p, const struct options *options, struct err *e)
{
	for (size_t i = 0; i < options->set_count; i++) {
		int rc = settings_set(&p->settings, options->sets[i], e);
		if (rc < 0)
			return err_context(e, rc, "--set %s: ", options->sets[i]);
	}
	return 0;
}

int prog_clock(struct prog *p, struct err *e)
{
	const char *fixed = getenv("TEITEN_NOW");

	if (!fixed || !*fixed) {
		p->now_s = time(NULL);
		return 0;
	}
	if (!zone_parse(fixed, &p->now_s))
		return err_set(e, EINVAL,
			TR("TEITEN_NOW: \"%s\" is no time such as 2026-06-01T00:00:00+09:00",
				"TEITEN_NOW:「%s」は 2026-06-01T00:00:00+09:00 "
				"のような時刻ではありません"),
			fixed);
	return 0;
}

static int read_plant(struct plant *plant, const struct yaml *document, struct err *e)
{
	int rc = plant_read(plant, document ? yaml_get(document, "sensors") : NULL, e);

	return rc < 0 ? rc : plant_index(plant, e);
}

/* Files of lists that are relative lie beside config. */
static int read_groups(struct prog *p, const struct yaml *document, const char *config, struct err *e)
{
	const char *slash = config ? strrchr(config, '/') : NULL;
	char folder[PATH_MAX] = "";

	if (slash)
		snprintf(folder, sizeof(folder), "%.*s", (int)(slash - config), config);
	p->groups = groups_new();
	if (!p->groups)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	int rc = document ? groups_read(p->groups, yaml_get(document, "groups"), e) : 0;
	if (rc == 0 && document)
		rc = groups_read_lists(p->groups, yaml_get(document, "group_lists"), folder, e);
	return rc < 0 ? rc : groups_index(p->groups, e);
}

/* The zone comes before the sensors and groups, whose dates are local. */
int prog_start(struct prog *p, const struct options *options, struct err *e)
{
	const char *config = find_config(options->config);
	const char *deps = getenv("TEITEN_DEPS"), *share = getenv("TEITEN_SHARE");
	AUTO(yaml_free) struct yaml *document = NULL;

	p->deps = deps && *deps ? deps : TEITEN_DEPS;
	p->share = share && *share ? share : TEITEN_SHARE;
	int rc = settings_init(&p->settings, e);
	if (rc == 0 && config)
		rc = read_config(p, config, &document, e);
	if (rc == 0)
		rc = apply_sets(p, options, e);
	if (rc == 0)
		rc = zone_use(p->settings.timezone, e);
	if (rc == 0)
		rc = read_plant(&p->configured, document, e);
	if (rc == 0)
		rc = read_plant(&p->plant, document, e);
	if (rc == 0)
		rc = read_groups(p, document, config, e);
	if (rc == 0)
		rc = prog_clock(p, e);
	if (rc == 0 && p->settings.lang[0] && !options->lang)
		text_set_lang(lang_of(p->settings.lang));
	return rc;
}

void prog_done(struct prog *p)
{
	store_close(p->store);
	plant_done(&p->plant);
	plant_done(&p->configured);
	groups_free(p->groups);
	settings_done(&p->settings);
	rule_list_done(&p->rules);
	rulebook_free(p->rulebook);
}

int prog_rulebook(struct prog *p, struct err *e)
{
	int rc = rulebook_load(p, &p->rulebook, e);

	if (rc == 0)
		rulebook_tell(p->rulebook);
	return rc;
}

/* The engine stands beside this program, in a build folder as in /usr/libexec. */
static int engine_path(char path[PATH_MAX], struct err *e)
{
	const char *named = getenv("TEITEN_ENGINE");

	if (named && *named) {
		snprintf(path, PATH_MAX, "%s", named);
		return 0;
	}
	ssize_t len = readlink("/proc/self/exe", path, PATH_MAX - 32);
	if (len < 0)
		return err_set(e, errno,
			TR("cannot find the program's own folder: %m",
				"プログラムのフォルダーが分かりません: %m"));
	path[len] = '\0';
	snprintf(strrchr(path, '/') + 1, 32, "teiten-engine");
	return 0;
}

static int library_path(const struct prog *p, char path[PATH_MAX])
{
	if (p->settings.engine_library[0])
		return snprintf(path, PATH_MAX, "%s", p->settings.engine_library);
	return snprintf(path, PATH_MAX, "%s/@chdb/lib-linux-x64-gnu/libchdb.so", p->deps);
}

/* Says that the tables are brought up to date and, on a terminal, how far that is. */
static void show_migration(void *context, const struct migration *m)
{
	struct progress *progress = context;

	if (!progress->what) {
		fprintf(stderr, TR("teiten: bringing the store up to date (schema %" PRIu64 " to %" PRIu64 "), which takes minutes "
				   "where it is large\n",
				"teiten: データを新しい形式に更新しています（スキーマ %" PRIu64 " から %" PRIu64 "）。大きいと"
				"数分かかります\n"),
			m->from, m->to);
		progress_start(progress, TR("store", "データ"));
		progress_phase(progress, TR("updating", "更新中"));
	}
	progress_step(progress, m->done, m->total);
}

static int open_store(const struct prog *p, bool create, struct store **ret, struct err *e)
{
	char engine[PATH_MAX], library[PATH_MAX];
	int rc = engine_path(engine, e);

	if (rc < 0)
		return rc;
	library_path(p, library);
	struct progress progress = {0};
	struct store_options options = {
		.where = p->settings.store,
		.engine_program = engine,
		.engine_library = library,
		.engine_mib = p->settings.engine_mib,
		.engine_idle_s = p->settings.engine_idle_s,
		.compression = p->settings.server_compression,
		.retry_s = p->settings.server_retry_s,
		.silence_s = p->settings.server_silence_s,
		.create = create,
		.migrating = show_migration,
		.context = &progress,
	};
	rc = store_open(&options, ret, e);
	progress_stop(&progress);
	return rc;
}

int prog_connect(const struct prog *p, struct store **ret, struct err *e)
{
	return open_store(p, false, ret, e);
}

int prog_store(struct prog *p, bool create, struct err *e)
{
	int rc = open_store(p, create, &p->store, e);

	if (rc == 0)
		rc = store_sensors_load(p->store, &p->plant, e);
	if (rc == 0)
		rc = plant_index(&p->plant, e);
	return rc;
}

size_t prog_threads(const struct prog *p)
{
	size_t cores = parallel_cores();

	if (p->settings.import_threads)
		return p->settings.import_threads;
	return cores < THREADS_MAX ? cores : THREADS_MAX;
}

/* geo.cache, else as the XDG base directory specification says, which ignores relative paths; "" when
 * there is no such place. */
static void cache_folder(const struct prog *p, char path[PATH_MAX])
{
	const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");

	path[0] = '\0';
	if (p->settings.geo_cache[0])
		snprintf(path, PATH_MAX, "%s", p->settings.geo_cache);
	else if (cache && cache[0] == '/')
		snprintf(path, PATH_MAX, "%s/teiten", cache);
	else if (home && home[0] == '/')
		snprintf(path, PATH_MAX, "%s/.cache/teiten", home);
}

int prog_geo(struct prog *p, struct geo **ret, struct err *e)
{
	char folder[PATH_MAX];

	cache_folder(p, folder);
	return geo_open_cached(
		p->settings.geo_country, p->settings.geo_asn, p->deps, folder, ret, e);
}

int format_parse(const char *text, enum format *ret, struct err *e)
{
	static const char *const names[] = {"table", "json", "csv"};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strcmp(text, names[i]) == 0) {
			*ret = (enum format)i;
			return 0;
		}
	return err_set(e, EINVAL,
		TR("--format is table, json or csv, not \"%s\"",
			"--format は table、json、csv のいずれかです（「%s」ではありません）"),
		text);
}
