#include "rules/index.h"
#include "rules/eval.h"

int index_new(const struct rules *r, struct index **ret, struct err *e)
{
	return 0;
}

void index_free(struct index *x)
{
}

size_t index_find(const struct rules *r, const struct index *x, struct rules_scratch *s, const struct rules_unit *unit)
{
	for (size_t i = 0; i < r->count; i++)
		s->candidates[i] = (uint32_t)i;
	return r->count;
}
