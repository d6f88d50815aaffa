/* What the process that captures says of itself every few seconds: SPOOL/status.json, read by status and by who sends. */
#pragma once

#include "base/err.h"
#include "base/json.h"
#include "ship/segment.h"

struct status_file {
	char sensor[SEGMENT_SENSOR_MAX + 1], mode[16];
	uint64_t pid, started_s, written_s, heard_s; /* heard_s 0: nothing yet */
	uint64_t spool_segments, spool_bytes, spool_bytes_max;
	char trouble[512]; /* with the disk; "" when there is none */
	uint64_t counters[SEGMENT_COUNTER_COUNT];
};

struct yaml;

/* Of a map that was read; 0 or "" when it is not there. The word belongs to the map. */
uint64_t status_number(const struct yaml *map, const char *key);
const char *status_word(const struct yaml *map, const char *key);

/* Members of an open object. */
void status_file_put(const struct status_file *s, struct json *j);
/* What is missing is 0 or "". */
int status_file_read(const char *spool_folder, struct status_file *ret, struct err *e) MUST_USE;
