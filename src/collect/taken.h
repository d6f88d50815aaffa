/* What was ever taken of a sensor: known/SENSOR/EPOCH is a file of records of 64 bytes, each at the place of its sequence, so
 * that one read says whether a segment is known, without an index in memory, for as long as the files are kept (a sensor that
 * sends every minute makes 34 MB a year). A record is written and synced as a whole within a sector; one that is torn all the
 * same fails its check and counts as not there: then the segment is taken once more, which the store's ledger recognises.
 * Little-endian: digest 32, packets u64, lost u64, given up u32, level u8, 3 zeros, first 8 bytes of the SHA-256 of these. */
#pragma once

#include "ship/spool.h"

enum {
	TAKEN_RECORD = 64,
	/* Over 8,000 years of a segment a minute; larger ones would make holes that no file system allows. */
	TAKEN_SEQUENCE_MAX = UINT32_MAX,
};

struct taken {
	uint8_t digest[SEGMENT_DIGEST];
	uint64_t packets;  /* in it */
	uint64_t lost;	   /* before they were written, and in its gaps */
	uint32_t given_up; /* segments that its gaps name, beside itself */
	enum spool_level level;
};

struct taken_sum {
	uint64_t count, packets, lost, given_up;
	uint64_t end; /* the largest sequence and one; 0: none */
};

/* known_fd: the folder of a sensor. 1 and the record, or 0 when it is not known. */
int taken_find(int known_fd, const uint8_t epoch[SEGMENT_EPOCH], uint64_t sequence, struct taken *ret, struct err *e) MUST_USE;
/* On the disk when it returns 0. */
int taken_put(int known_fd, const uint8_t epoch[SEGMENT_EPOCH], uint64_t sequence, const struct taken *t,
	struct err *e) MUST_USE;
/* What was written before, perhaps without having been synced, is on the disk. */
int taken_sync(int known_fd, const uint8_t epoch[SEGMENT_EPOCH], struct err *e) MUST_USE;

void taken_sum_add(struct taken_sum *s, uint64_t sequence, const struct taken *t);
/* Segments below the end that neither came nor are named by a gap. */
uint64_t taken_sum_missing(const struct taken_sum *s);
/* Of all records of an epoch. */
int taken_sum_read(int known_fd, const uint8_t epoch[SEGMENT_EPOCH], struct taken_sum *ret, struct err *e) MUST_USE;
/* The epoch of which something was taken last, and when: 1, or 0 when there is none. */
int taken_newest(int known_fd, uint8_t ret[SEGMENT_EPOCH], int64_t *ret_s, struct err *e) MUST_USE;
