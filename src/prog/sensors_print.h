/* Sensors as a table, JSON, CSV, and for a monitoring system. */
#pragma once

#include "analysis/period.h"
#include "base/buf.h"
#include "prog/sensors_data.h"

void sensors_print(const struct sensor_states *all, const struct period *period, int64_t now_s, enum format format, struct buf *out);
/* Prometheus' text form (version 0.0.4): gauges, of the time that was gathered. */
void sensors_metrics(const struct sensor_states *all, int64_t now_s, struct buf *out);
