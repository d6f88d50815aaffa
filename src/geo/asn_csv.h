/* AS by address from the CSV of ranges that npm's @ip-location-db/asn brings:
 * first,last,number,name with the name quoted where it has a comma. */
#pragma once

#include "geo/names.h"
#include "geo/steps.h"

/* Adds the ranges of one file, which may mix the families; each in ascending order. At most 1 GiB.
 * Errors name file and line: -EBADMSG; those of opening and reading; -ENOMEM. */
int asn_csv_read(
	const char *path, struct step_lists *lists, struct as_names *names, struct err *e) MUST_USE;
