/* IPv4 addresses to places in two loads and a count of bits.
 *
 * The 2^24 networks /24 are positions in nodes of 64. A node says at which of them a new run begins
 * and how many began before, so the run of a position is their sum, and runs[] has its place. A /24
 * of more than one place (0.1 % of them) is a split: 256 positions of their own, in the same form.
 *
 * 10 MB for the packaged databases, which the last-level cache holds; one entry for each /24 takes
 * 64 MiB and 17 MiB of blocks, and at random addresses each look-up waits for the memory
 * (bench/bench_geo.c). */
#pragma once

#include "geo/tables.h"

/* Runs after the last that hold nothing: no count of bits leads out of the array. */
enum { V4_NODES = 1 << 18, RUNS_SPARE = 64 };

/* Makes nodes, runs, split_nodes and split_runs. Returns 0 or -ENOMEM. */
int v4_make(struct tables *t, const struct step_list *countries,
	const struct step_list *systems) MUST_USE;
bool v4_is_sound(const struct tables *t);

static inline __attribute__((always_inline)) const struct run *run_at(
	const struct node *nodes, const struct run *runs, size_t position)
{
	const struct node *node = &nodes[position / 64];
	uint64_t up_to_here = node->starts << (63 - position % 64);

	return &runs[node->before + (uint32_t)__builtin_popcountll(up_to_here)];
}

/* always_inline: the caller's compiler flags decide how bits are counted. */
static inline __attribute__((always_inline)) const struct run *v4_find(
	const struct tables *t, uint32_t a)
{
	const struct run *run = run_at(t->nodes, t->runs, a >> 8);

	if (__builtin_expect(run->is_split, 0))
		run = run_at(t->split_nodes, t->split_runs, (size_t)run->value << 8 | (a & 255));
	return run;
}
