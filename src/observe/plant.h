/* The plant: which sensors there are, since when, with which addresses. */
#pragma once

#include "base/err.h"
#include "decode/addr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct yaml;

struct span {
	int64_t from_s, to_s; /* half-open, seconds since the epoch */
};

struct sensor {
	char *name;	    /* 1 to 64 of letters, digits, - _ . */
	char *organisation; /* "" when not given */
	char *region;	    /* two-letter code, "" when not given */
	struct prefix *prefixes;
	size_t prefix_count;
	uint64_t addresses;   /* what exposure counts: every IPv4 address; an IPv6 prefix of any
				 length counts as one */
	int64_t since_s;      /* INT64_MIN when not given */
	int64_t until_s;      /* first second out of service; INT64_MAX when not given */
	struct span *outages; /* sorted, not overlapping */
	size_t outage_count;
	bool reactive;
	bool inferred; /* addresses were inferred from captures */
};

struct plant {
	struct sensor *sensors;
	size_t count;
	struct plant_index *index; /* address to sensor; made by plant_index() */
};

enum { PLANT_MAX = 65535 };

/* Makes *plant of the list `sensors` of teiten.yaml (sensors may be NULL: none). Refuses unknown
 * keys, double names, addresses that stand there twice, outages outside service ... with file, line
 * and key; then *plant is empty. */
int plant_read(struct plant *plant, const struct yaml *sensors, struct err *e) MUST_USE;
/* Adds a sensor without a line in the file (--sensor with --addresses, or inferred). prefixes are
 * copied, without those within others of them. It may share addresses with other sensors, see
 * plant_find(). -EEXIST when the name is taken. */
int plant_add(struct plant *plant, const char *name, const struct prefix *prefixes, size_t count,
	bool inferred, struct err *e) MUST_USE;
/* Makes the look-up; call after the last change of sensors. */
int plant_index(struct plant *plant, struct err *e) MUST_USE;
void plant_done(struct plant *plant);

/* The sensor of an address, -1 when it belongs to none; of several the one with the longest prefix,
 * of these the first. Needs plant_index(). Fast: one probe for each prefix length that occurs in
 * the plant. */
int plant_find(const struct plant *plant, const struct addr *a);
/* The sensor of that name, -1 when there is none. */
int plant_named(const struct plant *plant, const char *name);
/* In service at that time (since, until; outages do not matter). */
static inline bool sensor_in_service(const struct sensor *s, int64_t t_s)
{
	return s->since_s <= t_s && t_s < s->until_s;
}
