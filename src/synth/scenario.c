#include "synth/scenario.h"

#include "base/text.h"
#include "base/zone.h"
#include "synth/scenario_parts.h"

#include <errno.h>
#include <string.h>

static int no_memory(struct err *e)
{
	return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
}

static int copy_text(const struct yaml *node, char **ret, struct err *e)
{
	const char *text;
	int rc = yaml_text(node, &text, e);

	if (rc < 0)
		return rc;
	*ret = strdup(text);
	return *ret ? 0 : no_memory(e);
}

static int read_zone(const struct yaml *document, struct scenario *s, struct err *e)
{
	const struct yaml *node;
	int rc = scenario_need(document, "timezone", &node, e);

	if (rc < 0 || (rc = copy_text(node, &s->timezone, e)) < 0)
		return rc;
	struct err why = {""};
	if (zone_use(s->timezone, &why) < 0)
		return yaml_error(node, e, EINVAL, "timezone: %s", why.text);
	return 0;
}

static int read_compression(const struct yaml *node, struct scenario *s, struct err *e)
{
	static const char *const names[] = {"zst", "gz", "xz", "lz4", "none"};
	static const char *const ends[] = {".zst", ".gz", ".xz", ".lz4", ""};
	unsigned which = 0;
	int rc = node ? scenario_read_word(node, names, ARRAY_SIZE(names), &which, e) : 0;

	if (rc < 0)
		return rc;
	s->compression = strdup(ends[which]);
	return s->compression ? 0 : no_memory(e);
}

static int read_sources(const struct yaml *node, struct scenario *s, struct err *e)
{
	static const char *const keys[] = {"skew", "packets_each", NULL};
	int rc = node ? yaml_allow(node, keys, e) : 0;

	s->source_skew = 0.9;
	s->packets_per_source = 10;
	if (rc < 0 || !node ||
		(rc = scenario_optional_double(node, "skew", 0, 5, &s->source_skew, e)) < 0)
		return rc;
	return scenario_optional_double(
		node, "packets_each", 1, 1000000, &s->packets_per_source, e);
}

static int read_ttl(const struct yaml *node, struct scenario *s, struct err *e)
{
	static const char *const keys[] = {"64", "128", "255", NULL};
	static const double defaults[] = {40, 55, 5};
	int rc = node ? yaml_allow(node, keys, e) : 0;
	double sum = 0;

	for (size_t i = 0; rc == 0 && i < ARRAY_SIZE(defaults); i++) {
		s->ttl_share[i] = node ? 0 : defaults[i];
		rc = scenario_optional_double(node, keys[i], 0, 1000000, &s->ttl_share[i], e);
		sum += s->ttl_share[i];
	}
	if (rc == 0 && sum <= 0)
		return yaml_error(
			node, e, EINVAL, TR("ttl: all shares are 0", "ttl：割合がすべて 0 です"));
	return rc;
}

static int read_day_shape(const struct yaml *node, struct scenario *s, struct err *e)
{
	static const char *const keys[] = {"amplitude", "peak", NULL};
	int rc = node ? yaml_allow(node, keys, e) : 0;

	s->day_amplitude = 0.3;
	s->day_peak_h = 21;
	if (rc < 0 || !node ||
		(rc = scenario_optional_double(node, "amplitude", 0, 1, &s->day_amplitude, e)) < 0)
		return rc;
	return scenario_optional_double(node, "peak", 0, 24, &s->day_peak_h, e);
}

