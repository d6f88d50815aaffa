/* Whether a capture is a segment from a sensor, and from which. */
#pragma once

#include "ship/segment.h"

/* By the head of the file, whatever its compression; false when it is another capture or cannot be read. */
bool posted_by(const char *path, char ret[SEGMENT_SENSOR_MAX + 1]);
