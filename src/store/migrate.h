/* The tables as today's program has them. */
#pragma once

#include "store/internal.h"

/* From schema `from` (0: there is none yet) on. Errors: as store_open(). */
int migrate(struct store *s, const struct store_options *options, uint64_t from, struct err *e) MUST_USE;
/* How many statements that change the store run just now, whoever sent them. */
int migrate_running(struct store *s, uint64_t *ret, struct err *e) MUST_USE;
/* The number of today's schema. */
uint64_t migrate_newest(void);
