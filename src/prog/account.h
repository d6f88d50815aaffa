/* What is counted of the frames of one capture, whatever becomes of its accesses. */
#pragma once

#include "capture/frame.h"
#include "prog/intake.h"
#include "prog/matching.h"

struct account {
	struct intake_result *result; /* its segment's counts and its odds */
	int64_t now_s;
	bool has_time;		  /* result->segment has first_s and last_s */
	struct span covered;	  /* the same without frames of a wrong clock; to_s inclusive */
	uint64_t *sensor_packets; /* accesses of each sensor of the plant; owned */
};

int account_begin(struct account *a, struct intake_result *result, const struct matching *m,
	int64_t now_s, struct err *e) MUST_USE;
void account_done(struct account *a);
/* odds are the packet's. Accesses are to be added to sensor_packets, too. */
void account_frame(
	struct account *a, const struct frame *frame, uint32_t odds, enum verdict verdict);
/* What the capture itself says was observed, packets or not: it counts when its packets lie in it and our clock does not
 * contradict. */
void account_observed(struct account *a, int64_t from_ns, int64_t to_ns);
/* What the capture is evidence for: *ret is owned by the caller. Returns the number of sensors. */
int account_coverage(const struct account *a, const struct matching *m, struct coverage **ret,
	struct err *e) MUST_USE;
