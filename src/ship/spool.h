/* The spool: a folder of sealed segments that wait to be sent. Survives kill -9, power cuts and full disks; bounded.
 *   out/EPOCH-SEQUENCE.pcapng.zst            sealed: whole, synced, never changed (mode 0440)
 *   out/EPOCH-SEQUENCE-headers.pcapng.zst    the same without payloads   } what it becomes
 *   out/EPOCH-SEQUENCE-counters.pcapng.zst   without packets             } when there is no room
 *   tmp/EPOCH-SEQUENCE.pcapng                the journal of the one that grows
 *   rejected/                                what could not be repaired (beside it NAME.reason), or a collector refused
 *   lock, status.json
 * EPOCH is 32 hexadecimal digits, SEQUENCE 20 decimal digits, so that names sort by sequence. Whoever sends removes a
 * segment from out/ when it was taken; that may happen at any time. One writer at a time. */
#pragma once

#include "ship/segment.h"

#include <limits.h>

struct spool;

struct spool_options {
	const char *folder;
	uint64_t bytes_max;	 /* of all files in out/, as they lie on disk */
	uint64_t free_bytes_min; /* of the disk */
	uint64_t age_max_s;
};

enum spool_level { SPOOL_WHOLE, SPOOL_HEADERS, SPOOL_COUNTERS };

struct spool_name {
	uint8_t epoch[SEGMENT_EPOCH];
	uint64_t sequence;
	enum spool_level level;
};

enum { SPOOL_NAME_MAX = 96 };

/* A segment in out/. Reduced ones keep the time at which they were sealed. */
struct spool_file {
	struct spool_name name;
	int64_t sealed_s;
	uint64_t bytes; /* as it lies on disk */
};

/* For qsort: by time, within a second by epoch and sequence. */
int spool_file_compare(const void *left, const void *right);

/* "EPOCH-SEQUENCE[-headers|-counters].pcapng.zst"; false when it is another file. */
bool spool_name_parse(const char *name, struct spool_name *ret);
char *spool_name_print(const struct spool_name *name, char out[SPOOL_NAME_MAX]);

/* What spool_open() found of a run that did not end in order. */
struct spool_found {
	uint64_t repaired, set_aside;
};

struct spool_use {
	uint64_t segments, bytes;
	uint64_t given_up_packets, given_up_bodies; /* since spool_open() */
};

/* Makes the folders, takes the lock (-EBUSY: another sensor has it), repairs what is torn. */
int spool_open(const struct spool_options *options, struct spool **ret, struct spool_found *ret_found,
	struct err *e) MUST_USE;
/* Releases the lock. A journal stays: the next spool_open() seals it. */
void spool_close(struct spool *s);
AUTO_RELEASE(struct spool, spool_close);
/* Ready for reading folders below it: the descriptor of the folder, for Landlock. */
int spool_folder(const struct spool *s);

/* Appends to the journal of that segment: data are all its bytes so far, of which the first `done` are there already.
 * sync: and waits for the disk. */
int spool_journal(struct spool *s, const struct spool_name *name, const uint8_t *data, size_t done,
	size_t len, bool sync, struct err *e) MUST_USE;
/* Seals what segment_end() has ended, and removes its journal. Makes room first and, when the disk is full, once more;
 * then fails with -ENOSPC, leaving nothing behind. */
int spool_seal(struct spool *s, const struct spool_name *name, const struct blocks *raw,
	uint8_t ret_digest[SEGMENT_DIGEST], struct err *e) MUST_USE;
/* Gives up what is too much or too old. Cheap while there is nothing to do. */
int spool_make_room(struct spool *s, int64_t now_s, struct err *e) MUST_USE;
/* Counts anew, as segments are removed by who sends them. */
int spool_count(struct spool *s, struct spool_use *ret, struct err *e) MUST_USE;
/* SPOOL/NAME, replaced at once; without waiting for the disk. */
int spool_write_text(struct spool *s, const char *name, const char *text, size_t len, struct err *e) MUST_USE;

/* --- for who sends: all of this beside a sensor that writes, and gives up what is not sent yet --- */

/* Without lock and repair. -ENOENT when no sensor has made it. To be closed as any other. */
int spool_join(const char *folder, struct spool **ret, struct err *e) MUST_USE;
/* SPOOL/NAME, owned by the caller; NULL when it is not there. -EBADMSG when it is longer. */
int spool_read_text(const struct spool *s, const char *name, size_t max, char **ret, struct err *e) MUST_USE;
/* When out/ was last changed. */
int64_t spool_changed_ns(const struct spool *s);
/* Calls each() for the segments in out/, in no order. */
int spool_list(struct spool *s, void (*each)(void *context, const struct spool_file *file), void *context,
	struct err *e) MUST_USE;
/* The bytes of one, at most SEGMENT_BYTES_MAX, owned by the caller. -ENOENT when it is gone, in this form at least. */
int spool_load(const struct spool *s, const struct spool_name *name, uint8_t **ret, size_t *ret_len,
	uint8_t ret_digest[SEGMENT_DIGEST], struct err *e) MUST_USE;
/* It was taken; that it is gone already is as good. */
int spool_remove(struct spool *s, const struct spool_name *name, struct err *e) MUST_USE;
/* It never will be: these bytes of it go into rejected/, with a reason. It stays in out/. */
int spool_reject(struct spool *s, const struct spool_name *name, const uint8_t *data, size_t len,
	const char *reason, struct err *e) MUST_USE;
/* Removes the oldest of rejected/ until it has no more than so many bytes. *ret_segments: what is left. */
int spool_bound_rejected(struct spool *s, uint64_t bytes_max, uint64_t *ret_segments, struct err *e) MUST_USE;
