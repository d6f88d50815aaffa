/* MMDB files (https://maxmind.github.io/MaxMind-DB/) as steps. The whole tree is walked once
 * and the file closed: a damaged record is found at the start, not in the middle of a month, and
 * nothing of the file stays mapped that an update could cut short. */
#pragma once

#include "geo/names.h"
#include "geo/steps.h"

struct mmdb_info {
	char type[128];	  /* database_type of its metadata: "GeoLite2-Country" */
	uint64_t built_s; /* build_epoch */
};

/* Values are country_value(). Takes country.iso_code, else flat country_code, else
 * registered_country.iso_code. The 6to4 and Teredo prefixes that some files let lead to the IPv4
 * part stay unknown. Errors name the file: -ENOENT and others of opening, -EBADMSG damaged, no
 * MMDB, or without any country. */
int mmdb_countries(
	const char *path, struct step_lists *ret, struct mmdb_info *info, struct err *e) MUST_USE;
/* Values are AS numbers (autonomous_system_number, its name from autonomous_system_organization). */
int mmdb_systems(const char *path, struct step_lists *ret, struct as_names *names,
	struct mmdb_info *info, struct err *e) MUST_USE;

/* Two capital letters as a value other than 0. */
static inline uint32_t country_value(const char code[2])
{
	return (uint32_t)(uint8_t)code[0] << 8 | (uint8_t)code[1];
}
