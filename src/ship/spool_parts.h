/* What the files of the spool share. Private to this folder. */
#pragma once

#include "ship/spool.h"

#include <sys/types.h>

struct spool {
	struct spool_options options;
	char *path; /* of the folder; options.folder points to it */
	int folder_fd, out_fd, tmp_fd, rejected_fd, lock_fd;
	uint64_t out_bytes; /* about; never less than there is, between counts */
	uint64_t given_up_packets, given_up_bodies;
	int64_t age_checked_s;
	int journal_fd; /* -1: none */
	struct spool_name journal;
};

#define SPOOL_SUFFIX ".pcapng.zst"
#define JOURNAL_SUFFIX ".pcapng"

/* "SPOOL/FOLDER/NAME: cannot WHAT: why", from errno; returns -errno. */
int spool_failed(const struct spool *s, const char *name, struct err *e);
struct spool_manner {
	mode_t mode;
	int64_t mtime_s; /* 0: now */
	bool unsynced;	 /* it need not survive a power cut */
};

/* Whole and on disk under its name in that folder of the spool, or not there. */
int spool_put_file(struct spool *s, int folder_fd, const char *name, const uint8_t *data, size_t len,
	const struct spool_manner *manner) MUST_USE;
/* *ret is owned by the caller, with room for a zero. -EBADMSG when it is no file or longer than max. */
int spool_get_file(int folder_fd, const char *name, size_t max, uint8_t **ret, size_t *ret_len) MUST_USE;
/* Opens the folders below it, which are made first unless it is only joined. */
int spool_open_folders(struct spool *s, bool joins, struct err *e) MUST_USE;
/* All zeros but the path; NULL without memory. */
struct spool *spool_new(const struct spool_options *options);
/* rejected/NAME.reason. */
void spool_give_reason(struct spool *s, const char *name, const char *reason);
/* Compresses and puts a file into out/, whole or not at all; replaces one of that name. mtime_s 0: now. */
int spool_put(struct spool *s, const char *name, const struct blocks *raw, int64_t mtime_s,
	uint8_t ret_digest[SEGMENT_DIGEST], struct err *e) MUST_USE;
/* A file of out/, whole: its segment and the digest of what lies there. *ret_raw is owned by the caller. */
int spool_get(const struct spool *s, const char *name, struct segment_info *ret, uint8_t **ret_raw,
	size_t *ret_len, uint8_t ret_digest[SEGMENT_DIGEST], struct err *e) MUST_USE;
/* Calls each() for the entries of a folder but "." and ".."; until it returns less than 0. */
int spool_each(int folder_fd, int (*each)(void *context, const char *name, struct err *e), void *context,
	struct err *e) MUST_USE;
/* Seals journals that were left, removes what is half-written. */
int spool_repair(struct spool *s, struct spool_found *ret, struct err *e) MUST_USE;
/* One step to have fewer bytes in out/: 1 something was given up, 0 there is nothing more. */
int spool_give_up(struct spool *s, uint64_t bytes_max, int64_t older_than_s, enum segment_gap_reason reason,
	struct err *e) MUST_USE;
