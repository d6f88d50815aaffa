/* Groups of sources: named sets of prefixes and ASes, each for a time, from teiten.yaml and from lists of others. */
#pragma once

#include "base/err.h"
#include "base/intern.h"
#include "decode/addr.h"
#include "observe/group_name.h"

enum { GROUPS_MAX = 4096, GROUP_ENTRIES_MAX = 2000000 };

struct groups;
struct yaml;

/* Seconds since the epoch, half-open; INT64_MIN and INT64_MAX: without end. */
struct group_time {
	int64_t from_s, until_s;
};

/* Empty. NULL without memory. */
struct groups *groups_new(void);
void groups_free(struct groups *g);
AUTO_RELEASE(struct groups, groups_free);

/* The number of a group, made when there is none of that name; -E2BIG beyond GROUPS_MAX. The name is one. */
int groups_name(struct groups *g, const char *name, struct err *e) MUST_USE;
/* Adds to the group of that number; 0 takes what it holds out of the groups whose prefix is wider. Call groups_index() after
 * the last one. */
int groups_add_prefix(struct groups *g, uint16_t group, const struct prefix *prefix, struct group_time time,
	struct err *e) MUST_USE;
int groups_add_as(struct groups *g, uint16_t group, uint32_t asn, struct group_time time, struct err *e) MUST_USE;
int groups_index(struct groups *g, struct err *e) MUST_USE;

/* The list `groups` of teiten.yaml (NULL: none). */
int groups_read(struct groups *g, const struct yaml *list, struct err *e) MUST_USE;
/* The list `group_lists`: files, relative ones in `folder` ("" is the current one). */
int groups_read_lists(struct groups *g, const struct yaml *lists, const char *folder, struct err *e) MUST_USE;
/* One file of others: a MISP warninglist (JSON), `ipset save`, CSV or TSV, or a prefix a line; told by what stands in it.
 * name: of the group where the file names none; NULL: the file's own name without its ending. The first failure names file
 * and line. */
int groups_import(struct groups *g, const char *path, const char *name, struct err *e) MUST_USE;

/* The group of a source at that time, 0 when it is in none: that of the longest prefix that holds the address and the time,
 * of two equal ones the first; else that of its AS. Needs groups_index(). Thread-safe; some nanoseconds. */
uint16_t groups_find(const struct groups *g, const struct addr *source, uint32_t asn, int64_t ts_ns);
/* The names by number. */
const struct intern *groups_names(const struct groups *g);
