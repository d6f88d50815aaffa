/* The ledger `sensor`: sensors that only captures know, with the union of their addresses (which
 * plant_add() makes of overlapping prefixes). */
#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "store/internal.h"
#include "store/ledger.h"
#include "store/sql.h"

int store_sensor_add(struct store *s, const char *name, const struct prefix *prefixes, size_t count,
	bool inferred, struct err *e)
{
	char text[ADDR_TEXT_SIZE];
	AUTO(buf_done) struct buf lines = {0};
	struct plant trial = {0};

	if (count == 0)
		return 0;
	/* what a plant refuses must not be kept: nobody could load it again */
	int r = plant_add(&trial, name, prefixes, count, inferred, e);
	plant_done(&trial);
	if (r < 0)
		return r;
	for (size_t i = 0; i < count; i++) {
		tsv_add(&lines, name);
		buf_printf(&lines, "\t%s\t%d\n", prefix_print(&prefixes[i], text), inferred);
	}
	return ledger_put(s, sql_sensor_put, &lines, e);
}

/* Rows [first, last) are one sensor's. */
static int add_sensor(
	struct plant *plant, const struct result *list, size_t first, size_t last, struct err *e)
{
	const char *name = result_cell(list, first, 0);
	AUTO(free) struct prefix *prefixes = calloc(last - first, sizeof(*prefixes));
	bool inferred = true;

	if (!prefixes)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	for (size_t row = first; row < last; row++) {
		if (!prefix_parse(result_cell(list, row, 1), false, &prefixes[row - first]))
			return err_set(e, EPROTO,
				TR("the store knows sensor %s by \"%s\", which is no prefix",
					"データベースのセンサー %s "
					"の「%s」はアドレスではありません"),
				name, result_cell(list, row, 1));
		inferred &= result_u64(list, row, 2) != 0;
	}
	return plant_add(plant, name, prefixes, last - first, inferred, e);
}

int store_sensors_load(struct store *s, struct plant *plant, struct err *e)
{
	AUTO(result_done) struct result list = {0};
	int r = store_query(s, sql_sensor_list, NULL, 0, &list, e);

	for (size_t first = 0, last; r >= 0 && first < list.rows; first = last) {
		const char *name = result_cell(&list, first, 0);

		for (last = first + 1;
			last < list.rows && strcmp(result_cell(&list, last, 0), name) == 0;)
			last++;
		if (plant_named(plant, name) < 0)
			r = add_sensor(plant, &list, first, last, e);
	}
	return r < 0 ? r : 0;
}
