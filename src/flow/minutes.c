#include "flow/minutes.h"

#include "base/lazy.h"


int minutes_init(struct minutes *m, uint32_t limit)
{
	*m = (struct minutes){.limit = limit, .slots = lazy_new(MINUTES * sizeof(*m->slots))};
	return m->slots ? 0 : -ENOMEM;
}

void minutes_done(struct minutes *m)
{
	lazy_free(m->slots, MINUTES * sizeof(*m->slots));
	*m = (struct minutes){0};
}

void minutes_clear(struct minutes *m)
{
	lazy_clear(m->slots, MINUTES * sizeof(*m->slots));
}
