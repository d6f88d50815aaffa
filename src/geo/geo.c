#include "geo/geo.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "geo/cache.h"
#include "geo/mmdb.h"
#include "geo/databases.h"
#include "geo/special.h"
#include "geo/v4.h"
#include "geo/v6.h"

struct geo {
	struct tables tables;
	struct buf version;
	bool has_popcnt; /* the processor counts bits in one instruction */
};

static int no_memory(struct err *e)
{
	return err_set(e, ENOMEM,
		TR("no memory for countries and AS", "国・地域と AS の表のメモリーが足りません"));
}

/* --- making the tables ------------------------------------------------------------------- */

/* The IPv4 steps of the countries, for geo_country_ranges(). */
static int make_countries(struct tables *t, const struct step_list *steps)
{
	size_t count = steps->count ? steps->count : 1;

	t->countries = calloc(count, sizeof(*t->countries));
	if (!t->countries)
		return -ENOMEM;
	t->countries_count = count;
	for (size_t i = 0; i < steps->count; i++)
		t->countries[i] =
			(struct step4){(uint32_t)steps->items[i].from, steps->items[i].value};
	if (steps->count && steps->items[count - 1].from > UINT32_MAX)
		t->countries_count--; /* what would follow 255.255.255.255 */
	return 0;
}

static int make_addresses(struct tables *t, const struct facts *f)
{
	AUTO(step_lists_done) struct step_lists countries = {0}, systems = {0};
	int ret = special_remove(&f->countries, &countries);

	if (ret == 0)
		ret = special_remove(&f->systems, &systems);
	if (ret == 0)
		ret = v4_make(t, &countries.v4, &systems.v4);
	if (ret == 0)
		ret = v6_make(t, &countries.v6, &systems.v6);
	return ret < 0 ? ret : make_countries(t, &countries.v4);
}

/* Terminated; its count includes that. */
static int make_text(char **ret, size_t *ret_count, const struct buf *text)
{
	*ret = strdup(buf_str(text));
	*ret_count = text->len + 1;
	return *ret ? 0 : -ENOMEM;
}

static int make_tables(struct tables *t, struct facts *f, const struct buf *key, struct err *e)
{
	if (make_addresses(t, f) < 0 || make_text(&t->key, &t->key_count, key) < 0 ||
		make_text(&t->country_version, &t->country_version_count, &f->country_version) <
			0 ||
		make_text(&t->asn_version, &t->asn_version_count, &f->asn_version) < 0)
		return no_memory(e);
	t->key_count--; /* the only text that is compared as it is */
	t->name_slots_count = f->names.size;
	t->name_slots = TAKE(f->names.slots);
	t->name_texts_count = f->names.texts.len;
	t->name_texts = TAKE(f->names.texts.data);
	return 0;
}

/* --- opening ----------------------------------------------------------------------------- */

/* A file that changed while it was read must not pass for either. */
static bool is_unchanged(const struct databases *s, const struct buf *key)
{
	AUTO(buf_done) struct buf now = {0};

	databases_identify(s, &now);
	return !now.failed && strcmp(now.data, key->data) == 0;
}

static int open_tables(
	struct tables *t, const struct databases *s, const char *folder, struct err *e)
{
	AUTO(buf_done) struct buf key = {0};
	AUTO(facts_done) struct facts facts = {0};

	databases_identify(s, &key);
	if (key.failed)
		return no_memory(e);
	struct cache_place place = {folder, databases_number(s), key.data};
	if (cache_read(&place, t))
		return 0;
	int ret = databases_read(s, &facts, e);
	if (ret == 0)
		ret = make_tables(t, &facts, &key, e);
	if (ret == 0 && is_unchanged(s, &key))
		cache_write(&place, t);
	return ret;
}

static bool has_popcnt(void)
{
#ifdef __x86_64__
	return __builtin_cpu_supports("popcnt");
#else
	return false;
#endif
}

int geo_open_cached(const char *country, const char *asn, const char *deps, const char *folder,
	struct geo **ret, struct err *e)
{
	AUTO(geo_close) struct geo *g = calloc(1, sizeof(*g));
	AUTO(databases_done) struct databases databases = {0};

	if (!g)
		return no_memory(e);
	int status = databases_find(&databases, country, asn, deps, e);
	if (status == 0)
		status = open_tables(&g->tables, &databases, folder, e);
	if (status < 0)
		return status;
	g->has_popcnt = has_popcnt();
	buf_printf(&g->version, TR("country: %s; AS: %s", "国・地域: %s; AS: %s"),
		g->tables.country_version, g->tables.asn_version);
	if (g->version.failed)
		return no_memory(e);
	*ret = TAKE(g);
	return 0;
}

int geo_open(
	const char *country, const char *asn, const char *deps, struct geo **ret, struct err *e)
{
	return geo_open_cached(country, asn, deps, "", ret, e);
}

void geo_close(struct geo *g)
{
	if (!g)
		return;
	tables_done(&g->tables);
	buf_done(&g->version);
	free(g);
}

/* --- asking ------------------------------------------------------------------------------ */

_Static_assert(sizeof(struct place) == sizeof(struct run) &&
		       offsetof(struct place, asn) == offsetof(struct run, value) &&
		       offsetof(struct place, country) == offsetof(struct run, country),
	"a place is a run without its mark: one load instead of three");

static inline __attribute__((always_inline)) struct place place_of(const struct run *run)
{
	struct place place;

	memcpy(&place, run, sizeof(place));
	return place;
}

/* Without the instruction compilers count bits by a table. Out of line, like the next, so that
 * geo_find() saves no registers for them. */
static __attribute__((noinline)) struct place find_v4_slowly(const struct tables *t, uint32_t a)
{
	return place_of(v4_find(t, a));
}

static __attribute__((noinline)) struct place find_v6(const struct tables *t, const struct addr *a)
{
	return place_of(v6_find(t, a));
}

/* May count bits by the instruction, and does so only where the processor has it. One function,
 * because with each instruction less the processor has more look-ups under way at once. */
#ifdef __x86_64__
__attribute__((target("popcnt")))
#endif
struct place
geo_find(const struct geo *g, const struct addr *a)
{
	if (!addr_is_v4(a))
		return find_v6(&g->tables, a);
	if (!g->has_popcnt)
		return find_v4_slowly(&g->tables, addr_v4(a));
	return place_of(v4_find(&g->tables, addr_v4(a)));
}

const char *geo_asn_name(const struct geo *g, uint32_t asn)
{
	const struct tables *t = &g->tables;

	return as_name_in(t->name_slots, t->name_slots_count, t->name_texts, asn);
}

const char *geo_version(const struct geo *g)
{
	return buf_str(&g->version);
}

int geo_country_ranges(
	const struct geo *g, const char country[2], struct v4_range **ret, struct err *e)
{
	const struct step4 *steps = g->tables.countries;
	size_t steps_count = g->tables.countries_count, count = 0;
	uint32_t value = memcmp(country, "ZZ", 2) == 0 ? 0 : country_value(country);
	struct v4_range *ranges = calloc(steps_count, sizeof(*ranges));

	if (!ranges)
		return no_memory(e);
	for (size_t i = 0; i < steps_count; i++) {
		uint32_t last = i + 1 < steps_count ? steps[i + 1].from - 1 : UINT32_MAX;

		if (steps[i].value == value)
			ranges[count++] = (struct v4_range){.first = steps[i].from, .last = last};
	}
	*ret = ranges;
	return (int)count;
}
