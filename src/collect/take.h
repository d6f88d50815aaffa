/* A segment becomes part of the inbox: for good when it returns. */
#pragma once

#include "collect/desk.h"

/* tmp_fd/from, whose descriptor is fd, is the judged segment of that name. Returns VERDICT_taken, VERDICT_had (the same is
 * here already), VERDICT_conflict (another one is), or -errno. What stood there before is never replaced; from stays where it is. */
int take_segment(struct desk *d, const struct spool_name *name, const struct judged *j, int fd, int tmp_fd, const char *from,
	int64_t now_s, struct err *e) MUST_USE;
/* A file of the inbox without a record, of a run that ended between the two, gets it. -EBADMSG when it is no segment of this
 * sensor. Under the desk's lock. */
int take_up(struct desk *d, const struct spool_name *name, int64_t now_s, struct err *e) MUST_USE;
/* Judges what an open file holds; its digest too. */
int take_judge(int fd, const char *sensor, const struct spool_name *name, int64_t now_s, struct judged *ret,
	struct err *e) MUST_USE;
