/* A YAML document (libyaml) as a tree of scalars, lists and maps that know their line. Scalars are the text as
 * written: NO is NO, 040 is 040; a key with nothing after it has the text "". Anchors, aliases, tags and several documents
 * are refused; so are duplicate keys. */
#pragma once

#include "base/err.h"

#include <stdint.h>

enum yaml_kind { YAML_SCALAR, YAML_LIST, YAML_MAP };

struct yaml {
	enum yaml_kind kind;
	size_t line;         /* from 1; inside a map: of the key */
	char *key;           /* inside a map: the key; else NULL */
	char *text;          /* YAML_SCALAR */
	struct yaml *items;  /* YAML_LIST, YAML_MAP: count of them, in the order of the file */
	size_t count;
	const char *file;    /* name for messages; the same pointer in all nodes, owned by the root */
};

/* Reads a file, at most 64 MiB, 100 levels deep, 1,000 keys per map, 4 million values in all. An empty file is an empty map. *ret is owned by the caller. */
int yaml_read(const char *path, struct yaml **ret, struct err *e) MUST_USE;
int yaml_parse(const char *name, const char *text, size_t len, struct yaml **ret, struct err *e) MUST_USE;
/* Hidden, because libyaml.so calls a yaml_free() of its own by this name, which ours must not replace. */
void yaml_free(struct yaml *root) __attribute__((visibility("hidden")));
AUTO_RELEASE(struct yaml, yaml_free);

/* The item of a map with that key; NULL when there is none, when node is no map, or NULL. */
const struct yaml *yaml_get(const struct yaml *node, const char *key);
/* "FILE line N: " before a message about that node. Returns -code. */
int yaml_error(const struct yaml *node, struct err *e, int code, const char *format, ...) PRINTF(4, 5);
/* Puts "FILE line N: " before the message that stands in e. Returns rc as given. */
int yaml_context(const struct yaml *node, struct err *e, int rc);
/* Refuses keys of a map that are not in allowed (NULL-terminated); also refuses a node that is no map. */
int yaml_allow(const struct yaml *map, const char *const allowed[], struct err *e) MUST_USE;
/* Refuses a node of another kind. */
int yaml_want(const struct yaml *node, enum yaml_kind kind, struct err *e) MUST_USE;
/* Typed scalars; the message names file, line, key and what was expected. */
int yaml_text(const struct yaml *node, const char **ret, struct err *e) MUST_USE;
int yaml_u64(const struct yaml *node, uint64_t min, uint64_t max, uint64_t *ret, struct err *e) MUST_USE;
int yaml_double(const struct yaml *node, double min, double max, double *ret, struct err *e) MUST_USE;
