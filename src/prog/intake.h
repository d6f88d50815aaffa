/* One capture into the store, exactly once: the line decode - observe - geo - flow - store. */
#pragma once

#include "prog/archive.h"
#include "prog/budget.h"
#include "prog/known.h"
#include "prog/prog.h"
#include "prog/sender.h"

struct intake {
	struct prog *prog;
	struct archive archive;
	const struct geo *geo;
	struct flow *flow;     /* these only while a capture is under way */
	struct sender *sender;
	struct labels *labels; /* of its accesses */
	struct rulebooks *rulebooks; /* that captures share */
	struct budget *budget; /* that captures share; NULL: there is only one at a time */
	const char *sensor;		/* --sensor, NULL: all configured sensors */
	const struct prefix *addresses; /* --addresses, for a sensor that is not configured */
	size_t address_count;
	bool keep; /* a copy in the archive */
	const struct known *known; /* what the store had before; const, for any number of intakes */
	struct progress_all *all; /* where progress is shown; NULL: a line for each file */
	uint64_t file_bytes;      /* of the file that comes next, for that */
	struct digest_known own; /* what was taken in since intake_forget(), besides what the store had before */
};

/* What became of a file. */
struct intake_result {
	struct segment segment;
	bool known;    /* was complete before: nothing changed */
	bool resumed;  /* had been begun before */
	bool inferred; /* its sensor's addresses were inferred */
	bool inference_cut; /* from the first part of the capture alone */
	uint64_t odds[ODD_COUNT];
	uint64_t payloads_not_kept;
	uint64_t labels_refused; /* tags and texts of SYNs that found no room */
	uint64_t coarse, without_source; /* accesses in rows of less detail; of them, without their source */
	struct err damage; /* where the file is damaged; what came before that was taken in. "" when it is whole */
	double seconds;
};

/* in->known and what --sensor and --addresses say are set by then. */
int intake_init(struct intake *in, struct prog *p, const struct geo *geo, struct err *e) MUST_USE;
void intake_done(struct intake *in);
/* path "-" is standard input; name is what people call it. The same bytes again change nothing,
 * whatever their name or compression. After a crash the next call with the same bytes completes
 * what was begun. */
int intake_file(struct intake *in, const char *path, const char *name, struct intake_result *ret,
	struct err *e) MUST_USE;
/* From here on no capture begins with one that came before since the last call: what it would be compared with need not
 * grow with the number of captures. */
void intake_forget(struct intake *in);
/* Completes everything that was begun and whose copy or origin still is there. Calls done for each. */
int intake_resume(struct intake *in, void (*done)(const struct intake_result *result),
	struct err *e) MUST_USE;
