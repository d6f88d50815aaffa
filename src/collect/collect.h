/* A collector: receives what sensors send, and keeps it until the store has it. Its folder:
 *   inbox/SENSOR/EPOCH-SEQUENCE.pcapng.zst   taken, on the disk, not yet in the store
 *   known/SENSOR/EPOCH                       what was ever taken: collect/taken.h
 *   quarantine/SENSOR/NAME, NAME.reason      not accepted: collect/quarantine.h
 *   sensors/NAME.json                        the last heartbeat
 *   identity/                                collect/ca.h, collect/allow.h
 *   tmp/                                     what is being received
 * A segment is answered with 201 when its file and the folder it is in, then its record and the folder of that, are on the disk,
 * in this order: so after any crash what was promised is there, and what is there without a record is found at the next
 * start. Whoever loads the inbox takes files out of it; nothing in it ever changes. */
#pragma once

#include "collect/desk.h"
#include "collect/request.h"

struct collect;

/* One request that was answered, for the audit: each but heartbeats and questions that went well. */
struct collect_event {
	const char *method, *path;
	const char *sensor;		  /* "" when nobody said who he is, or somebody whom we do not know */
	const struct spool_name *segment; /* NULL: it was about none */
	const char *digest;		  /* of the body, hexadecimal; "" */
	unsigned int status;
	const char *why; /* the line that was answered when it was refused; else "" */
	uint64_t bytes;	 /* of the body */
	bool ahead;	 /* the sensor's clock is ahead of ours */
};

struct collect_options {
	const char *folder;
	/* "ADDRESS:PORT", "[ADDRESS]:PORT", the path of a socket, or "none" */
	const char *listen, *listen_proxied, *listen_metrics;
	unsigned int threads, connections, per_address;
	uint64_t daily_bytes, free_bytes_min, quarantine_bytes;
	const struct collect_route *routes; /* beside those of src/collect/routes.c */
	size_t route_count;
	void *context; /* of what follows and of routes; any thread calls */
	void (*told)(void *context, const struct collect_event *event);
	void (*taken)(void *context, const char *sensor, const struct spool_name *name); /* into the inbox; may be NULL */
};

/* What the start found of a run that did not end in order. */
struct collect_found {
	uint64_t swept;	   /* half received: removed */
	uint64_t taken_up; /* in the inbox without a record */
	uint64_t set_aside; /* in the inbox, but no segments */
};

/* Opens the folder (-EBUSY: another collector has it), repairs, listens. */
int collect_start(const struct collect_options *options, struct collect **ret, struct collect_found *ret_found,
	struct err *e) MUST_USE;
/* Ends what is under way within moments: what was not answered is sent again. */
void collect_stop(struct collect *c);
AUTO_RELEASE(struct collect, collect_stop);

/* Where it listens, as text: the port that the system chose for port 0. "" when it does not. */
const char *collect_address(const struct collect *c, enum collect_listener listener);
struct desks *collect_desks(struct collect *c);
/* Requests since the start, of all sensors and of nobody. */
uint64_t collect_count(const struct collect *c, enum collect_verdict verdict);
/* Why nothing can be taken at the moment: -ENOSPC ...; 0 when it can. */
int collect_healthy(struct collect *c, struct err *e) MUST_USE;
