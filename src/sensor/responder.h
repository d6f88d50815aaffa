/* From the ring to respond_to() and out again: the loop of the process that answers. Without
 * allocation. */
#pragma once

#include "capture/ring.h"
#include "respond/respond.h"

#include <signal.h>

/* A socket that sends frames on the interface and hears nothing. Needs CAP_NET_RAW. */
int responder_socket(const char *interface, int *ret, struct err *e) MUST_USE;

/* Until *stop is set or the interface is gone. Says each minute, and at its end, what became of
 * what it heard. */
int responder_run(struct respond *respond, struct ring *ring, int socket,
	const volatile sig_atomic_t *stop, struct err *e) MUST_USE;
