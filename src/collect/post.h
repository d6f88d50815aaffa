/* PUT of a segment: from its bytes into the inbox, or to wherever it belongs. */
#pragma once

#include "collect/request.h"

enum { POST_TMP_NAME = 48 };

struct post {
	struct spool_name name;
	uint8_t claimed[SEGMENT_DIGEST];
	int fd;
	char tmp[POST_TMP_NAME]; /* "" until it is there */
	struct judged judged;	 /* zeros before post_answer() */
};

void post_begin(struct collect_request *r);
void post_data(struct collect_request *r, const void *data, size_t len);
void post_answer(struct collect_request *r);
void post_end(struct collect_request *r);
