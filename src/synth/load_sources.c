#include "synth/load_sources.h"

#include "base/text.h"
#include "synth/sources.h"

#include <errno.h>
#include <string.h>

enum { NETWORKS = 300, IN_NETWORKS_PERCENT = 60 };

/* Where background radiation comes from, by eye: share of the sources in percent. */
static const struct {
	char code[3];
	uint8_t percent;
} origins[] = {{"CN", 25}, {"US", 18}, {"IN", 9}, {"BR", 8}, {"RU", 7}, {"VN", 5}, {"KR", 4},
	{"TW", 4}, {"JP", 3}, {"DE", 3}, {"ID", 3}, {"IR", 2}, {"TR", 2}, {"GB", 2}, {"FR", 1},
	{"NL", 1}, {"TH", 1}, {"MX", 1}, {"AR", 1}};

/* The ranges of one country as sums, so that a drawn number finds its range by halving. */
struct origin {
	struct v4_range *ranges;
	uint64_t *ends; /* addresses up to and with range i */
	size_t count;
};

struct drawer {
	struct origin origins[ARRAY_SIZE(origins)];
	struct weights shares;
	uint32_t networks[NETWORKS];
	const struct prefix *avoid;
	const struct geo *geo;
	struct random *random;
};

static int no_memory(struct err *e)
{
	return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
}

static int read_origin(const struct geo *geo, const char *code, struct origin *o, struct err *e)
{
	uint64_t sum = 0;
	int count = geo_country_ranges(geo, code, &o->ranges, e);

	if (count < 0)
		return count;
	if (count == 0)
		return err_set(e, ENOENT,
			TR("the country data has no address of %s",
				"国・地域のデータに %s のアドレスがありません"),
			code);
	o->count = (size_t)count;
	o->ends = calloc(o->count, sizeof(*o->ends));
	if (!o->ends)
		return no_memory(e);
	for (size_t i = 0; i < o->count; i++) {
		sum += (uint64_t)o->ranges[i].last - o->ranges[i].first + 1;
		o->ends[i] = sum;
	}
	return 0;
}

static uint32_t draw_in(const struct origin *o, struct random *r)
{
	uint64_t number = random_below(r, o->ends[o->count - 1]);
	size_t low = 0, high = o->count - 1;

	while (low < high) {
		size_t middle = (low + high) / 2;
		if (o->ends[middle] > number)
			high = middle;
		else
			low = middle + 1;
	}
	return o->ranges[low].last - (uint32_t)(o->ends[low] - 1 - number);
}

static uint32_t draw_anywhere(const struct drawer *d)
{
	return draw_in(&d->origins[weights_draw(&d->shares, d->random)], d->random);
}

static uint32_t draw_address(const struct drawer *d)
{
	for (;;) {
		bool near = random_below(d->random, 100) < IN_NETWORKS_PERCENT;
		uint32_t v4 = near ? d->networks[random_below(d->random, NETWORKS)] |
					      random_u16(d->random)
				   : draw_anywhere(d);
		struct addr a = addr_from_v4(v4);
		if (!sources_is_martian(v4) && !prefix_has(d->avoid, &a))
			return v4;
	}
}

static struct load_source draw_source(const struct drawer *d)
{
	static const uint8_t start_ttls[] = {64, 64, 64, 128, 128, 255};
	uint32_t v4 = draw_address(d);
	struct addr a = addr_from_v4(v4);
	struct place place = geo_find(d->geo, &a);

	return (struct load_source){.v4 = v4,
		.country = {place.country[0], place.country[1]},
		.start_ttl = start_ttls[random_below(d->random, ARRAY_SIZE(start_ttls))],
		.hops = (uint8_t)(6 + random_below(d->random, 17))};
}

static int prepare(struct drawer *d, struct err *e)
{
	double percents[ARRAY_SIZE(origins)];
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < ARRAY_SIZE(origins); i++) {
		percents[i] = origins[i].percent;
		rc = read_origin(d->geo, origins[i].code, &d->origins[i], e);
	}
	if (rc < 0)
		return rc;
	if (weights_init(&d->shares, percents, ARRAY_SIZE(origins)) < 0)
		return no_memory(e);
	for (size_t i = 0; i < NETWORKS; i++)
		d->networks[i] = draw_anywhere(d) & 0xffff0000;
	return 0;
}

static void done(struct drawer *d)
{
	for (size_t i = 0; i < ARRAY_SIZE(d->origins); i++) {
		free(d->origins[i].ranges);
		free(d->origins[i].ends);
	}
	weights_done(&d->shares);
}

int load_sources_make(const struct geo *geo, const struct prefix *avoid, size_t count,
	struct random *r, struct load_source **ret, struct err *e)
{
	AUTO(free) struct load_source *list = calloc(count, sizeof(*list));
	struct drawer d = {.avoid = avoid, .geo = geo, .random = r};
	int rc = list ? prepare(&d, e) : no_memory(e);

	for (size_t i = 0; rc == 0 && i < count; i++)
		list[i] = draw_source(&d);
	done(&d);
	if (rc == 0)
		*ret = TAKE(list);
	return rc;
}
