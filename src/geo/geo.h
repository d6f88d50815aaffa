/* Address to country or region and AS. */
#pragma once

#include "base/err.h"
#include "decode/addr.h"

struct geo;

struct place {
	uint32_t asn;	 /* 0 when unknown */
	char country[2]; /* ISO 3166-1 alpha-2; "ZZ" when unknown */
};

/* Reads both databases whole (0.2 s) and closes their files. country: an MMDB with
 * country.iso_code (MaxMind), flat country_code, or registered_country.iso_code. asn: a folder with
 * the CSV of ranges `asn-ipv4.csv` and `asn-ipv6.csv` (first,last,number,"name"), one such file
 * named .csv, or an MMDB with autonomous_system_number. "" opens the packaged one below deps
 * (TEITEN_DEPS). A damaged file is refused in one line that names it, of a CSV with the line.
 * -ENOENT and others of opening, -EBADMSG damaged or of another kind, -ENOMEM. */
int geo_open(const char *country, const char *asn, const char *deps, struct geo **ret,
	struct err *e) MUST_USE;
/* The same with the tables kept in a file of that folder (geo/cache.h), from which the next call
 * takes milliseconds, until one of the databases changes. A folder that cannot be written is no
 * error. "": as geo_open(). */
int geo_open_cached(const char *country, const char *asn, const char *deps, const char *folder,
	struct geo **ret, struct err *e) MUST_USE;
void geo_close(struct geo *g);
AUTO_RELEASE(struct geo, geo_close);

/* Thread-safe; a few nanoseconds. Private, documentation, multicast and reserved addresses are
 * unknown, whatever the databases say. */
struct place geo_find(const struct geo *g, const struct addr *a);

/* The name of an AS ("China Telecom"), "" when unknown. Lives as long as g. */
const char *geo_asn_name(const struct geo *g, uint32_t asn);
/* "country: NAME DATE; AS: NAME DATE": for the method section. */
const char *geo_version(const struct geo *g);

/* Every IPv4 range of one country, in order, for the making of samples: *ret is an array of
 * first-last pairs in host order, owned by the caller. "ZZ": all unknown addresses. Returns the
 * number of pairs or negative errno. */
struct v4_range {
	uint32_t first, last;
};
int geo_country_ranges(
	const struct geo *g, const char country[2], struct v4_range **ret, struct err *e) MUST_USE;
