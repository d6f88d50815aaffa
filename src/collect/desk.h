/* A collector's place for one sensor: its folders, what it may still send today, what was taken of it. */
#pragma once

#include "collect/judge.h"

#include <pthread.h>

/* How a request ended, for the audit and for counting. X(name, status) */
#define COLLECT_VERDICTS(X)                                                                        \
	X(ok, WIRE_OK)                                                                             \
	X(taken, WIRE_TAKEN)                                                                       \
	X(had, WIRE_HAD)                                                                           \
	X(forbidden, WIRE_FORBIDDEN)                                                               \
	X(conflict, WIRE_CONFLICT)                                                                 \
	X(too_large, WIRE_TOO_LARGE)                                                               \
	X(unusable, WIRE_UNUSABLE)                                                                 \
	X(too_many, WIRE_TOO_MANY)                                                                 \
	X(unavailable, WIRE_UNAVAILABLE)                                                           \
	X(full, WIRE_FULL)                                                                         \
	X(other, 0)

enum collect_verdict {
#define X(name, status) VERDICT_##name,
	COLLECT_VERDICTS(X)
#undef X
	COLLECT_VERDICT_COUNT
};

/* "taken" */
const char *collect_verdict_name(enum collect_verdict verdict);
/* Of a status that is none of these: other. */
enum collect_verdict collect_verdict_of(unsigned int status);

enum { DESK_UPLOADS_MAX = 4 /* of one sensor at once */ };

struct desk {
	struct desk *next; /* of the list; newer ones first */
	char sensor[SEGMENT_SENSOR_MAX + 1];
	int inbox_fd, known_fd, quarantine_fd;
	pthread_mutex_t lock; /* of all below, and of taking a segment */
	int64_t day;	      /* since 1970, of bytes */
	uint64_t bytes;	      /* sent in it */
	unsigned int uploads; /* now */
	bool has_epoch;
	uint8_t epoch[SEGMENT_EPOCH]; /* of the newest segment */
	int64_t clock_ns;	      /* the sensor's clock at its beginning */
	struct taken_sum sum;	      /* of that epoch */
	int64_t taken_s;	      /* when one was taken last; 0: never */
	uint64_t quarantine_bytes;    /* about */
	uint64_t counts[COLLECT_VERDICT_COUNT]; /* of its requests since the start */
};

/* Folders of the collector, below which the sensors have theirs. */
struct desk_folders {
	int inbox_fd, known_fd, quarantine_fd;
};

struct desks {
	struct desk_folders folders;
	pthread_mutex_t lock; /* of the list; desks stay as long as it does */
	struct desk *first;
};

void desks_init(struct desks *all, const struct desk_folders *folders);
void desks_done(struct desks *all);
/* The one of a sensor, made when it is not there. Any thread. */
int desks_get(struct desks *all, const char *sensor, struct desk **ret, struct err *e) MUST_USE;
/* The newest; the others by next. Any thread. */
struct desk *desks_first(struct desks *all);

/* Counts an upload that begins: -EBUSY when as many are under way as may be, -EDQUOT when the day's bytes are used up. */
int desk_admit(struct desk *d, int64_t now_s, uint64_t daily_bytes, struct err *e) MUST_USE;
/* The end of an admitted one, of that many bytes. */
void desk_dismiss(struct desk *d, uint64_t bytes);
/* A segment was taken, and has its record; under its lock. */
void desk_note(struct desk *d, const struct spool_name *name, const struct judged *j, int64_t now_s);
void desk_count(struct desk *d, enum collect_verdict verdict);
