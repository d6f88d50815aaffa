#include "upload/answer.h"

/* Of what stands before a collector that is away. */
enum { BAD_GATEWAY = 502, GATEWAY_TIMEOUT = 504 };

enum answer answer_of(long status, enum spool_level level)
{
	switch (status) {
	case WIRE_TAKEN:
	case WIRE_HAD:
		return ANSWER_TAKEN;
	case WIRE_CONFLICT: /* what was reduced is there in a bigger form */
		return level == SPOOL_WHOLE ? ANSWER_REFUSED : ANSWER_TAKEN;
	case WIRE_TOO_LARGE:
	case WIRE_UNUSABLE:
		return ANSWER_REFUSED;
	case WIRE_FORBIDDEN:
		return ANSWER_FORBIDDEN;
	default:
		return ANSWER_LATER;
	}
}

bool answer_is_general(long status)
{
	return status == WIRE_TOO_MANY || status == WIRE_UNAVAILABLE || status == WIRE_FULL || status == BAD_GATEWAY ||
	       status == GATEWAY_TIMEOUT;
}
