/* One item of a list in teiten.yaml that is read: its mistakes are named with file, line, list and place. */
#pragma once

#include "base/err.h"
#include "base/yaml.h"

#include <stdbool.h>

struct list_item {
	const char *list; /* "sensors" */
	size_t place;	  /* in it */
	struct err *e;
};

/* "FILE line N: sensors[1].since: " and the message. Returns -EINVAL. */
int item_refuse(const struct list_item *at, const struct yaml *node, const char *key,
	const char *format, ...) PRINTF(4, 5);
/* A date or time as parse (zone_parse() or zone_parse_end()) reads it. *ret_s stays as it is when node is NULL or has
 * nothing after its key. */
int item_time(const struct list_item *at, const struct yaml *node,
	bool (*parse)(const char *text, int64_t *ret_t_s), int64_t *ret_s) MUST_USE;
/* No node, or a key with nothing after it (or with every line below it made a comment). */
bool yaml_is_nothing(const struct yaml *node);
