#include "observe/plant_parts.h"

#include "base/text.h"

#include <errno.h>

int plant_no_memory(struct err *e)
{
	return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
}

bool plant_is_name(const char *name)
{
	size_t len =
		strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

	return len >= 1 && len <= 64 && name[len] == '\0';
}

uint64_t plant_addresses(const struct prefix *prefixes, size_t count)
{
	uint64_t addresses = 0;

	for (size_t i = 0; i < count; i++) {
		bool v4 = addr_is_v4(&prefixes[i].addr) && prefixes[i].bits >= 96;
		addresses += v4 ? UINT64_C(1) << (128 - prefixes[i].bits) : 1;
	}
	return addresses;
}

int prefix_order(const struct prefix *a, const struct prefix *b)
{
	int order = memcmp(&a->addr, &b->addr, sizeof(a->addr));

	return order ? order : (int)a->bits - (int)b->bits;
}

static int order_prefixes(const void *a, const void *b)
{
	return prefix_order(a, b);
}

/* A sorted copy without the prefixes that lie within others. Returns their number. */
static size_t copy_prefixes(struct prefix *to, const struct prefix *from, size_t count)
{
	size_t kept = 0;

	memcpy(to, from, count * sizeof(*to));
	qsort(to, count, sizeof(*to), order_prefixes);
	for (size_t i = 0; i < count; i++)
		if (kept == 0 || !prefix_has(&to[kept - 1], &to[i].addr))
			to[kept++] = to[i];
	return kept;
}

static void sensor_done(struct sensor *s)
{
	free(s->name);
	free(s->organisation);
	free(s->region);
	free(s->prefixes);
	free(s->outages);
}

static int sensor_init(
	struct sensor *s, const char *name, const struct prefix *prefixes, size_t count)
{
	*s = (struct sensor){.name = strdup(name),
		.organisation = strdup(""),
		.region = strdup(""),
		.prefixes = calloc(count, sizeof(*prefixes)),
		.since_s = INT64_MIN,
		.until_s = INT64_MAX};
	if (!s->name || !s->organisation || !s->region || !s->prefixes)
		return -ENOMEM;
	s->prefix_count = copy_prefixes(s->prefixes, prefixes, count);
	s->addresses = plant_addresses(s->prefixes, s->prefix_count);
	return 0;
}

static int check_new(const struct plant *plant, const char *name, size_t count, struct err *e)
{
	if (!plant_is_name(name))
		return err_set(e, EINVAL,
			TR("\"%s\" is no sensor name: 1 to 64 letters, digits, - _ .",
				"「%s」はセンサーの名前に使えません（英数字と - _ . で 64 "
				"文字まで）"),
			name);
	if (plant_named(plant, name) >= 0)
		return err_set(e, EEXIST,
			TR("there is a sensor \"%s\" already", "センサー「%s」は既にあります"),
			name);
	if (count == 0)
		return err_set(e, EINVAL,
			TR("sensor \"%s\" has no address", "センサー「%s」にアドレスがありません"),
			name);
	if (plant->count >= PLANT_MAX)
		return err_set(e, E2BIG, TR("more than %d sensors", "センサーが %d を超えています"),
			PLANT_MAX);
	return 0;
}

int plant_add(struct plant *plant, const char *name, const struct prefix *prefixes, size_t count,
	bool inferred, struct err *e)
{
	struct sensor added;

	int rc = check_new(plant, name, count, e);
	if (rc < 0)
		return rc;
	struct sensor *sensors = reallocarray(plant->sensors, plant->count + 1, sizeof(*sensors));
	if (!sensors)
		return plant_no_memory(e);
	plant->sensors = sensors;
	if (sensor_init(&added, name, prefixes, count) < 0) {
		sensor_done(&added);
		return plant_no_memory(e);
	}
	added.inferred = inferred;
	sensors[plant->count++] = added;
	plant_index_free(TAKE(plant->index));
	return 0;
}

void plant_done(struct plant *plant)
{
	if (!plant)
		return;
	for (size_t i = 0; i < plant->count; i++)
		sensor_done(&plant->sensors[i]);
	free(plant->sensors);
	plant_index_free(plant->index);
	*plant = (struct plant){0};
}
