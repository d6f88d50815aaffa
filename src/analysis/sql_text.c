#include "analysis/sql_text.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/text.h"

void sql_done(struct sql_text *s)
{
	for (size_t i = 0; i < s->param_count; i++) {
		free((char *)s->params[i].name);
		free((char *)s->params[i].value);
	}
	free(s->params);
	buf_done(&s->text);
	*s = (struct sql_text){0};
}

void sql_bind(struct sql_text *s, const char *name, const char *value)
{
	struct param *params = reallocarray(s->params, s->param_count + 1, sizeof(*params));

	if (!params) {
		s->failed = true;
		return;
	}
	s->params = params;
	struct param *p = &params[s->param_count++];
	*p = (struct param){strdup(name), strdup(value)};
	if (!p->name || !p->value)
		s->failed = true;
}

void sql_bind_u64(struct sql_text *s, const char *name, uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, value);
	sql_bind(s, name, text);
}

void sql_bind_values(struct sql_text *s, const char *name, enum subject subject,
	const struct value *values, size_t count)
{
	AUTO(buf_done) struct buf array = {0};

	buf_char(&array, '[');
	for (size_t i = 0; i < count; i++) {
		buf_text(&array, i ? "," : "");
		value_element(subject, &values[i], &array);
	}
	buf_char(&array, ']');
	s->failed |= array.failed;
	sql_bind(s, name, buf_str(&array));
}

static const char *marker_text(
	const struct marker *markers, size_t count, const char *name, size_t len)
{
	for (size_t i = 0; i < count; i++)
		if (strlen(markers[i].name) == len && memcmp(markers[i].name, name, len) == 0)
			return markers[i].text;
	return NULL;
}

void sql_fill(struct sql_text *s, const char *embedded, const struct marker *markers, size_t count)
{
	const char *at = embedded, *open;

	while ((open = strchr(at, '@'))) {
		const char *close = strchr(open + 1, '@');
		assert(close);
		const char *text =
			marker_text(markers, count, open + 1, (size_t)(close - open - 1));
		assert(text);
		buf_add(&s->text, at, (size_t)(open - at));
		sql_fill(s, text, markers, count);
		at = close + 1;
	}
	buf_text(&s->text, at);
}

int sql_run(struct store *store, const struct sql_text *s, bool on_disk, struct result *ret,
	struct err *e)
{
	if (s->failed || s->text.failed)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	return (on_disk ? store_query_on_disk : store_query)(
		store, buf_str(&s->text), s->params, s->param_count, ret, e);
}
