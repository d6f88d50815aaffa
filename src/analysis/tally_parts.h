/* The tally between its counting (tally.c), its bounds (tally_bounds.c) and its answer (tally_top.c). */
#pragma once

#include "analysis/tally.h"
#include "analysis/tally_keys.h"
#include "analysis/tally_pairs.h"
#include "analysis/tally_sketch.h"
#include "flow/payloads.h"
#include "flow/row.h"

/* Accesses are taken in batches, so that what they will touch is on its way from memory. */
enum { TALLY_BATCH = 128, TALLY_RECENT_BITS = 15, TALLY_ALL = 0 /* the key of all accesses */ };

struct tally_item {
	struct tally_key key;
	uint64_t hash;	 /* of the key */
	uint64_t source; /* as in pairs */
	uint32_t number; /* of the key; TALLY_NONE: it has no place */
};

struct tally {
	enum dimension dimensions[DIMENSION_COUNT];
	const struct labels *labels; /* of all accesses */
	size_t count;
	const struct expr *where;
	struct hash_key hash;
	struct tally_keys keys;
	struct tally_keys sources6; /* IPv6 sources by number */
	struct tally_pairs pairs;
	struct tally_sketches sketches;
	bool counts_payloads;
	struct payloads payloads;
	size_t payload_room; /* until payloads are to be cleared */
	int64_t hour_at_s;   /* whose hour is known */
	uint64_t hour;
	bool guessed; /* IPv6 sources without a number of their own: counts of distinct sources are estimates */
	uint64_t beyond[DIMENSION_COUNT + 1], beyond_each;
	uint64_t recent[1 << TALLY_RECENT_BITS]; /* sources + 1 that are counted in all, by hash */
	size_t item_count;
	struct tally_item items[TALLY_BATCH];
};

/* Counts what waits. */
void tally_settle(struct tally *t);
/* 64 bits of a source for sketches. */
uint64_t tally_source_hash(const struct tally *t, uint64_t source);

/* Makes room for keys; false when there is none to be had. */
bool tally_spare_keys(struct tally *t);
/* Makes room for pairs: the keys with most of them get a sketch. */
void tally_spare_pairs(struct tally *t);
