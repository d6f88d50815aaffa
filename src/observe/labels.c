#include "observe/labels.h"

#include <assert.h>
#include <string.h>

#include "observe/tools.h"

struct labels *labels_new(const struct intern *groups)
{
	AUTO(labels_free) struct labels *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->groups = groups;
	t->tags = tags_new();
	t->syns = intern_new(SYN_TEXTS_MAX, SYN_TEXTS_BYTES);
	if (!t->tags || !t->syns)
		return NULL;
	uint16_t other = intern_add(t->syns, "other", 5);
	assert(other == LABELS_SYN_OTHER);
	tools_name(t->tags);
	return TAKE(t);
}

void labels_free(struct labels *t)
{
	if (!t)
		return;
	tags_free(t->tags);
	intern_free(t->syns);
	free(t);
}

void labels_begin(struct labels *l)
{
	memset(l->pairs, 0, sizeof(l->pairs));
}

uint64_t labels_refused(const struct labels *l)
{
	return tags_refused(l->tags) + l->syns_refused;
}

const char *labels_get(const struct labels *t, enum label_column column, uint16_t number)
{
	if (number == 0)
		return "";
	assert(t);
	switch (column) {
	case LABEL_tags:
		return tags_text(t->tags, number);
	case LABEL_tcp_opts:
		return intern_text(t->syns, number);
	case LABEL_group:
		return intern_text(t->groups, number);
	}
	return "";
}
