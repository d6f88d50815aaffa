/* One insert on its way, on a thread and a connection of its own, so that the engine works on several tables of a block
 * at once. */
#pragma once

#include "store/internal.h"
#include "store/native.h"

#include <pthread.h>

struct parcel {
	struct native native;	     /* what is sent; owned */
	struct rollup rollup;	     /* what native points into; all zero where there is none */
	char sql[80], settings[640]; /* for request */
	struct request request;
	struct http *lane;
	pthread_t thread;
	bool sent;   /* begun */
	bool in_thread;
	int result;  /* after the thread's end */
};

/* Begins to send parcel->native to the table. Everything that it points into must stay until parcel_wait(). */
void parcel_send(struct parcel *p, struct store *s, size_t lane, const char *table, const char *token);
/* Waits until it is in. What failed on its own connection (broken, no memory left beside the other inserts ...) is sent
 * again over the store's: the token makes that harmless. */
int parcel_wait(struct parcel *p, struct store *s, struct err *e) MUST_USE;
/* Waits for its own connection only: for when the block has failed anyhow, so that a server that is gone is not waited for
 * once for each table. */
void parcel_stop(struct parcel *p);
/* After parcel_wait() or parcel_stop(), or when nothing was sent. */
void parcel_done(struct parcel *p);
