#include "analysis/signatures.h"

#include <errno.h>
#include <string.h>

#include "analysis/count.h"
#include "analysis/sql.h"

static int by_key(const void *a, const void *b)
{
	return strcmp(((const struct signature *)a)->key, ((const struct signature *)b)->key);
}

static int no_memory(struct err *e)
{
	return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
}

static int take(const struct result *r, size_t row, struct signatures *s, struct err *e)
{
	struct signature *item = &s->list[s->count];
	struct value key, category;
	int error = value_read(SUBJECT_signature, result_cell(r, row, 0), &key, e);

	if (error == 0)
		error = value_read(SUBJECT_category, result_cell(r, row, 2), &category, e);
	if (error < 0)
		return error;
	s->count++;
	item->category = (enum rule_category)(category.number - CATEGORY_FIRST);
	item->key = key_text(DIMENSION_signature, &key);
	item->message = strdup(result_cell(r, row, 1));
	return item->key && item->message ? 0 : no_memory(e);
}

int signatures_load(const struct analysis *a, struct signatures *ret, struct err *e)
{
	AUTO(signatures_done) struct signatures s = {0};
	AUTO(sql_done) struct sql_text sql = {0};
	AUTO(result_done) struct result r = {0};
	const struct marker markers[] = {{"key", key_sql(DIMENSION_signature)}, {"category", key_sql(DIMENSION_category)}};

	sql_fill(&sql, sql_signatures, markers, ARRAY_SIZE(markers));
	int error = sql_run(a->store, &sql, false, &r, e);
	if (error < 0)
		return error;
	s.list = calloc(r.rows + 1, sizeof(*s.list));
	if (!s.list)
		return no_memory(e);
	for (size_t i = 0; error == 0 && i < r.rows; i++)
		error = take(&r, i, &s, e);
	if (error < 0)
		return error;
	qsort(s.list, s.count, sizeof(*s.list), by_key);
	*ret = s;
	s = (struct signatures){0};
	return 0;
}

void signatures_done(struct signatures *s)
{
	for (size_t i = 0; i < s->count; i++) {
		free(s->list[i].key);
		free(s->list[i].message);
	}
	free(s->list);
	*s = (struct signatures){0};
}

const struct signature *signatures_find(const struct signatures *s, const char *key)
{
	const struct signature wanted = {.key = (char *)key};

	return s && s->count ? bsearch(&wanted, s->list, s->count, sizeof(wanted), by_key) : NULL;
}

const char *signatures_message(const struct signatures *s, const char *key)
{
	const struct signature *found = signatures_find(s, key);

	return found ? found->message : NULL;
}
