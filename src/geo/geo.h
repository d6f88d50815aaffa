/* Address to country or region and AS. */
#pragma once

#include "base/err.h"
#include "decode/addr.h"

struct geo;

struct place {
	uint32_t asn;	 /* 0 when unknown */
	char country[2]; /* ISO 3166-1 alpha-2; "ZZ" when unknown */
};

/* country: an MMDB with country.iso_code (MaxMind) or flat country_code. asn: an MMDB with
 * autonomous_system_number, or a folder (or one file) with the CSV of ranges `asn-ipv4.csv`,
 * `asn-ipv6.csv`: first,last,number,"name". "" opens the packaged one below deps (TEITEN_DEPS). A
 * damaged file is refused in one line that names it. */
int geo_open(const char *country, const char *asn, const char *deps, struct geo **ret,
	struct err *e) MUST_USE;
void geo_close(struct geo *g);
AUTO_RELEASE(struct geo, geo_close);

/* Thread-safe; about 10 to 100 ns (sources that were just seen come from a small cache of the
 * caller, see geo_cached). */
struct place geo_find(const struct geo *g, const struct addr *a);

/* A cache in front of geo_find(), one per worker. */
struct geo_cache;
struct geo_cache *geo_cache_new(const struct geo *g);
void geo_cache_free(struct geo_cache *c);
struct place geo_cached(struct geo_cache *c, const struct addr *a);

/* The name of an AS ("China Telecom"), "" when unknown. Lives as long as g. */
const char *geo_asn_name(const struct geo *g, uint32_t asn);
/* "country: NAME DATE; AS: NAME DATE": for the method section. */
const char *geo_version(const struct geo *g);

/* Every IPv4 range of one country, in order, for the making of samples: *ret is an array of
 * first-last pairs in host order, owned by the caller. Returns the number of pairs or negative
 * errno. */
struct v4_range {
	uint32_t first, last;
};
int geo_country_ranges(
	const struct geo *g, const char country[2], struct v4_range **ret, struct err *e) MUST_USE;
