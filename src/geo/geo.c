#include "geo/geo.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "geo/asn_csv.h"
#include "geo/mmdb.h"
#include "geo/special.h"
#include "geo/version.h"

#define PACKAGED_COUNTRY "@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb"
#define PACKAGED_ASN	 "@ip-location-db/asn"

enum { CACHE_SLOTS = 1 << 16 };

struct geo {
	struct step_table countries; /* values are country_value() */
	struct step_table systems;   /* values are AS numbers */
	struct as_names names;
	struct buf version;
};

/* --- opening ----------------------------------------------------------------------------- */

static int no_memory(struct err *e)
{
	return err_set(e, ENOMEM,
		TR("no memory for countries and AS", "国・地域と AS の表のメモリーが足りません"));
}

/* The path as configured, or the packaged one, which must be there. */
static int find_path(
	const char *path, const char *deps, const char *packaged, struct buf *ret, struct err *e)
{
	if (*path)
		buf_text(ret, path);
	else
		buf_printf(ret, "%s/%s", deps, packaged);
	if (ret->failed)
		return no_memory(e);
	if (!*path && access(ret->data, F_OK) < 0)
		return err_set(e, ENOENT,
			TR("%s is missing: install it with npm, or set geo.country and geo.asn",
				"%s がありません。npm で導入するか、geo.country と geo.asn "
				"を設定してください"),
			ret->data);
	return 0;
}

static int make_table(struct step_table *t, const struct step_lists *lists, struct err *e)
{
	AUTO(step_lists_done) struct step_lists places = {0};

	if (special_remove(lists, &places) < 0 || step_table_make(t, &places) < 0)
		return no_memory(e);
	return 0;
}

static int open_countries(struct geo *g, const char *country, const char *deps, struct err *e)
{
	AUTO(buf_done) struct buf path = {0};
	AUTO(step_lists_done) struct step_lists lists = {0};
	struct mmdb_info info;
	int ret = find_path(country, deps, PACKAGED_COUNTRY, &path, e);

	if (ret < 0)
		return ret;
	ret = mmdb_countries(path.data, &lists, &info, e);
	if (ret < 0)
		return ret;
	buf_text(&g->version, TR("country: ", "国・地域: "));
	version_of_mmdb(&g->version, path.data, &info);
	return make_table(&g->countries, &lists, e);
}

static int read_csv(const char *folder, const char *name, struct step_lists *lists,
	struct as_names *names, struct err *e)
{
	AUTO(buf_done) struct buf path = {0};

	buf_printf(&path, "%s/%s", folder, name);
	return path.failed ? no_memory(e) : asn_csv_read(path.data, lists, names, e);
}

static int read_csvs(
	const char *folder, struct step_lists *lists, struct as_names *names, struct err *e)
{
	int ret = read_csv(folder, "asn-ipv4.csv", lists, names, e);

	return ret < 0 ? ret : read_csv(folder, "asn-ipv6.csv", lists, names, e);
}

static bool is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static bool ends_with(const char *text, const char *end)
{
	size_t len = strlen(text), end_len = strlen(end);

	return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

/* A folder or a file .csv holds ranges; anything else is an MMDB. */
static int read_systems(struct geo *g, const char *path, struct step_lists *lists, struct err *e)
{
	bool folder = is_folder(path);
	struct mmdb_info info;
	int ret;

	if (!folder && !ends_with(path, ".csv")) {
		ret = mmdb_systems(path, lists, &g->names, &info, e);
		if (ret == 0)
			version_of_mmdb(&g->version, path, &info);
		return ret;
	}
	ret = folder ? read_csvs(path, lists, &g->names, e)
		     : asn_csv_read(path, lists, &g->names, e);
	if (ret == 0)
		version_of_csv(&g->version, path, folder);
	return ret;
}

static int open_systems(struct geo *g, const char *asn, const char *deps, struct err *e)
{
	AUTO(buf_done) struct buf path = {0};
	AUTO(step_lists_done) struct step_lists lists = {0};
	int ret = find_path(asn, deps, PACKAGED_ASN, &path, e);

	if (ret < 0)
		return ret;
	buf_text(&g->version, "; AS: ");
	ret = read_systems(g, path.data, &lists, e);
	return ret < 0 ? ret : make_table(&g->systems, &lists, e);
}

int geo_open(
	const char *country, const char *asn, const char *deps, struct geo **ret, struct err *e)
{
	AUTO(geo_close) struct geo *g = calloc(1, sizeof(*g));

	if (!g)
		return no_memory(e);
	int status = open_countries(g, country, deps, e);
	if (status == 0)
		status = open_systems(g, asn, deps, e);
	if (status < 0)
		return status;
	if (g->version.failed)
		return no_memory(e);
	*ret = TAKE(g);
	return 0;
}

void geo_close(struct geo *g)
{
	if (!g)
		return;
	step_table_done(&g->countries);
	step_table_done(&g->systems);
	as_names_done(&g->names);
	buf_done(&g->version);
	free(g);
}

/* --- asking ------------------------------------------------------------------------------ */

struct place geo_find(const struct geo *g, const struct addr *a)
{
	uint32_t country = step_find(&g->countries, a);

	if (country == 0)
		country = country_value("ZZ");
	return (struct place){
		.asn = step_find(&g->systems, a),
		.country = {(char)(country >> 8), (char)country},
	};
}

const char *geo_asn_name(const struct geo *g, uint32_t asn)
{
	return as_names_find(&g->names, asn);
}

const char *geo_version(const struct geo *g)
{
	return buf_str(&g->version);
}

int geo_country_ranges(
	const struct geo *g, const char country[2], struct v4_range **ret, struct err *e)
{
	const struct step_table *t = &g->countries;
	uint32_t value = memcmp(country, "ZZ", 2) == 0 ? 0 : country_value(country);
	struct v4_range *ranges = calloc(t->v4_count, sizeof(*ranges));
	size_t count = 0;

	if (!ranges)
		return no_memory(e);
	for (size_t i = 0; i < t->v4_count; i++) {
		uint32_t last = i + 1 < t->v4_count ? t->v4[i + 1].from - 1 : UINT32_MAX;

		if (t->v4[i].value == value)
			ranges[count++] = (struct v4_range){.first = t->v4[i].from, .last = last};
	}
	*ret = ranges;
	return (int)count;
}

/* --- a cache per worker ------------------------------------------------------------------ */

struct geo_cache {
	const struct geo *geo;
	struct cached {
		struct addr addr;
		struct place place;
	} slots[CACHE_SLOTS];
};

struct geo_cache *geo_cache_new(const struct geo *g)
{
	struct geo_cache *c = malloc(sizeof(*c));
	struct addr unspecified = {0};

	if (!c)
		return NULL;
	c->geo = g;
	for (size_t i = 0; i < CACHE_SLOTS; i++)
		c->slots[i] =
			(struct cached){.addr = unspecified, .place = geo_find(g, &unspecified)};
	return c;
}

void geo_cache_free(struct geo_cache *c)
{
	free(c);
}

static size_t cache_slot(const struct addr *a)
{
	uint64_t high, low;

	memcpy(&high, a->b, sizeof(high));
	memcpy(&low, a->b + sizeof(high), sizeof(low));
	return ((high ^ low) * UINT64_C(0x9e3779b97f4a7c15)) >> 48;
}

struct place geo_cached(struct geo_cache *c, const struct addr *a)
{
	struct cached *slot = &c->slots[cache_slot(a)];

	if (!addr_equal(&slot->addr, a))
		*slot = (struct cached){.addr = *a, .place = geo_find(c->geo, a)};
	return slot->place;
}
