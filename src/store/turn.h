/* Whose turn it is to change the tables of a server, where no file can be locked: one process at a time. */
#pragma once

#include "store/internal.h"

enum { TURN_TOKEN = 33 };

struct turn {
	char token[TURN_TOKEN]; /* "": it is not ours */
	uint64_t number;
};

/* Waits for it. Who had it and changed nothing for ten seconds has ended, and the next one takes over. */
int turn_take(struct store *s, struct turn *ret, struct err *e) MUST_USE;
/* Gives it back; does nothing when it is not ours. What fails here is left to who takes over. */
void turn_give(struct store *s, struct turn *t);
