/* What the files of the plant share. */
#pragma once

#include "observe/plant.h"

/* 1 to 64 of letters, digits, - _ . */
bool plant_is_name(const char *name);
/* What exposure counts for prefixes that do not overlap. */
uint64_t plant_addresses(const struct prefix *prefixes, size_t count);
/* By address, the wider one first: then a prefix within another one follows it. Negative, 0,
 * positive as for qsort(). */
int prefix_order(const struct prefix *a, const struct prefix *b);
void plant_index_free(struct plant_index *index);
int plant_no_memory(struct err *e);
/* Reads one map of the list `sensors`, which is number `place` of it, into *s, all zero before. On
 * failure *s can be half-built. prefixes stay in the order of the file. */
int sensor_read(struct sensor *s, size_t place, const struct yaml *map, struct err *e) MUST_USE;
