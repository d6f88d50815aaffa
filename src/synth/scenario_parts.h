/* The readers of a scenario's sections: each takes the document's node of its key (NULL: not
 * given). */
#pragma once

#include "base/yaml.h"
#include "synth/scenario.h"

int scenario_read_sensors(const struct yaml *document, struct scenario *s, struct err *e) MUST_USE;
int scenario_read_periods(const struct yaml *node, struct scenario *s, struct err *e) MUST_USE;
int scenario_read_margins(const struct yaml *document, struct scenario *s, struct err *e) MUST_USE;
int scenario_read_pairs(const struct yaml *node, struct scenario *s, struct err *e) MUST_USE;
int scenario_read_styles(const struct yaml *node, struct scenario *s, struct err *e) MUST_USE;
int scenario_read_phenomena(const struct yaml *node, struct scenario *s, struct err *e) MUST_USE;
int scenario_read_traffic(const struct yaml *node, struct scenario *s, struct err *e) MUST_USE;

/* --- helpers of all of them --- */

/* The names of styles, for scenario_read_word(). */
extern const char *const scenario_styles[STYLE_COUNT];

/* The item of a map that must be there. */
int scenario_need(
	const struct yaml *map, const char *key, const struct yaml **ret, struct err *e) MUST_USE;
/* `packets` or `rate` of a map (exactly one), each [before, now]. Rates are per IP-day, times the
 * exposure, rounded. */
int scenario_read_amount(const struct yaml *map, const struct scenario *s, struct amount *ret,
	struct err *e) MUST_USE;
/* Optional scalars: *ret stays as it is when the key, or the map, is not there. */
int scenario_optional_u64(const struct yaml *map, const char *key, uint64_t min, uint64_t max,
	uint64_t *ret, struct err *e) MUST_USE;
int scenario_optional_double(const struct yaml *map, const char *key, double min, double max,
	double *ret, struct err *e) MUST_USE;
/* "445/TCP" or "other" to the index of a listed service; a code to that of a country. */
int scenario_find_service(
	const struct yaml *node, const struct scenario *s, size_t *ret, struct err *e) MUST_USE;
int scenario_find_country(
	const struct yaml *node, const struct scenario *s, size_t *ret, struct err *e) MUST_USE;
/* The index of the text among names (count of them); the message lists them. */
int scenario_read_word(const struct yaml *node, const char *const names[], size_t count,
	unsigned *ret, struct err *e) MUST_USE;
/* A list, or an error that says that it must be one. NULL is an empty list. */
int scenario_want_list(const struct yaml *node, size_t max, struct err *e) MUST_USE;
/* Takes packets from what is left of a service and, unless it is COUNTRY_ANY, of a country; an
 * error at the node when that is not enough. */
int scenario_take(const struct yaml *node, struct scenario *s, size_t service, size_t country,
	const struct amount *amount, struct err *e) MUST_USE;
/* TCP, and the other ports (those of them that are TCP). */
bool scenario_has_style(uint32_t service);
/* The local day that a node names, as the span of its seconds. */
int scenario_read_day(const struct yaml *node, struct span *ret, struct err *e) MUST_USE;
