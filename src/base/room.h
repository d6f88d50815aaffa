/* Memory that is cut into arrays, for work that needs about as much again and again: a page that was touched once stays. */
#pragma once

#include "base/base.h"

struct room {
	uint8_t *bytes; /* NULL: only counts what would be taken */
	size_t size, used;
};

/* All of it is free again, and at least so many bytes; what was in it is lost. -ENOMEM. */
int room_begin(struct room *r, size_t bytes) MUST_USE;
/* The next array, at a cache line's beginning: what was there before, or zeros. Never more than room_begin() was asked for. */
void *room_take(struct room *r, size_t bytes);
/* Gives the memory back. */
void room_done(struct room *r);
