/* What the two threads share. Private to record*.c. */
#pragma once

#include "sensor/record.h"

#include <pthread.h>
#include <stdatomic.h>

enum { BUFFERS = 6 };

enum buffer_state { BUFFER_FREE, BUFFER_FILLING, BUFFER_FULL };

/* A segment that grows. The head, and data up to `ready`, are for both threads; the rest is the reader's until it is
 * full, then the sealer's. */
struct buffer {
	enum buffer_state state; /* under the lock */
	struct blocks blocks;
	_Atomic size_t ready;
	struct segment_head head;
	struct segment_tail tail;
	struct spool_name name;
	/* the sealer's */
	size_t journaled;
	bool chained; /* the digest of the segment before stands in it */
};

struct record {
	struct record_options options;
	struct ring *ring;
	struct spool *spool;
	struct buffer buffers[BUFFERS];
	pthread_mutex_t lock;
	pthread_cond_t moved; /* a buffer changed its state, or quit or failed was set */
	bool quit;	      /* under the lock: the reader is done */
	int failed;	      /* under the lock: of the sealer; negative errno */
	struct err failure;

	/* the reader's */
	struct buffer *filling;
	uint8_t epoch[SEGMENT_EPOCH];
	char boot_id[SEGMENT_BOOT + 1];
	uint64_t sequence;
	uint64_t counters[SEGMENT_COUNTER_COUNT];
	struct segment_clock ended; /* when the segment before did, and what the counters were */
	uint64_t ended_counters[SEGMENT_COUNTER_COUNT];
	int64_t ticked_ns, checkpoint_ns; /* monotonic */
	uint64_t checkpoint_lost;

	/* told by the sealer, read by the reader */
	_Atomic uint64_t given_up_packets, given_up_bodies, unwritten;
	/* told by the reader, read by the sealer for the status */
	_Atomic uint64_t told[SEGMENT_COUNTER_COUNT];
	_Atomic int64_t heard_ns; /* of the last packet; 0: none */

	/* the sealer's */
	uint8_t previous[SEGMENT_DIGEST];
	struct segment_tail carry; /* what could not be written: for the next that can */
	int64_t started_s, synced_ns, status_ns, counted_ns;
	struct spool_use use;
	struct err trouble; /* with the disk; "" when there is none */
};

/* The sealer's thread. */
void *record_seal(void *record);
/* SPOOL/status.json. */
int record_status(struct record *r, struct err *e) MUST_USE;
