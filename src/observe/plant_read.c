/* The list `sensors` of teiten.yaml: each sensor for itself, then what stands there twice. */
#include "observe/plant_parts.h"

#include "base/text.h"
#include "observe/list_item.h"

#include <errno.h>

/* A name or a prefix with its line. */
struct claim {
	const char *name;
	struct prefix prefix;
	const struct yaml *node;
	size_t sensor;
};

static int order_sensors(const struct claim *a, const struct claim *b)
{
	return (a->sensor > b->sensor) - (a->sensor < b->sensor);
}

static int order_names(const void *a, const void *b)
{
	const struct claim *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	return order ? order : order_sensors(x, y);
}

static int order_prefixes(const void *a, const void *b)
{
	const struct claim *x = a, *y = b;
	int order = prefix_order(&x->prefix, &y->prefix);

	return order ? order : order_sensors(x, y);
}

static int refuse_double_names(const struct plant *plant, const struct yaml *list, struct err *e)
{
	AUTO(free) struct claim *names = calloc(plant->count + 1, sizeof(*names));

	if (!names)
		return plant_no_memory(e);
	for (size_t i = 0; i < plant->count; i++)
		names[i] = (struct claim){.name = plant->sensors[i].name,
			.node = yaml_get(&list->items[i], "name"),
			.sensor = i};
	qsort(names, plant->count, sizeof(*names), order_names);
	for (size_t i = 1; i < plant->count; i++)
		if (strcmp(names[i - 1].name, names[i].name) == 0)
			return yaml_error(names[i].node, e, EINVAL,
				TR("sensors[%zu].name: \"%s\" is the name of line %zu already",
					"sensors[%zu].name:「%s」は %zu 行目の名前と同じです"),
				names[i].sensor, names[i].name, names[i - 1].node->line);
	return 0;
}

/* Every prefix with its line; *ret is owned by the caller. */
static int collect_prefixes(
	const struct plant *plant, const struct yaml *list, struct claim **ret, size_t *ret_count)
{
	size_t count = 0;

	for (size_t i = 0; i < plant->count; i++)
		count += plant->sensors[i].prefix_count;
	*ret = calloc(count + 1, sizeof(**ret));
	*ret_count = 0;
	for (size_t i = 0; *ret && i < plant->count; i++) {
		const struct yaml *addresses = yaml_get(&list->items[i], "addresses");

		for (size_t j = 0; j < plant->sensors[i].prefix_count; j++)
			(*ret)[(*ret_count)++] = (struct claim){
				.prefix = plant->sensors[i].prefixes[j],
				.node = addresses->kind == YAML_SCALAR ? addresses
								       : &addresses->items[j],
				.sensor = i};
	}
	return *ret ? 0 : -ENOMEM;
}

/* Sorted, a prefix comes after the one that it lies in, and nothing that lies outside comes
 * between. The sentence names no address, for logs hold it. */
static int refuse_shared_addresses(
	const struct plant *plant, const struct yaml *list, struct err *e)
{
	AUTO(free) struct claim *prefixes = NULL;
	size_t count;

	if (collect_prefixes(plant, list, &prefixes, &count) < 0)
		return plant_no_memory(e);
	qsort(prefixes, count, sizeof(*prefixes), order_prefixes);
	for (size_t i = 1; i < count; i++) {
		const struct claim *wide = &prefixes[i - 1], *narrow = &prefixes[i];

		if (prefix_has(&wide->prefix, &narrow->prefix.addr))
			return yaml_error(narrow->node, e, EINVAL,
				TR("sensors[%zu].addresses: an address here is in line %zu, sensor "
				   "\"%s\", too",
					"sensors[%zu].addresses: %zu "
					"行目のセンサー「%s」と同じアドレスがあります"),
				narrow->sensor, wide->node->line,
				plant->sensors[wide->sensor].name);
	}
	return 0;
}

/* Sensors are counted before they are read, so that plant_done() releases a half-read one. */
static int read_all(struct plant *plant, const struct yaml *list, struct err *e)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < list->count; i++) {
		plant->count++;
		rc = sensor_read(&plant->sensors[i], i, &list->items[i], e);
	}
	if (rc == 0)
		rc = refuse_double_names(plant, list, e);
	if (rc == 0)
		rc = refuse_shared_addresses(plant, list, e);
	return rc;
}

int plant_read(struct plant *plant, const struct yaml *sensors, struct err *e)
{
	*plant = (struct plant){0};
	if (yaml_is_nothing(sensors))
		return 0;
	int rc = yaml_want(sensors, YAML_LIST, e);
	if (rc < 0)
		return rc;
	if (sensors->count > PLANT_MAX)
		return yaml_error(sensors, e, E2BIG,
			TR("more than %d sensors", "センサーが %d を超えています"), PLANT_MAX);
	plant->sensors = calloc(sensors->count + 1, sizeof(*plant->sensors));
	rc = plant->sensors ? read_all(plant, sensors, e) : plant_no_memory(e);
	if (rc < 0)
		plant_done(plant);
	return rc;
}
