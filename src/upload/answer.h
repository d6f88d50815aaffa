/* What an answer to a segment means for it. */
#pragma once

#include "ship/wire.h"

enum answer {
	ANSWER_TAKEN,	  /* leaves the spool */
	ANSWER_REFUSED,	  /* never will be: set aside */
	ANSWER_FORBIDDEN, /* the sensor is not allowed: again after a long while */
	ANSWER_LATER,	  /* again; about the collector (answer_is_general()), or perhaps about the segment */
};

enum answer answer_of(long status, enum spool_level level);
/* The next one would be answered likewise. */
bool answer_is_general(long status);
