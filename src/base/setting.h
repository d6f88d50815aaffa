/* Settings as a table: each program has one, which makes its struct, the defaults, --help and what a file or --set may say.
 * A row is X(type, field, key, default, min, max, English, Japanese): type is TEXT, COUNT (uint64_t), REAL (double) or
 * FLAG (bool). A TEXT default of "" means that there is none; min and max are ignored for TEXT and FLAG. */
#pragma once

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

struct buf;
struct yaml; /* base/yaml.h: a document as a tree whose nodes know their line */

enum setting_type { SETTING_TEXT, SETTING_COUNT, SETTING_REAL, SETTING_FLAG };

struct setting {
	enum setting_type type;
	size_t offset; /* in the program's struct */
	const char *key;
	const char *default_text;
	double min, max;
	const char *en, *ja;
};

/* Texts that not every value is allowed for. */
struct setting_rule {
	const char *key;
	bool (*allows)(const char *value);
	const char *en, *ja; /* what is allowed */
};

struct setting_table {
	const struct setting *rows;
	size_t count;
	const struct setting_rule *rules;
	size_t rule_count;
};

#define SETTING_TYPE_TEXT  char *
#define SETTING_TYPE_COUNT uint64_t
#define SETTING_TYPE_REAL  double
#define SETTING_TYPE_FLAG  bool

#define SETTING_DEFAULT_TEXT(value)  value
#define SETTING_DEFAULT_COUNT(value) #value
#define SETTING_DEFAULT_REAL(value)  #value
#define SETTING_DEFAULT_FLAG(value)  ((value) ? "true" : "false")

/* A row as an element of rows[] for values of that struct. */
#define SETTING_ROW(of, type, field, key, default_, min, max, en, ja)                              \
	{SETTING_##type, offsetof(struct of, field), key, SETTING_DEFAULT_##type(default_), min,   \
		max, en, ja},

/* values is the program's struct, zeroed at first. */
int setting_defaults(const struct setting_table *t, void *values, struct err *e) MUST_USE;
/* Releases the texts. */
void setting_done(const struct setting_table *t, void *values);
/* Takes the scalars of a parsed file. Keys with a dot are nested (report: {title: ...}); keys that are not in the
 * table are refused with their line unless they are in known_lists (NULL-terminated: "sensors", "upload.collectors" ...). */
int setting_read(const struct setting_table *t, void *values, const struct yaml *document,
	const char *const known_lists[], struct err *e) MUST_USE;
/* --set key=value */
int setting_assign(const struct setting_table *t, void *values, const char *assignment, struct err *e) MUST_USE;
/* One line a key for --help and the manual page. */
void setting_help(const struct setting_table *t, struct buf *out);
