/* Names of countries and regions, as the reports write them: 米国, 英国, 台湾, 香港. */
#pragma once

#include "base/text.h"

#include <stdbool.h>

/* The name of an ISO 3166-1 alpha-2 code ("ZZ": 不明, unknown). A code that is not in the table
 * gives NULL. */
const char *country_name(const char code[2], enum lang lang);
/* The code of a name or code in either language, any case; false when there is none. */
bool country_parse(const char *text, char ret_code[2]);
