/* What tool a source uses: a test of 32 bits or several constants of a packet say it alone; of 16 bits, only what many
 * SYNs of the source say together (verdict_level.sql): 10 of which nine in ten show it, or, likely, two of which half do. */
#pragma once

#include "observe/observe.h"

/* X(name, number); as subject.c makes them of columns. Of tests of 16 bits, VERDICT_LIKELY or VERDICT_CANDIDATE more. "none" prints as "-". */
#define VERDICTS(X)                                                                                \
	X(none, 0) X(mirai, 1) X(zmap, 2) X(masscan, 3) X(nmap, 4) X(unicornscan, 5)
enum { VERDICT_LIKELY = 32, VERDICT_CANDIDATE = 64 };

/* Of one access, whose source is not known: tests of 16 bits give candidates. */
uint8_t verdict_of(const struct access *a);
const char *verdict_name(uint8_t verdict);
/* -1 when there is no such name. */
int verdict_number(const char *name);
