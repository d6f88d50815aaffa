/* One statement in the making: an embedded .sql text whose @markers@ are filled from fragments of
 * our own, and its bound parameters. What a person wrote is always in a parameter. */
#pragma once

#include "analysis/expr.h"
#include "analysis/value.h"
#include "base/err.h"
#include "store/store.h"

struct sql_text {
	struct buf text;
	struct param *params; /* names and values owned */
	size_t param_count;
	bool failed; /* out of memory: ask sql_run() */
};

struct marker {
	const char *name; /* without the @ */
	const char *text;
};

void sql_done(struct sql_text *s);
static inline void auto_sql_done(struct sql_text *s)
{
	sql_done(s);
}

/* Binds a value to a name of our own. */
void sql_bind(struct sql_text *s, const char *name, const char *value);
void sql_bind_u64(struct sql_text *s, const char *name, uint64_t value);
/* Binds values of one subject as Array(sql_type). */
void sql_bind_values(struct sql_text *s, const char *name, enum subject subject,
	const struct value *values, size_t count);
/* The filter as a condition, appended to out; its values are bound to s as f0, f1 ...; NULL: "1". */
void sql_filter(struct sql_text *s, const struct expr *where, struct buf *out);
/* The text is the embedded one with every @name@ replaced, also in what replaces one. */
void sql_fill(struct sql_text *s, const char *embedded, const struct marker *markers, size_t count);
/* on_disk: groups may go there (store_query_on_disk()). */
int sql_run(struct store *store, const struct sql_text *s, bool on_disk, struct result *ret,
	struct err *e) MUST_USE;
