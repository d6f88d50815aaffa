/* Which sensors a capture is looked at with: all configured ones, one of them, or one that only
 * this capture knows. */
#pragma once

#include "prog/prog.h"

struct matching {
	const struct plant *plant;
	bool inference_cut; /* more pairs of addresses than could be looked at: addresses may be missing */
	int only;	  /* index in plant, -1: all of it */
	struct plant own; /* of a sensor that is not configured */
};

struct matching_question {
	const char *sensor;		/* NULL: nobody named one */
	const struct prefix *addresses; /* of a sensor that is not configured, as given */
	size_t address_count;
	const char *path; /* the capture, for inferring addresses */
	uint64_t bytes;	  /* of it, decompressed */
	bool remember;	  /* tell the store of the sensor */
};

/* The name of the one sensor that a capture is looked at with, where it is not configured; NULL: it is. */
const char *matching_own_name(const struct prog *p, const char *sensor);
/* The configured sensors; or `sensor` with its configured, given or known addresses; or, where
 * nobody told any, with the addresses inferred from this capture alone, so that the order of
 * imports does not matter. Points into q and p. */
int matching_find(struct prog *p, const struct matching_question *q, struct matching *ret,
	struct err *e) MUST_USE;
/* The addresses of its sensor were inferred. */
bool matching_is_inferred(const struct matching *m);
void matching_done(struct matching *m);
