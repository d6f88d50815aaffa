/* The ledger `posted`: what sensors sent, each segment once, whichever of its forms came first and to how many collectors. */
#pragma once

#include "store/store.h"

/* A segment, and how its batch was read. Sequences are of its epoch. A run is what a batch takes of one epoch: the segments
 * run_first to run_last, of which the packets from one position on and before another count; to know what became of them,
 * the segments read_from to read_to were read. */
struct posted {
	uint64_t n; /* of the batch; from 1 */
	char collector[40];
	char sensor[72];
	char epoch[40]; /* hexadecimal */
	uint64_t sequence;
	char digest[DIGEST_TEXT]; /* of the file as it came */
	uint64_t level;		  /* 0 whole, 1 without payloads, 2 counters alone */
	uint64_t covers_from;	  /* a segment with counters alone may speak for those from here on, too */
	int64_t observed_from_s, observed_to_s; /* by the sensor's clock */
	int64_t taken_s;			/* when it came, by the collector's */
	uint64_t packets, heard;		/* in it; by the ring in its time */
	uint64_t lost_ring, lost_interface;	/* in its time */
	uint64_t lost_spool;			/* given up for want of room, by it and those it speaks for */
	uint64_t bodies_cut;			/* packets without their payload, likewise */
	uint64_t addresses;			/* of the sensor */
	uint64_t stretch; /* the first segment of those that follow each other up to this one on the same day (UTC) */
	uint64_t read_from, run_first, run_last, read_to;
	uint64_t from_sequence, from_packet, to_sequence, to_packet;
};

/* Those of keys (sensor, epoch and sequence) that are known, sorted so, and the numbers of their batches; *ret is owned by the
 * caller. Returns the number. */
int store_posted_find(struct store *s, const struct posted *keys, size_t count, struct posted **ret, struct err *e) MUST_USE;
/* All of a batch; likewise. */
int store_posted_batch(struct store *s, uint64_t n, struct posted **ret, struct err *e) MUST_USE;
/* A row of each run that may hold packets of that time, by sensor and batch; likewise. */
int store_posted_runs(struct store *s, struct span period, struct posted **ret, struct err *e) MUST_USE;
/* The number of the newest batch, which is at least `after`. */
int store_posted_last(struct store *s, uint64_t after, uint64_t *ret, struct err *e) MUST_USE;
/* Claims a batch: all rows have its n, which nobody had when it was chosen, and our collector. 1: it is ours, for ever. 0: another
 * was faster and nothing happened: look anew what is known, and take the next n. */
int store_posted_claim(struct store *s, const struct posted *batch, size_t count, struct err *e) MUST_USE;

/* The coverage of the stretches that a batch touches, anew; since_s: about a day before the earliest of its segments. When a
 * segment was observed, for as long as its clock did not run ahead of the collector's by more than a day. */
int store_posted_cover(struct store *s, uint64_t n, int64_t since_s, struct err *e) MUST_USE;

/* 1 when sensors posted anything at all, 0 when not. */
int store_posted_any(struct store *s, struct err *e) MUST_USE;

/* A segment that a collector set aside. */
struct posted_refusal {
	char collector[40], sensor[72], name[256], reason[512];
	int64_t refused_s;
};

/* The same again changes nothing. */
int store_refused_put(struct store *s, const struct posted_refusal *list, size_t count, struct err *e) MUST_USE;

/* What a sensor sent in some time. */
struct posted_sum {
	char sensor[72];
	uint64_t segments, packets, heard, lost_ring, lost_interface, lost_spool, bodies_cut; /* as in struct posted */
	uint64_t missing; /* segments that did not come so far, and that none speaks for */
	uint64_t refused; /* segments that were set aside */
	int64_t newest_s, taken_s; /* the newest by the sensor's clock, by the collector's; 0: none */
};

/* By sensor; *ret is owned by the caller. Returns the number. */
int store_posted_sums(struct store *s, struct span period, struct posted_sum **ret, struct err *e) MUST_USE;
