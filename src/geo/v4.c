#include "geo/v4.h"

#include <errno.h>

/* Positions and their runs in the making; positions come in ascending order. */
struct level {
	struct node *nodes;
	struct run *runs;
	size_t node_count, node_room, run_count, run_room;
};

/* The first is never reached: a count of bits begins at 1. */
enum { RUNS_FIRST = 1 };

static void *widen(void *items, size_t *room, size_t size)
{
	size_t wider = *room ? *room * 2 : 1024;
	void *moved = reallocarray(items, wider, size);

	if (moved)
		*room = wider;
	return moved;
}

static int add_run(struct level *l, struct run run)
{
	if (l->run_count == l->run_room) {
		struct run *wider = widen(l->runs, &l->run_room, sizeof(*l->runs));
		if (!wider)
			return -ENOMEM;
		l->runs = wider;
	}
	l->runs[l->run_count++] = run;
	return 0;
}

static int add_node(struct level *l)
{
	if (l->node_count == l->node_room) {
		struct node *wider = widen(l->nodes, &l->node_room, sizeof(*l->nodes));
		if (!wider)
			return -ENOMEM;
		l->nodes = wider;
	}
	l->nodes[l->node_count++] = (struct node){.before = (uint32_t)(l->run_count - RUNS_FIRST)};
	return 0;
}

/* Lets a run begin at a position. */
static int begin(struct level *l, size_t position, struct run run)
{
	while (l->node_count <= position / 64) {
		int ret = add_node(l);
		if (ret < 0)
			return ret;
	}
	l->nodes[position / 64].starts |= UINT64_C(1) << position % 64;
	return add_run(l, run);
}

static int end(struct level *l, size_t node_count)
{
	static const struct run nothing = {.country = {'Z', 'Z'}};
	int ret = 0;

	while (ret == 0 && l->node_count < node_count)
		ret = add_node(l);
	for (size_t i = 0; ret == 0 && i < RUNS_SPARE; i++)
		ret = add_run(l, nothing);
	return ret;
}

struct maker {
	struct level whole, split;
	uint32_t splits;
};

/* A part of a /24; the first one opens a split. */
static int add_part(struct maker *m, uint32_t first, struct run run)
{
	struct run opened = {.value = m->splits, .is_split = true};

	if (first % 256 == 0) {
		m->splits++;
		int ret = begin(&m->whole, first >> 8, opened);
		if (ret < 0)
			return ret;
	}
	return begin(&m->split, (size_t)(m->splits - 1) << 8 | first % 256, run);
}

/* What of a stretch lies in the /24 where it begins, then the networks that it has whole, then what
 * is left. */
static int add_stretch(struct maker *m, uint64_t first, uint64_t beyond, struct run run)
{
	uint64_t whole = beyond & ~UINT64_C(255);
	int ret = 0;

	if (first % 256 || beyond < first + 256) {
		ret = add_part(m, (uint32_t)first, run);
		first = (first | 255) + 1;
	}
	if (ret == 0 && first < whole) {
		ret = begin(&m->whole, first >> 8, run);
		first = whole;
	}
	return ret == 0 && first < beyond ? add_part(m, (uint32_t)first, run) : ret;
}

static int add_all(
	struct maker *m, const struct step_list *countries, const struct step_list *systems)
{
	static const struct run never = {.country = {'Z', 'Z'}};
	struct joints joints = joints_of(countries, systems, 32);
	int ret = add_run(&m->whole, never);
	struct joint j;

	if (ret == 0)
		ret = add_run(&m->split, never);
	while (ret == 0 && joints_next(&joints, &j))
		ret = add_stretch(m, (uint64_t)j.first, (uint64_t)j.last + 1, run_of(&j));
	if (ret == 0)
		ret = end(&m->whole, V4_NODES);
	return ret < 0 ? ret : end(&m->split, (size_t)m->splits * 4);
}

int v4_make(struct tables *t, const struct step_list *countries, const struct step_list *systems)
{
	struct maker m = {0};
	int ret = add_all(&m, countries, systems);

	t->nodes = m.whole.nodes;
	t->nodes_count = m.whole.node_count;
	t->runs = m.whole.runs;
	t->runs_count = m.whole.run_count;
	t->split_nodes = m.split.nodes;
	t->split_nodes_count = m.split.node_count;
	t->split_runs = m.split.runs;
	t->split_runs_count = m.split.run_count;
	return ret;
}

static bool nodes_are_sound(const struct node *nodes, size_t count, size_t runs)
{
	for (size_t i = 0; i < count; i++)
		if (runs < RUNS_SPARE || nodes[i].before >= runs - RUNS_SPARE)
			return false;
	return true;
}

bool v4_is_sound(const struct tables *t)
{
	if (t->nodes_count != V4_NODES ||
		!nodes_are_sound(t->nodes, t->nodes_count, t->runs_count) ||
		!nodes_are_sound(t->split_nodes, t->split_nodes_count, t->split_runs_count))
		return false;
	for (size_t i = 0; i < t->runs_count; i++)
		if (t->runs[i].is_split && t->runs[i].value >= t->split_nodes_count / 4)
			return false;
	return true;
}
