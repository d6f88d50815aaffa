/* Which of the report's categories a rule belongs to: a table of lines, the first that fits. */
#pragma once

#include "rules/rule.h"

struct category_map;

/* path: a file whose lines come before the built-in ones; NULL: none. */
int category_map_new(const char *path, struct category_map **ret, struct err *e) MUST_USE;
void category_map_free(struct category_map *map);
AUTO_RELEASE(struct category_map, category_map_free);

/* stated: of the rule's metadata, behind the file and before the built-in lines; NULL. */
enum rule_category category_of(const struct category_map *map, const struct rule *rule, const char *stated);
