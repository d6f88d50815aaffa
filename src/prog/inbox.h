/* A collector's folder, as far as loading goes: inbox/SENSOR/ holds segments that are not in the store yet, archive/SENSOR/DAY/
 * those that are, quarantine/SENSOR/ those that cannot be loaded, each with NAME.reason. */
#pragma once

#include "prog/prog.h"
#include "ship/spool.h"
#include "store/posted.h"

#include <limits.h>

struct inbox {
	char folder[PATH_MAX - 512];
	char collector[40]; /* by which claims are told from those of others */
	int lock_fd;
};

/* A segment in the inbox. */
struct inbox_file {
	struct posted ledger; /* all that the segment itself says; nothing of a batch */
	struct spool_name name;
	int64_t observed_to_ns, last_ns; /* by the sensor's clock; of its packets, 0: none */
	bool ends_epoch;		 /* none follows it */
	bool is_settled;		 /* nothing more is to be done with it now */
};

struct inbox_list {
	struct inbox_file *files; /* sorted by sensor, epoch and sequence */
	size_t count;
	uint64_t not_configured; /* files that wait for their sensor to be in teiten.yaml */
	uint64_t not_looked_at;	 /* too many for one time */
};

/* Takes the lock of loading (-EBUSY: another process loads from this folder) and makes the folders that are missing. */
int inbox_open(const char *folder, struct inbox *ret, struct err *e) MUST_USE;
void inbox_close(struct inbox *in);
/* For inbox_find() only: takes no lock and makes nothing. */
void inbox_look(const char *folder, struct inbox *ret);
/* What waits. What cannot be read as a segment of that sensor and number goes to quarantine; how many is added to
 * *quarantined. */
int inbox_read(struct inbox *in, const struct plant *plant, struct inbox_list *ret, uint64_t *quarantined, struct err *e) MUST_USE;
void inbox_list_done(struct inbox_list *list);
/* inbox/SENSOR/NAME */
void inbox_path(const struct inbox *in, const struct inbox_file *file, char ret[PATH_MAX]);
/* Where a segment of that number lies, in inbox or archive, in whatever form; false when it is in neither. near_s: about when
 * it was observed. */
bool inbox_find(const struct inbox *in, const char *sensor, const char *epoch, uint64_t sequence, int64_t near_s, char ret[PATH_MAX]);
int inbox_archive(const struct inbox *in, const struct inbox_file *file, struct err *e) MUST_USE;
/* For good; why is told once, on stderr and beside it. */
int inbox_quarantine(const struct inbox *in, const char *sensor, const char *name, const char *why, struct err *e) MUST_USE;
