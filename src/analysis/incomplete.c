#include "analysis/incomplete.h"

#include <errno.h>
#include <string.h>

static bool touches(const struct segment *s, const struct period *p)
{
	return p && s->first_s < p->to_s && s->last_s >= p->from_s;
}

int incomplete_find(const struct analysis *a, const struct period *period,
	const struct period *versus, struct incomplete *ret, struct err *e)
{
	AUTO(free) struct segment *segments = NULL;
	int count = store_segments_open(a->store, &segments, e);

	if (count < 0)
		return count;
	*ret = (struct incomplete){.names = calloc((size_t)count + 1, sizeof(char *))};
	for (int i = 0; ret->names && i < count; i++) {
		if (!touches(&segments[i], period) && !touches(&segments[i], versus))
			continue;
		ret->names[ret->count] = strdup(segments[i].name);
		if (!ret->names[ret->count])
			break;
		ret->count++;
	}
	return ret->names ? 0 : err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
}

void incomplete_done(struct incomplete *in)
{
	for (size_t i = 0; i < in->count; i++)
		free(in->names[i]);
	free(in->names);
	*in = (struct incomplete){0};
}
