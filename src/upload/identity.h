/* Who the sensor is: its key and certificate, and the authority that it trusts, from one file (PEM). */
#pragma once

#include "base/err.h"
#include "ship/segment.h"

struct identity {
	char *key, *own, *authority;	   /* PEM */
	char name[SEGMENT_SENSOR_MAX + 1]; /* of whom the certificate is */
	int64_t until_s;		   /* it is valid */
};

/* Refuses a file without one of them, or whose key is not the certificate's. The first certificate is the sensor's own. */
int identity_read(const char *path, struct identity *ret, struct err *e) MUST_USE;
/* Wipes the key. */
void identity_done(struct identity *i);
