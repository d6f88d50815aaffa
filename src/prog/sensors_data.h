/* What is known of each sensor that sends segments: by the store, and by the collector's folder if there is one here. */
#pragma once

#include "prog/prog.h"
#include "store/posted.h"

/* Numbers of a sensor in a period. X(field, English, Japanese, what it is) */
#define SENSOR_NUMBERS(X)                                                                          \
	X(segments, "segments", "セグメント", "segments taken into the store")                     \
	X(packets, "packets", "パケット", "packets in them")                                       \
	X(lost_ring, "lost: kernel", "損失:カーネル", "packets lost in the kernel for want of room in the ring") \
	X(lost_interface, "interface", "インターフェース", "packets lost between the interface and the ring")   \
	X(lost_spool, "spool", "スプール", "packets given up at the post for want of room or for age")  \
	X(bodies_cut, "bodies", "ペイロード", "packets whose payload was given up likewise")       \
	X(missing, "missing", "未着", "segments that did not come, and that none speaks for")      \
	X(refused, "refused", "隔離", "segments that were set aside")

struct sensor_state {
	struct posted_sum sums; /* of the period; its sensor is the name */
	const char *mode;	/* "passive", "reactive"; "" when it is not in teiten.yaml */
	uint64_t waiting;	/* segments in the inbox here */
	int64_t heard_s;	/* a heartbeat or a segment came; 0: never */
};

struct sensor_states {
	struct sensor_state *states; /* by name */
	size_t count;
};

/* All that are configured, or sent something. The store must be open. */
int sensors_gather(struct prog *p, struct span period, struct sensor_states *ret, struct err *e) MUST_USE;
void sensor_states_done(struct sensor_states *s);
static inline void auto_sensor_states_done(struct sensor_states *s)
{
	sensor_states_done(s);
}
