/* When each sensor observed, as far as is known at now_s: the spans behind every exposure. */
#pragma once

#include "analysis/analysis.h"

struct observed_sensor {
	size_t index; /* in the plant */
	uint64_t addresses;
	struct span *spans; /* sorted, not overlapping; owned */
	size_t count;
};

/* The sensors that a filter can match. */
struct observed {
	struct observed_sensor *sensors;
	size_t count;
};

/* What is known of the sensors of a plant by captures. */
struct captured {
	const struct plant *plant;
	const struct coverage *coverage; /* of one sensor: sorted by time, not overlapping */
	size_t count;
	int64_t now_s; /* nothing later was observed */
};

int observed_of(const struct captured *by, const struct expr *where, struct observed *ret,
	struct err *e) MUST_USE;
/* The same with the captures of the store. */
int observed_load(const struct analysis *a, const struct expr *where, struct observed *ret,
	struct err *e) MUST_USE;
void observed_done(struct observed *o);
static inline void auto_observed_done(struct observed *o)
{
	observed_done(o);
}

/* IP-days in [from_s, to_s) of one sensor of the plant, or of all with only = -1. Whole seconds and
 * addresses are summed exactly; one division follows. */
double observed_ip_days(const struct observed *o, int64_t from_s, int64_t to_s, int only);

/* What is left of [service.from_s, service.to_s) between outages (sorted, not overlapping):
 * appended to o. */
int observed_add_span(struct observed_sensor *o, struct span service, const struct span *outages,
	size_t count, struct err *e) MUST_USE;
