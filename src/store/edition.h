/* Which reports were made of which data: so that one that is made again of other data says so. */
#pragma once

#include "store/store.h"

/* What a report is about. */
struct edition_subject {
	struct span period, versus;
	const char *filter; /* as text; "": all */
};

struct edition {
	int64_t made_s;
	uint64_t data;	  /* version of the data of its periods; from 1 */
	uint64_t packets; /* of its period */
};

/* A number that grows with each change of what the periods hold, and with nothing else; 0: they hold nothing. */
int store_data_version(struct store *s, struct span period, struct span versus, uint64_t *ret, struct err *e) MUST_USE;
/* The newest report of the same that was made of data other than `data`: 1; 0: there is none. */
int store_edition_before(struct store *s, const struct edition_subject *subject, uint64_t data, struct edition *ret,
	struct err *e) MUST_USE;
/* Notes one that was made; nothing when the newest is of the same data. */
int store_edition_put(struct store *s, const struct edition_subject *subject, const struct edition *edition, struct err *e) MUST_USE;
