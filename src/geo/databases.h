/* The files from which the tables of places are made. */
#pragma once

#include "base/buf.h"
#include "geo/names.h"
#include "geo/steps.h"

struct database {
	struct buf path;
	bool is_packaged;
};

struct databases {
	struct database country; /* an MMDB */
	struct database asn;	 /* an MMDB, a .csv, or a folder with two of them */
};

/* The paths as geo_open() has them, there or not. -ENOMEM. */
int databases_find(struct databases *d, const char *country, const char *asn, const char *deps,
	struct err *e) MUST_USE;
void databases_done(struct databases *d);

/* Adds a line for each file that the tables depend on, package.json too: real path, size, times of
 * the last change to the nanosecond, inode. Other contents give another text. */
void databases_identify(const struct databases *d, struct buf *out);
/* The same for the same real paths, whatever is in the files. */
uint64_t databases_number(const struct databases *d);

/* All that the files say. */
struct facts {
	struct step_lists countries; /* values are country_value() */
	struct step_lists systems;   /* values are AS numbers */
	struct as_names names;
	struct buf country_version, asn_version;
};

/* Errors are those of geo_open(). */
int databases_read(const struct databases *d, struct facts *ret, struct err *e) MUST_USE;
void facts_done(struct facts *f);

static inline void auto_databases_done(struct databases *d)
{
	databases_done(d);
}

static inline void auto_facts_done(struct facts *f)
{
	facts_done(f);
}
