/* What a route of the collector's HTTP gets and gives. A route is a row of a table: collect/routes.c, or those of whoever
 * starts a collector. */
#pragma once

#include "base/buf.h"
#include "collect/desk.h"

enum collect_listener {
	COLLECT_TLS = 1,     /* sensors */
	COLLECT_PROXIED = 2, /* sensors that nginx hands on */
	COLLECT_PLAIN = 4,   /* supervision */
};

struct collect_reply {
	unsigned int status;
	unsigned int retry_s;	/* 0: no Retry-After */
	const char *type;	/* of the body; NULL: text */
	struct buf body;
};

struct collect_request {
	struct collect *collect;
	void *context; /* of collect_options */
	const struct collect_route *route;
	const char *path;
	struct MHD_Connection *connection; /* only for collect/server.c: collect_header() asks it */
	struct desk *desk;		   /* of the sensor; NULL where the route needs none */
	int64_t now_s;			   /* when it came */
	uint64_t announced;		   /* Content-Length; UINT64_MAX: none */
	uint64_t received;		   /* bytes of the body so far */
	struct buf body;		   /* of routes without data() */
	struct post *post;		   /* of a segment: collect/post.h */
	bool told;			   /* answered, and in the audit */
	struct collect_reply reply;	   /* its status is 0 until something was decided: then what comes is let pass */
};

struct collect_route {
	const char *method;
	const char *path;   /* whole; everything below it when it ends with a slash */
	unsigned int where; /* enum collect_listener, together */
	bool sensor;	    /* only for those who are allowed to send */
	size_t body_max;
	void (*begin)(struct collect_request *r); /* before the body; may be NULL */
	void (*data)(struct collect_request *r, const void *data, size_t len); /* NULL: into r->body */
	void (*answer)(struct collect_request *r);				/* unless it is decided */
	void (*end)(struct collect_request *r); /* whatever happened; may be NULL */
};

/* A header of the request; NULL when it is not there. */
const char *collect_header(const struct collect_request *r, const char *name);
/* Decides: a status and a line of text. The first decision stays. */
void collect_decide(struct collect_request *r, unsigned int status, unsigned int retry_s, const char *format, ...)
	PRINTF(4, 5);
