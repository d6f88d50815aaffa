/* Accesses on their way into the store, as one segment of its ledger: what importing a capture and loading what sensors
 * posted have in common. */
#pragma once

#include "prog/account.h"
#include "prog/intake.h"
#include "prog/matching.h"
#include "prog/observer.h"

struct run {
	struct intake *in;
	struct intake_result *result;
	struct matching matching;
	struct observer_setup setup;
	struct observer *observer;
	int rc;			  /* of the blocks that were sent */
	struct err failure;
	struct segment begun;	  /* what the ledger knew of it: its time is marked incomplete already */
	struct account account;
};

/* Tables of in for one segment: memory only as far as they fill. */
int run_begin_tables(struct intake *in, struct err *e) MUST_USE;
void run_end_tables(struct intake *in);
/* The rules judge it from here on, which the ledger is told. Before its first access. */
int run_begin(struct run *run, struct err *e) MUST_USE;
/* One that is ready, with its place: its row, its detections. A full block goes out; when it cannot, run->rc says so and nothing
 * more is taken. */
void run_take(struct run *run, struct judged *seen);
/* After the last access: the rest goes out. Nothing is on its way any more when this returns, whatever happened before (rc). */
int run_end(struct run *run, int rc, struct err *e) MUST_USE;
/* All blocks are in: coverage and final numbers. */
int run_complete(struct run *run, const struct coverage *coverage, size_t count, struct err *e) MUST_USE;
