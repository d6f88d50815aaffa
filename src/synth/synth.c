#include "synth/synth.h"

#include "base/buf.h"
#include "base/text.h"
#include "base/zone.h"
#include "capture/sink.h"
#include "synth/emit.h"
#include "synth/load.h"
#include "synth/truth.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

/* --- files of the folder --- */

static int make_folder(const char *path, struct err *e)
{
	if (mkdir(path, 0777) == 0 || errno == EEXIST)
		return 0;
	return err_set(e, errno,
		TR("cannot make the folder %s: %s", "フォルダー %s を作れません：%s"), path,
		strerror(errno));
}

static int join_path(const char *folder, const char *name, char **ret, struct err *e)
{
	if (asprintf(ret, "%s/%s", folder, name) >= 0)
		return 0;
	*ret = NULL;
	return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
}

static int make_folders(const char *folder, struct err *e)
{
	AUTO(free) char *captures = NULL;
	int rc = make_folder(folder, e);

	if (rc < 0 || (rc = join_path(folder, "captures", &captures, e)) < 0)
		return rc;
	return make_folder(captures, e);
}

static int write_text(const char *folder, const char *name, const struct buf *text, struct err *e)
{
	AUTO(sink_close) struct sink *sink = NULL;
	AUTO(free) char *path = NULL;
	int rc = join_path(folder, name, &path, e);

	if (rc < 0 || (rc = sink_open(path, &sink, e)) < 0 ||
		(rc = sink_write(sink, buf_str(text), text->len, e)) < 0)
		return rc;
	return sink_commit(sink, e);
}

/* --- teiten.yaml --- */

/* Of the rules in the folder. */
#define RULES_NAME "signatures.rules"

/* JSON text is YAML text (YAML 1.2, 1.3). */
static void add_line(struct buf *out, const char *key, const char *value)
{
	buf_printf(out, "    %s: ", key);
	buf_json(out, value, strlen(value));
	buf_char(out, '\n');
}

static void add_time(struct buf *out, const char *key, int64_t t_s)
{
	char text[ZONE_TEXT_SIZE];

	if (t_s != INT64_MIN && t_s != INT64_MAX)
		add_line(out, key, zone_print(t_s, text));
}

static void add_outages(struct buf *out, const struct sensor *sensor)
{
	char from[ZONE_TEXT_SIZE], to[ZONE_TEXT_SIZE];

	if (sensor->outage_count == 0)
		return;
	buf_text(out, "    outages:\n");
	for (size_t i = 0; i < sensor->outage_count; i++)
		buf_printf(out, "      - %s..%s\n", zone_print(sensor->outages[i].from_s, from),
			zone_print(sensor->outages[i].to_s, to));
}

static void add_sensor(struct buf *out, const struct sensor *sensor)
{
	char text[ADDR_TEXT_SIZE];

	buf_printf(out, "  - name: %s\n", sensor->name);
	if (sensor->organisation[0])
		add_line(out, "organisation", sensor->organisation);
	if (sensor->region[0])
		add_line(out, "region", sensor->region);
	buf_text(out, "    addresses: [");
	for (size_t i = 0; i < sensor->prefix_count; i++)
		buf_printf(
			out, "%s\"%s\"", i ? ", " : "", prefix_print(&sensor->prefixes[i], text));
	buf_text(out, "]\n");
	add_time(out, "since", sensor->since_s);
	add_time(out, "until", sensor->until_s);
	add_outages(out, sensor);
	if (sensor->reactive)
		buf_text(out, "    mode: reactive\n");
}

static int write_config(const struct scenario *s, const char *folder, struct err *e)
{
	AUTO(buf_done) struct buf out = {0};

	buf_printf(&out, "timezone: %s\nstore: ./teiten-data\n", s->timezone);
	if (s->signatures)
		buf_text(&out, "rules: [" RULES_NAME "]\n");
	buf_text(&out, "sensors:\n");
	for (size_t i = 0; i < s->plant.count; i++)
		add_sensor(&out, &s->plant.sensors[i]);
	if (out.failed)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	return write_text(folder, "teiten.yaml", &out, e);
}

/* The rules stand beside teiten.yaml, as the only ones that detect: the truth is about them. */
static int copy_signatures(const char *path, const char *folder, struct err *e)
{
	AUTO(fclose) FILE *f = fopen(path, "re");
	AUTO(buf_done) struct buf text = {0};
	char part[4096];
	size_t len;

	while (f && (len = fread(part, 1, sizeof(part), f)) > 0)
		buf_add(&text, part, len);
	if (!f || ferror(f) || text.failed)
		return err_set(e, EIO, "%s: %s", path, strerror(errno ? errno : EIO));
	return write_text(folder, RULES_NAME, &text, e);
}

/* --- runs --- */

static int write_months(const struct scenario *s, struct plan *plan, const char *folder,
	uint64_t seed, struct err *e)
{
	AUTO(buf_done) struct buf truth = {0};
	struct emitted emitted;
	int rc = emit(s, plan, folder, seed, &emitted, e);

	if (rc == 0)
		rc = truth_write(s, plan, &emitted, seed, &truth, e);
	if (rc == 0)
		rc = write_text(folder, "truth.json", &truth, e);
	emitted_done(&emitted);
	if (rc == 0 && s->signatures)
		rc = copy_signatures(s->signatures, folder, e);
	return rc < 0 ? rc : write_config(s, folder, e);
}

static int run_months(const struct scenario *s, const char *folder, uint64_t seed,
	const struct geo *geo, struct err *e)
{
	struct plan plan;
	int rc = plan_make(s, geo, seed, &plan, e);

	if (rc == 0)
		rc = write_months(s, &plan, folder, seed, e);
	plan_done(&plan);
	return rc;
}

static int run_load(const struct scenario *s, const char *folder, uint64_t seed,
	const struct geo *geo, struct err *e)
{
	AUTO(buf_done) struct buf truth = {0}, config = {0};
	int rc = load_run(s, folder, seed, geo, &truth, e);

	if (rc < 0 || (rc = write_text(folder, "truth.json", &truth, e)) < 0)
		return rc;
	load_config(s, &config);
	if (config.failed)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	return write_text(folder, "teiten.yaml", &config, e);
}

int synth_run(const char *scenario_path, const char *folder, uint64_t seed, const struct geo *geo,
	struct err *e)
{
	struct scenario s;
	int rc = scenario_read(scenario_path, &s, e);

	if (rc == 0 && (rc = make_folders(folder, e)) == 0) {
		uint64_t used = seed ? seed : s.seed;
		rc = s.traffic.present ? run_load(&s, folder, used, geo, e)
				       : run_months(&s, folder, used, geo, e);
	}
	scenario_done(&s);
	return rc;
}
