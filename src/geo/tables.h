/* What the tables of places consist of. Each part is one array, so that a file can hold them as
 * they are (geo/cache.h). Made once, then read-only. */
#pragma once

#include "geo/joint.h"
#include "geo/names.h"

#include <stddef.h>

/* The place of a run of addresses. */
struct run {
	uint32_t value;	   /* AS number, 0 when unknown; number of the split when is_split */
	char country[2];   /* "ZZ" when unknown */
	uint16_t is_split; /* a /24 of more than one place: geo/v4.h */
};

/* Where among 64 positions a new run begins. */
struct node {
	uint64_t starts; /* bit i: at the i-th */
	uint32_t before; /* runs that began at lower positions */
	uint32_t unused;
};

/* A /16 of IPv6 in 2^bits buckets of equal width. */
struct slot {
	uint32_t bucket; /* its first */
	uint32_t bits;	 /* 0..16 */
};

struct step4 {
	uint32_t from, value;
};

_Static_assert(sizeof(struct run) == 8 && sizeof(struct node) == 16 && sizeof(struct slot) == 8 &&
		       sizeof(struct step4) == 8 && sizeof(struct as_name) == 8,
	"no byte of a file is left to chance");

/* X(type, name) */
#define TABLE_PARTS(X)                                                                             \
	X(char, key) /* what identifies the files that it was made from */                         \
	X(struct node, nodes)                                                                      \
	X(struct run, runs)                                                                        \
	X(struct node, split_nodes)                                                                \
	X(struct run, split_runs)                                                                  \
	X(struct slot, v6_slots)                                                                   \
	X(uint32_t, v6_buckets)                                                                    \
	X(__uint128_t, v6_from)                                                                    \
	X(struct run, v6_runs)                                                                     \
	X(struct step4, countries) /* of IPv4, values as country_value() */                        \
	X(struct as_name, name_slots)                                                              \
	X(char, name_texts)                                                                        \
	X(char, country_version) /* terminated, like the next */                                   \
	X(char, asn_version)

struct tables {
#define X(type, name)                                                                              \
	type *name;                                                                                \
	size_t name##_count;
	TABLE_PARTS(X)
#undef X
	void *mapped; /* the file that holds the parts, read-only; NULL: each is owned */
	size_t mapped_bytes;
};

/* Whether every index in them leads to something, so that no look-up can leave them. About 1 ms. */
bool tables_are_sound(const struct tables *t);
void tables_done(struct tables *t);

/* The place of a stretch. */
struct run run_of(const struct joint *j);
