/* What the files of the collector share. Private to this folder. */
#pragma once

#include "collect/allow.h"
#include "collect/collect.h"
#include "collect/listen.h"

#include <stdatomic.h>

enum {
	RETRY_SOON_S = 30,   /* for what passes by itself */
	RETRY_LATER_S = 600, /* for what needs a person, or another day */
};

struct listener {
	struct collect *collect;
	enum collect_listener kind;
	struct MHD_Daemon *daemon; /* NULL: none */
	char address[LISTEN_TEXT]; /* "" when there is none */

};

enum { LISTENERS = 3 };

struct collect {
	struct collect_options options;
	int folder_fd, tmp_fd, sensors_fd, identity_fd, lock_fd;
	struct desk_folders folders;
	struct desks desks;
	struct allow_live *allow;
	struct listener listeners[LISTENERS];
	_Atomic uint64_t sequence; /* of names in tmp/ */
	_Atomic uint64_t counts[COLLECT_VERDICT_COUNT];
};

/* --- folder.c --- */
int folder_open(struct collect *c, struct err *e) MUST_USE;
void folder_close(struct collect *c);
/* After a crash: removes what is half received, gives what is in the inbox its record. */
int folder_repair(struct collect *c, struct collect_found *ret, struct err *e) MUST_USE;

/* --- server.c --- */
int server_start(struct collect *c, struct err *e) MUST_USE;
void server_stop(struct collect *c);

/* --- routes.c --- */
/* NULL when there is none. *ret_other: the path is there, with another method. */
const struct collect_route *route_find(const struct collect *c, enum collect_listener where, const char *method,
	const char *path, bool *ret_other);
