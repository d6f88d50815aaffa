/* The first rows of an answer with millions of keys, with all their ranks: in the order of classes
 * of keys that were seen equally often, and within a class in the natural order of keys. */
#include <errno.h>
#include <string.h>

#include "analysis/classes.h"
#include "analysis/top_make.h"

struct chosen {
	struct value key;
	const struct key_class *class;
	struct ranks ranks;
};

/* Classes in the order of one of the ranks. */
struct order {
	enum rank_by by;
	const struct classes *classes;
	struct measure *measures; /* of the classes; owned */
	uint32_t *class;	  /* indexes of those that have the rank, best first; owned */
	size_t count;
};

/* Partial counts of ranks that must be asked for. */
struct open_ranks {
	struct before *list; /* owned */
	uint32_t **rank;     /* what each adds to; owned */
	size_t count, room;
};

struct many {
	const struct top *top;
	struct classes classes;
	struct order order;
	struct chosen *chosen; /* owned */
	size_t count;
	struct open_ranks open;
};

static void many_done(struct many *m)
{
	classes_done(&m->classes);
	free(m->order.measures);
	free(m->order.class);
	free(m->chosen);
	free(m->open.list);
	free(m->open.rank);
}

static void auto_many_done(struct many *m)
{
	many_done(m);
}

static int no_memory(struct err *e)
{
	return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
}

/* --- the order of classes --- */

static int by_rank(const void *a, const void *b, void *order)
{
	const struct order *o = order;

	return rank_compare(
		o->by, &o->measures[*(const uint32_t *)a], &o->measures[*(const uint32_t *)b]);
}

static void order_by(struct order *o, enum rank_by by)
{
	o->by = by;
	o->count = 0;
	for (uint32_t i = 0; i < o->classes->count; i++)
		if (rank_has(by, &o->measures[i]))
			o->class[o->count++] = i;
	qsort_r(o->class, o->count, sizeof(*o->class), by_rank, o);
}

/* The end of the classes that are as good as the one at `from`. */
static size_t end_of_ties(const struct order *o, size_t from)
{
	size_t end = from + 1;

	while (end < o->count && by_rank(&o->class[from], &o -> class[end], (void *)o) == 0)
		end++;
	return end;
}

static const struct key_class *class_at(const struct order *o, size_t i)
{
	return &o->classes->list[o->class[i]];
}

/* --- the rows --- */

static int by_key(const void *a, const void *b, void *dimension)
{
	return value_compare(*(const enum subject *)dimension, &((const struct chosen *)a)->key,
		&((const struct chosen *)b)->key);
}

/* The first keys of classes [from, to), as many as there is room for. */
static int choose_among(struct many *m, size_t from, size_t to, struct err *e)
{
	enum subject s = (enum subject)m->classes.dimension;
	size_t known = 0, n = 0;

	for (size_t i = from; i < to; i++)
		known += class_at(&m->order, i)->known;
	AUTO(free) struct chosen *list = calloc(known + 1, sizeof(*list));
	if (!list)
		return no_memory(e);
	for (size_t i = from; i < to; i++)
		for (size_t k = 0; k < class_at(&m->order, i)->known; k++)
			list[n++] = (struct chosen){.key = class_at(&m->order, i)->first[k],
				.class = class_at(&m->order, i)};
	qsort_r(list, n, sizeof(*list), by_key, &s);
	for (size_t i = 0; i < n && m->count < m->top->question.limit; i++)
		m->chosen[m->count++] = list[i];
	return 0;
}

/* In the order `by`; not those that are in the period when only_before. */
static int choose_by(struct many *m, enum rank_by by, bool only_before, struct err *e)
{
	struct order *o = &m->order;
	size_t n = 0;
	int r = 0;

	order_by(o, by);
	for (size_t i = 0; only_before && i < o->count; i++)
		if (class_at(o, i)->each.packets == 0)
			o->class[n++] = o->class[i];
	o->count = only_before ? n : o->count;
	for (size_t i = 0, end; r == 0 && i < o->count && m->count < m->top->question.limit;
		i = end) {
		end = end_of_ties(o, i);
		r = choose_among(m, i, end, e);
	}
	return r;
}

/* --- their ranks --- */

static uint32_t *rank_of(struct ranks *r, enum rank_by by)
{
	switch (by) {
	case RANK_BY_RATE:
		return &r->now;
	case RANK_BY_PREVIOUS_RATE:
		return &r->before;
	case RANK_BY_RISE:
		return &r->rise;
	case RANK_BY_FALL:
		return &r->fall;
	}
	return NULL;
}

static int leave_open(struct open_ranks *open, struct before b, uint32_t *rank, struct err *e)
{
	if (open->count == open->room) {
		size_t room = open->room ? 2 * open->room : 64;
		struct before *list = reallocarray(open->list, room, sizeof(*list));
		if (list)
			open->list = list;
		uint32_t **ranks = reallocarray(open->rank, room, sizeof(*ranks));
		if (ranks)
			open->rank = ranks;
		if (!list || !ranks)
			return no_memory(e);
		open->room = room;
	}
	open->list[open->count] = b;
	open->rank[open->count++] = rank;
	return 0;
}