static int read_odd(const struct yaml *node, struct scenario *s, struct err *e)
{
	static const char *const keys[] = {
#define X(name) #name,
		ODD_KINDS(X) EXTRA_KINDS(X)
#undef X
			NULL};
	int rc = node ? yaml_allow(node, keys, e) : 0;

	if (!node)
		return 0;
#define X(name)                                                                                    \
	if (rc == 0)                                                                               \
		rc = scenario_optional_u64(node, #name, 0, 100000, &s->odd[ODD_KIND_##name], e);
	ODD_KINDS(X)
#undef X
#define X(name)                                                                                    \
	if (rc == 0)                                                                               \
		rc = scenario_optional_u64(node, #name, 0, 100000, &s->extra[EXTRA_##name], e);
	EXTRA_KINDS(X)
#undef X
	return rc;
}

static int read_months(const struct yaml *document, struct scenario *s, struct err *e)
{
	static const char *const keys[] = {"timezone", "seed", "sensors", "captures", "signatures", "compression",
		"periods", "total", "services", "other_services", "countries", "other_countries",
		"pairs", "sources", "ttl", "tools", "day", "phenomena", "odd", NULL};
	const struct yaml *periods;
	int rc = yaml_allow(document, keys, e);

	if (rc < 0 || (rc = scenario_read_sensors(document, s, e)) < 0 ||
		(rc = scenario_need(document, "periods", &periods, e)) < 0 ||
		(rc = scenario_read_periods(periods, s, e)) < 0 ||
		(rc = read_sources(yaml_get(document, "sources"), s, e)) < 0 ||
		(rc = scenario_read_margins(document, s, e)) < 0 ||
		(rc = scenario_read_styles(yaml_get(document, "tools"), s, e)) < 0 ||
		(rc = scenario_read_phenomena(yaml_get(document, "phenomena"), s, e)) < 0 ||
		(rc = scenario_read_pairs(yaml_get(document, "pairs"), s, e)) < 0 ||
		(rc = read_ttl(yaml_get(document, "ttl"), s, e)) < 0 ||
		(rc = read_day_shape(yaml_get(document, "day"), s, e)) < 0 ||
		(rc = read_odd(yaml_get(document, "odd"), s, e)) < 0)
		return rc;
	return read_compression(yaml_get(document, "compression"), s, e);
}

static int read_load(
	const struct yaml *document, const struct yaml *traffic, struct scenario *s, struct err *e)
{
	static const char *const keys[] = {"timezone", "seed", "traffic", NULL};
	int rc = yaml_allow(document, keys, e);

	return rc < 0 ? rc : scenario_read_traffic(traffic, s, e);
}

/* A path beside the scenario's file. */
static int read_signatures(const struct yaml *node, const char *scenario, struct scenario *s, struct err *e)
{
	const char *text, *slash = strrchr(scenario, '/');
	int rc = node ? yaml_text(node, &text, e) : 0;

	if (rc < 0 || !node)
		return rc;
	int folder = slash && *text != '/' ? (int)(slash + 1 - scenario) : 0;
	if (asprintf(&s->signatures, "%.*s%s", folder, scenario, text) >= 0)
		return 0;
	s->signatures = NULL;
	return no_memory(e);
}

int scenario_read(const char *path, struct scenario *s, struct err *e)
{
	AUTO(yaml_free) struct yaml *document = NULL;
	int rc = yaml_read(path, &document, e);

	*s = (struct scenario){.seed = 1};
	if (rc < 0)
		return rc;
	const struct yaml *traffic = yaml_get(document, "traffic");
	if ((rc = read_zone(document, s, e)) < 0 ||
		(rc = scenario_optional_u64(document, "seed", 1, UINT64_MAX, &s->seed, e)) < 0)
		return rc;
	if (!traffic && (rc = read_signatures(yaml_get(document, "signatures"), path, s, e)) < 0)
		return rc;
	return traffic ? read_load(document, traffic, s, e) : read_months(document, s, e);
}

void scenario_done(struct scenario *s)
{
	free(s->timezone);
	free(s->captures);
	free(s->services);
	free(s->signatures);
	free(s->compression);
	for (size_t p = 0; p < PERIODS; p++)
		free(s->period_names[p]);
	for (size_t i = 0; i < s->country_count; i++)
		free(s->countries[i].ipv6);
	free(s->countries);
	free(s->pairs);
	for (size_t i = 0; i < s->phenomenon_count; i++) {
		free(s->phenomena[i].name);
		free(s->phenomena[i].sensors);
	}
	free(s->phenomena);
	plant_done(&s->plant);
	*s = (struct scenario){0};
}
