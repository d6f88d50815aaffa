/* Which segments of the inbox are ready, and how they are read: so that the store gets the same rows as from one capture that
 * holds all of their packets.
 *
 * What ends with a segment in a capture of its own does not end for the sensor: a minute whose repeats merge, a burst of first
 * data, the second packet of a handshake. So segments that follow each other are read as one stream. Those before (LEAD_S) are
 * read again first, for what is known of their conversations and of rules that count; those behind are read on until the last
 * minute is over and its bursts have ended (TAIL_S). Of the stream, the packets from one position to another go to the store:
 * from where the run before ended to the first packet that is of another minute than the last segment's last. These positions
 * are in the claim, so that every packet is in exactly one run, whatever the sensor's clock does and whenever we crash. */
#pragma once

#include "prog/inbox.h"

enum { LEAD_S = 300, LEAD_SEGMENTS = 64, TAIL_S = 10 };

/* Files [first, last] of the list are to be taken now, read up to [read_to]. */
struct planned {
	size_t first, last, read_to;
	const struct posted *before; /* of the run that they go on from; NULL: none */
	bool goes_on; /* the next run will go on from where this one ends; else it takes all of its last segment */
};

struct plan_question {
	const struct inbox_list *list;
	const struct posted *known; /* sorted by sensor, epoch and sequence; with the neighbours of all files */
	size_t known_count;
	int64_t now_s;
	int64_t wait_s; /* so long a segment waits for those before and behind it; below 0: not at all */
};

/* The first run that is ready of the sensor whose files are [from, to); false: none. Files that are known or settled are no
 * part of it. */
bool collected_plan(const struct plan_question *q, size_t from, size_t to, struct planned *ret);
/* What is known of a segment; NULL: nothing. */
const struct posted *collected_known(const struct plan_question *q, const struct posted *key, uint64_t sequence);
/* The minute that goes on over the border before file `next`: of the last packet before it, or of the border itself. */
int64_t collected_minute(const struct inbox_file *before, const struct inbox_file *next);