/* The rank of a row among the tied classes [from, to), before which there are so many keys. */
static int rank_row(
	struct many *m, struct chosen *row, size_t from, size_t to, uint64_t before, struct err *e)
{
	uint32_t *rank = rank_of(&row->ranks, m->order.by);
	uint64_t sum = before + 1;
	int r = 0;

	for (size_t i = from; r == 0 && i < to; i++) {
		struct before b = {class_at(&m->order, i), &row->key, 0};

		if (classes_count_before(&m->classes, &b))
			sum += b.count;
		else
			r = leave_open(&m->open, b, rank, e);
	}
	*rank = sum < UINT32_MAX ? (uint32_t)sum : UINT32_MAX;
	return r;
}

static int rank_by(struct many *m, enum rank_by by, struct err *e)
{
	uint64_t before = 0;
	int r = 0;

	order_by(&m->order, by);
	for (size_t from = 0, to; r == 0 && from < m->order.count; from = to) {
		to = end_of_ties(&m->order, from);
		for (size_t row = 0; r == 0 && row < m->count; row++)
			for (size_t i = from; i < to; i++)
				if (m->chosen[row].class == class_at(&m->order, i))
					r = rank_row(m, &m->chosen[row], from, to, before, e);
		for (size_t i = from; i < to; i++)
			before += class_at(&m->order, i)->keys;
	}
	return r;
}

static int rank_rows(
	const struct analysis *a, const struct question *q, struct many *m, struct err *e)
{
	static const enum rank_by all[] = {
		RANK_BY_RATE, RANK_BY_PREVIOUS_RATE, RANK_BY_RISE, RANK_BY_FALL};
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(all); i++)
		r = rank_by(m, all[i], e);
	if (r == 0)
		r = classes_ask_before(a, q, m->open.list, m->open.count, e);
	for (size_t i = 0; r == 0 && i < m->open.count; i++)
		*m->open.rank[i] += (uint32_t)m->open.list[i].count;
	return r;
}

/* --- the whole --- */

static int prepare(struct many *m, struct err *e)
{
	const struct classes *c = &m->classes;

	m->order.classes = c;
	m->order.measures = calloc(c->count + 1, sizeof(*m->order.measures));
	m->order.class = calloc(c->count + 1, sizeof(*m->order.class));
	m->chosen = calloc(m->top->question.limit + 1, sizeof(*m->chosen));
	if (!m->order.measures || !m->order.class || !m->chosen)
		return no_memory(e);
	for (size_t i = 0; i < c->count; i++)
		m->order.measures[i] =
			measure_of(&c->list[i].each, m->top->exposure, m->top->versus_exposure);
	return 0;
}

static struct counted add_up(const struct classes *c, struct top *t)
{
	struct counted total = {0};

	for (size_t i = 0; i < c->count; i++) {
		const struct key_class *class = &c->list[i];

		t->keys += class->keys;
		total.packets += class->keys * class->each.packets;
		total.previous_packets += class->keys * class->each.previous_packets;
		total.sources += class->each.packets ? class->keys : 0;
		total.previous_sources += class->each.previous_packets ? class->keys : 0;
	}
	return total;
}

static int take_rows(
	const struct many *m, struct counts *c, struct ranks **ret_ranks, struct err *e)
{
	c->dimension = m->classes.dimension;
	c->rows = calloc(m->count + 1, sizeof(*c->rows));
	*ret_ranks = calloc(m->count + 1, sizeof(**ret_ranks));
	if (!c->rows || !*ret_ranks)
		return no_memory(e);
	for (; c->count < m->count; c->count++) {
		c->rows[c->count] = m->chosen[c->count].class->each;
		c->rows[c->count].key = m->chosen[c->count].key;
		(*ret_ranks)[c->count] = m->chosen[c->count].ranks;
	}
	return 0;
}

int top_many(const struct analysis *a, const struct question *q, struct top *t, struct counts *c,
	struct ranks **ret_ranks, struct err *e)
{
	AUTO(many_done) struct many m = {.top = t};
	int r = classes_count(a, q, q->limit, &m.classes, e);

	if (r == 0)
		r = prepare(&m, e);
	if (r == 0)
		r = choose_by(&m, RANK_BY_RATE, false, e);
	if (r == 0)
		r = choose_by(&m, RANK_BY_PREVIOUS_RATE, true, e);
	if (r == 0)
		r = rank_rows(a, q, &m, e);
	if (r < 0)
		return r;
	struct counted total = add_up(&m.classes, t);
	t->total = measure_of(&total, t->exposure, t->versus_exposure);
	return take_rows(&m, c, ret_ranks, e);
}

bool top_is_many(const struct question *q)
{
	return q->limit <= TOP_MANY_MAX && classes_can_hold(q->dimension);
}
