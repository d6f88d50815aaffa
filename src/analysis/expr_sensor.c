#include "analysis/expr_tree.h"

#include <errno.h>
#include <string.h>

/* Truth before anything but the sensor is known. Ordered, so that AND is the least and OR the
 * greatest of its items. */
enum truth { FALSE_ALWAYS, UNKNOWN, TRUE_ALWAYS };

static enum truth sensor_test(const struct expr *test, const char *name)
{
	for (size_t i = 0; i < test->value_count; i++)
		if (strcmp(test->values[i].text, name) == 0)
			return TRUE_ALWAYS;
	return FALSE_ALWAYS;
}

static enum truth truth_for(const struct expr *x, const char *sensor)
{
	enum truth truth;

	switch (x->op) {
	case EXPR_TEST:
		return x->subject == SUBJECT_sensor ? sensor_test(x, sensor) : UNKNOWN;
	case EXPR_NOT:
		return TRUE_ALWAYS - truth_for(x->items[0], sensor);
	default:
		truth = x->op == EXPR_AND ? TRUE_ALWAYS : FALSE_ALWAYS;
		for (size_t i = 0; i < x->item_count; i++) {
			enum truth item = truth_for(x->items[i], sensor);

			if (x->op == EXPR_AND ? item < truth : item > truth)
				truth = item;
		}
		return truth;
	}
}

bool expr_may_have_sensor(const struct expr *x, const char *sensor)
{
	return !x || truth_for(x, sensor) != FALSE_ALWAYS;
}

int expr_check_sensors(const struct expr *x, const struct plant *plant, struct err *e)
{
	if (!x)
		return 0;
	for (size_t i = 0; i < x->item_count; i++) {
		int r = expr_check_sensors(x->items[i], plant, e);
		if (r < 0)
			return r;
	}
	for (size_t i = 0; x->subject == SUBJECT_sensor && i < x->value_count; i++)
		if (plant_named(plant, x->values[i].text) < 0)
			return err_set(e, ENOENT,
				TR("there is no sensor \"%s\"", "センサー「%s」はありません"),
				x->values[i].text);
	return 0;
}
